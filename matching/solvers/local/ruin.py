"""Compiled: take strings of visits out of rows that are close to each other (Christiaens and Vanden Berghe, SISR)."""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from matching.solvers.local import layout as at
from matching.solvers.local.routes import (
    DIRTY,
    LONGEST,
    MARK,
    N_REMOVED,
    N_TOUCHED,
    REMOVED,
    ROW_MARK,
    SETTINGS,
    STRING,
    STRINGS,
    SUMS,
    TOUCHED,
    WIDE,
    Model,
    State,
    draw,
    inner,
    refresh,
    touch,
    unlink,
)


@inner
def take_out(m: Model, s: State, t: int) -> bool:
    """Remove all visits of a task; False if it is not served."""
    _, _, task, _, _, _, _, _, _, _, _ = m
    st, _, wk, _ = s
    found = False
    for v in range(task[t, at.NODE], task[t, at.NODE] + task[t, at.HEADS]):
        if st[v, at.OWNER] >= 0:
            touch(m, s, st[v, at.OWNER])
            unlink(m, s, v)
            found = True
    if found:
        wk[REMOVED, wk[SUMS, N_REMOVED]] = t
        wk[SUMS, N_REMOVED] += 1
    return found


@inner
def drop(m: Model, s: State, t: int) -> None:
    """Remove a task, and all that may come only after it."""
    _, _, task, _, _, _, _, _, lag, _, _ = m
    wk = s[2]
    i = wk[SUMS, N_REMOVED]
    take_out(m, s, t)
    while i < wk[SUMS, N_REMOVED]:
        u = wk[REMOVED, i]
        for k in range(task[u, at.LAGS], task[u + 1, at.LAGS]):
            if lag[k, at.SENSE] > 0:
                take_out(m, s, lag[k, at.OTHER])
        i += 1


@inner
def cut(m: Model, s: State, v: int, length: int) -> None:
    """Remove up to `length` visits in a row, v among them."""
    _, visit, _, _, _, _, _, _, _, _, _ = m
    st, _, wk, _ = s
    count, found = len(visit), 0
    for _ in range(draw(wk, length)):
        if st[v, at.BEFORE] >= count:
            break
        v = st[v, at.BEFORE]
    while v < count and found < length:
        wk[STRING, found] = visit[v, at.V_TASK]
        found, v = found + 1, st[v, at.AFTER]
    for i in range(found):
        drop(m, s, wk[STRING, i])


@inner
def tidy(m: Model, s: State) -> None:
    """Bring touched rows up to date; a row that a closed gap has made impossible is emptied."""
    visit, st, wk = m[1], s[0], s[2]
    clean = False
    while not clean:
        clean, i = True, 0
        while i < wk[SUMS, N_TOUCHED]:
            r = wk[TOUCHED, i]
            i += 1
            if wk[DIRTY, r] == 0 or refresh(m, s, r):
                continue
            clean, depot = False, len(visit) + r
            wk[DIRTY, r] = 1
            while st[depot, at.AFTER] != depot:
                drop(m, s, visit[st[depot, at.AFTER], at.V_TASK])


@inner
def ruin(m: Model, s: State) -> None:
    """Remove strings from rows close to one task, or from rows that could come to it."""
    _, _, task, _, _, _, _, _, _, _, _ = m
    wk = s[2]
    seed = draw(wk, len(task) - 1)
    strings = 1 + draw(wk, wk[SETTINGS, STRINGS])
    if draw(wk, 100) < wk[SETTINGS, WIDE]:
        from_rows(m, s, seed, strings)
    else:
        from_places(m, s, seed, strings)
    tidy(m, s)


@inner
def from_places(m: Model, s: State, seed: int, strings: int) -> None:
    """Cut strings around the tasks nearest to one."""
    _, _, task, _, _, _, _, _, _, near, _ = m
    st, _, wk, _ = s
    longest = wk[SETTINGS, LONGEST]
    for i in range(near.shape[1]):
        t = near[seed, i]
        v = task[t, at.NODE] + draw(wk, task[t, at.HEADS])
        r = st[v, at.OWNER]
        if r < 0 or wk[ROW_MARK, r] == wk[SUMS, MARK]:
            continue
        cut(m, s, v, 1 + draw(wk, min(longest, st[len(m[1]) + r, at.COUNT])))
        strings -= 1
        if strings == 0:
            return


@inner
def from_rows(m: Model, s: State, seed: int, strings: int) -> None:
    """Cut strings out of rows that could come to a task, and the task itself."""
    _, visit, task, _, pair, _, _, _, _, _, _ = m
    st, _, wk, _ = s
    drop(m, s, seed)
    first, choice = task[seed, at.PAIRS], task[seed + 1, at.PAIRS] - task[seed, at.PAIRS]
    if choice == 0:
        return
    for _ in range(strings):
        r = pair[first + draw(wk, choice), at.ROW]
        depot = len(visit) + r
        length = st[depot, at.COUNT]
        if length == 0:
            continue
        v = st[depot, at.AFTER]
        for _ in range(draw(wk, length)):
            v = st[v, at.AFTER]
        cut(m, s, v, 1 + draw(wk, min(wk[SETTINGS, LONGEST], length)))
