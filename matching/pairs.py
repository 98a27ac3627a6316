"""Possible visits as arrays: what compiled solvers read instead of one object per pair of task and shift."""

from typing import NamedTuple

import numpy as np

from matching.problem import Task
from matching.travel import IntArray

LOW, HIGH, DUE, PRICE = range(4)
"""Columns of `Pairs.window`."""


class Pairs(NamedTuple):
    """P possible visits in order of task and row; indices are those of the problem and of its shift table, times ticks.

    Those of task t are at `first[t]:first[t + 1]`; those of row r are `by_row[row_first[r]:row_first[r + 1]]`, in order
    of task. `out`, `back`: from the shift's start place, to its end place. The starts of pair p are the disjoint windows
    `window[window_first[p]:window_first[p + 1]]` in order of time, as columns LOW, HIGH (both inclusive, clipped to the
    shift and to qualifications), DUE and PRICE: a start s costs max(0, s - DUE) x PRICE of the level experience.
    """

    first: IntArray
    task: IntArray
    row: IntArray
    out: IntArray
    back: IntArray
    window_first: IntArray
    window: IntArray
    row_first: IntArray
    by_row: IntArray


def due_and_price(task: Task, low: int) -> tuple[int, int]:
    """Last punctual tick and price of lateness of the window in which `low` lies; a hard window is never late."""
    for window in task.windows:
        if window.late_until is not None and window.earliest <= low <= window.late_until:
            return window.latest, window.late_price
    return max(window.end for window in task.windows), 0


def indexed(
    tasks: int,
    rows: int,
    columns: tuple[IntArray, IntArray, IntArray, IntArray],
    window_first: IntArray,
    window: IntArray,
) -> Pairs:
    """Pairs from `columns` (task, row, out, back), which are in order of task and row."""
    task, row, out, back = columns
    by_row = order_of(row, rows)
    return Pairs(
        first=np.searchsorted(task, np.arange(tasks + 1)),
        task=task,
        row=row,
        out=out,
        back=back,
        window_first=window_first,
        window=window,
        row_first=np.searchsorted(row[by_row], np.arange(rows + 1)),
        by_row=by_row,
    )


def order_of(numbers: IntArray, below: int) -> IntArray:
    """The stable order of whole numbers from 0; NumPy sorts 16 bits by radix, many times faster than 64."""
    return np.argsort(numbers.astype(np.uint16) if below <= 1 << 16 else numbers, kind="stable")
