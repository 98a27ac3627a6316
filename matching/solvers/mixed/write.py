"""The plan of all shapes: waiting lists, and why the rest is not served."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from matching.accounts import Made, all_asked
from matching.assemble import told
from matching.plan import CauseCount, Plan, Route, Session, Unserved
from matching.policy import Policy
from matching.problem import Problem
from matching.rules import check
from matching.solvers.instance import Instance
from matching.solvers.mixed.cut import Shape
from matching.solvers.mixed.parts import Part, Parts, made

if TYPE_CHECKING:
    from matching.solvers.mixed.search import Mixed

KINDS: dict[Shape, Collection[str]] = {
    "sessions": ("lead",),
    "deliveries": ("load", "deliver"),
    "visits": ("visit",),
}
"""The stops of each shape."""


def written(mixed: "Mixed", seed: int) -> Plan:
    """The best plan so far as a document."""
    problem, planner, whole = mixed.problem, mixed.planner, mixed.made
    sessions = with_waiting(problem, whole)
    return told(
        problem,
        planner.policy,
        routes=whole.routes,
        sessions=sessions,
        unserved=unserved(problem, planner.visits, whole),
        solver=mixed.part,
        seed=seed,
        bounds=mixed.bounds(),
        searched=mixed.searched,
        accounts=mixed.accounts,
    )


def with_waiting(problem: Problem, made: Made) -> tuple[Session, ...]:
    """Sessions with their waiting lists."""
    if not made.sessions:
        return ()
    from matching.solvers.gathering.causes import Waiting  # noqa: PLC0415 loaded when first needed

    waiting = Waiting(problem, made.served)
    return tuple(waiting.of(session) for session in made.sessions)


def unserved(problem: Problem, visits: Instance, made: Made) -> tuple[Unserved, ...]:
    """Everything that is not served, with causes; `visits` is the instance of all its tasks."""
    served = made.served
    met = {one.need for one in all_asked(problem) if one.need and one.id in served}
    others = frozenset(one.id for one in all_asked(problem) if one.need in met) - served
    return (
        *_tasks(problem, visits, served, others),
        *_deliveries(problem, served, others),
        *_enrolments(problem, made, served),
    )


def _tasks(
    problem: Problem, visits: Instance, served: Collection[str], others: Collection[str]
) -> list[Unserved]:
    found = []
    for i, task in enumerate(problem.tasks):
        if task.id in served:
            continue
        waits = any(problem.tasks[link.before].id not in served for link in visits.befores.get(i, ()))
        causes = visits.candidates.why_unserved(i, "precedence" if waits else "busy")
        if task.id in others:
            causes = _alternative(len(problem.workers))
        found.append(Unserved(task=task.id, causes=causes, mandatory=visits.must[i]))
    return found


def _deliveries(problem: Problem, served: Collection[str], others: Collection[str]) -> list[Unserved]:
    lost = [one.id for one in problem.deliveries if one.id not in served]
    if not lost:
        return []
    from matching.solvers.delivery.causes import why_undelivered  # noqa: PLC0415 loaded when first needed

    why = why_undelivered(problem, [name for name in lost if name not in others])
    instead = _alternative(len(problem.workers))
    return [Unserved(task=name, causes=why.get(name, instead)) for name in lost]


def _enrolments(problem: Problem, made: Made, served: Collection[str]) -> list[Unserved]:
    lost = [one.id for one in problem.enrolments if one.id not in served]
    if not lost:
        return []
    from matching.solvers.gathering.causes import why_unseated  # noqa: PLC0415 loaded when first needed

    why = why_unseated(problem, made.sessions, lost, served)
    return [Unserved(task=name, causes=why[name]) for name in lost]


def _alternative(count: int) -> tuple[CauseCount, ...]:
    return (CauseCount(cause="alternative", count=count),) if count else ()


def parts_of(plan: Plan) -> Parts:
    """A plan from outside as parts; whether it keeps the rules of this problem is not asked."""
    parts: dict[Shape, Part] = {}
    for shape, kinds in KINDS.items():
        routes = (_only(route, kinds) for route in plan.routes)
        sessions = plan.sessions if shape == "sessions" else ()
        part = Part(tuple(route for route in routes if route.stops), sessions)
        if part.routes or part.sessions:
            parts[shape] = part
    return parts


def keeps_rules(problem: Problem, policy: Policy, visits: Instance, parts: Parts) -> bool:
    """Whether parts from outside are a plan of this problem: judged by the rules themselves."""
    try:
        whole = made(problem, parts)
        plan = told(
            problem,
            policy,
            routes=whole.routes,
            sessions=with_waiting(problem, whole),
            unserved=unserved(problem, visits, whole),
            solver="warm start",
        )
    except (KeyError, IndexError):  # it names what is not there any more
        return False
    return not check(problem, plan, policy)


def _only(route: Route, kinds: Collection[str]) -> Route:
    stops = tuple(stop for stop in route.stops if stop.kind in kinds)
    return Route(worker=route.worker, shift=route.shift, stops=stops, return_ticks=0, return_metres=0)
