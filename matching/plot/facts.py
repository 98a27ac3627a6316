"""What a person asks first of a plan: who is served, by priority; what stands in the way of the rest; who is late."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from matching.accounts import Asked, Made, all_asked, need_of
from matching.delivery import Delivery
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
    """Needs of one priority: how many are asked for and served, and their points together."""

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


class ShapeCount(NamedTuple):
    """What is asked for and served of one shape (`words.SHAPES`), alternatives one by one."""

    shape: str
    asked: int
    served: int


class Missing(NamedTuple):
    """An unserved task, delivery or enrolment, with the cause that kept the nearest candidates away."""

    task: Asked
    main: str
    causes: tuple[CauseCount, ...]


def served_ids(plan: Plan) -> set[str]:
    """Tasks, deliveries and enrolments that a plan serves."""
    return {one.task for one in plan.assignments} | Made(plan.routes, plan.sessions).served


def needs(problem: Problem, plan: Plan) -> tuple[int, int]:
    """How many needs are served, and asked for; alternatives of one need count once."""
    served = served_ids(plan)
    asked = all_asked(problem)
    return len({need_of(one) for one in asked if one.id in served}), len({need_of(one) for one in asked})


def by_shape(problem: Problem, plan: Plan) -> list[ShapeCount]:
    """Visits, deliveries and seats, where there are any."""
    served = served_ids(plan)
    shapes: tuple[tuple[str, tuple[Asked, ...]], ...] = (
        ("visits", problem.tasks),
        ("deliveries", problem.deliveries),
        ("sessions", problem.enrolments),
    )
    return [
        ShapeCount(name, len(all_), sum(one.id in served for one in all_)) for name, all_ in shapes if all_
    ]


def by_priority(problem: Problem, plan: Plan) -> list[PriorityClass]:
    """Classes of points, the highest first; a need counts with the points that it got, else with the most it might."""
    served = served_ids(plan)
    most: dict[tuple[str, str], int] = {}
    got: dict[tuple[str, str], int] = {}
    for one in all_asked(problem):
        most[need_of(one)] = max(most.get(need_of(one), 0), one.priority)
        if one.id in served:
            got[need_of(one)] = one.priority
    asked, done = Counter((most | got).values()), Counter(got.values())
    return [PriorityClass(points, asked[points], done[points]) for points in sorted(asked, reverse=True)]


def main_cause(unserved: Unserved) -> str:
    """The last rule at which anybody failed: a plumber too far away says more than many people who are no plumbers."""
    return max((c.cause for c in unserved.causes), key=lambda cause: RANK.get(cause, -1), default=NOBODY)


def missing(problem: Problem, plan: Plan) -> list[Missing]:
    """What is not served, nor instead of it another way of the same need: mandatory and pinned first, then by priority."""
    asked, pinned = {one.id: one for one in all_asked(problem)}, {pin.task for pin in problem.pins}
    met = {asked[name].need for name in served_ids(plan) if name in asked} - {""}
    found = [
        Missing(asked[u.task], main_cause(u), u.causes)
        for u in plan.unserved
        if u.task in asked and asked[u.task].need not in met
    ]
    found.sort(key=lambda m: (not must(m.task, pinned), -m.task.priority, m.task.id))
    return found


def must(task: Asked, pinned: Iterable[str]) -> bool:
    """Whether a task comes before all points."""
    return isinstance(task, Task) and (task.mandatory or task.id in pinned)


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


def late_ticks(task: Task | Delivery, start: int) -> int:
    """Ticks by which a start comes after the punctual part of its window."""
    for window in task.windows:
        if window.earliest <= start <= window.end:
            return max(0, start - window.latest)
    return 0


def clock(problem: Problem, tick: int) -> str:
    """The time of day, with the day where there are several."""
    horizon = problem.horizon
    start = datetime.fromisoformat(horizon.start) + timedelta(seconds=tick * horizon.tick_seconds)
    return start.strftime("%H:%M" if horizon.days == 1 else "%m-%d %H:%M")


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
