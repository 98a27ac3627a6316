"""Compiled search: ruin and recreate over routes, with start times kept by propagation.

Routes are linked lists. A start is the least that its neighbours in the route and the patient's other visit allow; a change
is carried on to the visits that feel it, earliest first, and every trial can be taken back from a log. Two people who wait
for each other in a circle would push their starts up for ever: the price passes the limit, and the trial is given up.
All in one file, because the cache on disk looks at this file alone. `way`, `node`, `able`, `near`: see `arrays.Model`; `st`
where nodes stand, `wk` room to work, with the rows named below; `count` is the number of visits.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type"
# numba's numbers are Python's or numpy's, as they come.

import math

import numpy as np
from numba import njit

from matching.hhcrsp.arrays import I64, KINDS, NOBODY, NODE_ROWS

PLACE, DURATION, OPENS, CLOSES, PARTNER, KIND, LOW, HIGH, SKILLS = NODE_ROWS
SINGLE, TOGETHER, FIRST, SECOND = KINDS
FAR = 1 << 60
# Rows of `st`; rows of `wk` (PLACES and OTHERS are followed by their prices); places in its rows SUMS and SETTINGS.
AFTER, BEFORE, OWNER, START, TARDY = range(5)
SUMS, SETTINGS, QUEUE, WAITING, LOG_NODE, LOG_START, REMOVED_NODE, KEY, PLACES, _, OTHERS, _ = range(12)
TRAVEL, LATE, QUEUED, LOGGED, REMOVED, RANDOM, MOST = range(7)
STRINGS, LONGEST, TOP, BLINKS = range(4)
ROWS = 12


@njit(cache=True, nogil=True, forceinline=True)
def draw(wk: I64, n: int) -> int:
    """Draw a number from 0 to n - 1 (xorshift64*)."""
    x = np.uint64(wk[SUMS, RANDOM])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    wk[SUMS, RANDOM] = np.int64(x)
    return np.int64((((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33)) * np.uint64(n)) >> np.uint64(31))


@njit(cache=True, nogil=True, forceinline=True)
def push(wk: I64, v: int, count: int) -> None:
    """Note that a visit's start may have to change."""
    if v < count and wk[WAITING, v] == 0:
        wk[WAITING, v] = 1
        wk[QUEUE, wk[SUMS, QUEUED]] = v
        wk[SUMS, QUEUED] += 1


@njit(cache=True, nogil=True, forceinline=True)
def pop(st: I64, wk: I64) -> int:
    """Take the noted visit with the earliest start."""
    best = 0
    for i in range(1, wk[SUMS, QUEUED]):
        if st[START, wk[QUEUE, i]] < st[START, wk[QUEUE, best]]:
            best = i
    v = wk[QUEUE, best]
    wk[SUMS, QUEUED] -= 1
    wk[QUEUE, best] = wk[QUEUE, wk[SUMS, QUEUED]]
    wk[WAITING, v] = 0
    return v


@njit(cache=True, nogil=True, forceinline=True)
def put(node: I64, st: I64, wk: I64, v: int, start: int, count: int) -> None:
    """Set a start, write the old one down, note the next in the route."""
    old = st[START, v]
    if old == start:
        return
    k = wk[SUMS, LOGGED]
    wk[LOG_NODE, k], wk[LOG_START, k] = v, old
    wk[SUMS, LOGGED] = k + 1
    late = max(0, start - node[CLOSES, v])
    wk[SUMS, LATE] += late - st[TARDY, v]
    st[TARDY, v] = late
    st[START, v] = start
    push(wk, st[AFTER, v], count)


@njit(cache=True, nogil=True, forceinline=True)
def arrival(way: I64, node: I64, st: I64, v: int) -> int:
    """When the caregiver of a visit can be there."""
    u = st[BEFORE, v]
    return st[START, u] + node[DURATION, u] + way[node[PLACE, u], node[PLACE, v]]


