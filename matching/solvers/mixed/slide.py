"""Visits as late as they may be at no price, so that there is time before them: solvers put everything early."""

from matching.pairs import DUE, HIGH, LOW, PRICE
from matching.plan import Route, Stop
from matching.problem import Problem
from matching.solvers.instance import Instance
from matching.solvers.mixed.merge import Seat
from matching.solvers.mixed.parts import Part, Parts, made, moved


def later(problem: Problem, visits: Instance, parts: Parts) -> Part:
    """The visits of a plan, each as late as what follows on its route allows; tasks that share a start stay."""
    row = {
        (problem.workers[worker].id, index): row
        for row, (worker, index) in enumerate(
            zip(visits.shifts.worker.tolist(), visits.shifts.index.tolist(), strict=True)
        )
    }
    found: dict[Seat, tuple[Stop, ...]] = {}
    for route in made(problem, parts).routes:
        stops = _slid(visits, row[route.worker, route.shift], route)
        found[route.worker, route.shift] = tuple(stop for stop in stops if stop.kind == "visit")
    return Part(
        tuple(
            Route(
                worker=route.worker,
                shift=route.shift,
                stops=found[route.worker, route.shift],
                return_ticks=0,
                return_metres=0,
            )
            for route in parts["visits"].routes
        )
    )


def _slid(visits: Instance, row: int, route: Route) -> list[Stop]:
    """From the last stop to the first: each as late as the way to what follows allows."""
    end = visits.end[row] - route.return_ticks
    found: list[Stop] = []
    for stop in reversed(route.stops):
        slid = stop
        if stop.kind == "visit":
            slid = moved(stop, _latest(visits, visits.task_index[stop.task], row, stop, end))
        found.append(slid)
        end = slid.start - stop.travel_ticks
    return found[::-1]


def _latest(visits: Instance, task: int, row: int, stop: Stop, end: int) -> int:
    """The latest start of the same window that costs no more and ends in time."""
    if visits.tied[task]:
        return stop.start
    pairs = visits.pairs
    own = slice(int(pairs.first[task]), int(pairs.first[task + 1]))
    at = own.start + int(pairs.row[own].searchsorted(row))
    latest = stop.start
    for window in pairs.window[pairs.window_first[at] : pairs.window_first[at + 1]].tolist():
        if window[LOW] <= stop.start <= window[HIGH]:
            high = window[HIGH] if not window[PRICE] else min(window[HIGH], window[DUE])
            latest = max(latest, min(high, end - visits.duration[task]))
    return latest
