"""Compiled: the cheapest place for a task that one row can serve."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

from matching.solvers.local import layout as at
from matching.solvers.local.routes import (
    BLINKS,
    CHAIN_NEXT,
    CHAIN_PAIR,
    HEAD,
    SETTINGS,
    SOFT,
    Model,
    State,
    charge,
    draw,
    first_start,
    inlined,
    inner,
    lateness,
    link,
    refresh,
    roomy,
    touch,
)

ALL = -2
"""In HEAD: all rows are tried, not only those that changed in this round."""


@inner
def pushed(m: Model, st: Any, b: int, ready: int) -> int:
    """What it costs in lateness if the visits from b on are reached at `ready`."""
    way, visit, _, row, pair, window, _, _, _, _, _ = m
    price = 0
    while b < len(visit):
        q = st[b, at.PAIR]
        start = first_start(pair, window, q, st[b, at.FIX], ready)
        if start == st[b, at.START]:
            break
        if visit[b, at.V_NUMBER] == 0:
            price += lateness(pair, window, q, start) - lateness(pair, window, q, st[b, at.START])
        a, b = b, st[b, at.AFTER]
        if b < len(visit):
            leg = way[row[st[a, at.OWNER], at.MODE], visit[a, at.V_PLACE], visit[b, at.V_PLACE]]
            ready = start + visit[a, at.V_STAY] + leg
    return price


@inlined
def cheapest(m: Model, s: State, t: int, q: int, limit: int) -> tuple[int, int]:
    """Least price of a pair below `limit`, and the node before; (limit, -1) if there is none."""
    way, visit, task, row, pair, window, _, _, _, _, _ = m
    st, _, wk, _ = s
    r, place, stay = pair[q, at.ROW], task[t, at.PLACE], task[t, at.STAY]
    mode, rate, longest, depot = row[r, at.MODE], row[r, at.RATE], row[r, at.LEG_LIMIT], len(visit) + r
    a, chosen = depot, -1
    while True:
        b = st[a, at.AFTER]
        if a == depot:
            leg = pair[q, at.OUT]
            ready = row[r, at.BEGIN] + leg
        else:
            leg = way[mode, visit[a, at.V_PLACE], place]
            ready = st[a, at.START] + visit[a, at.V_STAY] + leg
        start = first_start(pair, window, q, -1, ready)
        if start < 0:
            break
        if b == depot:
            home = pair[q, at.BACK]
            good = start + stay + home <= row[r, at.END]
        else:
            home = way[mode, place, visit[b, at.V_PLACE]]
            good = start + stay + home <= st[b, at.LATEST]
        if good and leg <= longest and home <= longest:
            price = pair[q, at.PRICE] + rate * (leg + home - st[b, at.LEG])
            if wk[SETTINGS, SOFT] and price < limit:
                price += lateness(pair, window, q, start) + pushed(m, st, b, start + stay + home)
            if price < limit and draw(wk, 1000) >= wk[SETTINGS, BLINKS]:
                limit, chosen = price, a
        if b == depot:
            break
        a = b
    return limit, chosen


@inlined
def affordable(task: Any, meter: Any, t: int, fen: int) -> bool:
    """Whether the price cap of a task, or what is left of its fund, allows a cost."""
    over = fen - task[t, at.CAP]
    if task[t, at.CAP] < 0 or over <= 0:
        return True
    fund = task[t, at.FUND]
    return fund >= 0 and meter[at.USED, fund] + over <= meter[at.LIMIT, fund]


@inner
def insert_one(m: Model, s: State, t: int) -> bool:
    """Put a task where it costs least, into one of the rows that `HEAD` names; False if there is no place."""
    _, _, task, row, pair, _, _, _, _, _, _ = m
    st, meter, wk, _ = s
    best, after, chosen, stay = at.FAR, -1, -1, task[t, at.STAY]
    every = wk[HEAD, t] == ALL
    link_at = wk[HEAD, t]
    q = task[t, at.PAIRS] - 1
    while True:
        if every:
            q += 1
            if q == task[t + 1, at.PAIRS]:
                break
        else:
            if link_at < 0:
                break
            q, link_at = wk[CHAIN_PAIR, link_at], wk[CHAIN_NEXT, link_at]
        r = pair[q, at.ROW]
        if (
            st[len(m[1]) + r, at.COUNT] == 0
            and pair[q, at.PRICE] + row[r, at.RATE] * (pair[q, at.OUT] + pair[q, at.BACK]) >= best
        ):
            continue
        if not roomy(row, meter, r, stay) or not affordable(task, meter, t, pair[q, at.FEN]):
            continue
        price, a = cheapest(m, s, t, q, best)
        if a >= 0:
            best, after, chosen = price, a, q
    if chosen < 0:
        return False
    settle(m, s, task[t, at.NODE], after, chosen, -1)
    charge(m, s, t)
    return True


@inner
def settle(m: Model, s: State, v: int, a: int, q: int, fix: int) -> None:
    """Put a visit into a row for which it is known to fit."""
    touch(m, s, m[4][q, at.ROW])
    link(m, s, v, a, q, fix)
    refresh(m, s, m[4][q, at.ROW])
