"""The best plan that serves one need, and what no such plan surpasses: the choice among columns with the need forced in.

A column that no good enough plan can use is left out: the bound of the whole problem says so for every column at once
(its loss), and of two columns in two rows the losses add up. So few are left, and the search among them is a proof.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.policy import Level
from matching.solvers.cpsat.columns import Columns, Table, add, all_columns
from matching.solvers.cpsat.model import Full, by_row, most
from matching.solvers.cpsat.search import WORK
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale
from matching.solvers.timing import early

if TYPE_CHECKING:
    from matching.explain.prices import Prices

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

FEW = 1_500
"""Columns that are searched as they are; a bound says which of more can matter."""

MOST = 4_000
"""Columns of one search at most; with more left there is no proof, and PROMISING of them are searched."""

PROMISING = 1_000

ARCS = 3_000
"""Ways between visits in circuits, for shifts whose columns cannot all be written down."""

ONCE, BRIEF = 10.0, 0.25
"""Shares of the work of a search: for the one that all answers share, and for what only words depend on."""

LOOKS = 3_000
"""How often the bound and the writing of columns may look whether there is enough: what bounds their work."""

SLACK = 1e-3


class Forced(NamedTuple):
    """A plan that serves the need (None: none found), and a weight that no such plan surpasses (None: there is none)."""

    solution: Solution | None
    bound: int | None


class Exact:
    """Searches in one problem, around one plan; `work`: units for each search."""

    def __init__(self, instance: Instance, solution: Solution, *, seed: int, work: float) -> None:
        self.instance, self.solution, self.seed, self.work = instance, solution, seed, work
        self.scale = Scale.of(instance)
        self.weight = self.scale.value(instance, solution)

    @cached_property
    def columns(self) -> Columns:
        """All ways to spend each shift, as far as they can be written down."""
        rows = by_row(self.instance.candidates.options)
        return all_columns(self.instance, rows, lambda row: most(self.instance, row), _looks(LOOKS))

    @cached_property
    def whole(self) -> bool:
        """Whether every way to spend every shift is a column, or a circuit that is small enough."""
        rest = [options for row, options in self._rows.items() if row not in self.columns.complete]
        return sum(len(options) ** 2 for options in rest) <= ARCS

    @cached_property
    def _rows(self) -> dict[int, list[Option]]:
        return by_row(self.instance.candidates.options)

    @cached_property
    def prices(self) -> "Prices | None":
        """Prices of all tasks; none where there are so few columns that all are searched."""
        if self.whole and len(self.columns.row) <= FEW:
            return None
        from matching.explain.prices import Prices  # noqa: PLC0415 numba, for large rounds alone

        return Prices(self.instance, self.solution, _looks(LOOKS))

    @cached_property
    def using(self) -> FloatArray:
        """What no plan surpasses that uses a column, as weights."""
        found = self.columns
        if self.prices is None:
            return np.full(len(found.row), np.inf)
        return self.prices.using(found.row, found.task)

    @property
    def limit(self) -> int | None:
        """What no plan surpasses at all, if that is known."""
        return None if self.prices is None else self.prices.limit

    def bound(self, task: int) -> int:
        """What no plan that serves a task surpasses."""
        return self.top if self.prices is None else int(self.prices.serving(task) + SLACK)

    def _known(self, task: int) -> bool:
        """Whether every way to serve a task is among the columns."""
        pairs = self.instance.pairs
        rows = pairs.row[pairs.first[task] : pairs.first[task + 1]].tolist()
        return self.columns.complete.issuperset(rows)

    def _holding(self, task: int) -> Mask:
        return np.asarray((self.columns.task == task).any(axis=1), dtype=np.bool_)

    def serve(self, task: int, known: Solution | None) -> Forced:
        """The plan of most weight that serves a task, among them one with the fewest changes."""
        table, exact = self._table(task, known)
        model = Full(self.instance, table, lambda: None)
        if task not in model.served:
            return Forced(known, None if exact else self.top)
        self._force(model, task)
        kept = [
            model.x[t, row] for t, (_, rows) in self.solution.items() for row in rows if (t, row) in model.x
        ]
        unit = len(kept) + 1
        weighed = [unit * self.scale.weight(self.instance, t) for t in model.served]
        both, weights = [*model.served.values(), *kept], [*weighed, *(1 for _ in kept)]
        model.model.maximize(cp_model.LinearExpr.weighted_sum(both, weights))
        if known is not None:
            model.hint(known)
        solver, status = self._run(model)
        if status == cp_model.INFEASIBLE:
            return Forced(known, None if exact and known is None else self.top)
        found = known
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            found = self._better(early(self.instance, model.read(solver)), known)
        bound = self.top
        if exact and status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            best = int(solver.best_objective_bound + SLACK) // unit
            bound = best if found is None else max(best, self.scale.value(self.instance, found))
        return Forced(found, bound)

    def shorten(self, task: int, known: Solution, level: Level, kept: dict[Level, int]) -> Solution:
        """A plan of as much weight with a lower cost of a level, where earlier ones cost no more than `kept`."""
        table, _ = self._table(task, known, PROMISING)
        model = Full(self.instance, table, lambda: None)
        self._force(model, task)
        model.model.add(_weights(self, model) >= self.scale.value(self.instance, known))
        for earlier, value in kept.items():
            model.model.add(model.cost(earlier) <= value)
        model.model.minimize(model.cost(level))
        model.hint(known)
        solver, status = self._run(model, BRIEF)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return known
        found = early(self.instance, model.read(solver))
        return found if self.instance.cost(found, level) < self.instance.cost(known, level) else known

    def _force(self, model: Full, task: int) -> None:
        """The need is served, and of alternatives of any need at most one."""
        model.model.add(model.served[task] == 1)
        needs: dict[str, list[cp_model.IntVar]] = {}
        for other, literal in model.served.items():
            need = self.instance.problem.tasks[other].need
            if need:
                needs.setdefault(need, []).append(literal)
        for literals in needs.values():
            model.model.add_at_most_one(literals)

    @cached_property
    def top(self) -> int:
        """What no plan surpasses; the weight of the plan itself where nothing better is left to be found."""
        bound = self.best[1]
        return self._limit if bound is None else min(self._limit, bound)

    @cached_property
    def best(self) -> Forced:
        """A plan of more weight (None: none found), and what no plan surpasses."""
        table, exact = self._columns(self.using >= self.weight + 1 - SLACK)
        model = Full(self.instance, table, lambda: None)
        weights = _weights(self, model)
        model.model.add(weights >= self.weight + 1)
        model.model.maximize(weights)
        solver, status = self._run(model, ONCE)
        if status == cp_model.INFEASIBLE:
            return Forced(None, self.weight if exact else None)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Forced(None, None)
        bound = int(solver.best_objective_bound + SLACK)
        return Forced(early(self.instance, model.read(solver)), bound if exact else None)

    @property
    def _limit(self) -> int:
        """What no plan surpasses by the prices alone, or by the weight of all tasks."""
        whole = sum(self.scale.weight(self.instance, t) for t in range(len(self.instance.priority)))
        return whole if self.limit is None else self.limit

    def _better(self, found: Solution, known: Solution | None) -> Solution:
        if known is None or self.scale.value(self.instance, found) >= self.scale.value(self.instance, known):
            return found
        return known

    def _table(self, task: int, known: Solution | None, most_columns: int = MOST) -> tuple[Table, bool]:
        """Columns that a plan can use which serves the task and is no worse than the known one; whether that is all."""
        least = -np.inf if known is None else self.scale.value(self.instance, known) - SLACK
        together = self._together(task)
        table, exact = self._columns(together >= least, together, most_columns)
        for solution in (self.solution, *([] if known is None else [known])):
            for row, order in self.instance.routes(solution).items():
                if row in table:
                    add(self.instance, table[row], row, tuple(order))
        return table, exact

    def _columns(
        self, good: Mask, promise: FloatArray | None = None, most_columns: int = MOST
    ) -> tuple[Table, bool]:
        """Some columns, those that promise most of too many; whether they are all. Other shifts are circuits if so."""
        found, which = self.columns, np.flatnonzero(good)
        exact = self.whole and len(which) <= most_columns
        if len(which) > most_columns:
            using = self.using if promise is None else promise
            which = np.sort(which[np.argsort(-using[which], kind="stable")[:PROMISING]])
        table = found.table(self.instance, which.tolist())
        if exact:
            return {row: columns for row, columns in table.items() if row in found.complete}, True
        for row in self._rows:
            table.setdefault(row, [])
        return table, False

    def _together(self, task: int) -> FloatArray:
        """What no plan surpasses that uses each column and serves the task: it does so here, or in another row."""
        using, holds = self.using, self._holding(task)
        if not holds.any() or not np.isfinite(using).all() or not self._known(task):
            return using
        top = float(using.max())
        row = self.columns.row
        best = np.full(int(row.max()) + 1, -np.inf)
        np.maximum.at(best, row[holds], using[holds])
        first = int(best.argmax())
        others = np.full(len(best), best[first])
        others[first] = np.delete(best, first).max(initial=-np.inf)
        elsewhere = using - (max(top, float(self.limit or top)) - others[row])
        return np.where(holds, using, np.minimum(using, elsewhere))

    def _run(self, model: Full, share: float = 1.0) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.random_seed = self.seed
        parameters.num_workers = 1
        parameters.linearization_level = 2
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        parameters.catch_sigint_signal = False
        parameters.max_deterministic_time = share * self.work / WORK
        return solver, solver.solve(model.model)


def _weights(exact: Exact, model: Full) -> cp_model.LinearExprT:
    weights = [exact.scale.weight(exact.instance, t) for t in model.served]
    return cp_model.LinearExpr.weighted_sum(list(model.served.values()), weights)


def _looks(times: int) -> Callable[[], bool]:
    """Whether there is enough: after so many answers."""
    left = iter(range(times))
    return lambda: next(left, None) is None
