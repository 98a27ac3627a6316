"""Visits, ways and routes of rows, in compiled code."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

import numpy as np
from numba import njit

from matching.solvers.bounds.columns import (
    BACK,
    BEGIN,
    DUE,
    DURATION,
    FAR,
    HIGH,
    LATEST,
    LEG,
    LOW,
    MODE,
    OUT,
    PAIR,
    PRICE,
    STEPS,
    TASK,
    Array,
)


@njit(cache=True, nogil=True)
def way(dense: Array, first: Array, to: Array, ticks: Array, mode: int, a: int, b: int) -> int:
    """Ticks from task `a` to `b`: of the dense tables, or else of sparse rows (one per mode and task)."""
    if dense.shape[1] > 0:
        return np.int64(dense[mode, a, b])
    if a == b:
        return np.int64(0)
    tasks = (len(first) - 1) // max(1, dense.shape[0])
    low, high = first[mode * tasks + a], first[mode * tasks + a + 1]
    while low < high:
        middle = (low + high) // 2
        if to[middle] < b:
            low = middle + 1
        else:
            high = middle
    return np.int64(ticks[low])


@njit(cache=True, nogil=True)
def fill(
    local: Array,
    n: int,
    block: Array,
    place: Array,
    dense: Array,
    first: Array,
    to: Array,
    ticks: Array,
    mode: int,
) -> None:
    """Ways among the first `n` local tasks; `place` (per task) is -1 before and after."""
    if dense.shape[1] > 0:
        for a in range(n):
            line = dense[mode, local[a, TASK]]
            for b in range(n):
                block[a, b] = line[local[b, TASK]]
        return
    tasks = (len(first) - 1) // max(1, dense.shape[0])
    for a in range(n):
        place[local[a, TASK]] = a
        block[a, a] = 0
    for a in range(n):
        line = mode * tasks + local[a, TASK]
        for k in range(first[line], first[line + 1]):
            b = place[to[k]]
            if b >= 0:
                block[a, b] = ticks[k]
    for a in range(n):
        place[local[a, TASK]] = -1


@njit(cache=True, nogil=True)
def steps(
    rows: Array,
    row_first: Array,
    by_row: Array,
    task: Array,
    shift: Array,
    dense: Array,
    first: Array,
    to: Array,
    ticks: Array,
) -> None:
    """Mark the rows with two tasks between which a single way is too long: others may lie between them."""
    for row in rows:
        for i in range(row_first[row], row_first[row + 1]):
            for j in range(row_first[row], row_first[row + 1]):
                a, b = task[by_row[i]], task[by_row[j]]
                if a != b and way(dense, first, to, ticks, shift[row, MODE], a, b) > shift[row, LEG]:
                    shift[row, STEPS] = 1


@njit(cache=True, nogil=True)
def visit(window: Array, low: int, high: int, ready: int, late: float) -> tuple[int, float]:
    """Earliest start from `ready` on (FAR: none), and the least that any start from then on costs for lateness."""
    start, least = FAR, np.inf
    for k in range(low, high):
        if ready <= window[k, HIGH]:
            first = max(ready, window[k, LOW])
            start = min(start, first)
            least = min(least, late * max(0, first - window[k, DUE]) * window[k, PRICE])
    return start, least


@njit(cache=True, nogil=True)
def gather(
    row: int,
    row_first: Array,
    by_row: Array,
    task: Array,
    ends: Array,
    window_first: Array,
    window: Array,
    duration: Array,
    shift: Array,
    gain: Array,
    local: Array,
    worth: Array,
) -> int:
    """Local table of the tasks worth a visit; returns how many."""
    n = 0
    for k in range(row_first[row], row_first[row + 1]):
        pair = by_row[k]
        if gain[pair] == -np.inf or (gain[pair] <= 0.0 and shift[row, STEPS] == 0):
            continue
        there = task[pair]
        local[n, PAIR], local[n, TASK], local[n, DURATION] = pair, there, duration[there]
        local[n, OUT], local[n, BACK] = ends[pair, 0], ends[pair, 1]
        local[n, LATEST] = window[window_first[pair + 1] - 1, HIGH]
        worth[n] = gain[pair]
        n += 1
    return n


@njit(cache=True, nogil=True)
def measure(
    rows: Array,
    tasks: Array,
    row_first: Array,
    by_row: Array,
    task: Array,
    ends: Array,
    window_first: Array,
    window: Array,
    duration: Array,
    shift: Array,
    dense: Array,
    first: Array,
    to: Array,
    ticks: Array,
    price: Array,
    weight: float,
    late: float,
    cost: Array,
) -> None:
    """What routes (row, tasks in order, then -1) cost; infinite for those that are none. `price[pair]`: of a visit."""
    for i in range(len(rows)):
        row, now, sum_, before, pair = rows[i], shift[rows[i], BEGIN], 0.0, -1, -1
        for k in range(tasks.shape[1]):
            there = tasks[i, k]
            if there < 0:
                break
            pair = found(row, there, row_first, by_row, task)
            if pair < 0:
                sum_ = np.inf
                break
            ways = ends[pair, 0]
            if before >= 0:
                ways = way(dense, first, to, ticks, shift[row, MODE], before, there)
            start, lateness = visit(window, window_first[pair], window_first[pair + 1], now + ways, late)
            if start == FAR or ways > shift[row, LEG]:
                sum_ = np.inf
                break
            sum_ += weight * ways + price[pair] + lateness
            now, before = start + duration[there], there
        cost[i] = sum_ + (weight * ends[pair, 1] if pair >= 0 else 0.0)


@njit(cache=True, nogil=True)
def pairs_of(rows: Array, tasks: Array, row_first: Array, by_row: Array, task: Array, pairs: Array) -> None:
    """Pairs of the visits of routes, -1 beyond their ends."""
    for i in range(len(rows)):
        for k in range(tasks.shape[1]):
            pairs[i, k] = -1 if tasks[i, k] < 0 else found(rows[i], tasks[i, k], row_first, by_row, task)


@njit(cache=True, nogil=True)
def found(row: int, there: int, row_first: Array, by_row: Array, task: Array) -> int:
    """Pair of a row and a task, or -1."""
    low, high = row_first[row], row_first[row + 1]
    while low < high:
        middle = (low + high) // 2
        if task[by_row[middle]] < there:
            low = middle + 1
        else:
            high = middle
    if low < row_first[row + 1] and task[by_row[low]] == there:
        return by_row[low]
    return -1
