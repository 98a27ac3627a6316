"""The linear choice among routes found so far; its dual values are prices."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
from ortools.linear_solver import pywraplp

from matching.solvers.bounds.layout import FloatArray, Layout
from matching.solvers.bounds.multipliers import Multipliers, Target
from matching.travel import IntArray

LOOK_SECONDS = 0.05
"""How often a running program is asked whether it should end."""


class Linear:
    """A linear program that grows by routes; every row of the shift table takes one or none.

    `late`: whether there is no time for the rest of a program that runs.
    """

    goes_on = False

    def __init__(self, layout: Layout, target: Target, late: Callable[[], bool]) -> None:
        self.layout, self.target, self.late = layout, target, late
        self.solver = solver = pywraplp.Solver.CreateSolver("GLOP")
        # Without preprocessing it goes on from where it was when routes are added.
        solver.SetSolverSpecificParametersAsString("use_preprocessing:false")
        self.objective = solver.Objective()
        self.objective.SetMinimization()
        infinity = solver.infinity()
        self.once: dict[int, pywraplp.Constraint] = {}
        self.cap = [solver.Constraint(-infinity, float(most)) for most in layout.caps.most]
        self.link = [solver.Constraint(-infinity, 0.0) for _ in target.before]
        self.serve = None if target.least is None else solver.Constraint(target.least, infinity)
        self.cover: dict[int, pywraplp.Constraint] = {}
        self._serve()
        self.capped: dict[int, list[tuple[int, bool]]] = {}
        entries = zip(
            layout.caps.row.tolist(), layout.caps.cap.tolist(), layout.caps.timed.tolist(), strict=True
        )
        for row, cap, timed in entries:
            self.capped.setdefault(row, []).append((cap, timed))

    def _serve(self) -> None:
        served = {}
        linked = {*self.target.before.tolist(), *self.target.after.tolist()}
        for task, weight in enumerate(self.target.weight.tolist()):
            sure = self.target.sure[task] > 0
            if not weight and not sure and task not in linked:
                continue
            served[task] = variable = self.solver.NumVar(float(sure), 1.0, "")
            self.cover[task] = self.solver.Constraint(-self.solver.infinity(), 0.0)
            self.cover[task].SetCoefficient(variable, float(self.layout.head[task]))
            if self.serve is None:
                self.objective.SetCoefficient(variable, -weight)
            else:
                self.serve.SetCoefficient(variable, weight)
        for link, before, after in zip(
            self.link, self.target.before.tolist(), self.target.after.tolist(), strict=True
        ):
            link.SetCoefficient(served[after], 1.0)
            link.SetCoefficient(served[before], -1.0)

    def add(self, rows: IntArray, tasks: IntArray, covers: FloatArray, costs: FloatArray) -> None:
        """Let it use more routes: rows, tasks in order (then -1), what each visit covers, what the route costs."""
        each = zip(rows.tolist(), tasks.tolist(), covers.tolist(), costs.tolist(), strict=True)
        for row, route, cover, cost in each:
            variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
            if cost:
                self.objective.SetCoefficient(variable, cost)
            if row not in self.once:
                self.once[row] = self.solver.Constraint(-self.solver.infinity(), 1.0)
            self.once[row].SetCoefficient(variable, 1.0)
            members = [task for task in route if task >= 0]
            for task, people in zip(members, cover, strict=False):
                if task in self.cover:
                    self.cover[task].SetCoefficient(variable, -people)
            for cap, timed in self.capped.get(row, ()):
                used = sum(self.layout.duration[members].tolist()) if timed else len(members)
                self.cap[cap].SetCoefficient(variable, float(used))

    def solve(self, best: Multipliers | None) -> tuple[float, Multipliers] | None:
        """Value (as a maximum: service, or less the cost) and prices; None where there is no answer."""
        del best  # the simplex goes on from its own basis
        if self._status() != pywraplp.Solver.OPTIMAL:
            return None
        task = np.zeros(len(self.target.weight))
        task[list(self.cover)] = [-c.dual_value() for c in self.cover.values()]
        cap = np.array([-c.dual_value() for c in self.cap], dtype=np.float64)
        link = np.array([-c.dual_value() for c in self.link], dtype=np.float64)
        service = 0.0 if self.serve is None else max(0.0, self.serve.dual_value())
        parts = [np.maximum(part, 0.0) for part in (task, cap, link)]
        found = Multipliers(parts[0], parts[1], parts[2], service)
        return -self.objective.Value(), found

    def _status(self) -> int:
        """Solve in a thread of its own, so that this one can look at the clock, and be interrupted."""
        with ThreadPoolExecutor(1) as thread:
            program = thread.submit(self.solver.Solve)
            try:
                while wait((program,), LOOK_SECONDS).not_done and not self.late():
                    pass
            finally:
                while not program.done():
                    self.solver.InterruptSolve()
                    wait((program,), LOOK_SECONDS)
            return int(program.result())
