"""Routes that different parts made become one for each shift, with the ways between all its stops."""

from collections.abc import Callable, Iterable
from itertools import islice

from matching.plan import Route, Session, Stop
from matching.problem import Problem
from matching.travel import Mode, Place

Seat = tuple[str, int]
"""A worker's id and the index of a shift."""


def merged(
    problem: Problem, parts: Iterable[Iterable[Route]], sessions: Iterable[Session] = ()
) -> tuple[Route, ...]:
    """One route for each shift in use, in order; people leave their start place just in time for their first stop.

    `parts` are routes of the problem whose stops do not overlap; `sessions` say where the stops `lead` are.
    """
    stops: dict[Seat, list[Stop]] = {}
    for routes in parts:
        for route in routes:
            stops.setdefault((route.worker, route.shift), []).extend(route.stops)
    place = places_of(problem, sessions)
    modes: dict[Mode, list[Seat]] = {}
    for seat in sorted(seat for seat, found in stops.items() if found):
        # A loading that takes no time comes before what is handed over at once.
        stops[seat].sort(key=lambda stop: (stop.start, stop.end))
        modes.setdefault(problem.worker_by_id[seat[0]].mode, []).append(seat)
    found = [route for mode, seats in modes.items() for route in _routes(problem, mode, seats, stops, place)]
    return tuple(sorted(found, key=lambda route: (route.worker, route.shift)))


def places_of(problem: Problem, sessions: Iterable[Session]) -> Callable[[Stop], str]:
    """The place of every stop that may be on a route."""
    places = {("load", depot.id): depot.place for depot in problem.depots}
    places |= {("deliver", delivery.id): delivery.place for delivery in problem.deliveries}
    for session in sessions:
        occasion = problem.gathering_by_id[session.gathering].occasions[session.occasion]
        places["lead", session.gathering] = problem.venue_by_id[occasion.venue].place

    def place(stop: Stop) -> str:
        return problem.task_by_id[stop.task].place if stop.kind == "visit" else places[stop.kind, stop.task]

    return place


def _routes(
    problem: Problem,
    mode: Mode,
    seats: list[Seat],
    stops: dict[Seat, list[Stop]],
    place: Callable[[Stop], str],
) -> Iterable[Route]:
    """All routes of a mode: their ways are looked up at once."""
    rows: list[list[Place]] = []
    for seat in seats:
        shift = problem.worker_by_id[seat[0]].shifts[seat[1]]
        ids = (shift.start_place, *map(place, stops[seat]), shift.end_place)
        rows.append([problem.place_by_id[name] for name in ids])
    begins = [here for row in rows for here in row[:-1]]
    ends = [there for row in rows for there in row[1:]]
    ticks, metres = problem.travel.pairs(begins, ends, mode)
    legs = iter(zip(ticks.tolist(), metres.tolist(), strict=True))
    for seat, row in zip(seats, rows, strict=True):
        yield _route(seat, stops[seat], list(islice(legs, len(row) - 1)))


def _route(seat: Seat, stops: list[Stop], legs: list[tuple[int, int]]) -> Route:
    now, found = None, []
    for stop, (ticks, metres) in zip(stops, legs, strict=False):
        arrive = stop.start if now is None else now + ticks
        now = stop.end
        found.append(
            Stop(
                task=stop.task,
                arrive=arrive,
                start=stop.start,
                end=stop.end,
                travel_ticks=ticks,
                travel_metres=metres,
                kind=stop.kind,
            )
        )
    back, metres = legs[-1]
    return Route(worker=seat[0], shift=seat[1], stops=tuple(found), return_ticks=back, return_metres=metres)
