"""From a solver's answer to a plan: routes with their travel, causes, totals, levels."""

from collections.abc import Iterable, Mapping

from matching.accounts import Accounts, Made, need_of
from matching.plan import Assignment, LevelReport, Plan, Route, Session, Stop, Unserved
from matching.policy import Policy, policy_hash
from matching.problem import Place, Problem, problem_hash
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import level_report
from matching.terms import group_terms, task_terms, totals

Leg = tuple[int, int]


def assemble(
    instance: Instance, solution: Solution, levels: Iterable[LevelReport], *, solver: str, seed: int
) -> Plan:
    """The plan of a solution; people leave their start place just in time for their first visit."""
    problem = instance.problem
    routes = tuple(_route(instance, row, tasks, solution) for row, tasks in instance.routes(solution).items())
    assignments = tuple(_assignment(instance, task, *solution[task]) for task in sorted(solution))
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(instance.policy),
        solver=solver,
        seed=seed,
        assignments=assignments,
        routes=routes,
        unserved=tuple(
            _unserved(instance, task, solution) for task in range(len(problem.tasks)) if task not in solution
        ),
        levels=tuple(levels),
        groups=group_terms(instance, solution, routes),
        terms=totals(instance, solution, routes, assignments),
    )


def told(
    problem: Problem,
    policy: Policy,
    *,
    routes: Iterable[Route],
    sessions: Iterable[Session] = (),
    unserved: Iterable[Unserved],
    solver: str,
    seed: int = 0,
    bounds: Mapping[str, int] | None = None,
    searched: bool = False,
    accounts: Accounts | None = None,
) -> Plan:
    """The plan of whole routes of any shape (`solvers.mixed.merge.merged` finds their ways), with all its numbers.

    `bounds`: what is proven of levels, by name; without one, service is bounded by all that is asked for, and costs by
    nothing. `searched`: whether a search was made beside the bounds.
    """
    accounts = accounts or Accounts(problem, policy)
    made = Made(tuple(route for route in routes if route.stops), tuple(sessions))
    values, known = accounts.levels(made), bounds or {}
    assignments = accounts.assignments(made)
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(policy),
        solver=solver,
        seed=seed,
        assignments=assignments,
        routes=made.routes,
        sessions=made.sessions,
        unserved=tuple(unserved),
        levels=tuple(
            level_report(name, value, known.get(name, _bound(accounts, name)), searched=searched)
            for name, value in values.items()
        ),
        groups=accounts.groups(made),
        terms=accounts.totals(made, assignments),
    )


def _bound(accounts: Accounts, level: str) -> int:
    """What no plan can beat, whoever could come."""
    if level == "mandatory":
        return len(accounts.must)
    if level != "service":
        return 0
    most: dict[tuple[str, str], int] = {}
    for one in accounts.asked.values():
        most[need_of(one)] = max(most.get(need_of(one), 0), one.priority)
    return sum(most.values())


def _assignment(instance: Instance, task: int, start: int, rows: tuple[int, ...]) -> Assignment:
    workers = (instance.problem.workers[instance.worker_of_row[row]].id for row in rows)
    return Assignment(
        task=instance.problem.tasks[task].id,
        start=start,
        workers=tuple(sorted(workers)),
        terms=task_terms(instance, task, start, rows),
    )


def _unserved(instance: Instance, task: int, solution: Solution) -> Unserved:
    """Those who could come are kept away by the task before this one, if that is not served either."""
    waits = any(link.before not in solution for link in instance.befores.get(task, ()))
    return Unserved(
        task=instance.problem.tasks[task].id,
        causes=instance.candidates.why_unserved(task, "precedence" if waits else "busy"),
        mandatory=instance.must[task],
    )


def _route(instance: Instance, row: int, tasks: list[int], solution: Solution) -> Route:
    legs = _legs(instance, row, tasks)
    now, stops = None, []
    for task, (ticks, metres) in zip(tasks, legs, strict=False):
        start = solution[task][0]
        arrive = start if now is None else now + ticks
        now = start + instance.duration[task]
        stops.append(
            Stop(
                task=instance.problem.tasks[task].id,
                arrive=arrive,
                start=start,
                end=now,
                travel_ticks=ticks,
                travel_metres=metres,
            )
        )
    worker = instance.problem.workers[instance.worker_of_row[row]].id
    shift = int(instance.shifts.index[row])
    back, metres = legs[-1]
    return Route(worker=worker, shift=shift, stops=tuple(stops), return_ticks=back, return_metres=metres)


def _legs(instance: Instance, row: int, tasks: list[int]) -> list[Leg]:
    problem, shift = instance.problem, instance.shifts.shifts[row]
    ids = [shift.start_place, *(problem.tasks[task].place for task in tasks), shift.end_place]
    places: list[Place] = [problem.place_by_id[place] for place in ids]
    ticks, metres = problem.travel.pairs(places[:-1], places[1:], instance.shifts.mode[row])
    return list(zip(ticks.tolist(), metres.tolist(), strict=True))
