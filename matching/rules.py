"""The solver-free truth: one named function per hard rule, and `check`, which reads only these.

No solver shares code with this file. A plan with a violation is never published.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from matching.plan import Assignment, Plan, Route, Stop
from matching.problem import Place, Problem, Provider, Shift, Task, Worker, problem_hash

CAUSE_TEXT: dict[str, str] = {
    "provider_admitted": "The provider is not admitted, or has paused.",
    "provider_kind": "The task does not allow this kind of provider.",
    "skill_level": "A required skill is missing, or its level is too low.",
    "qualification_valid": "A required qualification is missing, or not valid during the visit.",
    "refused": "The person asked not to be served by this worker.",
    "forbidden": "This worker must not serve this task.",
    "gender": "The task requires another gender.",
    "language": "The worker does not speak the required language.",
    "pinned": "The task is pinned to other people.",
    "start_in_window": "The start lies outside every start window of the task.",
    "within_reach": "The task is further from the start of the shift than the worker or the task allows.",
    "leg_limit": "A single way takes longer than the worker accepts.",
    "inside_shift": "The visit and its travel do not fit inside a shift.",
    "worker_day_cap": "The worker's limit of tasks or service time per day is reached.",
    "worker_week_cap": "The worker's limit of tasks or service time per week is reached.",
    "provider_day_cap": "The provider's limit of visits per day is reached.",
    "provider_week_cap": "The provider's limit of visits per week is reached.",
    "atomic_team": "The provider sends its own people only, and has not enough of them for this task.",
    "headcount": "Not enough different people can come at the same time.",
    "busy": "The worker could come alone, but other tasks need the time.",
    "reported": "Every task is either served once or reported unserved with causes.",
    "routes": "Routes and assignments say different things.",
    "travel": "Reported travel differs from the travel of the problem.",
    "terms": "Reported totals differ from the routes.",
    "problem": "The plan answers another problem.",
}
"""One English sentence per stable code, in the order in which candidates are tested."""

CAUSES: tuple[str, ...] = tuple(CAUSE_TEXT)


class Violation(NamedTuple):
    """A hard rule (its code) that a plan breaks, and where."""

    rule: str
    task: str | None
    worker: str | None
    message: str


class Visit(NamedTuple):
    """One worker at one task."""

    task: Task
    worker: Worker
    provider: Provider
    start: int
    shift: Shift | None


class Case:
    """A plan laid beside its problem."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.routes = plan.routes
        self.shift_of = {
            (stop.task, route.worker): problem.worker_by_id[route.worker].shifts[route.shift]
            for route in plan.routes
            for stop in route.stops
        }
        self.teams = [
            (problem.task_by_id[a.task], a, [self._visit(a, worker) for worker in a.workers])
            for a in plan.assignments
        ]
        self.visits = [visit for _, _, visits in self.teams for visit in visits]

    def _visit(self, assignment: Assignment, worker_id: str) -> Visit:
        worker = self.problem.worker_by_id[worker_id]
        return Visit(
            self.problem.task_by_id[assignment.task],
            worker,
            self.problem.provider_by_id[worker.provider],
            assignment.start,
            self.shift_of.get((assignment.task, worker_id)),
        )

    def place(self, place_id: str) -> Place:
        """Place by id."""
        return self.problem.place_by_id[place_id]

    def legs(self, route: Route) -> list[tuple[Place, Place]]:
        """The ways of a route, from the start place to the end place."""
        shift = self.problem.worker_by_id[route.worker].shifts[route.shift]
        ids = [self.problem.task_by_id[stop.task].place for stop in route.stops]
        ids = [shift.start_place, *ids, shift.end_place]
        return [(self.place(a), self.place(b)) for a, b in pairwise(ids)]


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every violation of every hard rule, in the order of `RULES`; empty for a plan that may be published."""
    broken = tuple(_references(problem, plan))
    if broken:
        return broken
    case = Case(problem, plan)
    return tuple(violation for rule in RULES for violation in rule(case))


def _references(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """References: tasks, workers and shifts that the plan names exist (code `routes`)."""
    tasks = {a.task for a in plan.assignments} | {u.task for u in plan.unserved}
    tasks |= {stop.task for route in plan.routes for stop in route.stops}
    workers = {w for a in plan.assignments for w in a.workers} | {r.worker for r in plan.routes}
    for task in sorted(tasks - problem.task_by_id.keys()):
        yield Violation("routes", task, None, f"No task {task!r}")
    for worker in sorted(workers - problem.worker_by_id.keys()):
        yield Violation("routes", None, worker, f"No worker {worker!r}")
    for route in plan.routes:
        known = problem.worker_by_id.get(route.worker)
        if known and not 0 <= route.shift < len(known.shifts):
            yield Violation("routes", None, route.worker, f"No shift {route.shift} of {route.worker!r}")


def _of(rule: str, visit: Visit, message: str) -> Violation:
    return Violation(rule, visit.task.id, visit.worker.id, message)


def same_problem(case: Case) -> Iterator[Violation]:
    """Problem: the plan carries the hash of this very problem."""
    if case.plan.problem != problem_hash(case.problem):
        yield Violation("problem", None, None, "The plan answers another problem")


def provider_admitted(case: Case) -> Iterator[Violation]:
    """Provider admitted: and not paused."""
    for visit in case.visits:
        if not visit.provider.admitted or visit.provider.paused:
            yield _of("provider_admitted", visit, f"{visit.provider.id!r} is not admitted or has paused")


def provider_kind(case: Case) -> Iterator[Violation]:
    """Provider kind: one that the task allows; none named is any."""
    for visit in case.visits:
        allowed = visit.task.allowed_kinds
        if allowed and visit.provider.kind not in allowed:
            yield _of("provider_kind", visit, f"{visit.provider.kind!r} is not among {', '.join(allowed)}")


def skill_level(case: Case) -> Iterator[Violation]:
    """Skill level: every required skill, at least at its level."""
    for visit in case.visits:
        has = {skill.skill: skill.level for skill in visit.worker.skills}
        for skill in visit.task.skills:
            if skill.skill not in has or has[skill.skill] < skill.level:
                yield _of("skill_level", visit, f"Needs {skill.skill!r} at level {skill.level}")


def qualification_valid(case: Case) -> Iterator[Violation]:
    """Qualification valid: one validity of each code covers the visit from start to end."""
    for visit in case.visits:
        end = visit.start + visit.task.duration
        valid = {
            q.code
            for q in visit.worker.qualifications
            if (q.valid_from is None or q.valid_from <= visit.start)
            and (q.valid_until is None or end <= q.valid_until)
        }
        for code in sorted(set(visit.task.qualifications) - valid):
            yield _of("qualification_valid", visit, f"{code!r} is not valid from {visit.start} to {end}")


def refused(case: Case) -> Iterator[Violation]:
    """Refused: nobody whom the person refused."""
    for visit in case.visits:
        if visit.worker.id in visit.task.refused_workers:
            yield _of("refused", visit, "The person refused this worker")


def forbidden(case: Case) -> Iterator[Violation]:
    """Forbidden: no pair that the problem forbids."""
    pairs = {(forbid.task, forbid.worker) for forbid in case.problem.forbids}
    for visit in case.visits:
        if (visit.task.id, visit.worker.id) in pairs:
            yield _of("forbidden", visit, "This pair is forbidden")


def gender(case: Case) -> Iterator[Violation]:
    """Gender: everyone who comes has the required one."""
    for visit in case.visits:
        wanted = visit.task.required_gender
        if wanted is not None and visit.worker.gender != wanted:
            yield _of("gender", visit, f"Requires {wanted!r}")


def language(case: Case) -> Iterator[Violation]:
    """Language: everyone who comes speaks the required one."""
    for visit in case.visits:
        wanted = visit.task.required_language
        if wanted is not None and wanted not in visit.worker.languages:
            yield _of("language", visit, f"Requires {wanted!r}")


def pinned(case: Case) -> Iterator[Violation]:
    """Pinned: a pinned task that is served is served by its pinned people, at the pinned start."""
    teams = {a.task: a for a in case.plan.assignments}
    for pin in case.problem.pins:
        served = teams.get(pin.task)
        if served and (pin.worker not in served.workers or pin.start not in {None, served.start}):
            yield Violation("pinned", pin.task, pin.worker, f"Pinned to {pin.worker!r} at {pin.start}")


def start_in_window(case: Case) -> Iterator[Violation]:
    """Start in window: inside one of the task's start windows, ends included."""
    for task, assignment, _ in case.teams:
        if not any(w.earliest <= assignment.start <= w.latest for w in task.windows):
            yield Violation("start_in_window", task.id, None, f"Starts at {assignment.start}")


