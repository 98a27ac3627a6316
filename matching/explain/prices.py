"""What no plan surpasses that serves one need, from the prices of the service of all: quick, and at every size.

At these prices each row of the shift table loses something where it must take the need (see `solvers.bounds`); a plan that
serves it loses at least what the rows that would come lose.
"""

from collections.abc import Callable

import numpy as np

from matching.solvers.bounds import in_time, load
from matching.solvers.bounds.case import SAFETY, Case
from matching.solvers.bounds.layout import FloatArray
from matching.solvers.bounds.multipliers import gains
from matching.solvers.bounds.pricing import best_routes
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale
from matching.travel import IntArray

LABELS, STEPS = 300, 600_000
"""Effort of one row: labels expanded, and steps of bounding what may follow a visit."""


class Prices:
    """Prices of all tasks of a problem, as weights (`Scale`); `limit`: no plan weighs more."""

    def __init__(self, instance: Instance, solution: Solution, out: Callable[[], bool]) -> None:
        load()
        self.instance = instance
        served = Scale.of(instance).value(instance, solution)
        self.case = Case(instance, solution, "service", served, out, in_time)
        if self.case.ready:
            self.case.improve((), None, lambda bound: self.case.weight(bound) <= served)
        self.limit = min(self.case.total, max(served, self.case.weight(self.case.value)))

    def using(self, rows: IntArray, tasks: IntArray) -> FloatArray:
        """What no plan surpasses that uses a route (tasks in order, then -1), for each of many."""
        if self.case.ascent is None or self.case.ascent.best is None:
            return np.full(len(rows), float(self.limit))
        return np.minimum(self.case.using(rows, tasks), self.limit)

    def serving(self, task: int) -> float:
        """What no plan that serves a task surpasses."""
        ascent, instance = self.case.ascent, self.instance
        if ascent is None or ascent.best is None:
            return float(self.limit)
        pairs = instance.pairs
        rows = pairs.row[pairs.first[task] : pairs.first[task + 1]]
        losses = ascent.rest[rows] - self._with(task, rows)
        crew = np.array([instance.teams.crew(row) for row in rows.tolist()])
        together = np.sort(losses[~crew])[: instance.headcount[task]]
        ways = [float(loss) for loss in losses[crew]]
        if len(together) == instance.headcount[task]:
            ways.append(float(together.sum()))
        if not ways:
            return float(self.limit)
        slack = SAFETY * (1.0 + float(self.case.target.weight.sum()))
        value = (ascent.bound - max(0.0, min(ways)) + slack) * self.case.target.unit + self.case.apart
        return min(float(value), float(self.limit))

    def _with(self, task: int, rows: IntArray) -> FloatArray:
        """At least what the best day of each row is worth that holds a task."""
        ascent, layout = self.case.ascent, self.case.layout
        if ascent is None or ascent.best is None:
            raise RuntimeError("No prices are known")
        gain = gains(layout, ascent.best)
        force = 1.0 + float(self.case.target.weight.sum())
        gain[layout.pairs.first[task] : layout.pairs.first[task + 1]] += force
        nobody = np.zeros(layout.rows)
        most = np.zeros(len(rows))
        columns = np.empty((len(rows), 1, ascent.pool.longest), np.int64)
        effort = (gain, layout.weight, layout.late, STEPS, LABELS, nobody, nobody + np.inf, 0.0)
        best_routes(rows, layout.arrays, *effort, most, columns)
        return most - force
