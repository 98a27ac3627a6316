"""Compiled: routes that can be changed and taken back. Every visit knows when it starts and when it must at the latest.

`m` holds the arrays of `arrays.Model`, `s` those of a lane: `st` where nodes stand, `meter` what is used, `wk` room to
work with the lines named below, `old` what `st` was in the rows that changed; columns in `layout`. Whoever changes a row
calls `touch` first and `refresh` last. The cache on disk is that of `anneal.work`, and looks at its file alone: after a
change here, touch that file.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from matching.solvers.local import layout as at

# Lines of `wk`.
LINES = 25
SUMS, SETTINGS, REMOVED, TODO, KEY, TOUCHED, LOG_FIRST, LOG_NODE, ROW_MARK, DIRTY, TASK_MARK, HEAD = range(12)
CHAIN_PAIR, CHAIN_NEXT, OVER, STRING = range(12, 16)
OFFER_PAIR, OFFER_AFTER, OFFER_READY, OFFER_LATEST, OFFER_PRICE, TEAM, CHOSEN, ORDER, ORDER_KEY = range(
    16, 25
)

# Places in SUMS. MARK is the number of the round: rows and tasks marked with it have been seen.
COST, WEIGHT, ABSENT, RANDOM, MARK = range(5)
N_REMOVED, N_TODO, N_TOUCHED, N_LOG = range(5, 9)
BEST_WEIGHT, BEST_COST = 9, 10

# Places in SETTINGS. SOFT: 1 if some start costs lateness; TIES: 1 if there are precedences.
STRINGS, LONGEST, BLINKS, WIDE, SOFT, TIES, KEEP = range(7)

Model = Any
State = Any

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
# Nothing is allocated, so that references need not be counted: that would cost more than the search itself.
PLAIN: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
OPTIONS: dict[str, Any] = {**PLAIN, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def outer(kernel: Kernel) -> Kernel:
    """Compile what Python calls, and keep it on disk."""
    return cast("Kernel", njit(cache=True, **PLAIN)(kernel))


def inner(kernel: Kernel) -> Kernel:
    """Compile a function that compiled code alone calls."""
    return cast("Kernel", njit(**OPTIONS)(kernel))


def inlined(kernel: Kernel) -> Kernel:
    """Compile it into each of its callers."""
    return cast("Kernel", njit(forceinline=True, **OPTIONS)(kernel))


@inlined
def draw(wk: Any, n: int) -> int:
    """Draw a number from 0 to n - 1 (xorshift64*)."""
    x = np.uint64(wk[SUMS, RANDOM])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    wk[SUMS, RANDOM] = np.int64(x)
    return np.int64((((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33)) * np.uint64(n)) >> np.uint64(31))


@inlined
def first_start(pair: Any, window: Any, q: int, fix: int, ready: int) -> int:
    """First start of a pair from `ready` on, -1 if there is none."""
    if fix >= 0:
        return fix if ready <= fix else -1
    if ready > pair[q, at.HIGH]:
        return -1
    line = pair[q, at.WINDOW]
    if line < 0:
        return max(ready, pair[q, at.LOW])
    while ready > window[line, at.W_HIGH]:
        line += 1
    return max(ready, window[line, at.W_LOW])


@inlined
def last_start(pair: Any, window: Any, q: int, fix: int, limit: int) -> int:
    """Last start of a pair up to `limit`, -1 if there is none."""
    if fix >= 0:
        return fix if limit >= fix else -1
    if limit < pair[q, at.LOW]:
        return -1
    line = pair[q, at.WINDOW]
    if line < 0:
        return min(limit, pair[q, at.HIGH])
    while window[line, at.W_LAST] == 0 and window[line + 1, at.W_LOW] <= limit:
        line += 1
    return min(limit, window[line, at.W_HIGH])


@inlined
def lateness(pair: Any, window: Any, q: int, start: int) -> int:
    """What a start costs for being late."""
    line = pair[q, at.WINDOW]
    if line < 0:
        return 0
    while start > window[line, at.W_HIGH]:
        line += 1
    return max(0, start - window[line, at.W_DUE]) * window[line, at.W_PRICE]


@inlined
def schedule(m: Model, st: Any, r: int) -> int:
    """Write down starts, ways and latest arrivals of a row; return its cost, -1 if it breaks a rule."""
    way, visit, _, row, pair, window, _, _, _, _, _ = m
    depot = len(visit) + r
    now, mode, cost, a = row[r, at.BEGIN], row[r, at.MODE], 0, depot
    v = st[depot, at.AFTER]
    while v != depot:
        q = st[v, at.PAIR]
        leg = pair[q, at.OUT]
        if a != depot:
            leg = way[mode, visit[a, at.V_PLACE], visit[v, at.V_PLACE]]
        start = first_start(pair, window, q, st[v, at.FIX], now + leg)
        if start < 0 or leg > row[r, at.LEG_LIMIT]:
            return -1
        st[v, at.LEG], st[v, at.START] = leg, start
        cost += leg * row[r, at.RATE] + pair[q, at.PRICE]
        if visit[v, at.V_NUMBER] == 0:
            cost += lateness(pair, window, q, start)
        now, a, v = start + visit[v, at.V_STAY], v, st[v, at.AFTER]
    if a == depot:
        st[depot, at.LEG] = 0
        return 0
    leg = pair[st[a, at.PAIR], at.BACK]
    st[depot, at.LEG] = leg
    if now + leg > row[r, at.END]:
        return -1
    limit = row[r, at.END] - leg
    while a != depot:
        limit = last_start(pair, window, st[a, at.PAIR], st[a, at.FIX], limit - visit[a, at.V_STAY])
        st[a, at.LATEST] = limit
        limit, a = limit - st[a, at.LEG], st[a, at.BEFORE]
    return cost + leg * row[r, at.RATE]


@inner
def refresh(m: Model, s: State, r: int) -> bool:
    """Bring the times and the cost of a row up to date; False if it breaks a rule."""
    st, _, wk, _ = s
    cost = schedule(m, st, r)
    wk[DIRTY, r] = 0
    if cost < 0:
        return False
    depot = len(m[1]) + r
    wk[SUMS, COST] += cost - st[depot, at.COST]
    st[depot, at.COST] = cost
    return True


@inlined
def roomy(row: Any, meter: Any, r: int, stay: int) -> bool:
    """Whether all limits of a row leave room for a visit."""
    for i in range(at.METERS, at.METERS + at.ROW_METERS):
        k = row[r, i]
        if k < 0:
            return True
        if meter[at.USED, k] + (stay if meter[at.TICKS, k] else 1) > meter[at.LIMIT, k]:
            return False
    return True


@inlined
def turn(row: Any, meter: Any, r: int, stay: int, sign: int) -> None:
    """Count a visit of a row, or take it back."""
    for i in range(at.METERS, at.METERS + at.ROW_METERS):
        k = row[r, i]
        if k < 0:
            return
        meter[at.USED, k] += sign * (stay if meter[at.TICKS, k] else 1)


@inlined
def count_task(m: Model, s: State, v: int, sign: int) -> None:
    """Count the task of a visit as served, or take that back; its first visit speaks for it."""
    _, visit, task, _, _, _, _, _, _, _, _ = m
    _, meter, wk, _ = s
    if visit[v, at.V_NUMBER] > 0:
        return
    t = visit[v, at.V_TASK]
    wk[SUMS, WEIGHT] += sign * task[t, at.WEIGHT]
    wk[SUMS, ABSENT] -= sign * task[t, at.ABSENT]
    if sign < 0 and task[t, at.FUND] >= 0:
        meter[at.USED, task[t, at.FUND]] -= wk[OVER, t]
        wk[OVER, t] = 0


@inner
def link(m: Model, s: State, v: int, a: int, q: int, fix: int) -> None:
    """Put visit v behind node a as pair q."""
    _, visit, _, row, pair, _, _, _, _, _, _ = m
    st, meter, _, _ = s
    r, b = pair[q, at.ROW], st[a, at.AFTER]
    st[a, at.AFTER], st[v, at.BEFORE], st[v, at.AFTER], st[b, at.BEFORE] = v, a, b, v
    st[v, at.OWNER], st[v, at.PAIR], st[v, at.FIX] = r, q, fix
    st[len(visit) + r, at.COUNT] += 1
    turn(row, meter, r, visit[v, at.V_STAY], 1)
    count_task(m, s, v, 1)


@inner
def unlink(m: Model, s: State, v: int) -> None:
    """Take visit v out of its row."""
    _, visit, _, row, _, _, _, _, _, _, _ = m
    st, meter, _, _ = s
    r, a, b = st[v, at.OWNER], st[v, at.BEFORE], st[v, at.AFTER]
    st[a, at.AFTER], st[b, at.BEFORE] = b, a
    st[v, at.OWNER] = at.NOBODY
    st[len(visit) + r, at.COUNT] -= 1
    turn(row, meter, r, visit[v, at.V_STAY], -1)
    count_task(m, s, v, -1)


@inner
def charge(m: Model, s: State, t: int) -> None:
    """Let the fund of a served task pay what is above its price cap."""
    _, _, task, _, pair, _, _, _, _, _, _ = m
    st, meter, wk, _ = s
    if task[t, at.FUND] < 0:
        return
    fen = 0
    for v in range(task[t, at.NODE], task[t, at.NODE] + task[t, at.HEADS]):
        if st[v, at.OWNER] >= 0:
            fen += pair[st[v, at.PAIR], at.FEN]
    wk[OVER, t] = max(0, fen - task[t, at.CAP])
    meter[at.USED, task[t, at.FUND]] += wk[OVER, t]


@inlined
def copy(to: Any, source: Any, v: int) -> None:
    """Copy the line of a node."""
    for column in range(at.STATE_COLUMNS):
        to[v, column] = source[v, column]


@inner
def touch(m: Model, s: State, r: int) -> None:
    """Write a row down before its first change in this round."""
    st, _, wk, old = s
    wk[DIRTY, r] = 1
    if wk[ROW_MARK, r] == wk[SUMS, MARK]:
        return
    wk[ROW_MARK, r] = wk[SUMS, MARK]
    k, end, depot = wk[SUMS, N_TOUCHED], wk[SUMS, N_LOG], len(m[1]) + r
    wk[TOUCHED, k], wk[LOG_FIRST, k] = r, end
    wk[SUMS, N_TOUCHED] = k + 1
    copy(old, st, depot)
    v = st[depot, at.AFTER]
    while v != depot:
        wk[LOG_NODE, end] = v
        copy(old, st, v)
        end, v = end + 1, st[v, at.AFTER]
    wk[SUMS, N_LOG] = end


@inner
def restore(m: Model, s: State) -> None:
    """Take back all changes of this round."""
    _, visit, _, row, _, _, _, _, _, _, _ = m
    st, meter, wk, old = s
    count = len(visit)
    cost = wk[SUMS, COST]
    for k in range(wk[SUMS, N_TOUCHED]):
        depot = count + wk[TOUCHED, k]
        while st[depot, at.AFTER] != depot:
            unlink(m, s, st[depot, at.AFTER])
        cost += old[depot, at.COST] - st[depot, at.COST]
        copy(st, old, depot)
    for i in range(wk[SUMS, N_LOG]):
        v = wk[LOG_NODE, i]
        copy(st, old, v)
        turn(row, meter, st[v, at.OWNER], visit[v, at.V_STAY], 1)
        count_task(m, s, v, 1)
    for i in range(wk[SUMS, N_LOG]):
        v = wk[LOG_NODE, i]
        if visit[v, at.V_NUMBER] == 0:
            charge(m, s, visit[v, at.V_TASK])
    wk[SUMS, COST] = cost


@inner
def sort(wk: Any, keys: int, items: int, n: int) -> None:
    """Bring the first n of two lines into the order of keys (Shell sort; equal keys in any, but always the same, order)."""
    gap = 1
    while gap < n // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            key, item, j = wk[keys, i], wk[items, i], i
            while j >= gap and wk[keys, j - gap] > key:
                wk[keys, j], wk[items, j] = wk[keys, j - gap], wk[items, j - gap]
                j -= gap
            wk[keys, j], wk[items, j] = key, item
        gap //= 3


@inner
def begin_round(s: State) -> None:
    """Forget what was noted in the last round."""
    wk = s[2]
    wk[SUMS, MARK] += 1
    for i in range(N_REMOVED, N_LOG + 1):
        wk[SUMS, i] = 0
