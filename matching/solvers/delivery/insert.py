"""Compiled: the cheapest place for a delivery, in a trip that is there or in a new one."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

from matching.solvers.delivery import layout as at
from matching.solvers.delivery.routes import (
    BLINKS,
    CLOCK,
    LATEST,
    N_ROWS,
    N_TOUCHED,
    PURE,
    ROWS,
    SEEING,
    SEEN,
    SETTINGS,
    SPARE,
    SUMS,
    TOUCHED,
    TRIAL,
    Model,
    State,
    account,
    draw,
    first_load,
    first_start,
    inlined,
    inner,
    place_of,
    refresh,
    schedule,
    touch,
    unit_meter,
)

FEW_ROWS = 64
"""So many rows are all looked at; of more those of deliveries nearby, those that changed, and some by chance."""

CHANCES = 6

Best = Any
"""Price, row, token before which it stands, and depot (-1: on the trip that is there)."""

Gap = Any
"""Where somebody comes from and goes to, when they leave, and the ticks of the direct way."""


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
    """Cost of a row with a delivery before token i, on a trip of its own from depot d if that is not -1; -1: impossible."""
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


@inlined
def in_time(m: Model, s: State, r: int, i: int, j: int, ready: int) -> bool:
    """Whether a delivery reached at `ready` leaves time for token i of a row and what follows."""
    way, row, item, pair, window, lookup = m[0], m[1], m[2], m[5], m[6], m[7]
    start = first_start(pair, window, lookup[j, r], ready)
    if start < 0:
        return False
    leave, mode, place = start + item[j, at.STAY], row[r, at.MODE], item[j, at.PLACE]
    if i == s[1][r]:
        return leave + way[mode, place, row[r, at.STOP]] <= row[r, at.END]
    return leave + way[mode, place, place_of(m, s[0][r, i])] <= s[12][r, LATEST, i]


@inner
def join(m: Model, s: State, r: int, i: int, j: int, gap: Gap, best: Best) -> Best:
    """The better of `best` and a delivery before token i, in the trip of the token before."""
    way, row, item = m[0], m[1], m[2]
    line, size, slack, wk, total = s[0], s[1], s[12], s[7], len(m[2])
    here, there, now, old = gap
    mode, place = row[r, at.MODE], item[j, at.PLACE]
    step = way[mode, here, place]
    detour = step + way[mode, place, there] - old
    if detour * row[r, at.RATE] >= best[0] or draw(wk, 1000) < wk[SETTINGS, BLINKS]:
        return best
    before = line[r, i - 1]
    pure = slack[r, PURE, i - 1] + step
    if before < total:
        pure += item[before, at.STAY]
    if pure > item[j, at.FRESH]:
        return best
    if i < size[r] and line[r, i] < total and detour + item[j, at.STAY] > slack[r, SPARE, i]:
        return best
    if not in_time(m, s, r, i, j, now + step):
        return best
    found = trial(m, s, r, i, j, -1, size[r] + 1)
    if found >= 0 and found - s[3][r] < best[0]:
        return found - s[3][r], r, i, -1
    return best


@inner
def begin(m: Model, s: State, r: int, i: int, j: int, gap: Gap, best: Best) -> Best:
    """The better of `best` and a delivery before token i, on a trip of its own."""
    way, row, item, depot, ready, origin, door = m[0], m[1], m[2], m[3], m[4], m[8], m[9]
    wk, mode, place = s[7], row[r, at.MODE], item[j, at.PLACE]
    here, there, now, old = gap
    behind = way[mode, place, there] - old
    for d in range(door.shape[0]):
        if door[d, r] == 0 or origin[j, d] == 0:
            continue
        stop = depot[d, at.D_PLACE]
        out, step = way[mode, here, stop], way[mode, stop, place]
        more = (out + step + behind) * row[r, at.RATE] + row[r, at.PENALTY]
        if more >= best[0] or step > item[j, at.FRESH] or draw(wk, 1000) < wk[SETTINGS, BLINKS]:
            continue
        load = first_load(depot, ready, d, now + out)
        if load < 0 or not in_time(m, s, r, i, j, load + depot[d, at.LOADING] + step):
            continue
        service = item[j, at.STAY] + depot[d, at.LOADING]
        if not stocked(m, s, r, d, item[j, at.UNITS]) or not room(m, s, r, at.TICKS, at.ROW_COLUMNS, service):
            continue
        found = trial(m, s, r, i, j, d, s[1][r] + 2)
        if found >= 0 and found - s[3][r] < best[0]:
            best = (found - s[3][r], r, i, d)
    return best


@inlined
def takes(m: Model, s: State, r: int, i: int, j: int) -> bool:
    """Whether the trip that begins with token i may carry one more delivery."""
    row, item, origin = m[1], m[2], m[8]
    line, size, total = s[0], s[1], len(m[2])
    trip, load, k = line[r, i] - total, item[j, at.UNITS], i + 1
    if origin[j, trip] == 0 or not stocked(m, s, r, trip, load):
        return False
    while k < size[r] and line[r, k] < total:
        load += item[line[r, k], at.UNITS]
        k += 1
    return load <= row[r, at.CAPACITY]


@inner
def best_in(m: Model, s: State, r: int, j: int, best: Best) -> Best:
    """The better of `best` (price, row, place, depot) and the cheapest place in a row."""
    way, row, item, depot, high = m[0], m[1], m[2], m[3], m[5][m[7][j, r], at.HIGH]
    line, when, total, count, width = s[0], s[2], len(m[2]), s[1][r], s[0].shape[1]
    another = room(m, s, r, at.TRIPS, at.TICKS, 1) and count + 2 <= width
    here, now, fits = row[r, at.START], row[r, at.BEGIN], False
    for i in range(count + 1):
        if now > high:
            break
        there = row[r, at.STOP] if i == count else place_of(m, line[r, i])
        gap = (here, there, now, 0 if count == 0 else way[row[r, at.MODE], here, there])
        if fits and count < width:
            best = join(m, s, r, i, j, gap, best)
        if another and (i == count or line[r, i] >= total):
            best = begin(m, s, r, i, j, gap, best)
        if i == count:
            break
        if line[r, i] >= total:
            fits = takes(m, s, r, i, j)
            now = when[r, i] + depot[line[r, i] - total, at.LOADING]
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
    best, looked = (at.FAR, -1, -1, -1), 0
    while looked < wk[SUMS, N_ROWS]:
        r = wk[ROWS, looked]
        looked += 1
        if m[7][j, r] >= 0 and room(m, s, r, at.TICKS, at.ROW_COLUMNS, item[j, at.STAY]):
            best = best_in(m, s, r, j, best)
        if looked == wk[SUMS, N_ROWS] and best[1] < 0:
            for other in range(len(m[1])):
                see(s, other)
    if best[1] < 0:
        return False
    _, r, i, d = best
    put(m, s, r, i, j, d)
    return True


@inner
def put(m: Model, s: State, r: int, i: int, j: int, d: int) -> None:
    """Put a delivery before token i of a row, on a trip of its own from depot d if that is not -1."""
    line, size, when, cost = s[0], s[1], s[2], s[3]
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
    refresh(m, s, r)


@inner
def other_depots(m: Model, s: State, r: int) -> None:
    """Let each trip of a row load where it costs least."""
    way, row, item, depot, _, _, _, _, _, door, _, _ = m
    line, size, when, cost, wk = s[0], s[1], s[2], s[3], s[7]
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
        refresh(m, s, r)
