"""Alternatives of one need: which of its tasks is planned, and which shapes could meet it."""

from collections import defaultdict
from collections.abc import Collection

from matching.accounts import Asked, all_asked
from matching.delivery import Delivery
from matching.problem import Problem, Task
from matching.solvers.mixed.cut import Shape

PERHAPS = frozenset({"busy", "min_seats", "refused"})
"""Causes that another plan might not have."""

MOST_PAIRS = 100_000
"""Deliveries x workers, or enrolments x gatherings, up to which what is impossible is looked for."""


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


def shared(problem: Problem) -> frozenset[str]:
    """Ids of what has a need that something of another shape could meet, too."""
    return frozenset(
        one.id
        for items in alternatives(problem).values()
        if len({shape_of(one) for one in items}) > 1
        for one in items
    )


def impossible(problem: Problem) -> frozenset[str]:
    """Deliveries and enrolments that cannot be served whatever else is planned."""
    from matching.solvers.delivery import why_undelivered  # noqa: PLC0415 loaded when first needed
    from matching.solvers.gathering import why_unseated  # noqa: PLC0415 loaded when first needed

    found: set[str] = set()
    if len(problem.deliveries) * len(problem.workers) <= MOST_PAIRS:
        why = why_undelivered(problem, [one.id for one in problem.deliveries])
        found |= {name for name, causes in why.items() if PERHAPS.isdisjoint(c.cause for c in causes)}
    if len(problem.enrolments) * len(problem.gatherings) <= MOST_PAIRS:
        why = why_unseated(problem, (), [one.id for one in problem.enrolments])
        found |= {name for name, causes in why.items() if PERHAPS.isdisjoint(c.cause for c in causes)}
    return frozenset(found)


def plain(problem: Problem) -> bool:
    """Whether there are visits alone, each a need of its own."""
    return problem.visits_only and not alternatives(problem)


def second_tasks(
    problem: Problem, possible: Collection[str], turn: int = 0, served: Collection[str] = ()
) -> frozenset[str]:
    """Tasks that are left out because another one of their need is planned.

    One that is `served` comes first; else one that must be, that is possible, with the most points, and by id; with each
    `turn` the next one.
    """
    pinned = {pin.task for pin in problem.pins}
    found = set()
    for items in alternatives(problem).values():
        tasks = [one for one in items if isinstance(one, Task)]
        tasks.sort(
            key=lambda task: (
                not (task.mandatory or task.id in pinned),
                task.id not in possible,
                -task.priority,
                task.id,
            )
        )
        chosen = [task for task in tasks if task.id in served] or tasks[turn % max(1, len(tasks)) :]
        found |= {task.id for task in tasks} - {task.id for task in chosen[:1]}
    return frozenset(found)
