"""Rules on time and ways: windows, reach, shifts, what comes before what."""

from collections.abc import Iterator

from matching.delivery import Delivery
from matching.plan import Stop
from matching.problem import Task
from matching.rules.case import Case, Violation


def start_in_window(case: Case) -> Iterator[Violation]:
    """Start in window: inside one of the start windows of the task or delivery, ends included."""
    served: list[tuple[Task | Delivery, int]] = [(task, a.start) for task, a, _ in case.teams]
    for route in case.routes:
        served += [
            (case.problem.delivery_by_id[stop.task], stop.start)
            for stop in route.stops
            if stop.kind == "deliver"
        ]
    for asked, start in served:
        if not any(w.earliest <= start <= w.end for w in asked.windows):
            yield Violation("start_in_window", asked.id, None, f"Starts at {start}")


def within_reach(case: Case) -> Iterator[Violation]:
    """Within reach: the way from the shift's start place, within what the worker and the task (delivery) allow."""
    for route in case.routes:
        worker, home = case.problem.worker_by_id[route.worker], case.place(case.shift(route).start_place)
        for stop in route.stops:
            limits = [r for r in (worker.reach_metres, _reach(case, stop)) if r is not None]
            if limits:
                metres = case.problem.travel.metres(home, case.door(stop), worker.mode)
                if metres > min(limits):
                    message = f"{metres} m, more than {min(limits)} m"
                    yield Violation("within_reach", stop.task, worker.id, message)


def _reach(case: Case, stop: Stop) -> int | None:
    """What the task or delivery itself allows; depots and venues have no limit of their own."""
    if stop.kind == "visit":
        return case.problem.task_by_id[stop.task].reach_metres
    return case.problem.delivery_by_id[stop.task].reach_metres if stop.kind == "deliver" else None


def leg_limit(case: Case) -> Iterator[Violation]:
    """Leg limit: each way of a route, and the direct ways from the start place and to the end place."""
    for route in case.routes:
        worker = case.problem.worker_by_id[route.worker]
        if worker.max_leg_ticks is None or not route.stops:
            continue
        legs = case.legs(route)
        (start, _), (_, end) = legs[0], legs[-1]
        doors = [there for _, there in legs[:-1]]
        for a, b in [*legs, *((start, door) for door in doors), *((door, end) for door in doors)]:
            ticks = case.problem.travel.ticks(a, b, worker.mode)
            if ticks > worker.max_leg_ticks:
                yield Violation("leg_limit", None, worker.id, f"{a.id!r} to {b.id!r} takes {ticks}")


def inside_shift(case: Case) -> Iterator[Violation]:
    """Inside shift: travel, stops one after another, and travel back, between the shift's start and end."""
    for route in case.routes:
        worker = case.problem.worker_by_id[route.worker]
        shift, now, legs = case.shift(route), case.shift(route).start, case.legs(route)
        for stop, (a, b) in zip(route.stops, legs, strict=False):
            ready = now + case.problem.travel.ticks(a, b, worker.mode)
            now = stop.start + case.ticks(stop)
            if not ready <= stop.arrive <= stop.start or stop.end != now:
                message = f"Arrives at {stop.arrive}, starts at {stop.start}, possible from {ready}"
                yield Violation("inside_shift", stop.task, worker.id, message)
        home = now + case.problem.travel.ticks(*legs[-1], worker.mode)
        if route.stops and home > shift.end:
            yield Violation("inside_shift", None, worker.id, f"Back at {home}, after {shift.end}")


def precedence(case: Case) -> Iterator[Violation]:
    """Precedence: the task before it is served, and ends between the least and the most lag before it starts."""
    for rule in case.problem.precedences:
        start, end = case.starts.get(rule.after), case.end(rule.before)
        if start is None:
            continue
        if end is None:
            yield Violation(
                "precedence", rule.after, None, f"{rule.before!r} comes before it and is not served"
            )
        elif not rule.min_lag <= start - end or _over(start - end, rule.max_lag):
            message = f"Starts {start - end} after the end of {rule.before!r}"
            yield Violation("precedence", rule.after, None, message)


def _over(value: int, cap: int | None) -> bool:
    return cap is not None and value > cap
