"""The best priced day plan of a row of the shift table: label setting, best bound first, in compiled code.

A label is a partial route: its last task, when that ends, and what it is worth. What may still follow is bounded from above
twice: by routes that may come back to a task (see `completion`), and by the tasks still in reach, filled into the time left
as a fractional knapsack, each with its shortest way in. The search may stop after any number of labels: the highest bound of
those not yet looked at is then the answer, never below the truth. Orders of the same tasks with the same last one are
compared, so that among equal sets only those that end early or are worth much go on.

Arguments that go together are plain tuples. `case`: limits of the row, number of its tasks, local table, worth of visits,
ways, windows, cost of a tick of way and of lateness. `rest`: worth and size of tasks that follow, in two orders, and what
`completion` found. `book`: labels with their worth, bounds, keys and whether they are alive, heap, hash table, marks of
tasks, best routes.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

import numpy as np
from numba import njit

from matching.solvers.bounds.columns import (
    BACK,
    BEGIN,
    COUNT,
    DURATION,
    END,
    FAR,
    LAST,
    LATEST,
    LEG,
    MODE,
    NOW,
    OUT,
    PAIR,
    PARENT,
    SPENT,
    TASKS,
    TICKS,
    Array,
)
from matching.solvers.bounds.completion import arrivals, complete, slices
from matching.solvers.bounds.labels import dominated, keep, mark, push, sink, write
from matching.solvers.bounds.visits import fill, gather, visit

CELLS = 1 << 25
"""Tasks times grains of a row: with more of them (a gigabyte) what may follow is not bounded by time."""


@njit(cache=True, nogil=True)
def prepare(
    local: Array, worth: Array, n: int, block: Array, leg: Array, weight: float, follow: Array, size: Array
) -> None:
    """What each task is worth, and the time it takes, as one that follows another: with its shortest way in."""
    for b in range(n):
        shortest = FAR
        for a in range(n):
            if a != b and block[a, b] < shortest and block[a, b] <= leg:
                shortest = block[a, b]
        size[b] = local[b, DURATION] + shortest
        follow[b] = -1.0 if shortest == FAR else worth[b] - weight * shortest


@njit(cache=True, nogil=True)
def ahead(last: int, now: int, left: int, until: int, case: Any, rest: Any, visited: Array) -> float:
    """Upper bound of what tasks after `last` add, the way back apart."""
    _, n, local, _, block, _, _, _, _ = case
    follow, size, ratio, rank, _, _, _, _ = rest
    room, filled = until - now, 0.0
    for k in range(n):
        b = ratio[k]
        if follow[b] <= 0.0:
            break
        if visited[b] or now + block[last, b] > local[b, LATEST]:
            continue
        if size[b] >= room:
            filled += follow[b] * max(0, room) / size[b]
            break
        filled += follow[b]
        room -= size[b]
    best = 0.0
    for k in range(n):
        b = rank[k]
        if follow[b] <= 0.0 or left == 0 or best >= filled:
            break
        if not visited[b] and now + block[last, b] <= local[b, LATEST]:
            best += follow[b]
            left -= 1
    return min(filled, best)


@njit(cache=True, nogil=True)
def promise(
    b: int, end: int, left: int, worthy: float, need: float, case: Any, rest: Any, visited: Array
) -> float:
    """Upper bound of the routes that begin with a label that ends with `b`; the second look only if above `need`."""
    limits, n, local, _, _, _, _, weight, _ = case
    _, _, _, _, length, after, towards, other = rest
    k, m = (end - limits[BEGIN]) // length, min(left, after.shape[0] - 1)
    to = towards[m, b, k]
    bound = worthy + (other[m, b, k] if to >= 0 and visited[to] else after[m, b, k])
    if bound > need:
        back = local[:n, BACK].min()
        more = ahead(b, end, left, limits[END] - back, case, rest, visited)
        bound = min(bound, worthy + more - weight * back)
    return bound


@njit(cache=True, nogil=True)
def expand(
    parent: int, case: Any, rest: Any, book: Any, best: float, need: float, slack: float, state: Array
) -> float:
    """All routes one task longer than `parent` (-1: the empty one); returns the best worth of a route known then.

    `state`: labels used, size of the heap. The last of the bounds is the highest of labels left out for being no better.
    """
    limits, n, local, worth, block, window_first, window, weight, late = case
    labels, value, high, keys, alive, heap, table, visited, tops, top_label = book
    last, now, count, spent, so_far, key = -1, limits[BEGIN], 0, 0, 0.0, 0
    if parent >= 0:
        mark(labels, parent, visited, True)
        last, now, count, spent = (
            labels[parent, LAST],
            labels[parent, NOW],
            labels[parent, COUNT],
            labels[parent, SPENT],
        )
        so_far, key = value[parent], keys[parent]
    used = state[0]
    for b in range(n):
        ways = local[b, OUT] if last < 0 else np.int64(block[last, b])
        if (
            visited[b]
            or ways > limits[LEG]
            or now + ways > local[b, LATEST]
            or spent + local[b, DURATION] > limits[TICKS]
        ):
            continue
        pair = local[b, PAIR]
        start, price = visit(window, window_first[pair], window_first[pair + 1], now + ways, late)
        end, worthy = start + local[b, DURATION], so_far + worth[b] - weight * ways - price
        total, bound = worthy - weight * local[b, BACK], -np.inf
        if count + 1 < limits[TASKS]:
            visited[b] = True
            bound = promise(
                b, end, limits[TASKS] - count - 1, worthy, max(best, total) + slack, case, rest, visited
            )
            visited[b] = False
            if last >= 0:
                bound = min(bound, high[parent])
        best = max(best, total)
        if bound <= best + slack:
            high[-1] = max(high[-1], bound)
            if total <= need:
                continue
        labels[used, LAST], labels[used, PARENT], labels[used, NOW] = b, parent, end
        labels[used, COUNT], labels[used, SPENT] = count + 1, spent + local[b, DURATION]
        value[used], high[used], alive[used] = worthy, bound, True
        keys[used] = key ^ ((b + 1) * 0x9E3779B97F4A7C1 >> 3)
        if total > need:
            keep(total, used, keys, tops, top_label)
        if bound > best + slack and not dominated(labels, value, keys, table, used, visited, alive):
            state[1] = push(heap, state[1], high, used)
        used += 1
    state[0] = used
    mark(labels, parent, visited, False)
    return best


@njit(cache=True, nogil=True)
def search(
    case: Any, rest: Any, book: Any, most: int, best: float, need: float, slack: float, state: Array
) -> float:
    """Upper bound of the best route of a row; `best` is what some route is worth.

    At most `most` labels are expanded. Routes worth more than `need` are left among the best of `book`.
    """
    _, _, high, _, alive, heap, _, _, tops, top_label = book
    state[:] = 0
    tops[:], top_label[:], high[-1] = need, -1, best
    parent = -1
    for expanded in range(most + 1):
        best = expand(parent, case, rest, book, best, need, slack, state)
        while state[1] > 0 and not alive[heap[0]]:
            state[1] = sink(heap, state[1], high)
        if state[1] == 0 or high[heap[0]] <= best + slack or expanded == most:
            break
        parent = heap[0]
        state[1] = sink(heap, state[1], high)
    left = max(best, high[-1])
    if state[1] > 0:
        left = max(left, high[heap[0]])
    return left


@njit(cache=True, nogil=True)
def outlook(case: Any, follow: Array, size: Array, work: int) -> Any:
    """What may follow visits, as `rest`; not by time where that would need too many cells."""
    limits, n, local, worth, block, window_first, window, weight, late = case
    prepare(local, worth, n, block, limits[LEG], weight, follow, size)
    ratio = np.argsort(-follow[:n] / size[:n], kind="mergesort")
    rank = np.argsort(-follow[:n], kind="mergesort")
    ticks = limits[END] - limits[BEGIN] + 1
    length, count, lines, grain = slices(limits, n, local, work)
    grains = ticks // grain + 1
    if n * grains > CELLS:
        unknown = np.full((1, n, 1), np.inf)
        return follow, size, ratio, rank, ticks, unknown, np.full((1, n, 1), -1, np.int32), unknown
    slot, price = np.empty((n, grains), np.int32), np.zeros((n, grains))
    arrivals(limits, n, local, window_first, window, late, length, grain, slot, price)
    after, other = np.empty((lines, n, count)), np.empty((lines, n, count))
    towards = np.empty((lines, n, count), np.int32)
    complete(limits, n, local, worth, block, weight, length, grain, slot, price, after, towards, other)
    return follow, size, ratio, rank, length, after, towards, other


@njit(cache=True, nogil=True)
def best_routes(
    rows: Array, problem: Any, gain: Array, weight: float, late: float, work: int, most: int,
    known: Array, need: Array, slack: float, bound: Array, columns: Array,
) -> None:  # fmt: skip
    """Price some rows: `bound[i]` is at least what the best route of `rows[i]` is worth, its gains less its cost.

    `gain[pair]` (-inf: never) is for a visit, `weight` the cost of a tick of way, `late` 1.0 where lateness costs. `work`:
    steps per row for bounding what may follow, `most`: labels expanded. `known[row]` is what some route is worth, at least
    0.0. Routes worth more than `need[row]` are written to `columns[i]` as tasks in order, then -1.
    """
    row_first, by_row, task, ends, window_first, window, duration, shift, dense, first, to, ticks = problem
    widest = 1
    for row in rows:
        widest = max(widest, row_first[row + 1] - row_first[row])
    room, slots = (most + 1) * widest + 1, 16
    while slots < 2 * room:
        slots *= 2
    local, worth, block = (
        np.empty((widest, 6), np.int64),
        np.empty(widest),
        np.empty((widest, widest), np.int32),
    )
    follow, size, visited = np.empty(widest), np.empty(widest, np.int64), np.zeros(widest, np.bool_)
    labels, value, high = np.empty((room, 5), np.int64), np.empty(room), np.empty(room)
    keys, alive, heap = np.empty(room, np.int64), np.empty(room, np.bool_), np.empty(room, np.int64)
    tops, top_label = np.empty(columns.shape[1]), np.empty(columns.shape[1], np.int64)
    table, place, state = np.empty(slots, np.int64), np.full(len(duration), -1), np.zeros(2, np.int64)
    columns[:] = -1
    for i in range(len(rows)):
        row = rows[i]
        bound[i] = known[row]
        n = gather(
            row, row_first, by_row, task, ends, window_first, window, duration, shift, gain, local, worth
        )
        if n == 0 or shift[row, TASKS] <= 0:
            continue
        fill(local, n, block, place, dense, first, to, ticks, shift[row, MODE])
        case = (shift[row], n, local, worth, block, window_first, window, weight, late)
        rest = outlook(case, follow, size, work)
        slots = 16
        while slots < 2 * (most + 1) * n:
            slots *= 2
        table[:slots] = -1
        book = (labels, value, high, keys, alive, heap, table[:slots], visited, tops, top_label)
        bound[i] = search(case, rest, book, most, known[row], need[row], slack, state)
        write(columns[i], labels, local, tops, top_label, need[row])
