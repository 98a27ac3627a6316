"""From a solver's answer to a plan: routes with their travel, causes, totals, levels."""

from collections.abc import Iterable

from matching.plan import Assignment, LevelReport, Plan, Route, Stop, Unserved
from matching.policy import policy_hash
from matching.problem import Place, problem_hash
from matching.solvers.instance import Instance, Solution

Leg = tuple[int, int]


def assemble(
    instance: Instance, solution: Solution, levels: Iterable[LevelReport], *, solver: str, seed: int
) -> Plan:
    """The plan of a solution; people leave their start place just in time for their first visit."""
    problem = instance.problem
    routes = tuple(_route(instance, row, tasks, solution) for row, tasks in instance.routes(solution).items())
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(instance.policy),
        solver=solver,
        seed=seed,
        assignments=tuple(_assignment(instance, task, *solution[task]) for task in sorted(solution)),
        routes=routes,
        unserved=tuple(
            Unserved(task=task.id, causes=instance.candidates.why_unserved(i))
            for i, task in enumerate(problem.tasks)
            if i not in solution
        ),
        levels=tuple(levels),
        terms=_terms(instance, solution, routes),
    )


def _assignment(instance: Instance, task: int, start: int, rows: tuple[int, ...]) -> Assignment:
    workers = (instance.problem.workers[instance.worker_of_row[row]].id for row in rows)
    return Assignment(task=instance.problem.tasks[task].id, start=start, workers=tuple(sorted(workers)))


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


def _terms(instance: Instance, solution: Solution, routes: tuple[Route, ...]) -> dict[str, int]:
    stops = [stop for route in routes for stop in route.stops]
    rows = [row for _, team in solution.values() for row in team]
    providers = instance.problem.providers
    return {
        "asked": len(instance.problem.tasks),
        "served": len(solution),
        "points": instance.points(solution),
        "travel_ticks": sum(s.travel_ticks for s in stops) + sum(r.return_ticks for r in routes),
        "travel_metres": sum(s.travel_metres for s in stops) + sum(r.return_metres for r in routes),
        "waiting_ticks": sum(stop.start - stop.arrive for stop in stops),
        "service_ticks": sum(stop.end - stop.start for stop in stops),
        "workers_used": len({instance.worker_of_row[row] for row in rows}),
        "fallback_tasks": sum(providers[instance.provider_of_row[row]].fallback for row in rows),
        "mandatory_unserved": sum(
            task.mandatory and i not in solution for i, task in enumerate(instance.problem.tasks)
        ),
    }