@njit(cache=True, nogil=True)
def settle(way: I64, node: I64, st: I64, wk: I64, count: int, limit: int) -> bool:
    """Carry on changes until nothing moves; False if travel and lateness pass the limit, or waiting is in a circle."""
    room = wk.shape[1] - 4
    while wk[SUMS, QUEUED] > 0:
        v = pop(st, wk)
        if st[OWNER, v] < 0:
            continue
        kind = node[KIND, v]
        ready = max(node[OPENS, v], arrival(way, node, st, v))
        if kind == SINGLE:
            put(node, st, wk, v, ready, count)
        else:
            p = node[PARTNER, v]
            other = max(node[OPENS, p], arrival(way, node, st, p))
            if kind == TOGETHER:
                ready = max(ready, other)
                put(node, st, wk, v, ready, count)
                put(node, st, wk, p, ready, count)
            else:
                if kind == SECOND:
                    v, p, ready, other = p, v, other, ready
                other = max(other, ready + node[LOW, v])
                put(node, st, wk, v, max(ready, other - node[HIGH, v]), count)
                put(node, st, wk, p, other, count)
        if wk[SUMS, TRAVEL] + wk[SUMS, LATE] > limit or wk[SUMS, LOGGED] > room:
            while wk[SUMS, QUEUED] > 0:
                pop(st, wk)
            return False
    return True


@njit(cache=True, nogil=True, forceinline=True)
def undo(node: I64, st: I64, wk: I64) -> None:
    """Take back all starts that the log knows."""
    while wk[SUMS, LOGGED] > 0:
        k = wk[SUMS, LOGGED] - 1
        v, old = wk[LOG_NODE, k], wk[LOG_START, k]
        wk[SUMS, LOGGED] = k
        late = 0 if old < 0 else max(0, old - node[CLOSES, v])
        wk[SUMS, LATE] += late - st[TARDY, v]
        st[TARDY, v] = late
        st[START, v] = old


@njit(cache=True, nogil=True, forceinline=True)
def worst(st: I64, count: int) -> int:
    """Return the largest lateness."""
    most = 0
    for v in range(count):
        most = max(most, st[TARDY, v])
    return most


@njit(cache=True, nogil=True, forceinline=True)
def link(way: I64, node: I64, st: I64, wk: I64, v: int, a: int, count: int) -> None:
    """Put v behind node a; starts follow with `settle`."""
    b = st[AFTER, a]
    st[AFTER, a], st[BEFORE, v], st[AFTER, v], st[BEFORE, b] = v, a, b, v
    st[OWNER, v] = st[OWNER, a]
    x, y, z = node[PLACE, a], node[PLACE, v], node[PLACE, b]
    wk[SUMS, TRAVEL] += way[x, y] + way[y, z] - way[x, z]
    push(wk, v, count)
    push(wk, b, count)


@njit(cache=True, nogil=True, forceinline=True)
def unlink(way: I64, node: I64, st: I64, wk: I64, v: int) -> None:
    """Take v out of its route."""
    a, b = st[BEFORE, v], st[AFTER, v]
    st[AFTER, a], st[BEFORE, b] = b, a
    st[OWNER, v] = NOBODY
    x, y, z = node[PLACE, a], node[PLACE, v], node[PLACE, b]
    wk[SUMS, TRAVEL] += way[x, z] - way[x, y] - way[y, z]


@njit(cache=True, nogil=True)
def remove(way: I64, node: I64, st: I64, wk: I64, v: int, count: int) -> None:
    """Remove a patient with all visits for now, and write her down by the first of them."""
    p = node[PARTNER, v]
    for u in (v, p):
        if u >= 0:
            push(wk, st[AFTER, u], count)
            unlink(way, node, st, wk, u)
            wk[SUMS, LATE] -= st[TARDY, u]
            st[TARDY, u], st[START, u] = 0, NOBODY
    wk[REMOVED_NODE, wk[SUMS, REMOVED]] = v if p < 0 else min(v, p)
    wk[SUMS, REMOVED] += 1


@njit(cache=True, nogil=True)
def ruin(way: I64, node: I64, near: I64, st: I64, wk: I64, count: int) -> None:
    """Remove strings of visits from routes near one visit."""
    wk[SUMS, REMOVED] = 0
    seed = draw(wk, count)
    strings, longest = 1 + draw(wk, wk[SETTINGS, STRINGS]), 1 + draw(wk, wk[SETTINGS, LONGEST])
    done = 0
    for i in range(near.shape[1]):
        c, k = near[seed, i], st[OWNER, near[seed, i]]
        if k < 0 or np.any(wk[PLACES, :done] == k):
            continue
        cut(way, node, st, wk, c, 1 + draw(wk, longest), count)
        wk[PLACES, done] = k
        done += 1
        if done == strings:
            break
    settle(way, node, st, wk, count, FAR)
    wk[SUMS, LOGGED] = 0
    for i in range(done):
        trade(node, st, wk[PLACES, i], draw(wk, st.shape[1] - count), count)


