"""From a plan document back to what solvers work on."""

from collections.abc import Callable

from matching.assemble import assemble
from matching.plan import Plan
from matching.rules import check
from matching.solvers.instance import Instance, Solution
from matching.solvers.routes import Routes


def known(instance: Instance, plan: Plan) -> Solution:
    """What of a plan (perhaps of an older problem) names tasks, workers and shifts that still exist."""
    rows = {
        (instance.problem.workers[worker].id, index): row
        for row, (worker, index) in enumerate(
            zip(instance.shifts.worker.tolist(), instance.shifts.index.tolist(), strict=True)
        )
    }
    tasks = instance.task_index
    found: dict[int, tuple[int, list[int]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            if stop.kind == "visit" and stop.task in tasks and (route.worker, route.shift) in rows:
                _, team = found.setdefault(tasks[stop.task], (stop.start, []))
                team.append(rows[route.worker, route.shift])
    return {task: (start, tuple(sorted(team))) for task, (start, team) in found.items()}


def keeps_rules(instance: Instance, solution: Solution) -> bool:
    """Whether a solution that came from outside is one: judged by the rules themselves."""
    pairs = instance.pairs
    for task, (_, rows) in solution.items():
        possible = set(pairs.row[pairs.first[task] : pairs.first[task + 1]].tolist())
        if task not in instance.candidates.unseen and not possible.issuperset(rows):
            return False
    plan = assemble(instance, solution, (), solver="warm start", seed=0)
    return not check(instance.problem, plan)


def salvage(instance: Instance, solution: Solution, out: Callable[[], bool]) -> Solution:
    """What of a solution from outside still holds, visit by visit."""
    routes = Routes(instance)
    for task, (start, rows) in sorted(solution.items(), key=lambda item: (item[1][0], item[0])):
        if out():
            break
        if all((task, row) in instance.option for row in rows):
            routes.try_team(task, rows, start)
    return routes.solution()
