"""Terms of the objective as a plan reports them: of each task, of each group, of the whole."""

from collections import Counter

from matching.plan import TERMS, Assignment, GroupTerms, Route
from matching.problem import Task, Worker
from matching.solvers.instance import Instance, Solution
from matching.solvers.wishes import unmet


def task_terms(instance: Instance, task: int, start: int, rows: tuple[int, ...]) -> dict[str, int]:
    """Terms of one served task, zeros left out."""
    asked = instance.problem.tasks[task]
    workers = [instance.worker_of_row[row] for row in rows]
    people = [instance.problem.workers[worker] for worker in workers]
    price = sum(instance.prices.fen(task, worker) for worker in workers)
    terms = {
        "late_ticks": min(max(0, start - w.latest) for w in asked.windows if w.earliest <= start <= w.end),
        "late_price": instance.late_price(task, start),
        "wishes_missed": sum(unmet(asked, person) for person in people),
        "continuity_missed": sum(_stranger(asked, person) for person in people),
        "anchors_missed": sum(_elsewhere(asked, person) for person in people),
        "levels_over": sum(_levels_over(asked, person) for person in people),
        "price_fen": price,
        "funded_fen": 0 if asked.price_cap_fen is None else max(0, price - asked.price_cap_fen),
    }
    return {name: value for name, value in terms.items() if value}


def _stranger(task: Task, worker: Worker) -> bool:
    return bool(task.known_workers) and worker.id not in task.known_workers


def _elsewhere(task: Task, worker: Worker) -> bool:
    return bool(task.zones and worker.anchors) and set(task.zones).isdisjoint(worker.anchors)


def _levels_over(task: Task, worker: Worker) -> int:
    has = {skill.skill: skill.level for skill in worker.skills}
    return sum(max(0, has[skill.skill] - skill.level) for skill in task.skills)


def totals(
    instance: Instance, solution: Solution, routes: tuple[Route, ...], assignments: tuple[Assignment, ...]
) -> dict[str, int]:
    """Terms of a whole plan; `experience` is the value that this level has or would have."""
    stops = [stop for route in routes for stop in route.stops]
    rows = [(task, row) for task, (_, team) in solution.items() for row in team]
    providers = instance.problem.providers
    told: Counter[str] = Counter()
    for assignment in assignments:
        told.update(assignment.terms)
    travel = sum(s.travel_ticks for s in stops) + sum(r.return_ticks for r in routes)
    visits = sum(instance.visit_price("experience", task, row) for task, row in rows)
    return {
        "asked": len(instance.problem.tasks),
        "served": len(solution),
        "points": instance.points(solution),
        "travel_ticks": travel,
        "travel_metres": sum(s.travel_metres for s in stops) + sum(r.return_metres for r in routes),
        "waiting_ticks": sum(stop.start - stop.arrive for stop in stops),
        "service_ticks": sum(stop.end - stop.start for stop in stops),
        "workers_used": len({instance.worker_of_row[row] for _, row in rows}),
        "fallback_tasks": sum(providers[instance.provider_of_row[row]].fallback for _, row in rows),
        "mandatory_unserved": sum(
            task.mandatory and i not in solution for i, task in enumerate(instance.problem.tasks)
        ),
        "experience": travel + visits + told["late_price"],
        **{name: told[name] for name in TERMS},
    }


def group_terms(instance: Instance, solution: Solution, routes: tuple[Route, ...]) -> tuple[GroupTerms, ...]:
    """What each group asked and got."""
    ways: Counter[str] = Counter()
    for route in routes:
        for stop in route.stops:
            ways[stop.task] += stop.travel_ticks
    asked: dict[str, list[tuple[int, Task]]] = {}
    for i, task in enumerate(instance.problem.tasks):
        for group in task.groups:
            asked.setdefault(group, []).append((i, task))
    return tuple(_group(group, tasks, solution, ways) for group, tasks in sorted(asked.items()))


def _group(group: str, asked: list[tuple[int, Task]], solution: Solution, ways: Counter[str]) -> GroupTerms:
    served = [task for i, task in asked if i in solution]
    return GroupTerms(
        group=group,
        asked=len(asked),
        served=len(served),
        points=sum(task.priority for task in served),
        travel_ticks=sum(ways[task.id] for task in served),
    )
