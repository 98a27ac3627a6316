"""Compiled: people who start together, and tasks whose start others wait for; such starts are fixed when they are chosen."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

from matching.solvers.local import layout as at
from matching.solvers.local.insert import affordable, settle
from matching.solvers.local.routes import (
    CHOSEN,
    OFFER_AFTER,
    OFFER_LATEST,
    OFFER_PAIR,
    OFFER_PRICE,
    OFFER_READY,
    ORDER,
    ORDER_KEY,
    TEAM,
    Model,
    State,
    charge,
    draw,
    first_start,
    inlined,
    inner,
    lateness,
    roomy,
    sort,
)

STARTS = 16
"""Common starts tried for a team."""

DAWDLE = 4
"""A task in a precedence starts as early as it can, but once in so many times later, so that others may follow in time."""

LOOKS = 64
"""Offers from which common starts are drawn."""


@inner
def bounds(m: Model, st: Any, t: int) -> tuple[int, int]:
    """First and last start that precedences allow; an empty range if a task before it is not served."""
    _, _, task, _, _, _, _, _, lag, _, _ = m
    low, high = 0, at.FAR
    for k in range(task[t, at.LAGS], task[t + 1, at.LAGS]):
        v = task[lag[k, at.OTHER], at.NODE]
        if lag[k, at.SENSE] < 0:
            if st[v, at.OWNER] < 0:
                return 1, 0
            low = max(low, st[v, at.START] + lag[k, at.LEAST])
            high = min(high, st[v, at.START] + lag[k, at.MOST])
    return low, high


@inner
def any_start(m: Model, wk: Any, t: int) -> int:
    """Draw a tick between the first and the last start of a pair."""
    task, pair = m[2], m[4]
    first, choice = task[t, at.PAIRS], task[t + 1, at.PAIRS] - task[t, at.PAIRS]
    if choice == 0:
        return 0
    q = first + draw(wk, choice)
    return int(pair[q, at.LOW] + draw(wk, pair[q, at.HIGH] - pair[q, at.LOW] + 1))


@inner
def offers(m: Model, s: State, t: int, low: int, high: int) -> int:
    """Write down all places of a task: pair, node before, first and last possible start, price of the ways."""
    way, visit, task, row, pair, _, _, _, _, _, _ = m
    st, meter, wk, _ = s
    found, place, stay, count = 0, task[t, at.PLACE], task[t, at.STAY], len(visit)
    for q in range(task[t, at.PAIRS], task[t + 1, at.PAIRS]):
        r = pair[q, at.ROW]
        mode, longest, a = row[r, at.MODE], row[r, at.LEG_LIMIT], count + r
        if not roomy(row, meter, r, stay):
            continue
        while found < wk.shape[1]:
            b = st[a, at.AFTER]
            if a >= count:
                leg = pair[q, at.OUT]
                ready = row[r, at.BEGIN] + leg
            else:
                leg = way[mode, visit[a, at.V_PLACE], place]
                ready = st[a, at.START] + visit[a, at.V_STAY] + leg
            ready = max(low, ready, pair[q, at.LOW])
            if ready > min(high, pair[q, at.HIGH]):
                break
            home = pair[q, at.BACK]
            limit = row[r, at.END]
            if b < count:
                home = way[mode, place, visit[b, at.V_PLACE]]
                limit = st[b, at.LATEST]
            latest = min(high, pair[q, at.HIGH], limit - home - stay)
            if ready <= latest and leg <= longest and home <= longest:
                wk[OFFER_PAIR, found], wk[OFFER_AFTER, found] = q, a
                wk[OFFER_READY, found], wk[OFFER_LATEST, found] = ready, latest
                wk[OFFER_PRICE, found] = pair[q, at.PRICE] + row[r, at.RATE] * (leg + home - st[b, at.LEG])
                found += 1
            if b >= count:
                break
            a = b
    return found


@inlined
def fits(m: Model, wk: Any, i: int, start: int) -> bool:
    """Whether an offer holds at a start."""
    if not wk[OFFER_READY, i] <= start <= wk[OFFER_LATEST, i]:
        return False
    return first_start(m[4], m[5], wk[OFFER_PAIR, i], -1, start) == start


@inner
def joins(m: Model, s: State, t: int, i: int, size: int) -> bool:
    """Whether an offer may join the first `size` people in TEAM: others, of the same pool, within shared limits."""
    _, _, task, row, pair, _, _, _, _, _, _ = m
    _, meter, wk, _ = s
    r = pair[wk[OFFER_PAIR, i], at.ROW]
    for k in range(size):
        other = pair[wk[OFFER_PAIR, wk[TEAM, k]], at.ROW]
        if row[r, at.WORKER] == row[other, at.WORKER] or row[r, at.POOL] != row[other, at.POOL]:
            return False
    for c in range(at.METERS, at.METERS + at.ROW_METERS):
        x = row[r, c]
        if x < 0:
            break
        more = task[t, at.STAY] if meter[at.TICKS, x] else 1
        used = meter[at.USED, x] + more
        for k in range(size):
            other = pair[wk[OFFER_PAIR, wk[TEAM, k]], at.ROW]
            for d in range(at.METERS, at.METERS + at.ROW_METERS):
                if row[other, d] == x:
                    used += more
        if used > meter[at.LIMIT, x]:
            return False
    return True


@inner
def gather_team(m: Model, s: State, t: int, found: int, first: int, start: int, limit: int) -> int:
    """Fill TEAM with people who can come at a start, cheap ones first, beginning with offer `first` unless it is -1.

    Returns the price, or `limit` where no team is cheaper.
    """
    _, _, task, row, pair, window, _, pinned, _, _, _ = m
    _, meter, wk, _ = s
    heads, size, price, fen, marked, old = task[t, at.HEADS], 0, 0, 0, 0, 0
    for turn in range(3):
        # The one who must be, then the pinned, then the others.
        for j in range(found):
            i = wk[ORDER, j]
            q = wk[OFFER_PAIR, i]
            r = pair[q, at.ROW]
            if turn == 0 and i != first:
                continue
            if turn == 1 and (task[t, at.PINNED] == 0 or pinned[q] == 0):
                continue
            if row[r, at.PEOPLE] > 1 or not fits(m, wk, i, start) or not joins(m, s, t, i, size):
                continue
            last = size == heads - 1
            if last and task[t, at.WARY] and old == 0 and row[r, at.NEWCOMER]:
                continue
            if pinned[q] == 0 and heads - size <= task[t, at.PINNED] - marked:
                continue
            wk[TEAM, size] = i
            size, price, fen = size + 1, price + wk[OFFER_PRICE, i], fen + pair[q, at.FEN]
            marked, old = marked + pinned[q], old + 1 - row[r, at.NEWCOMER]
            if size == heads:
                price += lateness(pair, window, q, start)
                good = marked == task[t, at.PINNED] and affordable(task, meter, t, fen)
                return min(price, limit) if good else limit
            if price >= limit:
                return limit
    return limit


@inner
def alone(m: Model, s: State, t: int, found: int) -> tuple[int, int, int]:
    """Cheapest offer of somebody who needs no others, its start and its price; -1 if there is none."""
    _, _, task, row, pair, window, _, _, _, _, _ = m
    _, meter, wk, _ = s
    best, start, chosen = at.FAR, -1, -1
    for i in range(found):
        q = wk[OFFER_PAIR, i]
        if task[t, at.HEADS] > 1 and row[pair[q, at.ROW], at.PEOPLE] == 1:
            continue
        begin = first_start(pair, window, q, -1, wk[OFFER_READY, i])
        if 0 <= begin <= wk[OFFER_LATEST, i] and affordable(task, meter, t, pair[q, at.FEN]):
            price = wk[OFFER_PRICE, i] + lateness(pair, window, q, begin)
            if price < best:
                best, start, chosen = price, begin, i
    return chosen, start, best


@inner
def together(m: Model, s: State, t: int, found: int, best: int) -> int:
    """Write the cheapest of some teams into CHOSEN; its start, or -1 if none costs less than `best`."""
    _, _, task, _, pair, window, _, _, _, _, _ = m
    wk, heads, start = s[2], task[t, at.HEADS], -1
    for i in range(found):
        wk[ORDER, i], wk[ORDER_KEY, i] = i, wk[OFFER_PRICE, i]
    sort(wk, ORDER_KEY, ORDER, found)
    for _ in range(STARTS):
        i = wk[ORDER, draw(wk, min(found, LOOKS))]
        begin = first_start(pair, window, wk[OFFER_PAIR, i], -1, wk[OFFER_READY, i])
        if begin < 0 or begin > wk[OFFER_LATEST, i]:
            continue
        price = gather_team(m, s, t, found, i if draw(wk, 2) else -1, begin, best)
        if price < best:
            best, start = price, begin
            for k in range(heads):
                wk[CHOSEN, k] = wk[TEAM, k]
    return start


@inner
def insert_team(m: Model, s: State, t: int) -> bool:
    """Put several people, a crew, or a task in a precedence where they cost least; False if there is no place."""
    task, wk = m[2], s[2]
    low, high = bounds(m, s[0], t)
    if task[t, at.TIED] and draw(wk, DAWDLE) == 0:
        low = max(low, any_start(m, wk, t))
    found = offers(m, s, t, low, high) if low <= high else 0
    if found == 0:
        return False
    chosen, start, best = alone(m, s, t, found)
    size = int(chosen >= 0)
    wk[CHOSEN, 0] = chosen
    if task[t, at.HEADS] > 1 and found >= task[t, at.HEADS]:
        common = together(m, s, t, found, best)
        if common >= 0:
            start, size = common, task[t, at.HEADS]
    if size == 0:
        return False
    fix = start if size > 1 or task[t, at.TIED] else -1
    for k in range(size):
        i = wk[CHOSEN, k]
        settle(m, s, task[t, at.NODE] + k, wk[OFFER_AFTER, i], wk[OFFER_PAIR, i], fix)
    charge(m, s, t)
    return True
