"""What a person asks first of a plan: who is served, by priority; what stands in the way of the rest; who is late."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from matching.plan import CauseCount, Plan, Unserved
from matching.plot.words import TERMS
from matching.problem import Problem, Task
from matching.rules import CAUSES

NOBODY = "nobody"
"""Cause where there are no workers at all."""

YUAN_FEN = 100
TICKS = ("late_price", "experience")
SHOWN_ELSEWHERE = frozenset({"asked", "served", "points", "mandatory_unserved", "experience"})
"""Terms that the lead or the levels say already."""

LONG_MINUTES = 600  # from here on in hours
RANK = {cause: place for place, cause in enumerate(CAUSES)}


class PriorityClass(NamedTuple):
    """Tasks of one priority: how many are asked for and served, and their points together."""

    priority: int
    asked: int
    served: int

    @property
    def points(self) -> int:
        """Points of those served."""
        return self.priority * self.served


class CauseGroup(NamedTuple):
    """Unserved tasks with the same main cause."""

    cause: str
    tasks: int
    mandatory: int
    points: int


class Missing(NamedTuple):
    """An unserved task, with the cause that kept the nearest candidates away."""

    task: Task
    main: str
    causes: tuple[CauseCount, ...]


def by_priority(problem: Problem, plan: Plan) -> list[PriorityClass]:
    """Classes of points, the highest first."""
    served = {assignment.task for assignment in plan.assignments}
    asked = Counter(task.priority for task in problem.tasks)
    done = Counter(task.priority for task in problem.tasks if task.id in served)
    return [PriorityClass(points, asked[points], done[points]) for points in sorted(asked, reverse=True)]


def main_cause(unserved: Unserved) -> str:
    """The last rule at which anybody failed: a plumber too far away says more than many people who are no plumbers."""
    return max((c.cause for c in unserved.causes), key=lambda cause: RANK.get(cause, -1), default=NOBODY)


def missing(problem: Problem, plan: Plan) -> list[Missing]:
    """Unserved tasks: mandatory and pinned first, then by priority."""
    tasks, pinned = problem.task_by_id, {pin.task for pin in problem.pins}
    found = [Missing(tasks[u.task], main_cause(u), u.causes) for u in plan.unserved if u.task in tasks]
    found.sort(key=lambda m: (not must(m.task, pinned), -m.task.priority, m.task.id))
    return found


def must(task: Task, pinned: Iterable[str]) -> bool:
    """Whether a task comes before all points."""
    return task.mandatory or task.id in pinned


def grouped(problem: Problem, plan: Plan) -> list[CauseGroup]:
    """Unserved tasks by main cause, the most frequent first."""
    lost = missing(problem, plan)
    pinned = {pin.task for pin in problem.pins}
    groups = {cause: [m.task for m in lost if m.main == cause] for cause in sorted({m.main for m in lost})}
    found = [
        CauseGroup(
            cause, len(tasks), sum(must(t, pinned) for t in tasks), sum(task.priority for task in tasks)
        )
        for cause, tasks in groups.items()
    ]
    return sorted(found, key=lambda group: (-group.tasks, group.cause))


def late_ticks(task: Task, start: int) -> int:
    """Ticks by which a start comes after the punctual part of its window."""
    for window in task.windows:
        if window.earliest <= start <= window.end:
            return max(0, start - window.latest)
    return 0


def totals(problem: Problem, plan: Plan) -> list[tuple[str, str, str]]:
    """Terms that are not zero, nor said elsewhere, as (code, value, unit): minutes, kilometres, yuan by the code."""
    seconds, terms = problem.horizon.tick_seconds, _in_order(plan.terms)
    return [
        (code, *_measured(code, value, seconds))
        for code, value in terms
        if value and code not in SHOWN_ELSEWHERE
    ]


def _in_order(terms: dict[str, int]) -> list[tuple[str, int]]:
    place = {code: i for i, code in enumerate(TERMS)}
    return sorted(terms.items(), key=lambda item: (place.get(item[0], len(place)), item[0]))


def _measured(code: str, value: int, tick_seconds: int) -> tuple[str, str]:
    if code.endswith("_ticks") or code in TICKS:
        minutes = value * tick_seconds / 60
        return (f"{minutes / 60:,.1f}", "h") if minutes >= LONG_MINUTES else (f"{minutes:,.0f}", "min")
    if code.endswith("_metres"):
        return f"{value / 1000:,.1f}", "km"
    if code.endswith("_fen"):
        return f"{value / YUAN_FEN:,.2f}", "yuan"
    return f"{value:,}", ""
