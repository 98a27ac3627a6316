"""Compiled: put tasks back, accept or take back, round after round."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

import math
from typing import Any

from matching.solvers.local import layout as at
from matching.solvers.local.insert import ALL, insert_one
from matching.solvers.local.routes import (
    ABSENT,
    BEST_COST,
    BEST_WEIGHT,
    CHAIN_NEXT,
    CHAIN_PAIR,
    COST,
    HEAD,
    KEEP,
    KEY,
    MARK,
    N_REMOVED,
    N_TODO,
    N_TOUCHED,
    REMOVED,
    SETTINGS,
    SUMS,
    TASK_MARK,
    TIES,
    TODO,
    TOUCHED,
    WEIGHT,
    Model,
    State,
    begin_round,
    charge,
    copy,
    draw,
    inlined,
    inner,
    link,
    outer,
    restore,
    sort,
    touch,
    unlink,
)
from matching.solvers.local.ruin import ruin, tidy
from matching.solvers.local.teams import insert_team

ANNEAL, CONSTRUCT, ADOPT = range(3)

BY_CHANCE = 4
"""Of the orders of putting back, those by chance."""

SWEEP = 32
"""One round in so many tries absent tasks in all rows, and"""

SAMPLE = 32
"""so many tasks from anywhere: limits that rows share may have become free."""


@inlined
def note(wk: Any, t: int, where: int) -> None:
    """List a task once, to be put back into rows that `where` says (see HEAD)."""
    if wk[TASK_MARK, t] != wk[SUMS, MARK]:
        wk[TASK_MARK, t], wk[HEAD, t], wk[TODO, wk[SUMS, N_TODO]] = wk[SUMS, MARK], where, t
        wk[SUMS, N_TODO] += 1


@inner
def gather(m: Model, s: State) -> None:
    """List what may be put back: removed tasks and those after them anywhere, others in the rows that changed."""
    task, lag, st, wk = m[2], m[8], s[0], s[2]
    sweep = draw(wk, SWEEP) == 0
    for i in range(wk[SUMS, N_REMOVED]):
        note(wk, wk[REMOVED, i], ALL)
    for i in range(wk[SUMS, N_REMOVED]):
        for k in range(task[wk[REMOVED, i], at.LAGS], task[wk[REMOVED, i] + 1, at.LAGS]):
            if lag[k, at.SENSE] > 0:
                note(wk, lag[k, at.OTHER], ALL)
    for _ in range(SAMPLE if sweep else 0):
        t = draw(wk, len(task) - 1)
        if st[task[t, at.NODE], at.OWNER] < 0:
            note(wk, t, ALL)
    gather_rows(m, s, ALL if sweep else at.NOBODY)


@inner
def gather_rows(m: Model, s: State, where: int) -> None:
    """List the absent tasks that rows which changed could come to."""
    row, by_row, st, wk = m[3], m[6], s[0], s[2]
    links = 0
    for i in range(wk[SUMS, N_TOUCHED]):
        r = wk[TOUCHED, i]
        for k in range(row[r, at.FIRST], row[r + 1, at.FIRST]):
            if st[by_row[k, 2], at.OWNER] >= 0:
                continue
            t = by_row[k, 1]
            note(wk, t, where)
            if wk[HEAD, t] != ALL and links < wk.shape[1]:
                wk[CHAIN_PAIR, links], wk[CHAIN_NEXT, links] = by_row[k, 0], wk[HEAD, t]
                wk[HEAD, t] = links
                links += 1


@inner
def place(m: Model, s: State, t: int) -> bool:
    """Put one task back; False if there is no place."""
    task = m[2]
    if task[t, at.HEADS] == 1 and task[t, at.TIED] == 0:
        return insert_one(m, s, t)
    return insert_team(m, s, t)


@inner
def recreate(m: Model, s: State, how: int) -> None:
    """Put back what fits, in the order `how` of `Model.key` (by chance beyond its last)."""
    _, _, task, _, _, _, _, _, _, _, key = m
    st, _, wk, _ = s
    todo = wk[SUMS, N_TODO]
    for i in range(todo):
        wk[KEY, i] = key[how, wk[TODO, i]] if how < len(key) else draw(wk, 1 << 30)
    sort(wk, KEY, TODO, todo)
    for i in range(todo):
        place(m, s, wk[TODO, i])
    if wk[SETTINGS, TIES]:
        # What waited for a task that has come back meanwhile.
        for i in range(todo):
            t = wk[TODO, i]
            if task[t, at.TIED] and st[task[t, at.NODE], at.OWNER] < 0:
                place(m, s, t)


@inner
def anneal(m: Model, s: State, best: Any, rounds: int, heat: float) -> None:
    """Ruin and recreate at one temperature."""
    wk, kinds = s[2], len(m[10]) + BY_CHANCE
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
def keep_best(s: State, best: Any) -> None:
    """Write the routes down if there were none better."""
    st, _, wk, _ = s
    weight, cost = wk[SUMS, WEIGHT], wk[SUMS, COST]
    if weight > wk[SUMS, BEST_WEIGHT] or (weight == wk[SUMS, BEST_WEIGHT] and cost < wk[SUMS, BEST_COST]):
        wk[SUMS, BEST_WEIGHT], wk[SUMS, BEST_COST] = weight, cost
        for v in range(len(st)):
            copy(best, st, v)


@inner
def construct(m: Model, s: State, best: Any, how: int) -> None:
    """Put in all absent tasks that fit, in the order `how`."""
    st, _, wk, _ = s
    task, todo = m[2], 0
    begin_round(s)
    for t in range(len(task) - 1):
        if st[task[t, at.NODE], at.OWNER] < 0:
            wk[HEAD, t], wk[TODO, todo] = ALL, t
            todo += 1
    wk[SUMS, N_TODO] = todo
    recreate(m, s, how)
    keep_best(s, best)


@inner
def adopt(m: Model, s: State, source: Any) -> None:
    """Go on from the routes of another state; rows that break a rule are emptied."""
    _, visit, task, row, _, _, _, _, _, _, _ = m
    st, count = s[0], len(visit)
    begin_round(s)
    for r in range(len(row) - 1):
        touch(m, s, r)
        while st[count + r, at.AFTER] != count + r:
            unlink(m, s, st[count + r, at.AFTER])
    for r in range(len(row) - 1):
        a, v = count + r, source[count + r, at.AFTER]
        while v != count + r:
            link(m, s, v, a, source[v, at.PAIR], source[v, at.FIX])
            a, v = v, source[v, at.AFTER]
    for t in range(len(task) - 1):
        if st[task[t, at.NODE], at.OWNER] >= 0:
            charge(m, s, t)
    tidy(m, s)


@outer
def work(
    way: Any,
    visit: Any,
    task: Any,
    row: Any,
    pair: Any,
    window: Any,
    by_row: Any,
    pinned: Any,
    lag: Any,
    near: Any,
    key: Any,
    st: Any,
    meter: Any,
    wk: Any,
    old: Any,
    other: Any,
    what: int,
    number: int,
    heat: float,
) -> None:
    """The one way in, compiled once: `what` is ANNEAL (so many rounds), CONSTRUCT (in an order) or ADOPT.

    `other`: the best routes so far, which the first two keep up to date; or the routes to go on from.
    """
    m = (way, visit, task, row, pair, window, by_row, pinned, lag, near, key)
    s = (st, meter, wk, old)
    if what == ANNEAL:
        anneal(m, s, other, number, heat)
    elif what == CONSTRUCT:
        construct(m, s, other, number)
    else:
        adopt(m, s, other)
