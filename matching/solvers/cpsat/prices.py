"""A lower bound on travel (or an upper one on service), and the price of each column against it.

Each task gets a price from the linear relaxation of the choice among columns. For any prices whatsoever the cheapest
priced column of every shift, all prices added, is a valid bound (Lagrange): so the relaxation may begin with few columns
and fetch those that its own prices call for, may stop at any time, and rounding can weaken the bound but never make it
false. A plan that uses a column is worse than the bound by the column's price at least.
"""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from matching.candidates import Option
from matching.solvers.budget import Budget
from matching.solvers.cpsat.columns import Columns
from matching.solvers.instance import Instance, Solution

FloatArray = npt.NDArray[np.float64]
SAFETY = 1e-6

ROUNDS = 60
"""How often columns are fetched, at most."""

FETCHED = 3
"""Columns of one shift fetched at once."""

CLOSE = 0.5
"""Ticks between the relaxation and its bound at which fetching ends."""


class Prices(NamedTuple):
    """`bound`: no plan that serves as much travels less. `reduced`: price of each column above the bound."""

    bound: float
    reduced: FloatArray

    @property
    def ticks(self) -> int:
        """The bound in whole ticks."""
        return max(0, ceil(self.bound - SAFETY))


class Service(NamedTuple):
    """What is to be served: weights of tasks, and how much of them a plan must keep (None: as much as it can)."""

    weights: dict[int, int]
    least: int | None

    @property
    def scale(self) -> int:
        """The largest weight."""
        return max([1, *self.weights.values()])


class Relaxation:
    """The linear choice among the columns fetched so far; `best` is the best bound and its prices."""

    def __init__(
        self,
        instance: Instance,
        columns: Columns,
        rest: dict[int, list[Option]],
        service: Service,
        *,
        trust: frozenset[int],
        check: Callable[[], None],
    ) -> None:
        self.instance, self.columns, self.service, self.check = instance, columns, service, check
        self.rest = {row: options for row, options in rest.items() if row not in trust}
        self.trusted = np.isin(columns.row, np.array(sorted(trust), dtype=np.int64))
        self.tasks = np.array(list(service.weights), dtype=np.int64)
        self.parts = np.array([w / service.scale for w in service.weights.values()], dtype=np.float64)
        self.head = np.array([instance.headcount[t] for t in service.weights], dtype=np.float64)
        self.cost = self._costs()
        self.entry = self._entries()
        self.fetched = np.zeros(len(columns.row), dtype=bool)
        self.best = Prices(-np.inf, np.zeros(len(columns.row)))
        self._begin()

    def _entries(self) -> dict[Option, int]:
        entries: dict[Option, int] = {}
        for options in self.rest.values():
            self.check()
            ways = [0] * len(options) if self.service.least is None else ways_in(self.instance, options)
            entries.update(zip(options, ways, strict=True))
        return entries

    def _costs(self) -> FloatArray:
        columns = self.columns
        if self.service.least is None:
            return np.zeros(len(columns.row))
        penalty = np.array([self.instance.penalty(row) for row in range(len(self.instance.shifts))] or [0])
        costs: FloatArray = columns.ticks + penalty[columns.row] * (columns.task >= 0).sum(axis=1)
        return costs.astype(np.float64)

    def _begin(self) -> None:
        """Rows of the linear program, tasks served, and visits in shifts without columns."""
        self.solver = solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.Objective().SetMinimization()
        self.cover = {task: solver.Constraint(0.0, 0.0) for task in self.service.weights}
        self.serve: pywraplp.Constraint | None = None
        if self.service.least is not None:
            self.serve = solver.Constraint(self.service.least / self.service.scale, solver.infinity())
        for task, part, head in zip(self.service.weights, self.parts, self.head, strict=True):
            served = solver.NumVar(0.0, 1.0, "")
            self.cover[task].SetCoefficient(served, -float(head))
            if self.serve is None:
                solver.Objective().SetCoefficient(served, -float(part))
            else:
                self.serve.SetCoefficient(served, float(part))
        self.once = {row: solver.Constraint(-solver.infinity(), 1.0) for row in sorted(self.columns.rows)}
        for options in self.rest.values():
            self.check()
            some = solver.Constraint(-solver.infinity(), float(_most(self.instance, options)))
            for option in options:
                self._variable(self.entry[option], some, (option.task,))

    def _variable(self, cost: float, once: pywraplp.Constraint, tasks: tuple[int, ...]) -> None:
        variable = self.solver.NumVar(0.0, 1.0, "")
        self.solver.Objective().SetCoefficient(variable, float(cost))
        once.SetCoefficient(variable, 1.0)
        for task in tasks:
            self.cover[task].SetCoefficient(variable, 1.0)

    def known(self, solution: Solution) -> None:
        """Begin with the routes of a plan and all columns of one task, so that there is an answer."""
        for row, order in self.instance.routes(solution).items():
            if row in self.once:
                cost = 0.0 if self.service.least is None else self._cost_of(row, order)
                self._variable(cost, self.once[row], tuple(order))
        width = self.columns.task.shape[1]
        single = self.columns.task[:, 1] < 0 if width > 1 else np.ones(len(self.columns.row), dtype=bool)
        self.fetch(np.flatnonzero(single & self.trusted))

    def _cost_of(self, row: int, order: list[int]) -> float:
        start = 0
        for a, b in zip((None, *order), (*order, None), strict=True):
            start += self.instance.leg(row, a, b)
        return float(start + self.instance.penalty(row) * len(order))

    def fetch(self, which: npt.NDArray[np.int64]) -> None:
        """Let the linear program use some columns."""
        self.fetched[which] = True
        rows, costs = self.columns.row[which].tolist(), self.cost[which].tolist()
        for row, cost, tasks in zip(rows, costs, self.columns.task[which].tolist(), strict=True):
            self._variable(cost, self.once[row], tuple(task for task in tasks if task >= 0))

    def solve(self, enough: Callable[[], bool], seconds: Callable[[], float | None]) -> Prices:
        """Prices of the best bound that was found."""
        for _ in range(ROUNDS):
            left = seconds()
            if enough() or (left is not None and left <= 0):
                break
            if left is not None:
                self.solver.SetTimeLimit(max(1, int(left * 1000)))
            if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
                enough()  # a deterministic solve must not go on with less
                break
            wanted = self._price()
            settled = self.solver.Objective().Value() - self.best.bound < self._close()
            if not len(wanted) or settled or enough():
                break
            self.fetch(wanted)
        if self.best.bound == -np.inf:
            self._bound(np.zeros(len(self.tasks)), 0.0)
        return self.best

    def _close(self) -> float:
        return CLOSE if self.service.least is not None else SAFETY / self.service.scale

    def _price(self) -> npt.NDArray[np.int64]:
        """Take the prices; returns the columns they call for."""
        price = np.array([self.cover[task].dual_value() for task in self.service.weights])
        value = max(0.0, self.serve.dual_value()) if self.serve is not None else 0.0
        if self.serve is None:
            price = np.maximum(price, 0.0)
        gross = self._bound(price, value)
        once = np.zeros(len(self.instance.shifts))
        once[list(self.once)] = [constraint.dual_value() for constraint in self.once.values()]
        gain = gross - once[self.columns.row]
        wanted = np.flatnonzero((gain < -SAFETY) & ~self.fetched & self.trusted)
        order = wanted[np.lexsort((gain[wanted], self.columns.row[wanted]))]
        row = self.columns.row[order]
        return order[np.arange(len(row)) - np.searchsorted(row, row) < FETCHED]

    def _bound(self, price: FloatArray, value: float) -> FloatArray:
        """Keep these prices if their bound is the best; returns what each column costs beyond its tasks' prices."""
        by_task = np.zeros(len(self.instance.priority) + 1)
        by_task[self.tasks] = price
        gross: FloatArray = self.cost - by_task[self.columns.task].sum(axis=1)
        cheapest = np.zeros(max(1, len(self.instance.shifts)))
        np.minimum.at(cheapest, self.columns.row, gross)
        trusted = np.zeros(len(cheapest), dtype=bool)
        trusted[self.columns.row[self.trusted]] = True
        bound = float(cheapest[trusted].sum())
        if self.serve is None:
            bound += float(np.minimum(0.0, self.head * price - self.parts).sum())
        else:
            bound += value * (self.service.least or 0) / self.service.scale
            bound += float(np.minimum(0.0, self.head * price - self.parts * value).sum())
        for options in self.rest.values():
            values = sorted(self.entry[o] - by_task[o.task] for o in options)
            bound += float(sum(min(0.0, v) for v in values[: _most(self.instance, options)]))
        if bound > self.best.bound:
            self.best = Prices(bound, gross - cheapest[self.columns.row])
        return gross


