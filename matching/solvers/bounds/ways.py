"""Ways among tasks that somebody could visit on one shift: dense for few tasks, sparse for many."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from matching.pairs import Pairs
from matching.solvers.bounds.columns import Array
from matching.solvers.instance import Instance
from matching.travel import IntArray, Mode

DENSE = 3_000
"""Tasks up to which the ways are kept for all pairs."""

BATCH = 48
"""Tasks, near each other, whose ways are looked up at once."""

Small = npt.NDArray[np.int32]


class Ways(NamedTuple):
    """`dense[mode, a, b]`, or with no tasks in it: of mode m and task a at `first[m * T + a]` of `to` and `ticks`."""

    modes: list[Mode]
    dense: Small
    first: IntArray
    to: Small
    ticks: Small

    @property
    def arrays(self) -> tuple[Small, IntArray, Small, Small]:
        """As kernels take them."""
        return self.dense, self.first, self.to, self.ticks


def ways_of(instance: Instance, pairs: Pairs, out: Callable[[], bool]) -> Ways:
    """Ways in every mode in use. Raises `TimeoutError` if time is over before they are known."""
    modes = sorted(set(instance.shifts.mode))
    tasks = len(instance.priority)
    if tasks <= DENSE:
        tables = [instance.tick_tables[mode] for mode in modes]
        dense = np.array(tables, dtype=np.int32).reshape(len(modes), tasks, tasks)
        return Ways(modes, dense, np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    parts = [_sparse(instance, pairs, mode, out) for mode in modes]
    counts = np.concatenate([[0], *(np.diff(first) for first, _, _ in parts)])
    to, ticks = (np.concatenate([part[i] for part in parts]) for i in (1, 2))
    return Ways(modes, np.zeros((len(modes), 0, 0), np.int32), np.cumsum(counts), to, ticks)


def _sparse(
    instance: Instance, pairs: Pairs, mode: Mode, out: Callable[[], bool]
) -> tuple[IntArray, Small, Small]:
    """First, to and ticks of all pairs of tasks that a row of a mode could both visit."""
    rows = np.array([m == mode for m in instance.shifts.mode], dtype=np.bool_)
    routing = (pairs.first, pairs.row, pairs.row_first, pairs.by_row, pairs.task, rows)
    count = np.zeros(len(instance.priority) + 1, dtype=np.int64)
    _together(*routing, count[1:], np.zeros(0, np.int32))
    first = np.cumsum(count)
    to, ticks = np.empty(first[-1], np.int32), np.empty(first[-1], np.int32)
    _together(*routing, first, to)
    places = [instance.problem.place_by_id[task.place] for task in instance.problem.tasks]
    order = _order(np.array([(p.lat, p.lon) for p in places]))
    for begin in range(0, len(order), BATCH):
        if out():
            raise TimeoutError
        batch = order[begin : begin + BATCH]
        near = np.unique(np.concatenate([to[first[a] : first[a + 1]] for a in batch.tolist()]))
        ways = instance.problem.travel.block(
            [places[a] for a in batch.tolist()], [places[b] for b in near.tolist()], mode
        )[0]
        for i, a in enumerate(batch.tolist()):
            line = slice(first[a], first[a + 1])
            ticks[line] = ways[i, np.searchsorted(near, to[line])]
    return first, to, ticks


def _order(points: npt.NDArray[np.float64]) -> IntArray:
    """Places in strips, so that neighbours in the order are near each other."""
    strips = max(1, int(np.sqrt(len(points) / BATCH)))
    low = points.min(axis=0)
    step = np.maximum(np.ptp(points, axis=0), 1e-12) / strips
    strip = np.minimum((points - low) // step, strips - 1)
    order: IntArray = np.lexsort((points[:, 0], strip[:, 1])).astype(np.int64)
    return order


@njit(cache=True, nogil=True)
def _together(
    task_first: Array,
    pair_row: Array,
    row_first: Array,
    by_row: Array,
    pair_task: Array,
    rows: Array,
    first: Array,
    to: Array,
) -> None:
    """Tasks that share a row with each task: counted into `first` without `to`, else written in order."""
    tasks = len(task_first) - 1
    seen = np.full(tasks, -1)
    found = np.empty(tasks, np.int32)
    for a in range(tasks):
        size = 0
        for p in range(task_first[a], task_first[a + 1]):
            row = pair_row[p]
            if not rows[row]:
                continue
            for k in range(row_first[row], row_first[row + 1]):
                b = pair_task[by_row[k]]
                if b != a and seen[b] != a:
                    seen[b] = a
                    found[size] = b
                    size += 1
        if len(to) == 0 and len(first) == tasks:
            first[a] = size
        else:
            to[first[a] : first[a] + size] = np.sort(found[:size])
