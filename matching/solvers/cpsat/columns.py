"""Columns: every way in which one shift may be spent, where there are few enough to write them down.

A person who does one to three tasks a day has some hundred ways, and a choice among them is a far tighter model than
a circuit. Most tasks need no start in the model: the column has room for them. A timed task (several people, a
precedence) has one, which the column bounds from both sides, and keeps apart from the next such; and so has a task
after it that may be late. Whoever is late before any of these is late by the column alone.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from matching.candidates import Option
from matching.solvers.cpsat.grow import Growth, Labels, Options, packed, undominated
from matching.solvers.instance import Instance
from matching.solvers.timing import starts
from matching.travel import IntArray

Bound = tuple[int, int, int]


class Column(NamedTuple):
    """An order of tasks and its ticks of travel; `late`: what it costs to be late at tasks that are not in `common`.

    `common`: (task, earliest, latest) start of tasks with a start in the model. `gaps`: (a, b, ticks) from the start of
    one of these to the start of the next, at least.
    """

    tasks: tuple[int, ...]
    ticks: int
    common: tuple[Bound, ...]
    gaps: tuple[Bound, ...]
    late: int = 0

    def allows(self, start: dict[int, int]) -> bool:
        """Whether common starts suit the column."""
        inside = all(low <= start[task] <= high for task, low, high in self.common)
        return inside and all(start[b] - start[a] >= ticks for a, b, ticks in self.gaps)


Table = dict[int, list[Column]]
"""Columns of rows; a row with an empty list stays at home."""


class Columns(NamedTuple):
    """Columns of many shifts as arrays: there are many, and few of them are ever looked at one by one.

    `task[i]`: tasks in order of visit, then -1. `late`: what it costs to be late at least, beside starts in the model.
    `rows`: all rows with columns, `complete`: those with all of theirs.
    """

    row: IntArray
    task: IntArray
    ticks: IntArray
    late: IntArray
    rows: frozenset[int]
    complete: frozenset[int]

    def table(self, instance: Instance, which: Iterable[int]) -> Table:
        """Some of the columns, dominated ones left out."""
        kept: dict[tuple[int, frozenset[int]], list[Column]] = {}
        for i in which:
            row, order = int(self.row[i]), tuple(t for t in self.task[i].tolist() if t >= 0)
            timed = any(instance.timed[task] for task in order)
            found = (
                column(instance, row, order)
                if timed
                else Column(order, int(self.ticks[i]), (), (), int(self.late[i]))
            )
            _keep(kept.setdefault((row, frozenset(order)), []), found)
        table: Table = {row: [] for row in sorted(self.rows)}
        for (row, _), found_columns in kept.items():
            table[row] += found_columns
        return table


def all_columns(
    instance: Instance,
    rows: dict[int, list[Option]],
    most: Callable[[int], int],
    enough: Callable[[], bool],
) -> Columns:
    """Columns of every row, at most `most(row)` tasks each, as far as size and time (`enough`) allow.

    Rows with windows that are too intricate have none: where a common start has several windows around it, its possible
    starts are no interval.
    """
    rows = {row: options for row, options in rows.items() if not _intricate(instance, options)}
    options = Options(instance, rows)
    cap = {row: most(row) for row in rows}
    growth = Growth(instance, options, np.array([cap[r] for r in options.row.tolist()], np.int64), enough)
    parts = [_columns(options, labels) for labels in growth.levels()]
    width = max((part[1].shape[1] for part in parts), default=0)
    nothing = np.zeros(0, dtype=np.int64)
    return Columns(
        np.concatenate([nothing, *(row for row, _, _, _ in parts)]),
        np.concatenate([np.zeros((0, width), np.int64), *(_padded(task, width) for _, task, _, _ in parts)]),
        np.concatenate([nothing, *(ticks for _, _, ticks, _ in parts)]),
        np.concatenate([nothing, *(late for _, _, _, late in parts)]),
        frozenset(rows),
        frozenset(rows) - growth.incomplete,
    )


def _intricate(instance: Instance, options: list[Option]) -> bool:
    several = any(len(option.windows) > 1 for option in options)
    return several and any(instance.timed[option.task] for option in options)


def _columns(options: Options, labels: Labels) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Rows, tasks, ticks with the way home, lateness; the cheapest order of each set of tasks without a timed one."""
    ticks = labels.ticks + options.back[labels.member[:, -1]]
    timed = options.any_timed(labels.member)
    free = np.flatnonzero(~timed)
    key = packed(np.sort(labels.member[free], axis=1))
    costs = (cost[free] for cost in options.costs(ticks, labels.late))
    free = free[undominated(key, np.zeros_like(key), *costs)]
    kept = np.union1d(free, np.flatnonzero(timed))
    member = labels.member[kept]
    return options.row[member[:, 0]], options.task[member], ticks[kept], labels.late[kept]


def _padded(task: IntArray, width: int) -> IntArray:
    return np.pad(task, ((0, 0), (0, width - task.shape[1])), constant_values=-1)


def column(instance: Instance, row: int, order: tuple[int, ...]) -> Column:
    """The column of an order that gets home in time, with the play of its common starts."""
    legs = [instance.leg(row, a, b) for a, b in zip((None, *order), (*order, None), strict=True)]
    lows = starts(instance, row, list(order), {})
    if lows is None:
        raise ValueError(f"No time for the tasks {order} in row {row}")
    free = next((i for i, task in enumerate(order) if instance.timed[task]), len(order))
    common = [i for i, task in enumerate(order) if i >= free and instance.linked[task]]
    late = sum(late_price(*instance.soft(task), at) for task, at in zip(order[:free], lows, strict=False))
    highs = _latest(instance, row, order, legs)
    gaps = (
        (order[i], order[j], sum(instance.duration[order[k]] + legs[k + 1] for k in range(i, j)))
        for i, j in pairwise(common)
    )
    bounds = tuple((order[i], lows[i], highs[i]) for i in common)
    return Column(order, sum(legs), bounds, tuple(gaps), late)


def late_price(due: int, price: int, start: int) -> int:
    """What a start costs for being late."""
    return max(0, start - due) * price


def _latest(instance: Instance, row: int, order: tuple[int, ...], legs: list[int]) -> list[int]:
    """Latest starts, from the end backwards; every task has one window here."""
    by, highs = int(instance.shifts.end[row]), []
    for i in range(len(order) - 1, -1, -1):
        by = min(
            by - legs[i + 1] - instance.duration[order[i]], instance.option[order[i], row].windows[-1][1]
        )
        highs.append(by)
    return highs[::-1]


def add(instance: Instance, columns: list[Column], row: int, order: tuple[int, ...]) -> None:
    """Add the column of an order to those of a row, unless one is there that is as good."""
    new, tasks = column(instance, row, order), set(order)
    alike = (old for old in columns if len(old.tasks) == len(order) and tasks.issuperset(old.tasks))
    if not any(old.tasks == order or _beats(old, new) for old in alike):
        columns.append(new)


def _keep(kept: list[Column], new: Column) -> None:
    """Add a column to those of the same tasks unless one is as cheap and as free; drop those it beats."""
    if any(_beats(old, new) for old in kept):
        return
    kept[:] = [old for old in kept if not _beats(new, old)]
    kept.append(new)


def _beats(a: Column, b: Column) -> bool:
    if a.ticks > b.ticks or a.late > b.late or a.gaps or b.gaps:
        return False
    other = {task: (low, high) for task, low, high in b.common}
    if other.keys() != {task for task, _, _ in a.common}:
        return False
    return all(low <= other[task][0] and high >= other[task][1] for task, low, high in a.common)
