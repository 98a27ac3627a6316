"""A problem as compiled pricing wants it: rows, visits, ways among the tasks of a row, caps that several rows share."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from matching.policy import Level
from matching.solvers.bounds import visits
from matching.solvers.bounds.columns import FAR, LEG, MODE
from matching.solvers.bounds.ways import Ways, ways_of
from matching.solvers.instance import Instance
from matching.travel import IntArray

FloatArray = npt.NDArray[np.float64]
Route = tuple[int, tuple[int, ...]]
"""A row of the shift table and its tasks in order."""

_WAYS: WeakKeyDictionary[Instance, Ways] = WeakKeyDictionary()
"""All levels of one instance have the same ways."""


class Caps(NamedTuple):
    """Limits that several rows share; visits (or service ticks if `timed[i]`) of `row[i]` count for cap `cap[i]`."""

    most: FloatArray
    row: IntArray
    cap: IntArray
    timed: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, instance: Instance) -> "Caps":
        """Of providers, and of workers with several shifts in one period."""
        groups: dict[tuple[str, int, int, bool], tuple[int, list[int]]] = {}
        shifts, problem = instance.shifts, instance.problem
        for row, w in enumerate(instance.worker_of_row):
            worker, p = problem.workers[w], instance.provider_of_row[row]
            provider = problem.providers[p]
            for name, who, number, limit, timed in (
                ("worker day", w, shifts.day[row], worker.max_tasks_day, False),
                ("worker day", w, shifts.day[row], worker.max_ticks_day, True),
                ("worker week", w, shifts.week[row], worker.max_tasks_week, False),
                ("worker week", w, shifts.week[row], worker.max_ticks_week, True),
                ("provider day", p, shifts.day[row], provider.max_tasks_day, False),
                ("provider week", p, shifts.week[row], provider.max_tasks_week, False),
            ):
                if limit is not None:
                    groups.setdefault((name, who, number, timed), (limit, []))[1].append(row)
        shared = [(key[3], *group) for key, group in groups.items() if len(group[1]) > 1]
        entries = [(row, i, timed) for i, (timed, _, rows) in enumerate(shared) for row in rows]
        table = np.array(entries, dtype=np.int64).reshape(-1, 3)
        most = np.array([limit for _, limit, _ in shared], dtype=np.float64)
        return cls(most, table[:, 0].copy(), table[:, 1].copy(), table[:, 2] > 0)

    def prices(self, rows: int, multipliers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What a visit, and a tick of service, costs in each row."""
        cost = multipliers[self.cap]
        visits: FloatArray = np.bincount(self.row[~self.timed], cost[~self.timed], rows).astype(np.float64)
        ticks: FloatArray = np.bincount(self.row[self.timed], cost[self.timed], rows).astype(np.float64)
        return visits, ticks


class Layout:
    """Arrays of one instance and level (`service`: no costs); `cover[pair]`: people that a visit brings to its task."""

    def __init__(self, instance: Instance, level: Level, check: Callable[[], bool]) -> None:
        self.instance, self.level = instance, level
        self.pairs = pairs = instance.pairs
        self.duration = np.array(instance.duration, dtype=np.int64)
        self.head = np.array(instance.headcount, dtype=np.float64)
        self.rows = len(instance.shifts)
        self.ends = np.column_stack([pairs.out, pairs.back])
        self.weight = 0.0 if level == "service" else 1.0
        self.late = 1.0 if level == "experience" else 0.0
        people = np.array(
            [instance.problem.workers[w].people for w in instance.worker_of_row], dtype=np.int64
        )
        crew = people[pairs.row]
        self.cover = np.where(crew > 1, self.head[pairs.task], 1.0)
        self.able = (crew == 1) | (crew >= self.head[pairs.task])
        self.price = np.zeros(len(pairs.task))
        if level != "service":
            self.price = instance.visit_prices(level).astype(np.float64)
        self.caps = Caps.of(instance)
        if instance not in _WAYS:
            _WAYS[instance] = ways_of(instance, pairs, check)
        self.ways = _WAYS[instance]
        self.shift = self._shift()

    def _shift(self) -> IntArray:
        """Lines of the columns BEGIN to STEPS."""
        instance = self.instance
        table = np.zeros((self.rows, 7), dtype=np.int64)
        for row, w in enumerate(instance.worker_of_row):
            worker = instance.problem.workers[w]
            tasks = [cap for cap in (worker.max_tasks_day, worker.max_tasks_week) if cap is not None]
            ticks = [cap for cap in (worker.max_ticks_day, worker.max_ticks_week) if cap is not None]
            leg = worker.max_leg_ticks
            table[row, :MODE] = (
                instance.begin[row],
                instance.end[row],
                FAR if leg is None else leg,
                min([FAR, *tasks]),
                min([FAR, *ticks]),
            )
            table[row, MODE] = self.ways.modes.index(instance.shifts.mode[row])
        limited = np.flatnonzero(table[:, LEG] < FAR)
        visits.steps(limited, *self.routing, table, *self.ways.arrays)
        return table

    @property
    def routing(self) -> tuple[IntArray, IntArray, IntArray]:
        """Pairs of each row, and their tasks."""
        return self.pairs.row_first, self.pairs.by_row, self.pairs.task

    @property
    def arrays(self) -> tuple[Any, ...]:
        """What `best_routes` and `measure` read of a problem."""
        pairs = self.pairs
        of_visits = (self.ends, pairs.window_first, pairs.window, self.duration, self.shift)
        return *self.routing, *of_visits, *self.ways.arrays

    def costs(self, rows: IntArray, tasks: IntArray) -> FloatArray:
        """Ways and lateness of routes (tasks in order, then -1), the prices of visits apart; infinite if there is none."""
        cost = np.empty(len(rows))
        nothing = np.zeros(len(self.pairs.task))
        visits.measure(rows, tasks, *self.arrays, nothing, self.weight, self.late, cost)  # type: ignore[call-arg]
        return cost


def as_table(routes: Iterable[Route], longest: int) -> tuple[IntArray, IntArray]:
    """Routes as rows and tasks in order, then -1; those too long are left out."""
    kept = [(row, tasks) for row, tasks in routes if len(tasks) <= longest]
    table = np.full((len(kept), longest), -1, dtype=np.int64)
    for i, (_, tasks) in enumerate(kept):
        table[i, : len(tasks)] = tasks
    return np.array([row for row, _ in kept], dtype=np.int64), table
