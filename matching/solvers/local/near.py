"""Which tasks are close to each other, and in which orders they are put back."""

import numpy as np
import numpy.typing as npt
from numba import njit

from matching.solvers.local import layout as at

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

NEAR = 60
BITS = 63
BLOCK = 512
"""Tasks whose distances are held at once."""


def near_of(way: I32, task: I64, pair: I64, rows: int) -> I64:
    """For each task the tasks close in space and time for which one row could come to both; itself first."""
    total = len(task) - 1
    low, high = np.full(total, at.FAR), np.full(total, -1)
    owner = np.repeat(np.arange(total), np.diff(task[:, at.PAIRS]))
    np.minimum.at(low, owner, pair[:, at.LOW])
    np.maximum.at(high, owner, pair[:, at.HIGH] + task[owner, at.STAY])
    mask = np.zeros((total, rows // BITS + 1), dtype=np.int64)
    mark_rows(mask, owner, pair)
    place, most = task[:-1, at.PLACE].copy(), min(NEAR, total)
    found = np.empty((total, most), dtype=np.int64)
    apart = np.empty((min(BLOCK, total), total), dtype=np.int64)
    for begin in range(0, total, BLOCK):
        block = apart[: min(BLOCK, total - begin)]
        measure(way, place, low, high, mask, begin, block)
        found[begin : begin + len(block)] = nearest(block, most, begin)
    return found


def nearest(apart: I64, most: int, begin: int) -> I64:
    """Lists of the nearest; where there are fewer than `most`, a list is filled up with the task itself."""
    some = np.argpartition(apart, most - 1, axis=1)[:, :most]
    order = np.lexsort((some, np.take_along_axis(apart, some, axis=1)), axis=1)
    some = np.take_along_axis(some, order, axis=1)
    alone = np.take_along_axis(apart, some, axis=1) >= at.FAR
    own = np.arange(begin, begin + len(apart))[:, None]
    return np.where(alone, own, some)


@njit(cache=True, nogil=True)
def mark_rows(mask: I64, owner: I64, pair: I64) -> None:
    """One bit for each row that may come to a task."""
    for q in range(len(pair)):
        r = pair[q, at.ROW]
        mask[owner[q], r // BITS] |= 1 << (r % BITS)


@njit(cache=True, nogil=True)
def measure(way: I32, place: I64, low: I64, high: I64, mask: I64, begin: int, apart: I64) -> None:
    """How far tasks are from each other in space and time; FAR where nobody could come to both."""
    for i in range(len(apart)):
        t = begin + i
        for u in range(len(low)):
            apart[i, u] = at.FAR
            if u != t and shared(mask, t, u):
                gap = max(0, low[u] - high[t], low[t] - high[u])
                apart[i, u] = way[0, place[t], place[u]] + gap // 4
        apart[i, t] = -1


@njit(nogil=True, forceinline=True)
def shared(mask: I64, t: int, u: int) -> bool:
    """Whether a row may come to both."""
    for i in range(mask.shape[1]):  # noqa: SIM110 - compiled code knows no generators
        if mask[t, i] & mask[u, i]:
            return True
    return False


def keys_of(task: I64, pair: I64) -> I64:
    """Orders: weight, weight for its time, few rows, far, near, long, narrow."""
    total = len(task) - 1
    first, stay = task[:, at.PAIRS], np.maximum(1, task[:-1, at.STAY] * task[:-1, at.HEADS])
    weight, few = task[:-1, at.WEIGHT], np.diff(first)
    far, span = np.zeros(total, dtype=np.int64), np.zeros(total, dtype=np.int64)
    some = np.flatnonzero(few)
    if len(some):
        far[some] = np.minimum.reduceat(pair[:, at.OUT], first[some])
        span[some] = np.maximum.reduceat(pair[:, at.HIGH] - pair[:, at.LOW], first[some])
    dense = -(weight // stay)
    return np.array([-weight, dense, few, -far, far, -stay, span], dtype=np.int64).reshape(7, total)