@njit(cache=True, nogil=True)
def needs(node: I64, st: I64, k: int, count: int) -> int:
    """Abilities that the route of caregiver k asks for, as bits."""
    bits, v = 0, st[AFTER, count + k]
    while v < count:
        bits, v = bits | node[SKILLS, v], st[AFTER, v]
    return bits


@njit(cache=True, nogil=True)
def trade(node: I64, st: I64, k: int, j: int, count: int) -> None:
    """Let two caregivers swap their routes if they are able to: it costs nothing, and others may be able to join."""
    a, b = count + k, count + j
    if needs(node, st, k, count) & ~node[SKILLS, b] or needs(node, st, j, count) & ~node[SKILLS, a]:
        return
    for row in (AFTER, BEFORE):
        x, y = st[row, a], st[row, b]
        st[row, a], st[row, b] = y if y != b else a, x if x != a else b
    for office in (a, b):
        st[BEFORE, st[AFTER, office]], st[AFTER, st[BEFORE, office]] = office, office
        v = st[AFTER, office]
        while v < count:
            st[OWNER, v], v = office - count, st[AFTER, v]


@njit(cache=True, nogil=True)
def cut(way: I64, node: I64, st: I64, wk: I64, c: int, length: int, count: int) -> None:
    """Remove up to `length` visits in a row, c among them."""
    for _ in range(draw(wk, length)):
        if st[BEFORE, c] >= count:
            break
        c = st[BEFORE, c]
    for _ in range(length):
        if c >= count:
            break
        b = st[AFTER, c]
        remove(way, node, st, wk, c, count)
        c = b


@njit(cache=True, nogil=True, forceinline=True)
def pushed(
    way: I64, node: I64, st: I64, wk: I64, b: int, ready: int, late: int, limit: int, count: int
) -> int:
    """Least price of a caregiver who can be at b at `ready` only, after a lateness `late` that is paid here too.

    Follows her route, and looks at the other visits of the patients on it; `most` is the largest lateness before. Gives up
    with some number from `limit` up.
    """
    most = wk[SUMS, MOST]
    price, peak = late, max(most, late)
    while b < count and ready > st[START, b] and price + peak - most < limit:
        late = max(0, ready - node[CLOSES, b])
        price += late - st[TARDY, b]
        peak = max(peak, late)
        p = node[PARTNER, b]
        if p >= 0:
            start = ready
            if node[KIND, b] == FIRST:
                start = ready + node[LOW, b]
            elif node[KIND, b] == SECOND:
                start = ready - node[HIGH, b]
            late = max(st[TARDY, p], start - node[CLOSES, p])
            price += late - st[TARDY, p]
            peak = max(peak, late)
        a, b = b, st[AFTER, b]
        ready += node[DURATION, a] + way[node[PLACE, a], node[PLACE, b]]
    return price + peak - most


@njit(cache=True, nogil=True)
def scan(way: I64, node: I64, able: I64, st: I64, wk: I64, v: int, limit: int, row: int, count: int) -> int:
    """List places for v (row `row`: node before, the next row: least price) cheaper than the limit."""
    found, place, opens, closes, stay = 0, node[PLACE, v], node[OPENS, v], node[CLOSES, v], node[DURATION, v]
    for i in range(1, able[v, 0] + 1):
        a = count + able[v, i]
        while True:
            b = st[AFTER, a]
            leg = way[node[PLACE, a], place]
            here = max(opens, st[START, a] + node[DURATION, a] + leg)
            late = max(0, here - closes)
            if late >= limit:
                break
            home = way[place, node[PLACE, b]]
            price = leg + home - way[node[PLACE, a], node[PLACE, b]]
            if price + late < limit:
                price += pushed(way, node, st, wk, b, here + stay + home, late, limit - price, count)
            else:
                price = limit
            if price < limit and draw(wk, 1000) >= wk[SETTINGS, BLINKS]:
                wk[row, found], wk[row + 1, found] = a, price
                found += 1
            if b >= count:
                break
            a = b
    return found


