"""Compiled: where a task fits into shifts, and which visits could make room for it.

`b` is a `Board`: arrays that `layout` describes. A row between two calls obeys every rule; whoever links or unlinks a
stop calls `schedule` last.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from matching.online import layout as at

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
F64 = npt.NDArray[np.float64]

DENSE, SPARSE, LINE = range(3)
UNREACHABLE = 10_000_000
TICK = 60


class Ways(NamedTuple):
    """Ticks between places.

    `kind`: DENSE (`dense`, per mode), SPARSE (points of a table, its rows `first`, `to`, `metres` per mode; a symmetric
    table keeps each pair in the row of its smaller point) or LINE. `speed`: metres per 60 ticks of each mode; `spot`:
    metres from the middle of the earth; `line`: factor and constant.
    """

    kind: int
    dense: I32
    point: I64
    access: I64
    first: I64
    to: I32
    metres: I32
    symmetric: I64
    speed: I64
    spot: F64
    line: F64


class Board(NamedTuple):
    """A plan as arrays, see `layout`."""

    ways: Ways
    row: I64
    node: I64
    pair: I64
    window: I64
    task: I64
    meter: I64


def outer(kernel: Any) -> Any:
    """Compile what Python calls, and keep it on disk."""
    return njit(cache=True, nogil=True, error_model="numpy")(kernel)


@outer
def way(w: Ways, mode: int, a: int, b: int) -> int:
    """Ticks from place a to place b."""
    if a == b:
        return 0
    if w.kind == DENSE:
        return w.dense[mode, a, b]
    if w.kind == SPARSE:
        metres = between(w, mode, w.point[a], w.point[b])
    else:
        x, y, z = w.spot[a, 0] - w.spot[b, 0], w.spot[a, 1] - w.spot[b, 1], w.spot[a, 2] - w.spot[b, 2]
        chord = np.sqrt(x * x + y * y + z * z)
        metres = 0 if chord == 0.0 else int(np.ceil(chord * w.line[0])) + int(w.line[1])
    if metres >= UNREACHABLE:
        return UNREACHABLE
    return (metres * TICK + w.speed[mode] - 1) // w.speed[mode] + w.access[a] + w.access[b]


@outer
def between(w: Ways, mode: int, a: int, b: int) -> int:
    """Metres between two points of a table, by halving."""
    if a == b:
        return 0
    if w.symmetric[mode] and a > b:
        a, b = b, a
    low, high = w.first[mode, a], w.first[mode, a + 1]
    while low < high:
        middle = (low + high) // 2
        if w.to[middle] < b:
            low = middle + 1
        else:
            high = middle
    if low < w.first[mode, a + 1] and w.to[low] == b:
        return np.int64(w.metres[low])
    return UNREACHABLE


@outer
def first_start(window: I64, begin: int, end: int, ready: int, floor: int, ceil: int) -> int:
    """First start from `ready` on, NOBODY if there is none."""
    start = max(ready, floor)
    if floor < ceil:
        while begin < end and start > window[begin, at.HIGH]:
            begin += 1
        if begin == end:
            return at.NOBODY
        start = max(start, window[begin, at.LOW])
    return start if start <= ceil else at.NOBODY


@outer
def last_start(window: I64, begin: int, end: int, limit: int, floor: int, ceil: int) -> int:
    """Last start up to `limit`, NOBODY if there is none."""
    start = min(limit, ceil)
    if floor < ceil:
        end -= 1
        while end >= begin and start < window[end, at.LOW]:
            end -= 1
        if end < begin:
            return at.NOBODY
        start = min(start, window[end, at.HIGH])
    return start if start >= floor else at.NOBODY


@outer
def lateness(window: I64, begin: int, end: int, start: int) -> int:
    """What a start costs for being late."""
    for line in range(begin, end):
        if start <= window[line, at.HIGH]:
            return max(0, start - window[line, at.DUE]) * window[line, at.LATE]
    return 0


@outer
def schedule(b: Board, r: int) -> int:
    """Write down ways, first and last starts of a row; return its cost, -1 if it breaks a rule."""
    node, row, window = b.node, b.row, b.window
    now, cost, a, v = row[r, at.BEGIN], 0, r, node[r, at.AFTER]
    while v != r:
        leg = (
            node[v, at.OUT] if a == r else way(b.ways, row[r, at.MODE], node[a, at.PLACE], node[v, at.PLACE])
        )
        begin, end = node[v, at.WINDOW], node[v, at.WINDOW_END]
        start = first_start(window, begin, end, now + leg, node[v, at.FLOOR], node[v, at.CEIL])
        if start < 0 or leg > row[r, at.LEG_LIMIT]:
            return -1
        node[v, at.LEG], node[v, at.EARLY] = leg, start
        cost += leg + node[v, at.PRICE] + lateness(window, begin, end, start)
        now, a, v = start + node[v, at.STAY], v, node[v, at.AFTER]
    node[r, at.LEG] = 0
    if a == r:
        return 0
    leg = node[a, at.BACK]
    node[r, at.LEG] = leg
    if now + leg > row[r, at.END] or leg > row[r, at.LEG_LIMIT]:
        return -1
    limit = row[r, at.END] - leg
    while a != r:
        begin, end = node[a, at.WINDOW], node[a, at.WINDOW_END]
        limit = last_start(window, begin, end, limit - node[a, at.STAY], node[a, at.FLOOR], node[a, at.CEIL])
        node[a, at.LATEST] = limit
        limit, a = limit - node[a, at.LEG], node[a, at.BEFORE]
    return cost + node[r, at.LEG]


@outer
def schedule_all(b: Board) -> int:
    """Schedule every row; the number of the first that breaks a rule, or -1."""
    for r in range(len(b.row)):
        cost = schedule(b, r)
        if cost < 0:
            return r
        b.node[r, at.COST] = cost
    return -1


@outer
def settle(b: Board, r: int) -> None:
    """Decide the starts of a row: those told before wherever they still hold, else as early as possible."""
    node, row = b.node, b.row
    now, v = row[r, at.BEGIN], node[r, at.AFTER]
    while v != r:
        wanted = max(now + node[v, at.LEG], min(node[v, at.AT], node[v, at.LATEST]))
        start = first_start(
            b.window,
            node[v, at.WINDOW],
            node[v, at.WINDOW_END],
            wanted,
            node[v, at.FLOOR],
            node[v, at.CEIL],
        )
        node[v, at.AT] = start
        now, v = start + node[v, at.STAY], node[v, at.AFTER]


@outer
def spent(b: Board, r: int) -> tuple[int, int]:
    """Ticks of all ways of a row, and its whole cost with the starts that are told."""
    node = b.node
    ways, cost, v = node[r, at.LEG], node[r, at.LEG], node[r, at.AFTER]
    while v != r:
        late = lateness(b.window, node[v, at.WINDOW], node[v, at.WINDOW_END], node[v, at.AT])
        ways, cost = ways + node[v, at.LEG], cost + node[v, at.LEG] + node[v, at.PRICE] + late
        v = node[v, at.AFTER]
    return ways, cost


@outer
def turn(b: Board, r: int, units: int, stay: int, sign: int) -> None:
    """Count a stop of a row in its limits, or take it back."""
    for i in range(at.METERS, at.METERS + at.ROW_METERS):
        k = b.row[r, i]
        if k >= 0:
            b.meter[at.USED, k] += sign * (stay if b.meter[at.TICKS, k] else units)


@outer
def roomy(b: Board, r: int, stay: int, fewer: int, less: int) -> bool:
    """Whether all limits of a row leave room for a visit, once `fewer` visits of `less` ticks are gone."""
    for i in range(at.METERS, at.METERS + at.ROW_METERS):
        k = b.row[r, i]
        if k >= 0:
            more = stay - less if b.meter[at.TICKS, k] else 1 - fewer
            if more > 0 and b.meter[at.USED, k] + more > b.meter[at.LIMIT, k]:
                return False
    return True


@outer
def affordable(b: Board, t: int, fen: int) -> bool:
    """Whether the price cap of a task, or what is left of its fund, allows a cost."""
    over = fen - b.task[t, at.CAP]
    if b.task[t, at.CAP] < 0 or over <= 0:
        return True
    fund = b.task[t, at.FUND]
    return fund >= 0 and b.meter[at.USED, fund] + over <= b.meter[at.LIMIT, fund]


@outer
def link(b: Board, v: int, a: int, r: int) -> None:
    """Put stop v behind node a of row r."""
    node = b.node
    c = node[a, at.AFTER]
    node[a, at.AFTER], node[v, at.BEFORE], node[v, at.AFTER], node[c, at.BEFORE] = v, a, c, v
    node[v, at.OWNER] = r
    turn(b, r, node[v, at.UNITS], node[v, at.STAY], 1)


@outer
def unlink(b: Board, v: int) -> int:
    """Take stop v out of its row; the node that was before it."""
    node = b.node
    r, a, c = node[v, at.OWNER], node[v, at.BEFORE], node[v, at.AFTER]
    node[a, at.AFTER], node[c, at.BEFORE], node[v, at.OWNER] = c, a, at.NOBODY
    turn(b, r, node[v, at.UNITS], node[v, at.STAY], -1)
    return a


@outer
def pushed(b: Board, c: int, r: int, ready: int) -> int:
    """What it costs if the stops from c on are reached at `ready`: lateness, and confirmed visits that start later."""
    node, window, price = b.node, b.window, 0
    while c != r:
        begin, end = node[c, at.WINDOW], node[c, at.WINDOW_END]
        start = first_start(window, begin, end, ready, node[c, at.FLOOR], node[c, at.CEIL])
        if start == node[c, at.EARLY]:
            break
        price += lateness(window, begin, end, start) - lateness(window, begin, end, node[c, at.EARLY])
        if node[c, at.FIRM] and node[c, at.EARLY] == node[c, at.AT]:
            price += at.MOVE
        a, c = c, node[c, at.AFTER]
        if c != r:
            ready = start + node[a, at.STAY] + node[c, at.LEG]
    return price


@outer
def cheapest(b: Board, t: int, q: int, fix: int, limit: int) -> tuple[int, int, int]:
    """Least price of a pair below `limit`, the node before, the start; (limit, -1, -1) if there is none."""
    node, pair, window = b.node, b.pair, b.window
    r, place, stay = pair[q, at.P_ROW], b.task[t, at.T_PLACE], b.task[t, at.T_STAY]
    mode, longest = b.row[r, at.MODE], b.row[r, at.LEG_LIMIT]
    begin, end = pair[q, at.P_WINDOW], pair[q, at.P_WINDOW_END]
    floor, ceil = (0, at.FAR) if fix < 0 else (fix, fix)
    a, chosen, when = r, at.NOBODY, at.NOBODY
    while True:
        c = node[a, at.AFTER]
        if a == r:
            leg = pair[q, at.P_OUT]
            ready = b.row[r, at.BEGIN] + leg
        else:
            leg = way(b.ways, mode, node[a, at.PLACE], place)
            ready = node[a, at.EARLY] + node[a, at.STAY] + leg
        start = first_start(window, begin, end, ready, floor, ceil)
        if start < 0 and (fix >= 0 or leg < UNREACHABLE):
            break
        if start >= 0 and (c == r or not node[c, at.GLUED]):
            home = pair[q, at.P_BACK] if c == r else way(b.ways, mode, place, node[c, at.PLACE])
            last = b.row[r, at.END] if c == r else node[c, at.LATEST]
            if start + stay + home <= last and leg <= longest and home <= longest:
                price = (
                    pair[q, at.P_PRICE] + leg + home - node[c, at.LEG] + lateness(window, begin, end, start)
                )
                if price < limit:
                    price += pushed(b, c, r, start + stay + home)
                if price < limit:
                    limit, chosen, when = price, a, start
        if c == r:
            break
        a = c
    return limit, chosen, when


@outer
def in_windows(window: I64, begin: int, end: int, start: int) -> bool:
    """Whether a start lies in a window."""
    for line in range(begin, end):  # noqa: SIM110 - compiled code knows no generators
        if window[line, at.LOW] <= start <= window[line, at.HIGH]:
            return True
    return False


@outer
def scan(b: Board, t: int, fix: int, found: I64) -> None:
    """Price and start (columns of `found`) of every pair of a task; (FAR << 10, -1) where there is no place.

    `fix`: the only start that counts, or -1.
    """
    first = b.task[t, at.PAIRS]
    for q in range(first, b.task[t, at.PAIRS_END]):
        r, i = b.pair[q, at.P_ROW], q - first
        found[i, 0], found[i, 1] = at.FAR << 10, at.NOBODY
        if fix >= 0 and not in_windows(b.window, b.pair[q, at.P_WINDOW], b.pair[q, at.P_WINDOW_END], fix):
            continue
        if (
            b.row[r, at.OPEN]
            and roomy(b, r, b.task[t, at.T_STAY], 0, 0)
            and affordable(b, t, b.pair[q, at.P_FEN])
        ):
            price, _, start = cheapest(b, t, q, fix, at.FAR << 10)
            found[i, 0], found[i, 1] = price, start


@outer
def starts(b: Board, t: int, found: I64) -> int:
    """Earliest starts of a task at each place of each of its rows, as many as `found` holds; their number."""
    count = 0
    for q in range(b.task[t, at.PAIRS], b.task[t, at.PAIRS_END]):
        r = b.pair[q, at.P_ROW]
        a = r
        while b.row[r, at.OPEN]:
            leg = b.pair[q, at.P_OUT]
            ready = b.row[r, at.BEGIN] + leg
            if a != r:
                leg = way(b.ways, b.row[r, at.MODE], b.node[a, at.PLACE], b.task[t, at.T_PLACE])
                ready = b.node[a, at.EARLY] + b.node[a, at.STAY] + leg
            begin, end = b.pair[q, at.P_WINDOW], b.pair[q, at.P_WINDOW_END]
            start = first_start(b.window, begin, end, ready, 0, at.FAR)
            if start >= 0 and count < len(found):
                found[count] = start
                count += 1
            a = b.node[a, at.AFTER]
            if a == r:
                break
    return count


# Columns of the queue of `chain`: a task without a place, the line of who takes its place, by which pair, what it
# costs up to here, how many moved. Columns of `ends`: line of the queue, pair (NOBODY: dropped), price.
Q_TASK, Q_PARENT, Q_PAIR, Q_PRICE, Q_DEPTH = range(5)
E_LINE, E_PAIR, E_PRICE = range(3)


@outer
def on_path(b: Board, queue: I64, line: int, r: int) -> bool:
    """Whether a row changes already on the way to a line of the queue."""
    while line > 0:
        if b.pair[queue[line, Q_PAIR], at.P_ROW] == r:
            return True
        line = queue[line, Q_PARENT]
    return False


@outer
def free_place(b: Board, queue: I64, line: int) -> tuple[int, int, int]:
    """Cheapest pair that takes the task of a line without moving anybody, its price, pairs looked at."""
    t = queue[line, Q_TASK]
    best, chosen = at.FAR << 10, at.NOBODY
    for q in range(b.task[t, at.PAIRS], b.task[t, at.PAIRS_END]):
        r = b.pair[q, at.P_ROW]
        if not b.row[r, at.OPEN] or not roomy(b, r, b.task[t, at.T_STAY], 0, 0):
            continue
        if on_path(b, queue, line, r) or not affordable(b, t, b.pair[q, at.P_FEN]):
            continue
        price, a, _ = cheapest(b, t, q, at.NOBODY, best)
        if a >= 0:
            best, chosen = price, q
    return chosen, best, b.task[t, at.PAIRS_END] - b.task[t, at.PAIRS]


@outer
def swapped(b: Board, t: int, q: int, v: int) -> int:
    """What it costs to serve a task by a pair in place of stop v; FAR << 10 where it does not fit."""
    r = b.node[v, at.OWNER]
    price = at.FAR << 10
    if not roomy(b, r, b.task[t, at.T_STAY], b.node[v, at.UNITS], b.node[v, at.STAY]):
        return price
    before = unlink(b, v)
    without = schedule(b, r)
    if without >= 0:
        found, a, _ = cheapest(b, t, q, at.NOBODY, at.FAR << 10)
        if a >= 0:
            price = without + found - b.node[r, at.COST]
    link(b, v, before, r)
    schedule(b, r)
    return price


@outer
def chain(
    b: Board, t: int, worth: int, depth: int, effort: int, mark: int, seen: I64, queue: I64, ends: I64
) -> tuple[int, int]:
    """Visits that make room for a task, one moving on to where the next one was: breadth first, so few of them.

    Lines of `ends` that were found, and lines of `queue`. The last of the visits finds a free place, or is dropped
    if that loses less than `worth`. `seen`: marks of tasks, `mark` is new in each search. Stops after so many pairs
    looked at.
    """
    queue[0, Q_TASK], queue[0, Q_PARENT], queue[0, Q_PRICE], queue[0, Q_DEPTH] = t, -1, 0, 0
    seen[t] = mark
    head, tail, found, done = 0, 1, 0, 0
    while head < tail and done < effort and found < len(ends):
        u, level = queue[head, Q_TASK], queue[head, Q_DEPTH]
        if level >= depth:
            break
        for q in range(b.task[u, at.PAIRS], b.task[u, at.PAIRS_END]):
            r = b.pair[q, at.P_ROW]
            done += 1
            if (
                not b.row[r, at.OPEN]
                or on_path(b, queue, head, r)
                or not affordable(b, u, b.pair[q, at.P_FEN])
            ):
                continue
            v = b.node[r, at.AFTER]
            while v != r and tail < len(queue) and found < len(ends) and done < effort:
                x, after = b.node[v, at.TASK], b.node[v, at.AFTER]
                if b.node[v, at.LOOSE] and seen[x] != mark:
                    done += 1
                    price = swapped(b, u, q, v)
                    if price < at.FAR << 9:
                        seen[x] = mark
                        queue[tail, Q_TASK], queue[tail, Q_PARENT], queue[tail, Q_PAIR] = x, head, q
                        queue[tail, Q_PRICE] = queue[head, Q_PRICE] + price + at.MOVE * b.node[v, at.FIRM]
                        queue[tail, Q_DEPTH] = level + 1
                        free, extra, looked = free_place(b, queue, tail)
                        done += looked
                        if free >= 0 or b.task[x, at.LOSS] < worth:
                            ends[found, E_LINE], ends[found, E_PAIR] = tail, free
                            ends[found, E_PRICE] = queue[tail, Q_PRICE] + (extra if free >= 0 else 0)
                            found += 1
                        tail += 1
                v = after
        head += 1
    return found, tail