def within_reach(case: Case) -> Iterator[Violation]:
    """Within reach: the way from the shift's start place, within what the worker and the task allow."""
    for visit in case.visits:
        limits = [r for r in (visit.worker.reach_metres, visit.task.reach_metres) if r is not None]
        if not limits or visit.shift is None:
            continue
        home, there = case.place(visit.shift.start_place), case.place(visit.task.place)
        metres = case.problem.travel.metres(home, there, visit.worker.mode)
        if metres > min(limits):
            yield _of("within_reach", visit, f"{metres} m, more than {min(limits)} m")


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
    """Inside shift: travel, visits one after another, and travel back, between the shift's start and end."""
    for route in case.routes:
        worker = case.problem.worker_by_id[route.worker]
        shift, now, legs = worker.shifts[route.shift], worker.shifts[route.shift].start, case.legs(route)
        for stop, (a, b) in zip(route.stops, legs, strict=False):
            ready = now + case.problem.travel.ticks(a, b, worker.mode)
            now = stop.start + case.problem.task_by_id[stop.task].duration
            if not ready <= stop.arrive <= stop.start or stop.end != now:
                message = f"Arrives at {stop.arrive}, starts at {stop.start}, possible from {ready}"
                yield Violation("inside_shift", stop.task, worker.id, message)
        home = now + case.problem.travel.ticks(*legs[-1], worker.mode)
        if route.stops and home > shift.end:
            yield Violation("inside_shift", None, worker.id, f"Back at {home}, after {shift.end}")


