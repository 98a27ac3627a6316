"""Compiled: take out deliveries, trips and rows, put everything back at the least price, accept or take back."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

import math
from typing import Any

from matching.solvers.delivery.insert import insert, other_depots
from matching.solvers.delivery.routes import (
    ABSENT,
    BEST_COST,
    BEST_WEIGHT,
    COST,
    ITEM_MARK,
    KEEP,
    KEY,
    LONGEST,
    MARK,
    N_REMOVED,
    N_TODO,
    N_TOUCHED,
    REMOVE,
    REMOVED,
    ROW_MARK,
    SETTINGS,
    SUMS,
    TODO,
    TOUCHED,
    WEIGHT,
    Model,
    State,
    account,
    begin_round,
    compress,
    copy,
    draw,
    inlined,
    inner,
    outer,
    refresh,
    restore,
    schedule,
    touch,
)

ANNEAL, CONSTRUCT, ADOPT = range(3)

BY_CHANCE = 4
"""Of the orders of putting back, those by chance."""

SWEEP = 32
"""One round in so many tries everything that is absent, the others"""

SAMPLE = 12
"""so many from anywhere."""

TRIPS, ROWS = 25, 12
"""Rounds in a hundred that take out whole trips, or whole rows; the others take strings."""


@inner
def take(s: State, j: int) -> None:
    """Mark a delivery to be taken out."""
    owner, wk = s[4], s[7]
    if owner[j] < 0 or wk[ITEM_MARK, j] == wk[SUMS, MARK]:
        return
    touch(s, owner[j])
    wk[ITEM_MARK, j] = wk[SUMS, MARK]
    wk[REMOVED, wk[SUMS, N_REMOVED]] = j
    wk[SUMS, N_REMOVED] += 1


@inlined
def where(s: State, r: int, j: int) -> int:
    """Where a delivery stands in its row."""
    line, i = s[0], 0
    while line[r, i] != j:
        i += 1
    return i


@inner
def string(m: Model, s: State, j: int, length: int) -> None:
    """Take out up to so many deliveries in a row, one among them."""
    line, size, owner, wk, total = s[0], s[1], s[4], s[7], len(m[2])
    r = owner[j]
    i = max(0, where(s, r, j) - draw(wk, length))
    while i < size[r] and length > 0:
        if line[r, i] < total:
            take(s, line[r, i])
            length -= 1
        i += 1


@inner
def trip(m: Model, s: State, j: int) -> None:
    """Take out the trip of a delivery."""
    line, size, owner, total = s[0], s[1], s[4], len(m[2])
    r = owner[j]
    i = where(s, r, j)
    while line[r, i] < total:
        i -= 1
    i += 1
    while i < size[r] and line[r, i] < total:
        take(s, line[r, i])
        i += 1


@inner
def whole(m: Model, s: State, r: int) -> None:
    """Take out all of a row."""
    line, size, total = s[0], s[1], len(m[2])
    for i in range(size[r]):
        if line[r, i] < total:
            take(s, line[r, i])


@inner
def ruin(m: Model, s: State) -> None:
    """Take out strings, trips or rows around one delivery."""
    near, owner, wk = m[10], s[4], s[7]
    seed, kind = draw(wk, len(m[2])), draw(wk, 100)
    most = 1 + draw(wk, 2 * wk[SETTINGS, REMOVE])
    for i in range(near.shape[1]):
        j = near[seed, i]
        r = owner[j]
        if r < 0 or wk[ROW_MARK, r] == wk[SUMS, MARK]:
            continue
        if kind < ROWS:
            whole(m, s, r)
            most -= wk[SETTINGS, REMOVE] // 2
        elif kind < ROWS + TRIPS:
            trip(m, s, j)
        else:
            string(m, s, j, 1 + draw(wk, min(wk[SETTINGS, LONGEST], most)))
        if wk[SUMS, N_REMOVED] >= most:
            break
    for i in range(wk[SUMS, N_TOUCHED]):
        compress(m, s, wk[TOUCHED, i])


@inlined
def note(s: State, j: int) -> None:
    """List an absent delivery once, to be put back."""
    owner, wk = s[4], s[7]
    if owner[j] < 0 and wk[ITEM_MARK, j] != -wk[SUMS, MARK]:
        wk[ITEM_MARK, j], wk[TODO, wk[SUMS, N_TODO]] = -wk[SUMS, MARK], j
        wk[SUMS, N_TODO] += 1


@inner
def gather(m: Model, s: State) -> None:
    """List what may be put back: what was taken out, what is absent near it, and some of what is absent anywhere."""
    near, wk, total = m[10], s[7], len(m[2])
    for i in range(wk[SUMS, N_REMOVED]):
        note(s, wk[REMOVED, i])
    if wk[SUMS, ABSENT] == 0:
        return
    if wk[SUMS, N_REMOVED] > 0:
        seed = wk[REMOVED, draw(wk, wk[SUMS, N_REMOVED])]
        for i in range(near.shape[1]):
            note(s, near[seed, i])
    if draw(wk, SWEEP) == 0:
        for j in range(total):
            note(s, j)
    else:
        for _ in range(SAMPLE):
            note(s, draw(wk, total))


@inner
def sort(wk: Any, n: int) -> None:
    """Sort what is to be put back by its keys (heap)."""
    for i in range(n // 2 - 1, -1, -1):
        sift(wk, i, n)
    for last in range(n - 1, 0, -1):
        wk[KEY, 0], wk[KEY, last] = wk[KEY, last], wk[KEY, 0]
        wk[TODO, 0], wk[TODO, last] = wk[TODO, last], wk[TODO, 0]
        sift(wk, 0, last)


@inner
def sift(wk: Any, i: int, n: int) -> None:
    """Let one sink in the heap."""
    while True:
        child = 2 * i + 1
        if child >= n:
            return
        if child + 1 < n and wk[KEY, child + 1] > wk[KEY, child]:
            child += 1
        if wk[KEY, i] >= wk[KEY, child]:
            return
        wk[KEY, i], wk[KEY, child] = wk[KEY, child], wk[KEY, i]
        wk[TODO, i], wk[TODO, child] = wk[TODO, child], wk[TODO, i]
        i = child


@inner
def recreate(m: Model, s: State, how: int) -> None:
    """Put back what fits, in the order `how` of `Model.key` (by chance beyond its last); then trips choose their depots."""
    key, wk = m[11], s[7]
    todo = wk[SUMS, N_TODO]
    for i in range(todo):
        wk[KEY, i] = key[how, wk[TODO, i]] if how < len(key) else draw(wk, 1 << 30)
    sort(wk, todo)
    for i in range(todo):
        insert(m, s, wk[TODO, i])
    if len(m[3]) > 2:  # noqa: PLR2004 a line for its end, and one depot leaves no choice
        for i in range(wk[SUMS, N_TOUCHED]):
            other_depots(m, s, wk[TOUCHED, i])


@inner
def keep_best(s: State, best: Any) -> None:
    """Write the routes down if there were none better."""
    wk = s[7]
    weight, cost = wk[SUMS, WEIGHT], wk[SUMS, COST]
    if weight > wk[SUMS, BEST_WEIGHT] or (weight == wk[SUMS, BEST_WEIGHT] and cost < wk[SUMS, BEST_COST]):
        wk[SUMS, BEST_WEIGHT], wk[SUMS, BEST_COST] = weight, cost
        for r in range(len(s[1])):
            copy(s[0], s[1], s[2], s[3], r, best)


@inner
def anneal(m: Model, s: State, best: Any, rounds: int, heat: float) -> None:
    """Ruin and recreate at one temperature."""
    wk, kinds = s[7], len(m[11]) + BY_CHANCE
    for _ in range(rounds):
        begin_round(s)
        weight, cost = wk[SUMS, WEIGHT], wk[SUMS, COST] + wk[SUMS, ABSENT]
        ruin(m, s)
        gather(m, s)
        recreate(m, s, draw(wk, kinds))
        limit = cost - heat * math.log((draw(wk, 1 << 30) + 1) / (1 << 30))
        kept = wk[SUMS, WEIGHT] >= weight or wk[SETTINGS, KEEP] == 0
        if kept and wk[SUMS, COST] + wk[SUMS, ABSENT] < limit:
            keep_best(s, best)
        else:
            restore(m, s)


@inner
def construct(m: Model, s: State, best: Any, how: int) -> None:
    """Put in all absent deliveries that fit, in the order `how`."""
    begin_round(s)
    for j in range(len(m[2])):
        note(s, j)
    recreate(m, s, how)
    keep_best(s, best)


@inner
def adopt(m: Model, s: State, source: Any) -> None:
    """Go on from other routes; rows that break a rule are emptied."""
    begin_round(s)
    for r in range(len(s[1])):
        account(m, s, r, -1)
        copy(source[0], source[1], source[2], source[3], r, (s[0], s[1], s[2], s[3]))
        s[3][r] = schedule(m, s[0][r], s[1][r], r, s[2][r])
        if s[3][r] < 0:
            s[1][r], s[3][r] = 0, 0
    for r in range(len(s[1])):
        account(m, s, r, 1)
        refresh(m, s, r)


@outer
def work(
    way: Any,
    row: Any,
    item: Any,
    depot: Any,
    ready: Any,
    pair: Any,
    window: Any,
    lookup: Any,
    origin: Any,
    door: Any,
    near: Any,
    key: Any,
    line: Any,
    size: Any,
    when: Any,
    cost: Any,
    owner: Any,
    filled: Any,
    meter: Any,
    wk: Any,
    old_line: Any,
    old_size: Any,
    old_when: Any,
    old_cost: Any,
    slack: Any,
    best_line: Any,
    best_size: Any,
    best_when: Any,
    best_cost: Any,
    what: int,
    number: int,
    heat: float,
) -> None:
    """The one way in, compiled once: `what` is ANNEAL (so many rounds), CONSTRUCT (in an order) or ADOPT.

    `best_...`: the best routes so far, which the first two keep up to date; or the routes to go on from.
    """
    m = (way, row, item, depot, ready, pair, window, lookup, origin, door, near, key)
    s = (
        line,
        size,
        when,
        cost,
        owner,
        filled,
        meter,
        wk,
        old_line,
        old_size,
        old_when,
        old_cost,
        slack,
    )
    best = (best_line, best_size, best_when, best_cost)
    if what == ANNEAL:
        anneal(m, s, best, number, heat)
    elif what == CONSTRUCT:
        construct(m, s, best, number)
    else:
        adopt(m, s, best)


@outer
def plan_row(
    way: Any,
    row: Any,
    item: Any,
    depot: Any,
    ready: Any,
    pair: Any,
    window: Any,
    lookup: Any,
    origin: Any,
    door: Any,
    near: Any,
    key: Any,
    line: Any,
    r: int,
    when: Any,
) -> int:
    """`schedule` for Python: when each token of a row begins, and its cost (-1: breaks a rule)."""
    m = (way, row, item, depot, ready, pair, window, lookup, origin, door, near, key)
    return schedule(m, line, len(line), r, when)
