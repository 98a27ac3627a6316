"""The full model of visits: who comes (x), in which order (arcs), when (one start per task).

A task has one start variable, so people of one team start together by construction. Each shift is a choice among
columns, or else a circuit over its sparse candidates; arcs that time or the leg limit make impossible do not exist.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.policy import Level
from matching.solvers.cpsat.columns import Column, Table
from matching.solvers.cpsat.people import Derived, People
from matching.solvers.cpsat.starts import Starts
from matching.solvers.instance import Instance, Solution
from matching.solvers.timing import starts
from matching.travel import IntArray

Mask = npt.NDArray[np.bool_]
Arc = tuple[int, int, cp_model.IntVar]
DEPOT = -1


class Relaxed:
    """Teams, caps and money, without order and time: its optimum bounds the full model's."""

    def __init__(
        self,
        instance: Instance,
        check: Callable[[], None],
        allowed: Callable[[Option], bool] = lambda _option: True,
    ) -> None:
        self.instance, self.check = instance, check
        self.model = cp_model.CpModel()
        self.options = [
            tuple(option for option in options if allowed(option)) for options in instance.candidates.options
        ]
        self.tasks = [t for t, options in enumerate(self.options) if options]
        self.served = {t: self.model.new_bool_var("") for t in self.tasks}
        self.x = {(o.task, o.row): self.model.new_bool_var("") for t in self.tasks for o in self.options[t]}
        self.rows = by_row(self.options)
        self.derived: list[Derived] = []
        people = People(instance, self.model, self.x, self.derived)
        for task in self.tasks:
            self.check()
            people.add(task, self.options[task], self.served[task])
        people.funds()
        self._links()
        self._caps()
        self._capacity(self.rows)

    def _links(self) -> None:
        """Nothing is served before what it waits for is."""
        for link in self.instance.links:
            if link.after in self.served:
                before = self.served.get(link.before, 0)
                self.model.add(self.served[link.after] <= before)

    def _caps(self) -> None:
        """Tasks and service ticks per day and week, of workers and of providers."""
        instance, shifts = self.instance, self.instance.shifts
        groups: dict[tuple[str, int, str, int], list[Option]] = {}
        for row, options in self.rows.items():
            worker, provider = instance.worker_of_row[row], instance.provider_of_row[row]
            for period, number in (("day", shifts.day[row]), ("week", shifts.week[row])):
                groups.setdefault(("worker", worker, period, number), []).extend(options)
                groups.setdefault(("provider", provider, period, number), []).extend(options)
        for (kind, index, period, _), options in groups.items():
            if kind == "provider":
                owner = instance.problem.providers[index]
                self._at_most(options, [1] * len(options), getattr(owner, f"max_tasks_{period}"))
                continue
            person = instance.problem.workers[index]
            self._at_most(options, [1] * len(options), getattr(person, f"max_tasks_{period}"))
            ticks = [instance.duration[o.task] for o in options]
            self._at_most(options, ticks, getattr(person, f"max_ticks_{period}"))

    def _at_most(self, options: list[Option], weights: list[int], cap: int | None) -> None:
        if cap is not None and sum(weights) > cap:
            terms = [self.x[o.task, o.row] for o in options]
            self.model.add(cp_model.LinearExpr.weighted_sum(terms, weights) <= cap)

    def _capacity(self, rows: Iterable[int]) -> None:
        """Service and the shortest ways into each task fit into the shift; impossible pairs exclude each other."""
        shifts = self.instance.shifts
        for row in rows:
            self.check()
            options = self.rows[row]
            home = min(option.back for option in options)
            ticks = self._between(options)
            np.fill_diagonal(ticks, [option.out for option in options])
            ways_in = np.minimum(ticks.min(axis=0), [option.out for option in options]).tolist()
            weights = [self.instance.duration[o.task] + way for o, way in zip(options, ways_in, strict=True)]
            self._at_most(options, weights, int(shifts.end[row] - shifts.start[row]) - home)
            follows = self._follows(options)
            apart = np.argwhere(np.tril(~(follows | follows.T), -1)).tolist()
            for i, j in apart:
                self.model.add_at_most_one(self.x[options[i].task, row], self.x[options[j].task, row])

    def _between(self, options: list[Option]) -> IntArray:
        tasks = [option.task for option in options]
        return self.instance.tick_table(options[0].row)[np.ix_(tasks, tasks)]

    def _follows(self, options: list[Option]) -> Mask:
        """Whether the second (columns) may come right after the first (rows) in their shift."""
        ticks = self._between(options)
        ready = np.array([o.windows[0][0] + self.instance.duration[o.task] for o in options])
        latest = np.array([o.windows[-1][1] for o in options])
        result: Mask = ready[:, None] + ticks <= latest[None, :]
        limit = self.instance.max_leg(options[0].row)
        return result if limit is None else result & (ticks <= limit)


