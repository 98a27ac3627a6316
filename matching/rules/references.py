"""What a plan names must exist, before any rule reads it."""

from collections.abc import Iterator

from matching.plan import Plan, Session
from matching.problem import Problem
from matching.rules.case import Violation


def references(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """References: everything that the plan names exists (code `routes`)."""
    yield from _served(problem, plan)
    for session in plan.sessions:
        yield from _session(problem, session)
    workers = {w for a in plan.assignments for w in a.workers} | {r.worker for r in plan.routes}
    workers |= {w for session in plan.sessions for staff in session.staff for w in staff.workers}
    for worker in sorted(workers - problem.worker_by_id.keys()):
        yield Violation("routes", None, worker, f"No worker {worker!r}")
    for route in plan.routes:
        known = problem.worker_by_id.get(route.worker)
        if known and not 0 <= route.shift < len(known.shifts):
            yield Violation("routes", None, route.worker, f"No shift {route.shift} of {route.worker!r}")


def _served(problem: Problem, plan: Plan) -> Iterator[Violation]:
    stops = {(stop.kind, stop.task) for route in plan.routes for stop in route.stops}
    stops |= {("visit", assignment.task) for assignment in plan.assignments}
    known = {
        "visit": problem.task_by_id.keys(),
        "load": problem.depot_by_id.keys(),
        "deliver": problem.delivery_by_id.keys(),
        "lead": {session.gathering for session in plan.sessions},
    }
    words = {"visit": "task", "load": "depot", "deliver": "delivery", "lead": "session of"}
    for kind, name in sorted(stops):
        if name not in known[kind]:
            yield Violation("routes", name, None, f"No {words[kind]} {name!r}")
    asked = {*problem.task_by_id, *problem.delivery_by_id, *problem.enrolment_by_id}
    for name in sorted({unserved.task for unserved in plan.unserved} - asked):
        yield Violation("routes", name, None, f"No task, delivery or enrolment {name!r}")


def _session(problem: Problem, session: Session) -> Iterator[Violation]:
    gathering = problem.gathering_by_id.get(session.gathering)
    if gathering is None:
        yield Violation("routes", session.gathering, None, f"No gathering {session.gathering!r}")
        return
    if not 0 <= session.occasion < len(gathering.occasions):
        yield Violation("routes", gathering.id, None, f"No occasion {session.occasion}")
    for staff in session.staff:
        if not 0 <= staff.role < len(gathering.roles):
            yield Violation("routes", gathering.id, None, f"No role {staff.role}")
    for person in sorted({*session.seated, *session.waiting} - problem.enrolment_by_id.keys()):
        yield Violation("routes", person, None, f"No enrolment {person!r}")
