"""Rules on what a plan says of itself: every task once, routes, travel, totals."""

from collections import Counter
from collections.abc import Iterator

from matching.plan import Stop
from matching.problem import problem_hash
from matching.rules.case import Case, Violation
from matching.rules.causes import CAUSE_TEXT


def same_problem(case: Case) -> Iterator[Violation]:
    """Problem: the plan carries the hash of this very problem."""
    if case.plan.problem != problem_hash(case.problem):
        yield Violation("problem", None, None, "The plan answers another problem")


def reported(case: Case) -> Iterator[Violation]:
    """Reported: each task once, served or unserved; an unserved one counts a known cause for every worker."""
    times = Counter(a.task for a in case.plan.assignments)
    times.update(u.task for u in case.plan.unserved)
    for task in case.problem.tasks:
        if times[task.id] != 1:
            what = "mandatory task" if task.mandatory else "task"
            yield Violation("reported", task.id, None, f"The {what} is reported {times[task.id]} times")
    for unserved in case.plan.unserved:
        total = sum(c.count for c in unserved.causes)
        if total != len(case.problem.workers) or any(c.cause not in CAUSE_TEXT for c in unserved.causes):
            yield Violation("reported", unserved.task, None, f"Causes for {total} workers, or unknown ones")


def routes_match(case: Case) -> Iterator[Violation]:
    """Routes: each assigned worker has exactly one stop for the task, at its start, and there are no others."""
    assigned = Counter((a.task, worker, a.start) for a in case.plan.assignments for worker in a.workers)
    routed = Counter((stop.task, r.worker, stop.start) for r in case.routes for stop in r.stops)
    for task, worker, start in sorted((assigned - routed) | (routed - assigned)):
        yield Violation("routes", task, worker, f"Route and assignment differ at {start}")
    for (worker, shift), count in Counter((r.worker, r.shift) for r in case.routes).items():
        if count > 1:
            yield Violation("routes", None, worker, f"{count} routes in shift {shift}")


def travel_true(case: Case) -> Iterator[Violation]:
    """Travel: every reported way has the ticks and metres of the problem's travel."""
    travel = case.problem.travel
    for route in case.routes:
        mode = case.problem.worker_by_id[route.worker].mode
        told = [_told(stop) for stop in route.stops] + [(route.return_ticks, route.return_metres)]
        true = [(travel.ticks(a, b, mode), travel.metres(a, b, mode)) for a, b in case.legs(route)]
        if told != true and route.stops:
            yield Violation("travel", None, route.worker, f"Reports {told}, the problem says {true}")


def _told(stop: Stop) -> tuple[int, int]:
    return stop.travel_ticks, stop.travel_metres