@njit(cache=True, nogil=True)
def try_at(way: I64, node: I64, st: I64, wk: I64, v: int, a: int, c: int, limit: int, count: int) -> int:
    """Cost of the whole with v behind a, its partner behind c (if not -1); at least the limit if it is not less."""
    p = node[PARTNER, v]
    link(way, node, st, wk, v, a, count)
    if c >= 0:
        link(way, node, st, wk, p, c, count)
    cost = limit
    if settle(way, node, st, wk, count, limit - wk[SUMS, MOST]):
        cost = cost_of(st, wk, count)
    undo(node, st, wk)
    if c >= 0:
        unlink(way, node, st, wk, p)
    unlink(way, node, st, wk, v)
    return cost


@njit(cache=True, nogil=True)
def insert_one(way: I64, node: I64, able: I64, st: I64, wk: I64, v: int, limit: int, count: int) -> bool:
    """Put a single visit where it costs least; False if everything costs more than the limit."""
    wk[SUMS, MOST] = most = worst(st, count)
    base = wk[SUMS, TRAVEL] + wk[SUMS, LATE] + most
    found = scan(way, node, able, st, wk, v, limit - base, PLACES, count)
    best, chosen = limit, -1
    while True:
        pick, least = -1, best - base
        for i in range(found):
            if wk[PLACES + 1, i] < least:
                pick, least = i, wk[PLACES + 1, i]
        if pick < 0:
            break
        wk[PLACES + 1, pick] = FAR
        cost = try_at(way, node, st, wk, v, wk[PLACES, pick], NOBODY, best, count)
        if cost < best:
            best, chosen = cost, wk[PLACES, pick]
    if chosen < 0:
        return False
    link(way, node, st, wk, v, chosen, count)
    settle(way, node, st, wk, count, FAR)
    wk[SUMS, LOGGED] = 0
    return True


@njit(cache=True, nogil=True)
def order_top(wk: I64, row: int, found: int) -> int:
    """Bring the cheapest `top` to the front, in order; return how many there are."""
    top = min(wk[SETTINGS, TOP], found)
    for i in range(top):
        best = i
        for j in range(i + 1, found):
            if wk[row + 1, j] < wk[row + 1, best]:
                best = j
        for part in (row, row + 1):
            wk[part, i], wk[part, best] = wk[part, best], wk[part, i]
    return top


@njit(cache=True, nogil=True)
def least_of_pair(
    way: I64, node: I64, st: I64, wk: I64, v: int, a: int, c: int, limit: int, count: int
) -> int:
    """Least price of v behind a and its partner behind c, with both starts at once."""
    p = node[PARTNER, v]
    x, y = node[PLACE, a], node[PLACE, c]
    leg, other_leg = way[x, node[PLACE, v]], way[y, node[PLACE, p]]
    one = max(node[OPENS, v], st[START, a] + node[DURATION, a] + leg)
    two = max(node[OPENS, p], st[START, c] + node[DURATION, c] + other_leg)
    if node[KIND, v] == TOGETHER:
        one = two = max(one, two)
    else:
        two = max(two, one + node[LOW, v])
        one = max(one, two - node[HIGH, v])
    b, d = st[AFTER, a], st[AFTER, c]
    home, other_home = way[node[PLACE, v], node[PLACE, b]], way[node[PLACE, p], node[PLACE, d]]
    price = leg + other_leg + home - way[x, node[PLACE, b]] + other_home - way[y, node[PLACE, d]]
    late, other_late = max(0, one - node[CLOSES, v]), max(0, two - node[CLOSES, p])
    if price + late + other_late >= limit:
        return limit
    one, two, room = one + node[DURATION, v] + home, two + node[DURATION, p] + other_home, limit - price
    # Two routes may push the same visits, so that only the dearer of the two is sure.
    first = pushed(way, node, st, wk, b, one, late, room, count)
    second = pushed(way, node, st, wk, d, two, other_late, room, count)
    return price + max(first + other_late, second + late)


@njit(cache=True, nogil=True)
def insert_two(way: I64, node: I64, able: I64, st: I64, wk: I64, v: int, limit: int, count: int) -> bool:
    """Put both visits of a patient where they cost least together; v is the first of them."""
    p = node[PARTNER, v]
    wk[SUMS, MOST] = most = worst(st, count)
    base = wk[SUMS, TRAVEL] + wk[SUMS, LATE] + most
    ones = order_top(wk, PLACES, scan(way, node, able, st, wk, v, limit - base, PLACES, count))
    if ones == 0:
        return False
    room = limit - base - wk[PLACES + 1, 0]
    twos = order_top(wk, OTHERS, scan(way, node, able, st, wk, p, room, OTHERS, count))
    best, chosen, other = limit, -1, -1
    for i in range(ones):
        for j in range(twos):
            if base + wk[PLACES + 1, i] + wk[OTHERS + 1, j] >= best:
                break
            a, c = wk[PLACES, i], wk[OTHERS, j]
            room = best - base
            if st[OWNER, a] == st[OWNER, c] or least_of_pair(way, node, st, wk, v, a, c, room, count) >= room:
                continue
            cost = try_at(way, node, st, wk, v, a, c, best, count)
            if cost < best:
                best, chosen, other = cost, a, c
    if chosen < 0:
        return False
    link(way, node, st, wk, v, chosen, count)
    link(way, node, st, wk, p, other, count)
    settle(way, node, st, wk, count, FAR)
    wk[SUMS, LOGGED] = 0
    return True


