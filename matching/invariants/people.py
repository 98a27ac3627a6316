"""Places, providers, funds and workers."""

from bisect import bisect
from datetime import datetime
from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.basics import at_most, bounded, different, distinct, known, skills
from matching.invariants.limits import (
    DAY_SECONDS,
    MAX_CAP,
    MAX_FEN,
    MAX_FUND,
    MAX_HEADCOUNT,
    MAX_METRES,
    MAX_SHIFTS,
    MAX_TICKS,
)

if TYPE_CHECKING:
    from matching.problem import Problem, Shift, Worker


def check_horizon(problem: "Problem") -> None:
    """A start with an offset, whole ticks in a day, days within reason."""
    horizon = problem.horizon
    try:
        start = datetime.fromisoformat(horizon.start)
    except ValueError as error:
        raise ProblemError("horizon.start", f"Not an ISO date and time: {horizon.start!r}") from error
    if start.tzinfo is None:
        raise ProblemError("horizon.start", "The time needs an offset, such as +08:00")
    bounded("horizon.tick_seconds", horizon.tick_seconds, 1, DAY_SECONDS)
    if DAY_SECONDS % horizon.tick_seconds:
        raise ProblemError("horizon.tick_seconds", "A day must be a whole number of ticks")
    bounded("horizon.days", horizon.days, 1, MAX_TICKS // horizon.day_ticks)


def check_places(problem: "Problem") -> None:
    """Places on the globe."""
    distinct("places", (place.id for place in problem.places), ".id")
    for i, place in enumerate(problem.places):
        bounded(f"places[{i}].lat", place.lat, -90, 90)
        bounded(f"places[{i}].lon", place.lon, -180, 180)
        bounded(f"places[{i}].access_ticks", place.access_ticks, 0, MAX_TICKS)


def check_providers(problem: "Problem") -> None:
    """Providers with their rates, and funds."""
    distinct("providers", (provider.id for provider in problem.providers), ".id")
    for i, provider in enumerate(problem.providers):
        bounded(f"providers[{i}].max_tasks_day", provider.max_tasks_day, 0, MAX_CAP)
        bounded(f"providers[{i}].max_tasks_week", provider.max_tasks_week, 0, MAX_CAP)
        different(f"providers[{i}].rates", (rate.service for rate in provider.rates))
        for j, rate in enumerate(provider.rates):
            bounded(f"providers[{i}].rates[{j}].visit_fen", rate.visit_fen, 0, MAX_FEN)
            bounded(f"providers[{i}].rates[{j}].hour_fen", rate.hour_fen, 0, MAX_FEN)
    distinct("funds", (fund.id for fund in problem.funds), ".id")
    for i, fund in enumerate(problem.funds):
        bounded(f"funds[{i}].fen", fund.fen, 0, MAX_FUND)


def check_workers(problem: "Problem") -> None:
    """Workers of known providers, with shifts that do not overlap."""
    distinct("workers", (worker.id for worker in problem.workers), ".id")
    providers = {provider.id for provider in problem.providers}
    places = {place.id for place in problem.places}
    for i, worker in enumerate(problem.workers):
        path = f"workers[{i}]"
        known(f"{path}.provider", worker.provider, providers, "provider")
        skills(path, worker.skills)
        distinct(f"{path}.languages", worker.languages)
        distinct(f"{path}.anchors", worker.anchors)
        bounded(f"{path}.people", worker.people, 1, MAX_HEADCOUNT)
        _validities(path, worker)
        _shifts(path, worker, places, problem.horizon.ticks)
        bounded(f"{path}.reach_metres", worker.reach_metres, 0, MAX_METRES)
        for name in ("max_leg_ticks", "max_tasks_day", "max_ticks_day", "max_tasks_week", "max_ticks_week"):
            bounded(f"{path}.{name}", getattr(worker, name), 0, MAX_CAP)
        bounded(f"{path}.capacity", worker.capacity, 0, MAX_CAP)
        bounded(f"{path}.declared_ticks", worker.declared_ticks, 0, MAX_TICKS)


def _validities(path: str, worker: "Worker") -> None:
    for j, validity in enumerate(worker.qualifications):
        at = f"{path}.qualifications[{j}]"
        bounded(f"{at}.valid_from", validity.valid_from, -MAX_TICKS, MAX_TICKS)
        bounded(f"{at}.valid_until", validity.valid_until, -MAX_TICKS, MAX_TICKS)
        if not validity.code:
            raise ProblemError(f"{at}.code", "Empty name")
        low, high = validity.valid_from, validity.valid_until
        if low is not None and high is not None and low > high:
            raise ProblemError(f"{at}.valid_until", f"Ends at {high}, before it begins at {low}")


def _shifts(path: str, worker: "Worker", places: set[str], horizon_ticks: int) -> None:
    at_most(f"{path}.shifts", len(worker.shifts), MAX_SHIFTS)
    earlier: list[tuple[int, int]] = []
    for j, shift in enumerate(worker.shifts):
        at = f"{path}.shifts[{j}]"
        bounded(f"{at}.start", shift.start, 0, horizon_ticks)
        bounded(f"{at}.end", shift.end, 0, horizon_ticks)
        if shift.end <= shift.start:
            raise ProblemError(f"{at}.end", f"Ends at {shift.end}, not after its start {shift.start}")
        known(f"{at}.start_place", shift.start_place, places, "place")
        known(f"{at}.end_place", shift.end_place, places, "place")
        _no_overlap(at, shift, earlier)


def _no_overlap(path: str, shift: "Shift", earlier: list[tuple[int, int]]) -> None:
    """Keep `earlier`, which do not overlap, in order of time: only the neighbours can be in the way."""
    at = bisect(earlier, (shift.start, shift.end))
    before, after = earlier[at - 1 : at], earlier[at : at + 1]
    if any(shift.start < end for _, end in before) or any(start < shift.end for start, _ in after):
        raise ProblemError(f"{path}.start", "Overlaps another shift of the same worker")
    earlier.insert(at, (shift.start, shift.end))
