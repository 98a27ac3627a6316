"""A lower bound on travel, and the price of each column against it.

Each task gets a price from the linear relaxation of the choice among columns. For any prices whatsoever the cheapest
priced column of every shift, all prices added, is a valid lower bound (Lagrange), so rounding in the linear solver can
weaken the bound but never make it false. A plan that uses a column costs at least the bound plus the column's price.
"""

from heapq import nlargest, nsmallest
from math import ceil
from typing import NamedTuple

from ortools.linear_solver import pywraplp

from matching.candidates import Option
from matching.solvers.cpsat.columns import Column, Columns
from matching.solvers.instance import Instance

Table = dict[int, list[Column]]
SAFETY = 1e-6


class Prices(NamedTuple):
    """`bound`: no plan that serves as much travels less. `reduced`: per row, price of each column above the bound."""

    bound: float
    reduced: dict[int, list[float]]

    @property
    def ticks(self) -> int:
        """The bound in whole ticks."""
        return max(0, ceil(self.bound - SAFETY))


def prices(
    instance: Instance,
    columns: Columns,
    rest: dict[int, list[Option]],
    weights: dict[int, int],
    least: int,
) -> Prices:
    """Solve the relaxation; `rest` are the rows without all columns, `weights` and `least` the service to keep."""
    table = columns.table
    scale = max([1, *weights.values()])
    parts = {task: weight / scale for task, weight in weights.items()}
    entry = {o: _way_in(instance, o, options) for options in rest.values() for o in options}
    task_price, service_price = _duals(instance, table, entry, parts, least / scale)
    bound = service_price * least / scale
    bound += sum(
        min(0.0, instance.headcount[t] * task_price[t] - part * service_price) for t, part in parts.items()
    )
    reduced = {}
    for row, found in table.items():
        values = [_cost(instance, row, c) - sum(task_price[t] for t in c.tasks) for c in found]
        cheapest = min([0.0, *values])
        bound += cheapest
        reduced[row] = [value - cheapest for value in values]
    for row, found in columns.partial.items():
        values = [_cost(instance, row, c) - sum(task_price[t] for t in c.tasks) for c in found]
        reduced[row] = [value - min([0.0, *values]) for value in values]
    for options in rest.values():
        values = [entry[o] - task_price[o.task] for o in options]
        bound += sum(min(0.0, value) for value in nsmallest(_most(instance, options), values))
    return Prices(bound, reduced)


def _most(instance: Instance, options: list[Option]) -> int:
    cap = instance.problem.workers[options[0].worker].max_tasks_day
    return len(options) if cap is None else min(cap, len(options))


def _cost(instance: Instance, row: int, column: Column) -> int:
    return column.ticks + instance.penalty(row) * len(column.tasks)


def _way_in(instance: Instance, option: Option, options: list[Option]) -> int:
    """The least that a visit costs in a circuit: its shortest way in."""
    ways = [instance.leg(option.row, o.task, option.task) for o in options if o is not option]
    return min([option.out, *ways]) + instance.penalty(option.row)


def _duals(
    instance: Instance, table: Table, entry: dict[Option, int], parts: dict[int, float], least: float
) -> tuple[dict[int, float], float]:
    """Prices of tasks and of service at the optimum of the relaxation; zeros if it is not reached."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.Objective().SetMinimization()
    cover = {task: solver.Constraint(0.0, 0.0) for task in parts}
    serve = solver.Constraint(least, solver.infinity())
    for task, part in parts.items():
        served = solver.NumVar(0.0, 1.0, "")
        cover[task].SetCoefficient(served, -instance.headcount[task])
        serve.SetCoefficient(served, part)
    for row, found in table.items():
        once = solver.Constraint(-solver.infinity(), 1.0)
        for column in found:
            _variable(solver, _cost(instance, row, column), [once, *(cover[t] for t in column.tasks)])
    for option, cost in entry.items():
        _variable(solver, cost, [cover[option.task]])
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return dict.fromkeys(parts, 0.0), 0.0
    return {task: row.dual_value() for task, row in cover.items()}, max(0.0, serve.dual_value())


def _variable(solver: pywraplp.Solver, cost: int, constraints: list[pywraplp.Constraint]) -> None:
    variable = solver.NumVar(0.0, 1.0, "")
    solver.Objective().SetCoefficient(variable, cost)
    for constraint in constraints:
        constraint.SetCoefficient(variable, 1.0)


def service_bound(
    instance: Instance, columns: Columns, rest: dict[int, list[Option]], weights: dict[int, int]
) -> int:
    """No plan serves more weight than this: the same prices, set against what tasks are worth instead of ways."""
    scale = max([1, *weights.values()])
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.Objective().SetMinimization()
    cover = {task: solver.Constraint(0.0, 0.0) for task in weights}
    for task, weight in weights.items():
        served = solver.NumVar(0.0, 1.0, "")
        cover[task].SetCoefficient(served, -instance.headcount[task])
        solver.Objective().SetCoefficient(served, -weight / scale)
    for found in columns.table.values():
        once = solver.Constraint(-solver.infinity(), 1.0)
        for column in found:
            _variable(solver, 0, [once, *(cover[t] for t in column.tasks)])
    for options in rest.values():
        some = solver.Constraint(-solver.infinity(), float(_most(instance, options)))
        for option in options:
            _variable(solver, 0, [some, cover[option.task]])
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return sum(weights.values())
    price = {task: max(0.0, row.dual_value()) for task, row in cover.items()}
    bound = sum(max(0.0, w / scale - instance.headcount[t] * price[t]) for t, w in weights.items())
    for found in columns.table.values():
        bound += max([0.0, *(sum(price[t] for t in column.tasks) for column in found)])
    for options in rest.values():
        bound += sum(nlargest(_most(instance, options), [price[option.task] for option in options]))
    return int(bound * scale * (1 + SAFETY / 1000) + SAFETY)
