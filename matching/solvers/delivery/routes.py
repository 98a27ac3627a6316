"""Compiled: lines of loads and deliveries, when each begins, what they use, and how they are taken back.

`m` holds the arrays of `case.Model`, `s` those of a lane: `line` (rows, tokens), `size` of each line, `when` each token
begins, `cost` of each row, `owner` (row of each delivery or -1), `filled` needs, `meter`, `wk` room to work with the lines
named below, what lines, sizes, times and costs were before this round, and `slack` of each token: what may still be put in.
The cache on disk is that of `anneal.work`, and looks at its file alone; `matching.warm` compiles anew after a change here.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from matching.solvers.delivery import layout as at

# Lines of `wk`.
SUMS, SETTINGS, REMOVED, TODO, KEY, TOUCHED, ROW_MARK, ITEM_MARK, ROWS, SEEN, TRIAL, CLOCK = range(12)
LINES = 12

# Places in SUMS. MARK is the number of the round: rows and deliveries marked with it have been changed.
COST, WEIGHT, ABSENT, RANDOM, MARK, SEEING = range(6)
N_REMOVED, N_TODO, N_TOUCHED, N_ROWS = range(6, 10)
BEST_WEIGHT, BEST_COST = 10, 11

# Lines of `slack`. LATEST: start that breaks nothing behind; PURE: ticks since the load left, without waiting; SPARE: by
# how much this and the later deliveries of the trip may be delayed and still be fresh.
LATEST, PURE, SPARE = range(3)

# Places in SETTINGS.
REMOVE, LONGEST, BLINKS, KEEP = range(4)

Model = Any
State = Any

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
# Nothing is allocated, so that references need not be counted.
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
def first_start(pair: Any, window: Any, q: int, ready: int) -> int:
    """First start of a pair from `ready` on, -1 if there is none."""
    if ready > pair[q, at.HIGH]:
        return -1
    line = pair[q, at.WINDOW]
    while ready > window[line, at.W_HIGH]:
        line += 1
    return max(ready, window[line, at.W_LOW])


@inlined
def lateness(pair: Any, window: Any, q: int, start: int) -> int:
    """What a start costs for being late."""
    line = pair[q, at.WINDOW]
    while start > window[line, at.W_HIGH]:
        line += 1
    return max(0, start - window[line, at.W_DUE]) * window[line, at.W_PRICE]


@inlined
def first_load(depot: Any, ready: Any, d: int, now: int) -> int:
    """First tick from `now` on at which a depot is ready, -1 if there is none."""
    for i in range(depot[d, at.READY], depot[d + 1, at.READY]):
        if now <= ready[i, 1]:
            return max(now, ready[i, 0])
    return -1


@inner
def schedule(  # noqa: C901, PLR0911 the rules of a line, one after the other
    m: Model, line: Any, size: int, r: int, when: Any
) -> int:
    """Write down when each token of a line begins, as early as possible; return its cost, -1 if it breaks a rule.

    A trip leaves no earlier than its freshest meal allows: the least time of loading for which nothing waits too long.
    """
    way, row, item, depot, ready, pair, window, lookup, origin, door, _, _ = m
    total = len(item)
    mode, limit, rate = row[r, at.MODE], row[r, at.LEG_LIMIT], row[r, at.RATE]
    now, here, cost, i = row[r, at.BEGIN], row[r, at.START], 0, 0
    if size == 0:
        return 0
    while i < size:
        d = line[i] - total
        leg = way[mode, here, depot[d, at.D_PLACE]]
        if leg > limit or door[d, r] == 0:
            return -1
        load = first_load(depot, ready, d, now + leg)
        again, price, k = True, 0, i
        while again:
            if load < 0:
                return -1
            again = False
            left = load + depot[d, at.LOADING]
            now, here, price, units, k = left, depot[d, at.D_PLACE], leg * rate, 0, i + 1
            while k < size and line[k] < total:
                j = line[k]
                q, step = lookup[j, r], way[mode, here, item[j, at.PLACE]]
                units += item[j, at.UNITS]
                if q < 0 or step > limit or origin[j, d] == 0 or units > row[r, at.CAPACITY]:
                    return -1
                start = first_start(pair, window, q, now + step)
                if start < 0:
                    return -1
                if start - left > item[j, at.FRESH]:
                    load = first_load(depot, ready, d, start - item[j, at.FRESH] - depot[d, at.LOADING])
                    again = True
                    break
                when[k] = start
                price += step * rate + lateness(pair, window, q, start)
                now, here, k = start + item[j, at.STAY], item[j, at.PLACE], k + 1
        when[i] = load
        cost += price + row[r, at.PENALTY]
        i = k
    leg = way[mode, here, row[r, at.STOP]]
    if leg > limit or now + leg > row[r, at.END]:
        return -1
    return cost + leg * rate


@inlined
def last_start(pair: Any, window: Any, q: int, limit: int) -> int:
    """Last start of a pair up to `limit`, -1 if there is none."""
    if limit < pair[q, at.LOW]:
        return -1
    line = pair[q, at.WINDOW]
    while window[line, at.W_LAST] == 0 and window[line + 1, at.W_LOW] <= limit:
        line += 1
    return min(limit, window[line, at.W_HIGH])


@inlined
def last_load(depot: Any, ready: Any, d: int, limit: int) -> int:
    """Last tick up to `limit` at which a depot is ready, -1 if there is none."""
    found = -1
    for i in range(depot[d, at.READY], depot[d + 1, at.READY]):
        if ready[i, 0] <= limit:
            found = min(limit, ready[i, 1])
    return found


@inlined
def place_of(m: Model, token: int) -> int:
    """Place of a token."""
    item, depot = m[2], m[3]
    if token < len(item):
        return item[token, at.PLACE]
    return depot[token - len(item), at.D_PLACE]


@inner
def refresh(m: Model, s: State, r: int) -> None:
    """Write down what may still be put into a row."""
    way, row, item, depot, ready, pair, window, lookup, _, _, _, _ = m
    line, size, slack, total = s[0], s[1], s[12], len(m[2])
    mode, pure, here = row[r, at.MODE], 0, 0
    for k in range(size[r]):
        there = place_of(m, line[r, k])
        pure = 0 if line[r, k] >= total else pure + way[mode, here, there]
        slack[r, PURE, k] = pure
        here = there
        if line[r, k] < total:
            pure += item[line[r, k], at.STAY]
    limit, there, spare = row[r, at.END], row[r, at.STOP], at.FAR
    for k in range(size[r] - 1, -1, -1):
        token, here = line[r, k], place_of(m, line[r, k])
        limit -= way[mode, here, there]
        if token >= total:
            limit = last_load(depot, ready, token - total, limit - depot[token - total, at.LOADING])
            slack[r, SPARE, k] = spare = at.FAR
        else:
            limit = last_start(pair, window, lookup[token, r], limit - item[token, at.STAY])
            spare = min(spare, item[token, at.FRESH] - slack[r, PURE, k])
            slack[r, SPARE, k] = spare
        slack[r, LATEST, k], there = limit, here


@inlined
def unit_meter(m: Model, r: int, d: int) -> int:
    """Meter of the units that a depot gives on the day of a row."""
    row, depot = m[1], m[3]
    if depot[d, at.METER] < 0:
        return -1
    return depot[d, at.METER] + row[r, at.DAY]


@inner
def count_trip(m: Model, s: State, r: int, d: int, sign: int) -> None:
    """Turn the meters of a trip, without what it carries."""
    row, depot, meter = m[1], m[3], s[6]
    for k in range(at.TRIPS, at.TICKS):
        if row[r, k] >= 0:
            meter[at.USED, row[r, k]] += sign
    for k in range(at.TICKS, at.ROW_COLUMNS):
        if row[r, k] >= 0:
            meter[at.USED, row[r, k]] += sign * depot[d, at.LOADING]


@inner
def count_item(m: Model, s: State, r: int, d: int, j: int, sign: int) -> None:
    """Turn the meters of one delivery, and note whether it is served."""
    row, item = m[1], m[2]
    owner, filled, meter, wk = s[4], s[5], s[6], s[7]
    for k in range(at.TICKS, at.ROW_COLUMNS):
        if row[r, k] >= 0:
            meter[at.USED, row[r, k]] += sign * item[j, at.STAY]
    units = unit_meter(m, r, d)
    if units >= 0:
        meter[at.USED, units] += sign * item[j, at.UNITS]
    owner[j] = r if sign > 0 else -1
    filled[item[j, at.NEED]] += sign
    wk[SUMS, WEIGHT] += sign * item[j, at.WEIGHT]
    wk[SUMS, ABSENT] -= sign * item[j, at.ABSENT]


@inner
def account(m: Model, s: State, r: int, sign: int) -> None:
    """Count all that a row does, or take it off."""
    total = len(m[2])
    line, size, cost, wk = s[0], s[1], s[3], s[7]
    d = 0
    for i in range(size[r]):
        if line[r, i] >= total:
            d = line[r, i] - total
            count_trip(m, s, r, d, sign)
        else:
            count_item(m, s, r, d, line[r, i], sign)
    wk[SUMS, COST] += sign * cost[r]


@inlined
def copy(line: Any, size: Any, when: Any, cost: Any, r: int, to: Any) -> None:
    """Copy one row."""
    to_line, to_size, to_when, to_cost = to
    for i in range(size[r]):
        to_line[r, i], to_when[r, i] = line[r, i], when[r, i]
    to_size[r], to_cost[r] = size[r], cost[r]


@inner
def begin_round(s: State) -> None:
    """Nothing has changed yet."""
    wk = s[7]
    wk[SUMS, MARK] += 1
    wk[SUMS, N_REMOVED] = wk[SUMS, N_TODO] = wk[SUMS, N_TOUCHED] = 0


@inner
def touch(s: State, r: int) -> None:
    """Write down what a row was before this round."""
    line, size, when, cost, _, _, _, wk, old_line, old_size, old_when, old_cost, _ = s
    if wk[ROW_MARK, r] != wk[SUMS, MARK]:
        wk[ROW_MARK, r] = wk[SUMS, MARK]
        wk[TOUCHED, wk[SUMS, N_TOUCHED]] = r
        wk[SUMS, N_TOUCHED] += 1
        copy(line, size, when, cost, r, (old_line, old_size, old_when, old_cost))


@inner
def restore(m: Model, s: State) -> None:
    """Take this round back."""
    line, size, when, cost, _, _, _, wk, old_line, old_size, old_when, old_cost, _ = s
    for i in range(wk[SUMS, N_TOUCHED]):
        account(m, s, wk[TOUCHED, i], -1)
    for i in range(wk[SUMS, N_TOUCHED]):
        r = wk[TOUCHED, i]
        copy(old_line, old_size, old_when, old_cost, r, (line, size, when, cost))
        account(m, s, r, 1)
        refresh(m, s, r)


@inner
def compress(m: Model, s: State, r: int) -> None:
    """Take marked deliveries out of a row, and trips that carry nothing; one that breaks a rule now is emptied."""
    total = len(m[2])
    line, size, when, cost, wk = s[0], s[1], s[2], s[3], s[7]
    account(m, s, r, -1)
    found = 0
    for i in range(size[r]):
        token = line[r, i]
        if token < total and wk[ITEM_MARK, token] == wk[SUMS, MARK]:
            continue
        if token >= total and found > 0 and line[r, found - 1] >= total:
            found -= 1
        line[r, found] = token
        found += 1
    if found > 0 and line[r, found - 1] >= total:
        found -= 1
    price = schedule(m, line[r], found, r, when[r])
    if price < 0:
        for i in range(found):
            if line[r, i] < total:
                wk[ITEM_MARK, line[r, i]] = wk[SUMS, MARK]
                wk[REMOVED, wk[SUMS, N_REMOVED]] = line[r, i]
                wk[SUMS, N_REMOVED] += 1
        found, price = 0, 0
    size[r], cost[r] = found, price
    account(m, s, r, 1)
    refresh(m, s, r)
