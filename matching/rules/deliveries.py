"""Rules on delivery rounds: what a trip carries, where it loads, how long it is on its way."""

from collections import Counter
from collections.abc import Iterator

from matching.rules.case import Case, Trip, Violation


def capacity(case: Case) -> Iterator[Violation]:
    """Capacity: a trip carries no more units than its worker (a crew as one) carries at once."""
    for trip in case.trips:
        if trip.units > trip.worker.capacity:
            message = f"{trip.units} units on one trip, more than {trip.worker.capacity}"
            yield Violation("capacity", trip.depot.id, trip.worker.id, message)


def depot(case: Case) -> Iterator[Violation]:
    """Depot: all that is delivered was loaded on this trip, where it may come from and this worker may load."""
    for trip in case.trips:
        allowed = trip.depot.providers
        if allowed and trip.provider.id not in allowed:
            yield _of("depot", trip, f"{trip.provider.id!r} may not load here")
        if not trip.stops:
            yield _of("depot", trip, "Loads nothing")
        for _, delivery in trip.stops:
            if delivery.depots and trip.depot.id not in delivery.depots:
                message = f"Comes from {trip.depot.id!r}, not from {', '.join(delivery.depots)}"
                yield Violation("depot", delivery.id, trip.worker.id, message)
    yield from _unloaded(case)


def _unloaded(case: Case) -> Iterator[Violation]:
    """Deliveries that follow neither a load nor a delivery."""
    for route in case.routes:
        before = ""
        for stop in route.stops:
            if stop.kind == "deliver" and before not in {"load", "deliver"}:
                yield Violation("depot", stop.task, route.worker, "Is delivered, but not loaded before")
            before = stop.kind


def depot_ready(case: Case) -> Iterator[Violation]:
    """Depot ready: loading starts inside one of the depot's windows, ends included."""
    for trip in case.trips:
        if not any(w.earliest <= trip.load.start <= w.latest for w in trip.depot.ready):
            yield _of("depot_ready", trip, f"Nothing is ready at {trip.load.start}")


def depot_units(case: Case) -> Iterator[Violation]:
    """Depot units: all trips of the shifts that start on one day load no more than the depot gives out."""
    units: Counter[tuple[str, int]] = Counter()
    for trip in case.trips:
        units[trip.depot.id, case.problem.day_of(trip.shift)] += trip.units
    for (depot_id, day), count in sorted(units.items()):
        most = case.problem.depot_by_id[depot_id].max_units_day
        if most is not None and count > most:
            yield Violation("depot_units", depot_id, None, f"{count} units on day {day}, more than {most}")


def fresh(case: Case) -> Iterator[Violation]:
    """Fresh: from the end of loading to the start of handing over no longer than the delivery keeps fresh."""
    for trip in case.trips:
        for stop, delivery in trip.stops:
            ticks = stop.start - trip.load.end
            if delivery.fresh_ticks is not None and ticks > delivery.fresh_ticks:
                message = f"Is {ticks} ticks on its way, more than {delivery.fresh_ticks}"
                yield Violation("fresh", delivery.id, trip.worker.id, message)


def _of(rule: str, trip: Trip, message: str) -> Violation:
    return Violation(rule, trip.depot.id, trip.worker.id, message)
