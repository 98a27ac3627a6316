"""Why a visit takes place as it does: the rules it keeps, what it adds, and what would get worse with somebody else."""

from typing import TYPE_CHECKING

from matching.explain.document import Alternative, Explanation, Visit
from matching.explain.unserved import first_worse
from matching.problem import Task
from matching.rules import CAUSES
from matching.solvers.instance import Instance, Solution

if TYPE_CHECKING:
    from matching.explain.explainer import Explainer

ORDER = ("none", "experience", "travel", "served", "service", "mandatory", "rules")
"""Alternatives are told from the nearest to the furthest."""

AFTER = ("busy", "alternative")
"""Causes that are no rules on one visit."""


def served(explainer: "Explainer", task_id: str, *, named: bool) -> Explanation:
    """The explanation of a task that is served; `named`: with those who come and could have come (for officers)."""
    task = explainer.problem.task_by_id[task_id]
    if task_id not in explainer.instance.task_index:
        return _standing(explainer, task, named=named)
    index = explainer.instance.task_index[task_id]
    others = alternatives(explainer, index, named=named)
    tie = any(other.level == "none" for other in others)
    near = min((other for other in others if other.level != "none"), key=_near, default=None)
    return Explanation(
        task=task_id,
        kind="task",
        served=True,
        reason="served",
        proven=True,
        points=task.priority,
        level="" if tie or near is None else near.level,
        price=0 if tie or near is None else near.price,
        rules=_rules(explainer, task),
        visit=_visit(explainer, index, named=named),
        alternatives=others,
    )


def _standing(explainer: "Explainer", task: Task, *, named: bool) -> Explanation:
    """A visit that cannot be moved without what is no visit: only who comes when is told."""
    (found,) = (a for a in explainer.plan.assignments if a.task == task.id)
    ways = sum(stop.travel_ticks for r in explainer.plan.routes for stop in r.stops if stop.task == task.id)
    people = [explainer.problem.worker_by_id[worker] for worker in found.workers]
    visits = [stop.kind for r in explainer.plan.routes if r.worker in found.workers for stop in r.stops]
    visit = Visit(
        start=found.start,
        people=sum(worker.people for worker in people),
        extra_ticks=ways,
        tasks_before=visits.count("visit") - len(people),
        tasks_after=visits.count("visit"),
        workers=found.workers if named else (),
    )
    return Explanation(
        task=task.id,
        kind="task",
        served=True,
        reason="served",
        proven=False,
        points=task.priority,
        visit=visit,
    )


def _near(other: Alternative) -> tuple[int, int, tuple[str, ...]]:
    return ORDER.index(other.level), other.price, other.workers


def _rules(explainer: "Explainer", task: Task) -> tuple[str, ...]:
    """Hard rules that excluded somebody else, or that the task asks for: it keeps them all."""
    index = explainer.instance.task_index[task.id]
    excluded = {cause.cause for cause in explainer.instance.candidates.excluded(index)}
    return tuple(rule for rule in CAUSES if rule in excluded)


def _visit(explainer: "Explainer", index: int, *, named: bool) -> Visit:
    instance, solution = explainer.instance, explainer.solution
    start, rows = solution[index]
    routes = instance.routes(solution)
    extra = 0
    for row in rows:
        rest = [task for task in routes[row] if task != index]
        extra += instance.ways(row, routes[row]) - (instance.ways(row, rest) if rest else 0)
    visits = sum(len(routes[row]) for row in rows)
    people = [instance.problem.workers[instance.worker_of_row[row]] for row in rows]
    return Visit(
        start=start,
        people=sum(worker.people for worker in people),
        extra_ticks=extra,
        tasks_before=visits - len(rows),
        tasks_after=visits,
        workers=tuple(sorted(worker.id for worker in people)) if named else (),
    )


def alternatives(explainer: "Explainer", index: int, *, named: bool) -> tuple[Alternative, ...]:
    """Everybody else who could come, each with the first level that gets worse while all others keep their visits.

    A team is compared with itself after one of its members is exchanged. Who has no room loses the visits worth least.
    """
    instance, plan = explainer.instance, explainer.solution
    start, rows = plan[index]
    own = {instance.worker_of_row[row] for row in rows}
    found: dict[int, Alternative] = {}
    for option in instance.candidates.options[index]:
        if option.worker in own:
            continue
        new = _forced(explainer, index, start, rows, option.row)
        person = (instance.problem.workers[option.worker].id,) if named else ()
        other = Alternative(level=new[0] or "none", price=new[1], workers=person)
        before = found.get(option.worker)
        if before is None or _near(other) < _near(before):
            found[option.worker] = other
    return tuple(sorted(found.values(), key=_near))


def _forced(
    explainer: "Explainer", index: int, start: int, rows: tuple[int, ...], row: int
) -> tuple[str, int]:
    """The first level that gets worse with a row in place of one that comes, and by how much."""
    instance, routes = explainer.instance, explainer.chains.routes
    taken = routes.remove(index)
    teams = _teams(instance, index, rows, row)
    best: Solution | None = None
    common = start if instance.tied[index] else None
    others = [removed.task for removed in taken[:-1]]
    for team in teams:
        if not others and routes.try_team(index, team, common):
            solution = routes.solution()
            routes.remove(index)
            if best is None or instance.rank(solution) < instance.rank(best):
                best = solution
    dropped = _least(instance, routes.order[row]) if best is None and teams and not others else None
    routes.put_back(taken)
    if best is not None:
        return first_worse(explainer, best)
    return ("rules", 0) if dropped is None else ("service", dropped)


def _teams(instance: Instance, index: int, rows: tuple[int, ...], row: int) -> list[tuple[int, ...]]:
    """Who would come with somebody new: nobody else, or the team with one member exchanged."""
    if instance.teams.need(index, row) == 1:
        return [(row,)]
    return [tuple(sorted((*(r for r in rows if r != gone), row))) for gone in rows]


def _least(instance: Instance, order: list[int]) -> int | None:
    """The fewest points lost by making room in a day: one visit less at least."""
    return min((instance.priority[task] for task in order), default=None)