def by_row(options: Iterable[Iterable[Option]]) -> dict[int, list[Option]]:
    """Options of each row of the shift table that has any."""
    rows: dict[int, list[Option]] = {}
    for found in options:
        for option in found:
            rows.setdefault(option.row, []).append(option)
    return dict(sorted(rows.items()))


def most(instance: Instance, row: int) -> int:
    """Most tasks the caps allow in one shift."""
    worker = instance.problem.workers[instance.worker_of_row[row]]
    provider = instance.problem.providers[instance.provider_of_row[row]]
    caps = (worker.max_tasks_day, worker.max_tasks_week, provider.max_tasks_day, provider.max_tasks_week)
    return min([len(instance.problem.tasks), *(cap for cap in caps if cap is not None)])


class Full(Relaxed):
    """Teams and caps, with order and time: each shift is a choice among columns, or else a circuit."""

    def __init__(self, instance: Instance, table: Table, check: Callable[[], None]) -> None:
        self.table = table
        self.columns: dict[int, list[tuple[Column, cp_model.IntVar]]] = {}
        taken = {(task, row) for row, found in table.items() for column in found for task in column.tasks}
        super().__init__(instance, check, lambda o: o.row not in table or (o.task, o.row) in taken)
        self.arcs: dict[int, list[Arc]] = {}
        self.ways: list[tuple[cp_model.IntVar, int]] = []
        self.late: list[tuple[cp_model.IntVar, int]] = []
        self.starts = Starts(instance, self.model, self.served, self.derived)
        self.told: dict[int, cp_model.IntVar] = {}
        self._starts()
        for row in self.rows:
            self.check()
            if row in self.columns:
                self._choice(row)
            else:
                self._row(row)

    @property
    def start(self) -> dict[int, cp_model.IntVar]:
        """Start of each task that has a variable of its own."""
        return self.starts.of

    def _capacity(self, rows: Iterable[int]) -> None:
        # Columns know their own capacity; saying it twice only slows the search.
        for row, found in self.table.items():
            self.columns[row] = [(column, self.model.new_bool_var("")) for column in found]
        super()._capacity(row for row in rows if row not in self.columns)

    def _starts(self) -> None:
        """Starts of timed tasks, of tasks in circuits, and of those that columns do not time alone."""
        telling: dict[int, list[cp_model.IntVar]] = {}
        for column, literal in (each for chosen in self.columns.values() for each in chosen):
            for task, _, _ in column.common:
                telling.setdefault(task, []).append(literal)
        for task in self.tasks:
            options = self.options[task]
            apart = [self.x[task, o.row] for o in options if o.row not in self.columns]
            if self.instance.timed[task] or apart or task in telling:
                self.starts.add(task, options, self.x)
            if self.instance.timed[task]:
                self.starts.late(task, self.served[task])
            elif task in self.starts.of and self.instance.linked[task]:
                self.told[task] = told = self.model.new_bool_var("")
                self.model.add(sum([*apart, *telling.get(task, [])]) == told)
                self.starts.late(task, told)
        self.starts.wait()

    def _choice(self, row: int) -> None:
        """At most one column; a task is taken where its column is."""
        chosen = self.columns[row]
        self.model.add_at_most_one(literal for _, literal in chosen)
        holds: dict[int, list[cp_model.IntVar]] = {}
        for column, literal in chosen:
            for task in column.tasks:
                holds.setdefault(task, []).append(literal)
        for task, literals in holds.items():
            self.model.add(cp_model.LinearExpr.sum(literals) == self.x[task, row])
        for column, literal in chosen:
            self._way(literal, column.ticks)
            if column.late:
                self.late.append((literal, column.late))
            for task, low, high in column.common:
                if (low, high) != self.instance.option[task, row].windows[0]:
                    self.model.add_linear_constraint(self.start[task], low, high).only_enforce_if(literal)
            for a, b, ticks in column.gaps:
                self.model.add(self.start[b] >= self.start[a] + ticks).only_enforce_if(literal)

    def _row(self, row: int) -> None:
        options = self.rows[row]
        follows = self._follows(options)
        np.fill_diagonal(follows, val=False)
        pairs = [(options[i], options[j]) for i, j in np.argwhere(follows).tolist()]
        self._circuit(row, options, pairs)

    def _circuit(self, row: int, options: list[Option], pairs: list[tuple[Option, Option]]) -> None:
        """Depot to depot through the tasks taken; a task not taken loops on itself."""
        node = {option.task: i + 1 for i, option in enumerate(options)}
        arcs = [
            *(self._arc(DEPOT, option.task, option.out) for option in options),
            *(self._arc(option.task, DEPOT, option.back) for option in options),
            *(self._arc(a.task, b.task, self.instance.leg(row, a.task, b.task)) for a, b in pairs),
        ]
        used = self.model.new_bool_var("")
        self.arcs[row] = [*arcs, (DEPOT, DEPOT, used)]
        edges = [(node.get(a, 0), node.get(b, 0), literal) for a, b, literal in arcs]
        loops = [(node[o.task], node[o.task], self.x[o.task, row].negated()) for o in options]
        self.model.add_circuit([*edges, *loops, (0, 0, used.negated())])
        for (a, b), (_, _, literal) in zip(pairs, arcs[2 * len(options) :], strict=True):
            self._in_order(a, b, literal)

    def _arc(self, a: int, b: int, ticks: int) -> Arc:
        self.check()
        literal = self.model.new_bool_var("")
        self._way(literal, ticks)
        return a, b, literal

    def _in_order(self, a: Option, b: Option, literal: cp_model.IntVar) -> None:
        wait = self.instance.duration[a.task] + self.instance.leg(a.row, a.task, b.task)
        if a.windows[-1][1] + wait > b.windows[0][0]:
            self.model.add(self.start[b.task] >= self.start[a.task] + wait).only_enforce_if(literal)

    def _way(self, literal: cp_model.IntVar, ticks: int) -> None:
        if ticks:
            self.ways.append((literal, ticks))

    def cost(self, level: Level | None = None) -> cp_model.LinearExprT:
        """A level of cost; the last one of the policy, if none is named."""
        level = level or self.instance.level
        visits = ((v, self.instance.visit_price(level, task, row)) for (task, row), v in self.x.items())
        late = [*self.late, *self.starts.costs] if level == "experience" else []
        terms = [*self.ways, *((v, price) for v, price in visits if price), *late]
        return cp_model.LinearExpr.weighted_sum([v for v, _ in terms], [c for _, c in terms])

    def hint(self, solution: Solution) -> None:
        """Tell the search a complete feasible answer."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        routes = self.instance.routes(solution)
        for task, literal in self.served.items():
            self.model.add_hint(literal, task in solution)
        for task, start in self.start.items():
            first = self.options[task][0].windows[0][0]
            self.model.add_hint(start, solution[task][0] if task in solution else first)
        for variable, value in self.derived:
            self.model.add_hint(variable, value(solution))
        for (task, row), literal in self.x.items():
            self.model.add_hint(literal, task in routes.get(row, ()))
        self._hint_columns(solution, routes)
        self._hint_arcs(routes)

    def _hint_columns(self, solution: Solution, routes: dict[int, list[int]]) -> None:
        start = {task: start for task, (start, _) in solution.items()}
        alone: set[int] = set()
        for row, chosen in self.columns.items():
            tasks = set(routes.get(row, ()))
            fits = [i for i, (c, _) in enumerate(chosen) if set(c.tasks) == tasks and c.allows(start)]
            best = min(fits, key=lambda i: (chosen[i][0].ticks, chosen[i][0].late), default=-1)
            for i, (_, literal) in enumerate(chosen):
                self.model.add_hint(literal, i == best)
            if best >= 0:
                alone |= tasks - {task for task, _, _ in chosen[best][0].common}
        for task, told in self.told.items():
            telling = task in solution and task not in alone
            self.model.add_hint(told, telling)
            self.model.add_hint(
                self.starts.ticks[task], self.starts.lateness(task, solution) if telling else 0
            )

    def _hint_arcs(self, routes: dict[int, list[int]]) -> None:
        for row, arcs in self.arcs.items():
            order = [DEPOT, *routes.get(row, ()), DEPOT]
            taken = set(pairwise(order)) - {(DEPOT, DEPOT)}
            for a, b, literal in arcs:
                self.model.add_hint(literal, (a, b) in taken or (a == b and bool(taken)))

    def read(self, solver: cp_model.CpSolver) -> Solution:
        """The solution found; tasks of one person in a column start as early as it allows."""
        start = {task: solver.value(var) for task, var in self.start.items()}
        teams: dict[int, list[int]] = {}
        for (task, row), literal in self.x.items():
            if solver.boolean_value(literal):
                teams.setdefault(task, []).append(row)
        for row, chosen in self.columns.items():
            for column, literal in chosen:
                if solver.boolean_value(literal):
                    start |= self._times(row, column, start)
        return {task: (start[task], tuple(sorted(rows))) for task, rows in sorted(teams.items())}

    def _times(self, row: int, column: Column, start: dict[int, int]) -> dict[int, int]:
        fixed = {task: start[task] for task, _, _ in column.common}
        times = starts(self.instance, row, list(column.tasks), fixed)
        if times is None:
            raise AssertionError("a column has room for its tasks")
        return dict(zip(column.tasks, times, strict=True))
