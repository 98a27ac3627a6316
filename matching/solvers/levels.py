"""Levels as numbers: one weight per task that orders must-serve tasks, then points, then how many are served."""

from typing import Literal, NamedTuple

from matching.plan import LevelReport
from matching.policy import Level
from matching.solvers.instance import Instance, Solution

MILLION = 1_000_000


class Scale(NamedTuple):
    """weight(task) = must x `must` + priority x `point` + 1, with no overflow from one rank into the next."""

    must: int
    point: int

    @classmethod
    def of(cls, instance: Instance) -> "Scale":
        """Large enough for all tasks together."""
        point = len(instance.priority) + 1
        return cls(point * (sum(instance.priority) + 1), point)

    def weight(self, instance: Instance, task: int) -> int:
        """Weight of serving a task."""
        return instance.must[task] * self.must + instance.priority[task] * self.point + 1

    def value(self, instance: Instance, solution: Solution) -> int:
        """Weight of a solution."""
        return sum(self.weight(instance, task) for task in solution)


def everything(instance: Instance) -> int:
    """Weight of all tasks for which anybody is a candidate: the cheapest bound."""
    scale = Scale.of(instance)
    return sum(scale.weight(instance, t) for t in range(len(instance.priority)) if instance.possible(t))


def service_reports(
    instance: Instance, solution: Solution, bound: int, *, searched: bool
) -> list[LevelReport]:
    """Must-serve tasks (where there are any) and points, each with its bound."""
    scale = Scale.of(instance)
    musts = sum(instance.must[task] for task in solution)
    points = instance.points(solution)
    reports = []
    if any(instance.must):
        reports.append(_report("mandatory", musts, max(musts, bound // scale.must), searched=searched))
        bound -= musts * scale.must
    possible = sum(p for task, p in enumerate(instance.priority) if instance.possible(task))
    reports.append(
        _report("service", points, max(points, min(bound // scale.point, possible)), searched=searched)
    )
    return reports


def cost_report(level: Level, value: int, bound: int, *, searched: bool) -> LevelReport:
    """A level of cost and its lower bound."""
    return _report(level, value, min(value, max(bound, 0)), searched=searched)


def level_report(name: str, value: int, bound: int, *, searched: bool) -> LevelReport:
    """Any level by its name; a bound that the value beats says nothing more than the value."""
    if name in {"mandatory", "service"}:
        return _report(name, value, max(value, bound), searched=searched)
    return _report(name, value, min(value, max(bound, 0)), searched=searched)


def _report(name: str, value: int, bound: int, *, searched: bool) -> LevelReport:
    base = max(value, bound, 1)
    gap = -(-abs(bound - value) * MILLION // base)
    status: Literal["optimal", "feasible", "unproven"] = "feasible" if searched else "unproven"
    if gap == 0:
        status = "optimal"
    return LevelReport(name=name, value=value, bound=bound, gap_ppm=gap, status=status)
