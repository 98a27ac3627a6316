"""What may still follow a visit: an upper bound by time, in compiled code.

`after[m, i, k]`: the most that a row can still earn once it has ended task `i` in the k-th slice of its shift, with at most
m more visits (where there is one line only: as many as time allows). Routes may come back to a task, but not straight after
the next one; so each number comes with the task that it goes to next, and with the best that goes elsewhere.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

import numpy as np
from numba import njit

from matching.solvers.bounds.columns import BACK, BEGIN, DURATION, END, LATEST, LEG, OUT, PAIR, TASKS, Array
from matching.solvers.bounds.visits import visit

GRAINS = 1_024
"""Arrivals are told apart by so many steps of a shift, and rounded down to one: earlier is never worse."""

COUNTED = 5
"""Rows that may do at most so many tasks have a line for each number of visits left."""


@njit(cache=True, nogil=True)
def slices(limits: Array, n: int, local: Array, work: int) -> tuple[int, int, int, int]:
    """Length of the slices of a shift, their number, lines of `after`, ticks of a grain; for about `work` steps in all."""
    span, lines = limits[END] - limits[BEGIN] + 1, 1
    if limits[TASKS] <= COUNTED:
        lines = max(1, limits[TASKS])
    shortest = local[:n, DURATION].min()
    length = min(max(1, n * n * span * lines // work), max(1, shortest))
    grain = max(1, min(span // GRAINS, shortest))
    length = max(1, length // grain) * grain
    return length, span // length + 1, lines, grain


@njit(cache=True, nogil=True)
def arrivals(
    limits: Array,
    n: int,
    local: Array,
    window_first: Array,
    window: Array,
    late: float,
    length: int,
    grain: int,
    slot: Array,
    price: Array,
) -> None:
    """Slice in which a visit ends (-1: impossible), and its lateness, by grains of arrival since the shift began."""
    for b in range(n):
        pair = local[b, PAIR]
        first, last = window_first[pair], window_first[pair + 1]
        for g in range(slot.shape[1]):
            slot[b, g], now = -1, g * grain + limits[BEGIN]
            if now <= local[b, LATEST]:
                start, least = visit(window, first, last, now, late)
                slot[b, g] = (start + local[b, DURATION] - limits[BEGIN]) // length
                price[b, g] = least


@njit(cache=True, nogil=True)
def arrive(
    n: int,
    k: int,
    grains: int,
    worth: Array,
    slot: Array,
    price: Array,
    after: Array,
    towards: Array,
    other: Array,
    best: Array,
    to: Array,
    second: Array,
) -> None:
    """What follows arrivals in the k-th slice (of so many grains): visit, lateness and the rest; -inf where impossible."""
    for b in range(n):
        for g in range(k * grains, min((k + 1) * grains, slot.shape[1])):
            end = slot[b, g]
            if end < 0:
                best[b, g], second[b, g] = -np.inf, -np.inf
                continue
            gain = worth[b] - price[b, g]
            best[b, g], to[b, g] = gain + after[b, end], towards[b, end]
            second[b, g] = gain + other[b, end]


@njit(cache=True, nogil=True)
def leave(
    n: int,
    k: int,
    first: Array,
    last: Array,
    length: int,
    grain: int,
    local: Array,
    block: Array,
    leg: Array,
    weight: float,
    best: Array,
    to: Array,
    second: Array,
    after: Array,
    towards: Array,
    other: Array,
) -> None:
    """What follows visits that end in the k-th slice, of tasks for which it lies between `first` and `last`."""
    for a in range(n):
        if k < first[a] or k > last[a]:
            continue
        home = -weight * local[a, BACK]
        most, where, rest = home, -1, home
        for b in range(n):
            g = (k * length + block[a, b]) // grain
            if g >= best.shape[1] or block[a, b] > leg or b == a:
                continue
            found = (second[b, g] if to[b, g] == a else best[b, g]) - weight * block[a, b]
            if found > most:
                most, rest, where = found, most, b
            elif found > rest:
                rest = found
        after[a, k], towards[a, k], other[a, k] = most, where, rest


@njit(cache=True, nogil=True)
def complete(
    limits: Array,
    n: int,
    local: Array,
    worth: Array,
    block: Array,
    weight: float,
    length: int,
    grain: int,
    slot: Array,
    price: Array,
    after: Array,
    towards: Array,
    other: Array,
) -> None:
    """Fill `after` (lines, tasks, slices), the tasks it goes to and the best that goes elsewhere."""
    lines, _, count = after.shape
    free = limits[TASKS] > lines
    first, last = np.empty(n, np.int64), np.empty(n, np.int64)
    for a in range(n):
        home = -weight * local[a, BACK]
        after[:, a, :], towards[:, a, :], other[:, a, :] = home, -1, home
        first[a] = slot[a, min(local[a, OUT] // grain, slot.shape[1] - 1)]
        last[a] = (local[a, LATEST] + local[a, DURATION] - limits[BEGIN]) // length
    best, second = np.full(slot.shape, -np.inf), np.full(slot.shape, -np.inf)
    to = np.full(slot.shape, -1, np.int32)
    for m in range(0 if free else 1, lines):
        source = m if free else m - 1
        for k in range(count - 1, -1, -1):
            arrive(
                n,
                k,
                length // grain,
                worth,
                slot,
                price,
                after[source],
                towards[source],
                other[source],
                best,
                to,
                second,
            )
            leave(
                n, k, first, last, length, grain, local, block, limits[LEG], weight, best, to, second,
                after[m], towards[m], other[m],
            )  # fmt: skip
