"""Rules on what a plan says of itself: everything once, routes, travel."""

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
    """Reported: all that is asked once, served or unserved (with known causes); each gathering opens once at most."""
    unserved = Counter(u.task for u in case.plan.unserved)
    for what, item, served in _asked(case):
        times = served + unserved[item]
        if times != 1:
            yield Violation("reported", item, None, f"The {what} is reported {times} times")
    for gathering, times in Counter(opened.gathering.id for opened in case.opened).items():
        if times > 1:
            yield Violation("reported", gathering, None, f"The gathering opens {times} times")
    yield from _causes(case)


def _asked(case: Case) -> Iterator[tuple[str, str, int]]:
    """What kind of thing, its id, how often it is served; more than one seat is the matter of `seat_once`."""
    visited = Counter(a.task for a in case.plan.assignments)
    brought = Counter(stop.task for r in case.routes for stop in r.stops if stop.kind == "deliver")
    for task in case.problem.tasks:
        yield "mandatory task" if task.mandatory else "task", task.id, visited[task.id]
    for delivery in case.problem.deliveries:
        yield "delivery", delivery.id, brought[delivery.id]
    for enrolment in case.problem.enrolments:
        yield "enrolment", enrolment.id, int(enrolment.id in case.seat_of)


def _causes(case: Case) -> Iterator[Violation]:
    """Known causes for every worker, or for every occasion of the gatherings asked for."""
    for unserved in case.plan.unserved:
        person = case.problem.enrolment_by_id.get(unserved.task)
        expected, total = len(case.problem.workers), sum(c.count for c in unserved.causes)
        if person is not None:
            expected = sum(len(case.problem.gathering_by_id[g].occasions) for g in person.gatherings)
        if total != expected or any(c.cause not in CAUSE_TEXT for c in unserved.causes):
            message = f"Causes for {total} instead of {expected}, or unknown ones"
            yield Violation("reported", unserved.task, None, message)


def routes_match(case: Case) -> Iterator[Violation]:
    """Routes: each assigned worker has exactly one stop for the task at its start, staff one for each start; no others."""
    assigned: Counter[tuple[str, str, str, int]] = Counter()
    assigned.update(("visit", a.task, w, a.start) for a in case.plan.assignments for w in a.workers)
    for opened in case.opened:
        people = sorted({worker.id for _, worker in opened.staff})
        assigned.update(("lead", opened.gathering.id, w, start) for w in people for start, _ in opened.spans)
    routed: Counter[tuple[str, str, str, int]] = Counter(
        (stop.kind, stop.task, r.worker, stop.start)
        for r in case.routes
        for stop in r.stops
        if stop.kind in {"visit", "lead"}
    )
    for kind, task, worker, start in sorted((assigned - routed) | (routed - assigned)):
        what = "assignment" if kind == "visit" else "session"
        yield Violation("routes", task, worker, f"Route and {what} differ at {start}")
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
