"""Compiled: the cheapest place for a delivery, in a trip that is there or in a new one."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

from matching.solvers.delivery import layout as at
from matching.solvers.delivery.routes import (
    BLINKS,
    CLOCK,
    MARK,
    N_ROWS,
    N_TOUCHED,
    ROWS,
    SEEING,
    SEEN,
    SETTINGS,
    SUMS,
    TOUCHED,
    TRIAL,
    Model,
    State,
    account,
    draw,
    inlined,
    inner,
    schedule,
    touch,
    unit_meter,
)

FEW_ROWS = 64
"""So many rows are all looked at; of more those of deliveries nearby, those that changed, and some by chance."""

CHANCES = 8


@inlined
def room(m: Model, s: State, r: int, first: int, last: int, more: int) -> bool:
    """Whether the meters of a row in columns from `first` leave room for so much more."""
    row, meter = m[1], s[6]
    for k in range(first, last):
        g = row[r, k]
        if g >= 0 and meter[at.USED, g] + more > meter[at.LIMIT, g]:
            return False
    return True


@inlined
def stocked(m: Model, s: State, r: int, d: int, units: int) -> bool:
    """Whether a depot has so many units left for the day of a row."""
    meter, g = s[6], unit_meter(m, r, d)
    return g < 0 or meter[at.USED, g] + units <= meter[at.LIMIT, g]


@inlined
def place_of(m: Model, token: int) -> int:
    """Place of a token."""
    item, depot = m[2], m[3]
    if token < len(item):
        return item[token, at.PLACE]
    return depot[token - len(item), at.D_PLACE]


@inlined
def see(s: State, r: int) -> None:
    """List a row once."""
    wk = s[7]
    if wk[SEEN, r] != wk[SUMS, SEEING]:
        wk[SEEN, r], wk[ROWS, wk[SUMS, N_ROWS]] = wk[SUMS, SEEING], r
        wk[SUMS, N_ROWS] += 1


@inner
def list_rows(m: Model, s: State, j: int) -> None:
    """Rows that are looked at for a delivery, those of deliveries nearby first."""
    near, rows, owner, wk = m[10], len(m[1]), s[4], s[7]
    wk[SUMS, SEEING] += 1
    wk[SUMS, N_ROWS] = 0
    for i in range(near.shape[1]):
        if owner[near[j, i]] >= 0:
            see(s, owner[near[j, i]])
    for i in range(wk[SUMS, N_TOUCHED]):
        see(s, wk[TOUCHED, i])
    if rows <= FEW_ROWS:
        for r in range(rows):
            see(s, r)
    else:
        for _ in range(CHANCES):
            see(s, draw(wk, rows))


@inner
def trial(m: Model, s: State, r: int, i: int, j: int, d: int, end: int) -> int:
    """Cost of a row with a delivery before token i (on a trip of its own from depot d, if that is not -1); -1: impossible."""
    line, size, wk, total = s[0], s[1], s[7], len(m[2])
    count = size[r]
    for k in range(i):
        wk[TRIAL, k] = line[r, k]
    k = i
    if d >= 0:
        wk[TRIAL, k] = total + d
        k += 1
    wk[TRIAL, k] = j
    for k2 in range(i, count):
        wk[TRIAL, k + 1 + k2 - i] = line[r, k2]
    return schedule(m, wk[TRIAL], end, r, wk[CLOCK])


@inner
def best_in(m: Model, s: State, r: int, j: int, best: Any) -> Any:
    """The better of `best` (price, row, place, depot) and the cheapest place in a row."""
    way, row, item, depot, _, pair, _, lookup, origin, door, _, _ = m
    line, size, when, cost, _, _, _, wk, _, _, _, _ = s
    total, q = len(item), lookup[j, r]
    if q < 0 or not room(m, s, r, at.TICKS, at.ROW_COLUMNS, item[j, at.STAY]):
        return best
    mode, rate, home, count = row[r, at.MODE], row[r, at.RATE], row[r, at.STOP], size[r]
    another = room(m, s, r, at.TRIPS, at.TICKS, 1) and count + 2 <= line.shape[1]
    place, units, here, now = item[j, at.PLACE], item[j, at.UNITS], row[r, at.START], row[r, at.BEGIN]
    trip, fits = -1, False
    for i in range(count + 1):
        there = home if i == count else place_of(m, line[r, i])
        if now > pair[q, at.HIGH]:
            break
        old = 0 if count == 0 else way[mode, here, there]
        if fits and count < line.shape[1]:
            more = (way[mode, here, place] + way[mode, place, there] - old) * rate
            if more < best[0] and draw(wk, 1000) >= wk[SETTINGS, BLINKS]:
                found = trial(m, s, r, i, j, -1, count + 1)
                if found >= 0 and found - cost[r] < best[0]:
                    best = (found - cost[r], r, i, -1)
        if another and (i == count or line[r, i] >= total):
            behind = way[mode, place, there] - old
            for d in range(door.shape[0]):
                if door[d, r] == 0 or origin[j, d] == 0 or not stocked(m, s, r, d, units):
                    continue
                door_place = depot[d, at.D_PLACE]
                more = (way[mode, here, door_place] + way[mode, door_place, place] + behind) * rate
                more += row[r, at.PENALTY]
                if more >= best[0] or draw(wk, 1000) < wk[SETTINGS, BLINKS]:
                    continue
                if not room(m, s, r, at.TICKS, at.ROW_COLUMNS, item[j, at.STAY] + depot[d, at.LOADING]):
                    continue
                found = trial(m, s, r, i, j, d, count + 2)
                if found >= 0 and found - cost[r] < best[0]:
                    best = (found - cost[r], r, i, d)
        if i == count:
            break
        if line[r, i] >= total:
            trip, load, k = line[r, i] - total, units, i + 1
            while k < count and line[r, k] < total:
                load += item[line[r, k], at.UNITS]
                k += 1
            fits = load <= row[r, at.CAPACITY] and origin[j, trip] != 0 and stocked(m, s, r, trip, units)
            now = when[r, i] + depot[trip, at.LOADING]
        else:
            now = when[r, i] + item[line[r, i], at.STAY]
        here = there
    return best


@inner
def insert(m: Model, s: State, j: int) -> bool:
    """Put a delivery where it costs least; False if there is no place."""
    item, filled, wk = m[2], s[5], s[7]
    if filled[item[j, at.NEED]]:
        return False
    list_rows(m, s, j)
    best = (at.FAR, -1, -1, -1)
    for i in range(wk[SUMS, N_ROWS]):
        best = best_in(m, s, wk[ROWS, i], j, best)
    if best[1] < 0:
        return False
    _, r, i, d = best
    put(m, s, r, i, j, d)
    return True


@inner
def put(m: Model, s: State, r: int, i: int, j: int, d: int) -> None:
    """Put a delivery before token i of a row, on a trip of its own from depot d if that is not -1."""
    line, size, when, cost, _, _, _, _, _, _, _, _ = s
    touch(s, r)
    account(m, s, r, -1)
    width = 1 if d < 0 else 2
    for k in range(size[r] - 1, i - 1, -1):
        line[r, k + width] = line[r, k]
    line[r, i + width - 1] = j
    if d >= 0:
        line[r, i] = len(m[2]) + d
    size[r] += width
    cost[r] = schedule(m, line[r], size[r], r, when[r])
    account(m, s, r, 1)


@inner
def other_depots(m: Model, s: State, r: int) -> None:
    """Let each trip of a row load where it costs least."""
    way, row, item, depot, _, _, _, _, _, door, _, _ = m
    line, size, when, cost, _, _, _, wk, _, _, _, _ = s
    total, mode = len(item), row[r, at.MODE]
    here = row[r, at.START]
    for i in range(size[r]):
        if line[r, i] < total:
            here = item[line[r, i], at.PLACE]
            continue
        units, k = 0, i + 1
        while k < size[r] and line[r, k] < total:
            units += item[line[r, k], at.UNITS]
            k += 1
        first, now = item[line[r, i + 1], at.PLACE], line[r, i]
        for d in range(door.shape[0]):
            was, new = depot[now - total, at.D_PLACE], depot[d, at.D_PLACE]
            less = way[mode, here, was] + way[mode, was, first]
            less -= way[mode, here, new] + way[mode, new, first]
            extra = depot[d, at.LOADING] - depot[now - total, at.LOADING]
            if less <= 0 or not stocked(m, s, r, d, units):
                continue
            if not room(m, s, r, at.TICKS, at.ROW_COLUMNS, extra):
                continue
            account(m, s, r, -1)
            line[r, i] = total + d
            found = schedule(m, line[r], size[r], r, wk[CLOCK])
            if 0 <= found < cost[r]:
                cost[r] = schedule(m, line[r], size[r], r, when[r])
                now = total + d
            else:
                line[r, i] = now
            account(m, s, r, 1)


__all__ = ["MARK", "insert", "other_depots", "put"]