@njit(cache=True, nogil=True)
def sort_removed(way: I64, node: I64, wk: I64, how: int) -> None:
    """Decide who is put back first: 0 by chance, 1 two services first, 2 early first, 3 far from the office first."""
    for i in range(wk[SUMS, REMOVED]):
        v = wk[REMOVED_NODE, i]
        key = draw(wk, 1 << 20)
        if how == 1 and node[PARTNER, v] >= 0:
            key -= 1 << 20
        elif how == 2:  # noqa: PLR2004
            key = node[OPENS, v]
        elif how == 3:  # noqa: PLR2004
            key = -way[0, node[PLACE, v]]
        j = i
        while j > 0 and wk[KEY, j - 1] > key:
            wk[KEY, j], wk[REMOVED_NODE, j] = wk[KEY, j - 1], wk[REMOVED_NODE, j - 1]
            j -= 1
        wk[KEY, j], wk[REMOVED_NODE, j] = key, v


@njit(cache=True, nogil=True)
def recreate(way: I64, node: I64, able: I64, st: I64, wk: I64, limit: int, count: int) -> bool:
    """Put everybody back; False as soon as it costs the limit or more."""
    for i in range(wk[SUMS, REMOVED]):
        v = wk[REMOVED_NODE, i]
        if node[PARTNER, v] < 0:
            good = insert_one(way, node, able, st, wk, v, limit, count)
        else:
            good = insert_two(way, node, able, st, wk, v, limit, count)
        if not good:
            return False
    return True


@njit(cache=True, nogil=True)
def cost_of(st: I64, wk: I64, count: int) -> int:
    """Travel, lateness and largest lateness."""
    return wk[SUMS, TRAVEL] + wk[SUMS, LATE] + worst(st, count)


@njit(cache=True, nogil=True)
def construct(way: I64, node: I64, able: I64, st: I64, wk: I64, count: int) -> int:
    """Fill empty routes, early patients first; return the cost. Wants all places looked at (TOP, BLINKS)."""
    wk[SUMS, REMOVED] = 0
    for v in range(count):
        if node[PARTNER, v] < 0 or node[PARTNER, v] > v:
            wk[REMOVED_NODE, wk[SUMS, REMOVED]] = v
            wk[SUMS, REMOVED] += 1
    sort_removed(way, node, wk, 2)
    recreate(way, node, able, st, wk, FAR, count)
    return cost_of(st, wk, count)


@njit(cache=True, nogil=True)
def anneal(
    way: I64,
    node: I64,
    able: I64,
    near: I64,
    st: I64,
    wk: I64,
    best: I64,
    least: int,
    rounds: int,
    heat: float,
) -> tuple[int, int]:
    """Ruin and recreate with a limit above the cost by about `heat`; return the cost of the routes and of the best."""
    count = len(able)
    kept = st.copy()
    cost = cost_of(st, wk, count)
    travel, late = wk[SUMS, TRAVEL], wk[SUMS, LATE]
    for _ in range(rounds):
        luck = (draw(wk, 1 << 30) + 1) / (1 << 30)
        limit = cost + 1 + np.int64(-heat * math.log(luck))
        ruin(way, node, near, st, wk, count)
        sort_removed(way, node, wk, draw(wk, 4))
        if recreate(way, node, able, st, wk, limit, count):
            cost = cost_of(st, wk, count)
            travel, late = wk[SUMS, TRAVEL], wk[SUMS, LATE]
            kept[:, :] = st
            if cost < least:
                least = cost
                best[:, :] = st
        else:
            st[:, :] = kept
            wk[SUMS, TRAVEL], wk[SUMS, LATE] = travel, late
    return cost, least
