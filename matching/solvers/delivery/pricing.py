"""Compiled: the most that one row can earn at given prices of deliveries, and how often it then comes to each.

Trips from one depot are found by labels for load and time on the way: a trip may come back to a delivery, but not straight
after the next one. A day is the best chain of trips in time. Windows at doors and caps are left out, times are rounded down,
so no real day of a row earns more.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from typing import Any

from numba import njit

NEVER = -1e18


@njit(cache=True, nogil=True)
def extend(  # noqa: C901, PLR0912 labels of trips are found in one place
    gain: Any,
    units: Any,
    stay: Any,
    fresh: Any,
    way: Any,
    first: Any,
    before: Any,
    scale: float,
    grain: int,
    most: Any,
    best: Any,
    second: Any,
    last: Any,
) -> None:
    """Labels of all trips of one depot: `best[q, x, i]` earned with load q, x grains after loading, at delivery i.

    `last`: the delivery before (-1: the depot), -2 where there is no trip; `second`: the best with another one before.
    `before[i]`: deliveries that may come before i; `most[q, x, i]`: the load up to q at which most is earned.
    """
    loads, steps, n = best.shape
    best[:], second[:], last[:], most[:] = NEVER, NEVER, -2, 0
    for q in range(1, loads):
        for i in range(n):
            rest = q - units[i]
            if rest < 0 or gain[i] <= NEVER:
                continue
            latest = min(steps - 1, fresh[i] // grain)
            if rest == 0:
                x = first[i] // grain
                if x <= latest:
                    best[q, x, i], last[q, x, i] = gain[i] - scale * first[i], -1
                continue
            for p in before[i]:
                if p < 0:
                    break
                step, cost = (stay[p] + way[p, i]) // grain, gain[i] - scale * way[p, i]
                for x in range(step, latest + 1):
                    value = best[rest, x - step, p]
                    if last[rest, x - step, p] == i:
                        value = second[rest, x - step, p]
                    if value <= NEVER:
                        continue
                    value += cost
                    if value > best[q, x, i]:
                        second[q, x, i] = best[q, x, i]
                        best[q, x, i], last[q, x, i] = value, p
                    elif value > second[q, x, i]:
                        second[q, x, i] = value
    for q in range(1, loads):
        for x in range(steps):
            for i in range(n):
                most[q, x, i] = q
                if q > 1 and best[most[q - 1, x, i], x, i] >= best[q, x, i]:
                    most[q, x, i] = most[q - 1, x, i]


@njit(cache=True, nogil=True)
def walk(q: int, x: int, i: int, data: Any, group: Any, count: Any, grain: int) -> None:
    """Count the deliveries of a trip that ends so."""
    units, stay, way, _, _, last = data
    wanted = -3
    while i >= 0:
        count[group[i]] += 1
        p = last[q, x, i]
        if p == wanted:
            p = other(q, x, i, wanted, data, grain)
        if p < 0:
            return
        step = (stay[p] + way[p, i]) // grain
        q, x, wanted, i = q - units[i], x - step, i, p


@njit(cache=True, nogil=True)
def other(q: int, x: int, i: int, not_this: int, data: Any, grain: int) -> int:
    """The delivery before in the second best label."""
    units, stay, way, best, second, last = data
    rest, found, value = q - units[i], -1, NEVER
    if rest <= 0:
        return -1
    for p in range(len(units)):
        back = x - (stay[p] + way[p, i]) // grain
        if p in (not_this, i) or back < 0:
            continue
        here = best[rest, back, p]
        if last[rest, back, p] == i:
            here = second[rest, back, p]
        if here > NEVER and here - way[p, i] > value:
            found, value = p, here - way[p, i]
    return found


@njit(cache=True, nogil=True)
def arrive(
    best: Any, most: Any, load: int, stay: Any, out: Any, scale: float, grain: int, table: Any, where: Any
) -> None:
    """Most earned by a trip that is at a place y grains after loading (`table[y]`), and its last label (`where[y]`)."""
    _, steps, n = best.shape
    for x in range(steps):
        for i in range(n):
            q = most[load, x, i]
            value = best[q, x, i]
            if value <= NEVER:
                continue
            y = x + (stay[i] + out[i]) // grain
            if y < len(table) and value - scale * out[i] > table[y]:
                table[y], where[y] = value - scale * out[i], x * n + i


@njit(cache=True, nogil=True)
def chain(  # noqa: C901 one pass over time
    span: int,
    begin: int,
    grain: int,
    penalty: float,
    out: Any,
    loading: Any,
    first: Any,
    ready: Any,
    door: Any,
    trips: Any,
    home: Any,
    at_depot: Any,
    came: Any,
) -> Any:
    """Most that a row earns (0: it stays at home), and the depot, time and length of its last trip.

    `trips[d, e, y]`: a trip from d to depot e, `home[d, y]`: back home; `at_depot[d, t]`: earned when loading may begin
    at t; `came[d, t]`: from which depot, when, how long (-1: from the start, -2: by waiting).
    """
    depots, lengths = len(out), home.shape[1]
    at_depot[:], came[:] = NEVER, -1
    for d in range(depots):
        if door[d] and out[d, 1] <= span:
            at_depot[d, out[d, 1]] = -out[d, 0]
    value, final = 0.0, (-1, -1, -1)
    for t in range(span + 1):
        for d in range(depots):
            if t > 0 and at_depot[d, t - 1] > at_depot[d, t]:
                at_depot[d, t], came[d, t, 0] = at_depot[d, t - 1], -2
            if at_depot[d, t] <= NEVER or not open_at(first, ready, d, t, begin, grain):
                continue
            here = at_depot[d, t] - penalty
            for y in range(lengths):
                end = t + max(1, loading[d] // grain + y)
                if end > span:
                    break
                if here + home[d, y] > value:
                    value, final = here + home[d, y], (d, t, y)
                for e in range(depots):
                    if door[e] and here + trips[d, e, y] > at_depot[e, end]:
                        at_depot[e, end] = here + trips[d, e, y]
                        came[e, end] = d, t, y
    return value, final


@njit(cache=True, nogil=True)
def open_at(first: Any, ready: Any, d: int, t: int, begin: int, grain: int) -> bool:
    """Whether loading may begin at a depot some time in a grain."""
    for i in range(first[d], first[d + 1]):  # noqa: SIM110 - compiled code knows no generators
        if (ready[i, 0] - begin) // grain <= t <= (ready[i, 1] - begin) // grain:
            return True
    return False