def headcount(case: Case) -> Iterator[Violation]:
    """Headcount: exactly the people asked for, all different (their common start is the assignment's)."""
    for task, assignment, _ in case.teams:
        if len(assignment.workers) != task.headcount or len(set(assignment.workers)) != task.headcount:
            message = f"Needs {task.headcount}, has {len(set(assignment.workers))}"
            yield Violation("headcount", task.id, None, message)


def atomic_team(case: Case) -> Iterator[Violation]:
    """Atomic team: where an atomic provider sends someone, everyone is from that provider."""
    for task, _, visits in case.teams:
        providers = {visit.provider.id for visit in visits}
        if len(providers) > 1 and any(visit.provider.atomic for visit in visits):
            yield Violation("atomic_team", task.id, None, f"Mixes {', '.join(sorted(providers))}")


def _usage(case: Case, week: bool) -> tuple[Counter[tuple[str, int]], ...]:
    tasks: Counter[tuple[str, int]] = Counter()
    ticks: Counter[tuple[str, int]] = Counter()
    joint: Counter[tuple[str, int]] = Counter()
    for visit in case.visits:
        if visit.shift is not None:
            period = case.problem.week_of(visit.shift) if week else case.problem.day_of(visit.shift)
            tasks[visit.worker.id, period] += 1
            ticks[visit.worker.id, period] += visit.task.duration
            joint[visit.provider.id, period] += 1
    return tasks, ticks, joint


def worker_day_cap(case: Case) -> Iterator[Violation]:
    """Worker's day: tasks and ticks of service of the shifts that start on one day."""
    tasks, ticks, _ = _usage(case, week=False)
    for (worker_id, day), count in sorted(tasks.items()):
        worker = case.problem.worker_by_id[worker_id]
        if _over(count, worker.max_tasks_day) or _over(ticks[worker_id, day], worker.max_ticks_day):
            yield Violation("worker_day_cap", None, worker_id, f"{count} tasks on day {day}")


def worker_week_cap(case: Case) -> Iterator[Violation]:
    """Worker's week: tasks and ticks of service of the shifts that start in one week."""
    tasks, ticks, _ = _usage(case, week=True)
    for (worker_id, week), count in sorted(tasks.items()):
        worker = case.problem.worker_by_id[worker_id]
        if _over(count, worker.max_tasks_week) or _over(ticks[worker_id, week], worker.max_ticks_week):
            yield Violation("worker_week_cap", None, worker_id, f"{count} tasks in week {week}")


def provider_day_cap(case: Case) -> Iterator[Violation]:
    """Provider's day: visits of all its workers."""
    for (provider_id, day), count in sorted(_usage(case, week=False)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_day):
            message = f"{provider_id!r} makes {count} visits on day {day}"
            yield Violation("provider_day_cap", None, None, message)


def provider_week_cap(case: Case) -> Iterator[Violation]:
    """Provider's week: visits of all its workers."""
    for (provider_id, week), count in sorted(_usage(case, week=True)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_week):
            message = f"{provider_id!r} makes {count} visits in week {week}"
            yield Violation("provider_week_cap", None, None, message)


def _over(value: int, cap: int | None) -> bool:
    return cap is not None and value > cap


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


def terms_true(case: Case) -> Iterator[Violation]:
    """Terms: the totals `served`, `points` and `travel_ticks` and the service level follow from the routes."""
    points = sum(task.priority for task, _, _ in case.teams)
    ticks = sum(r.return_ticks + sum(stop.travel_ticks for stop in r.stops) for r in case.routes if r.stops)
    true = {"served": len(case.teams), "points": points, "travel_ticks": ticks}
    told = case.plan.terms
    for name, value in true.items():
        if told.get(name, value) != value:
            yield Violation("terms", None, None, f"{name} is {value}, the plan says {told[name]}")
    for level in case.plan.levels:
        if level.name == "service" and level.value != points:
            yield Violation("terms", None, None, f"service is {points}, the plan says {level.value}")


RULES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    same_problem,
    reported,
    routes_match,
    provider_admitted,
    provider_kind,
    skill_level,
    qualification_valid,
    refused,
    forbidden,
    gender,
    language,
    pinned,
    start_in_window,
    within_reach,
    leg_limit,
    inside_shift,
    worker_day_cap,
    worker_week_cap,
    provider_day_cap,
    provider_week_cap,
    atomic_team,
    headcount,
    travel_true,
    terms_true,
)
