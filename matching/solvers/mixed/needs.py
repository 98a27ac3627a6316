"""Alternatives of one need: which of its tasks is planned, and which shapes could meet it."""

from collections import defaultdict

from matching.accounts import Asked, all_asked
from matching.delivery import Delivery
from matching.problem import Problem, Task
from matching.solvers.mixed.cut import Shape


def alternatives(problem: Problem) -> dict[str, list[Asked]]:
    """Needs that several tasks, deliveries and enrolments name."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for one in all_asked(problem):
        if one.need:
            found[one.need].append(one)
    return {need: items for need, items in sorted(found.items()) if len(items) > 1}


def shape_of(one: Asked) -> Shape:
    """The shape in which something is served."""
    if isinstance(one, Task):
        return "visits"
    return "deliveries" if isinstance(one, Delivery) else "sessions"


def plain(problem: Problem) -> bool:
    """Whether there are visits alone, each a need of its own."""
    return problem.visits_only and not alternatives(problem)


def second_tasks(problem: Problem, turn: int = 0) -> frozenset[str]:
    """Tasks that are left out because another one of their need is planned.

    One that must be served comes first, then the one with the most points, then by id; with each `turn` the next one.
    """
    pinned = {pin.task for pin in problem.pins}
    found = set()
    for items in alternatives(problem).values():
        tasks = [one for one in items if isinstance(one, Task)]
        tasks.sort(key=lambda task: (not (task.mandatory or task.id in pinned), -task.priority, task.id))
        if tasks:
            chosen = tasks[turn % len(tasks)]
            found |= {task.id for task in tasks} - {chosen.id}
    return frozenset(found)