def _most(instance: Instance, options: list[Option]) -> int:
    cap = instance.problem.workers[options[0].worker].max_tasks_day
    return len(options) if cap is None else min(cap, len(options))


def ways_in(instance: Instance, options: list[Option]) -> list[int]:
    """The least that each visit costs in a shift without columns: its shortest way in."""
    row, tasks = options[0].row, [option.task for option in options]
    ways = instance.tick_table(row)[np.ix_(tasks, tasks)]
    out = np.array([option.out for option in options], dtype=np.int64)
    np.fill_diagonal(ways, out)
    shortest: list[int] = (np.minimum(ways.min(axis=0), out) + instance.penalty(row)).tolist()
    return shortest


def prices(
    instance: Instance,
    columns: Columns,
    rest: dict[int, list[Option]],
    service: Service,
    known: Solution,
    budget: Budget,
    share: float,
    *,
    guess: bool = False,
) -> Prices:
    """Bound and prices; `rest` are the rows without all their columns, `known` a plan that serves enough.

    A `guess` takes the columns for all there are: its prices tell which are promising, and its bound is none.
    """
    trust = columns.rows if guess else columns.complete
    relaxation = Relaxation(instance, columns, rest, service, trust=trust, check=budget.check)
    relaxation.known(known)
    return relaxation.solve(budget.spent(share), lambda: budget.limits(share).seconds)


def service_bound(service: Service, priced: Prices) -> int:
    """No plan serves more weight than this."""
    return int(-priced.bound * service.scale * (1 + SAFETY / 1000) + SAFETY)
