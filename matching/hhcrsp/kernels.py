"""Compiled search: ruin and recreate over routes, with start times kept by propagation.

Routes are linked lists. A start is the least that its neighbours in the route and the patient's other visit allow; a change
is carried on to the visits that feel it, earliest first, and every trial can be taken back from a log. Two people who wait
for each other in a circle would push their starts up for ever: the price passes the limit, and the trial is given up.

All of it in one file, because the cache on disk looks at this file alone.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from matching.hhcrsp.arrays import FIRST, NOBODY, SECOND, SINGLE, TOGETHER, I64, Model

FAR = 1 << 60
TRAVEL, LATE, QUEUED, LOGGED, REMOVED, TRIALS = 0, 1, 2, 3, 4, 5  # places in `State.sums`
STRINGS, LONGEST, TOP, BLINKS = 0, 1, 2, 3  # places in the settings


class State(NamedTuple):
    """Routes and starts (rows of `base`, per node), sums, and room to work. Absent visits have owner and start -1."""

    base: I64
    after: I64
    before: I64
    owner: I64
    start: I64
    late: I64
    sums: I64
    queue: I64
    waiting: I64
    log: I64
    removed: I64
    scratch: I64
    random: np.ndarray


def new_state(model: Model, caregivers: int, seed: int) -> State:
    """Empty routes. `seed` must not be 0."""
    nodes = len(model.place)
    visits = nodes - caregivers
    base = np.full((5, nodes), NOBODY, dtype=np.int64)
    base[4] = 0
    for node in range(visits, nodes):
        base[:4, node] = node, node, node - visits, 0
    room = [np.zeros(size, dtype=np.int64) for size in (8, nodes + 8, nodes)]
    log, removed = np.zeros((2, 12 * nodes + 64), dtype=np.int64), np.zeros((3, nodes), dtype=np.int64)
    scratch = np.zeros((6, nodes + 8), dtype=np.int64)
    return State(base, *base, *room, log, removed, scratch, np.array([seed], dtype=np.uint64))


@njit(cache=True, nogil=True, forceinline=True)
def draw(random: np.ndarray, n: int) -> int:
    """Draw a number from 0 to n - 1 (xorshift64*)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    high = (x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33)
    return np.int64((high * np.uint64(n)) >> np.uint64(31))


@njit(cache=True, nogil=True, forceinline=True)
def push(s: State, v: int, count: int) -> None:
    """Note that a visit's start may have to change."""
    if v < count and s.waiting[v] == 0:
        s.waiting[v] = 1
        s.queue[s.sums[QUEUED]] = v
        s.sums[QUEUED] += 1


@njit(cache=True, nogil=True, forceinline=True)
def pop(s: State) -> int:
    """Take the noted visit with the earliest start."""
    best = 0
    for i in range(1, s.sums[QUEUED]):
        if s.start[s.queue[i]] < s.start[s.queue[best]]:
            best = i
    v = s.queue[best]
    s.sums[QUEUED] -= 1
    s.queue[best] = s.queue[s.sums[QUEUED]]
    s.waiting[v] = 0
    return v


@njit(cache=True, nogil=True, forceinline=True)
def put(m: Model, s: State, v: int, start: int, count: int) -> None:
    """Set a start, write the old one down, note the next in the route."""
    old = s.start[v]
    if old == start:
        return
    k = s.sums[LOGGED]
    s.log[0, k], s.log[1, k] = v, old
    s.sums[LOGGED] = k + 1
    late = max(0, start - m.closes[v])
    s.sums[LATE] += late - s.late[v]
    s.late[v] = late
    s.start[v] = start
    push(s, s.after[v], count)


@njit(cache=True, nogil=True, forceinline=True)
def arrival(m: Model, s: State, v: int) -> int:
    """When the caregiver of a visit can be there."""
    u = s.before[v]
    return s.start[u] + m.duration[u] + m.travel[m.place[u], m.place[v]]


@njit(cache=True, nogil=True)
def settle(m: Model, s: State, count: int, limit: int) -> bool:
    """Carry on changes until nothing moves; False if travel and lateness pass the limit, or waiting is in a circle."""
    room = s.log.shape[1] - 4
    while s.sums[QUEUED] > 0:
        v = pop(s)
        if s.owner[v] < 0:
            continue
        kind = m.kind[v]
        ready = max(m.opens[v], arrival(m, s, v))
        if kind == SINGLE:
            put(m, s, v, ready, count)
        else:
            p = m.partner[v]
            other = max(m.opens[p], arrival(m, s, p))
            if kind == TOGETHER:
                ready = max(ready, other)
                put(m, s, v, ready, count)
                put(m, s, p, ready, count)
            else:
                if kind == SECOND:
                    v, p, ready, other = p, v, other, ready
                other = max(other, ready + m.low[v])
                put(m, s, v, max(ready, other - m.high[v]), count)
                put(m, s, p, other, count)
        if s.sums[TRAVEL] + s.sums[LATE] > limit or s.sums[LOGGED] > room:
            while s.sums[QUEUED] > 0:
                pop(s)
            return False
    return True


@njit(cache=True, nogil=True, forceinline=True)
def undo(m: Model, s: State) -> None:
    """Take back all starts that the log knows."""
    while s.sums[LOGGED] > 0:
        k = s.sums[LOGGED] - 1
        v, old = s.log[0, k], s.log[1, k]
        s.sums[LOGGED] = k
        late = 0 if old < 0 else max(0, old - m.closes[v])
        s.sums[LATE] += late - s.late[v]
        s.late[v] = late
        s.start[v] = old


@njit(cache=True, nogil=True, forceinline=True)
def worst(s: State, count: int) -> int:
    """Return the largest lateness."""
    most = 0
    for v in range(count):
        most = max(most, s.late[v])
    return most


@njit(cache=True, nogil=True, forceinline=True)
def link(m: Model, s: State, v: int, a: int, count: int) -> None:
    """Put v behind node a; starts follow with `settle`."""
    b = s.after[a]
    s.after[a], s.before[v], s.after[v], s.before[b] = v, a, b, v
    s.owner[v] = s.owner[a]
    x, y, z = m.place[a], m.place[v], m.place[b]
    s.sums[TRAVEL] += m.travel[x, y] + m.travel[y, z] - m.travel[x, z]
    push(s, v, count)
    push(s, b, count)


@njit(cache=True, nogil=True, forceinline=True)
def unlink(m: Model, s: State, v: int) -> None:
    """Take v out of its route."""
    a, b = s.before[v], s.after[v]
    s.after[a], s.before[b] = b, a
    s.owner[v] = NOBODY
    x, y, z = m.place[a], m.place[v], m.place[b]
    s.sums[TRAVEL] += m.travel[x, z] - m.travel[x, y] - m.travel[y, z]


@njit(cache=True, nogil=True, forceinline=True)
def drop(m: Model, s: State, v: int, count: int) -> None:
    """Remove a visit for now: no start, no lateness."""
    b = s.after[v]
    unlink(m, s, v)
    s.sums[LATE] -= s.late[v]
    s.late[v] = 0
    s.start[v] = NOBODY
    push(s, b, count)


@njit(cache=True, nogil=True)
def remove(m: Model, s: State, v: int, count: int) -> None:
    """Remove a patient with all visits, and write her down."""
    p = m.partner[v]
    drop(m, s, v, count)
    if p >= 0:
        drop(m, s, p, count)
        v = min(v, p)
    s.removed[0, s.sums[REMOVED]] = v
    s.sums[REMOVED] += 1


@njit(cache=True, nogil=True)
def ruin(m: Model, s: State, settings: I64, count: int) -> None:
    """Remove strings of visits from routes near one visit."""
    s.sums[REMOVED] = 0
    seed = draw(s.random, count)
    strings = 1 + draw(s.random, settings[STRINGS])
    longest = 1 + draw(s.random, settings[LONGEST])
    touched = s.scratch[0]
    done = 0
    for i in range(m.near.shape[1]):
        c = m.near[seed, i]
        k = s.owner[c]
        if k < 0:
            continue
        known = False
        for j in range(done):
            known = known or touched[j] == k
        if known:
            continue
        cut(m, s, c, 1 + draw(s.random, longest), count)
        touched[done] = k
        done += 1
        if done == strings:
            break
    settle(m, s, count, FAR)
    s.sums[LOGGED] = 0


@njit(cache=True, nogil=True)
def cut(m: Model, s: State, c: int, length: int, count: int) -> None:
    """Remove up to `length` visits in a row, c among them."""
    for _ in range(draw(s.random, length)):
        if s.before[c] >= count:
            break
        c = s.before[c]
    for _ in range(length):
        if c >= count:
            break
        b = s.after[c]
        if b < count and b == m.partner[c]:
            b = s.after[b]
        remove(m, s, c, count)
        c = b


@njit(cache=True, nogil=True, forceinline=True)
def pushed(m: Model, s: State, b: int, ready: int, late: int, limit: int, most: int, count: int) -> int:
    """Least price of a caregiver who can be at b at `ready` only, after a lateness `late` that is paid here too.

    Follows her route, and looks at the other visits of the patients on it; `most` is the largest lateness before. Gives up
    with some number from `limit` up.
    """
    price, peak = late, max(most, late)
    while b < count and ready > s.start[b] and price + peak - most < limit:
        late = max(0, ready - m.closes[b])
        price += late - s.late[b]
        peak = max(peak, late)
        p = m.partner[b]
        if p >= 0:
            start = ready
            if m.kind[b] == FIRST:
                start = ready + m.low[b]
            elif m.kind[b] == SECOND:
                start = ready - m.high[b]
            late = max(s.late[p], start - m.closes[p])
            price += late - s.late[p]
            peak = max(peak, late)
        a, b = b, s.after[b]
        ready += m.duration[a] + m.travel[m.place[a], m.place[b]]
    return price + peak - most


@njit(cache=True, nogil=True)
def scan(m: Model, s: State, v: int, limit: int, most: int, row: int, blinks: int, count: int) -> int:
    """List places for v (`scratch[row]`: node before, `scratch[row + 1]`: least price) cheaper than the limit."""
    nodes, prices = s.scratch[row], s.scratch[row + 1]
    found, place, opens, closes, stay = 0, m.place[v], m.opens[v], m.closes[v], m.duration[v]
    for i in range(m.able_first[v], m.able_first[v + 1]):
        a = count + m.able[i]
        while True:
            b = s.after[a]
            way = m.travel[m.place[a], place]
            here = max(opens, s.start[a] + m.duration[a] + way)
            late = max(0, here - closes)
            if late >= limit:
                break
            home = m.travel[place, m.place[b]]
            price = way + home - m.travel[m.place[a], m.place[b]]
            if price + late < limit:
                price += pushed(m, s, b, here + stay + home, late, limit - price, most, count)
            else:
                price = limit
            if price < limit and (blinks == 0 or draw(s.random, 1000) >= blinks):
                nodes[found], prices[found] = a, price
                found += 1
            if b >= count:
                break
            a = b
    return found


@njit(cache=True, nogil=True)
def insert_one(m: Model, s: State, v: int, limit: int, blinks: int, count: int) -> bool:
    """Put a single visit where it costs least; False if everything costs more than the limit."""
    most = worst(s, count)
    base = s.sums[TRAVEL] + s.sums[LATE] + most
    found = scan(m, s, v, limit - base, most, 0, blinks, count)
    nodes, prices = s.scratch[0], s.scratch[1]
    best, chosen = limit, -1
    while True:
        pick, least = -1, best - base
        for i in range(found):
            if prices[i] < least:
                pick, least = i, prices[i]
        if pick < 0:
            break
        prices[pick] = FAR
        s.sums[TRIALS] += 1
        link(m, s, v, nodes[pick], count)
        if settle(m, s, count, best - most):
            cost = s.sums[TRAVEL] + s.sums[LATE] + worst(s, count)
            if cost < best:
                best, chosen = cost, nodes[pick]
        undo(m, s)
        unlink(m, s, v)
    if chosen < 0:
        return False
    link(m, s, v, chosen, count)
    settle(m, s, count, FAR)
    s.sums[LOGGED] = 0
    return True


@njit(cache=True, nogil=True)
def order_top(nodes: I64, prices: I64, found: int, top: int) -> int:
    """Bring the cheapest `top` to the front, in order; return how many there are."""
    top = min(top, found)
    for i in range(top):
        best = i
        for j in range(i + 1, found):
            if prices[j] < prices[best]:
                best = j
        prices[i], prices[best] = prices[best], prices[i]
        nodes[i], nodes[best] = nodes[best], nodes[i]
    return top


@njit(cache=True, nogil=True)
def least_of_pair(
    m: Model, s: State, v: int, p: int, a: int, c: int, limit: int, most: int, count: int
) -> int:
    """Least price of v behind a and p behind c, with both starts at once."""
    x, y = m.place[a], m.place[c]
    way, other_way = m.travel[x, m.place[v]], m.travel[y, m.place[p]]
    one = max(m.opens[v], s.start[a] + m.duration[a] + way)
    two = max(m.opens[p], s.start[c] + m.duration[c] + other_way)
    if m.kind[v] == TOGETHER:
        one = two = max(one, two)
    else:
        two = max(two, one + m.low[v])
        one = max(one, two - m.high[v])
    b, d = s.after[a], s.after[c]
    home, other_home = m.travel[m.place[v], m.place[b]], m.travel[m.place[p], m.place[d]]
    price = way + other_way + home - m.travel[x, m.place[b]] + other_home - m.travel[y, m.place[d]]
    late, other_late = max(0, one - m.closes[v]), max(0, two - m.closes[p])
    if price + late + other_late >= limit:
        return limit
    # Two routes may push the same visits, so that only the dearer of the two is sure.
    first = pushed(m, s, b, one + m.duration[v] + home, late, limit - price, most, count)
    second = pushed(m, s, d, two + m.duration[p] + other_home, other_late, limit - price, most, count)
    return price + max(first + other_late, second + late)


@njit(cache=True, nogil=True)
def insert_two(m: Model, s: State, v: int, limit: int, top: int, blinks: int, count: int) -> bool:
    """Put both visits of a patient where they cost least together; v is the first of them."""
    p = m.partner[v]
    most = worst(s, count)
    base = s.sums[TRAVEL] + s.sums[LATE] + most
    ones = order_top(s.scratch[0], s.scratch[1], scan(m, s, v, limit - base, most, 0, blinks, count), top)
    if ones == 0:
        return False
    room = limit - base - s.scratch[1, 0]
    twos = order_top(s.scratch[2], s.scratch[3], scan(m, s, p, room, most, 2, blinks, count), top)
    best, chosen, other = limit, -1, -1
    for i in range(ones):
        for j in range(twos):
            if base + s.scratch[1, i] + s.scratch[3, j] >= best:
                break
            a, c = s.scratch[0, i], s.scratch[2, j]
            if s.owner[a] == s.owner[c] or base + least_of_pair(m, s, v, p, a, c, best - base, most, count) >= best:
                continue
            cost = try_pair(m, s, v, a, c, best, most, count)
            if cost < best:
                best, chosen, other = cost, a, c
    if chosen < 0:
        return False
    link(m, s, v, chosen, count)
    link(m, s, p, other, count)
    settle(m, s, count, FAR)
    s.sums[LOGGED] = 0
    return True


@njit(cache=True, nogil=True)
def try_pair(m: Model, s: State, v: int, a: int, c: int, limit: int, most: int, count: int) -> int:
    """Exact price of the whole with v behind a and its partner behind c; at least the limit if it is not less."""
    p = m.partner[v]
    s.sums[TRIALS] += 1
    link(m, s, v, a, count)
    link(m, s, p, c, count)
    cost = limit
    if settle(m, s, count, limit - most):
        cost = s.sums[TRAVEL] + s.sums[LATE] + worst(s, count)
    undo(m, s)
    unlink(m, s, p)
    unlink(m, s, v)
    return cost


@njit(cache=True, nogil=True)
def append_pair(m: Model, s: State, v: int, count: int) -> None:
    """Put both visits at the ends of routes: always possible, never in a circle."""
    p = m.partner[v]
    best, chosen, other = FAR, -1, -1
    for i in range(m.able_first[v], m.able_first[v + 1]):
        for j in range(m.able_first[p], m.able_first[p + 1]):
            if m.able[i] != m.able[j]:
                a, c = s.before[count + m.able[i]], s.before[count + m.able[j]]
                cost = try_pair(m, s, v, a, c, FAR, 0, count)
                if cost < best:
                    best, chosen, other = cost, a, c
    link(m, s, v, chosen, count)
    link(m, s, p, other, count)
    settle(m, s, count, FAR)
    s.sums[LOGGED] = 0


@njit(cache=True, nogil=True)
def sort_removed(m: Model, s: State, how: int) -> None:
    """Decide who is put back first: 0 by chance, 1 two services first, 2 early first, 3 far from the office first."""
    keys = s.removed[1]
    for i in range(s.sums[REMOVED]):
        v = s.removed[0, i]
        key = draw(s.random, 1 << 20)
        if how == 1 and m.partner[v] >= 0:
            key -= 1 << 20
        elif how == 2:  # noqa: PLR2004
            key = m.opens[v]
        elif how == 3:  # noqa: PLR2004
            key = -m.travel[0, m.place[v]]
        j = i
        while j > 0 and keys[j - 1] > key:
            keys[j], s.removed[0, j] = keys[j - 1], s.removed[0, j - 1]
            j -= 1
        keys[j], s.removed[0, j] = key, v


@njit(cache=True, nogil=True)
def recreate(m: Model, s: State, limit: int, settings: I64, count: int) -> bool:
    """Put everybody back; False as soon as it costs the limit or more."""
    for i in range(s.sums[REMOVED]):
        v = s.removed[0, i]
        if m.partner[v] < 0:
            good = insert_one(m, s, v, limit, settings[BLINKS], count)
        else:
            good = insert_two(m, s, v, limit, settings[TOP], settings[BLINKS], count)
        if not good and limit < FAR:
            return False
        if not good:
            append_pair(m, s, v, count)
    return True


@njit(cache=True, nogil=True)
def cost_of(s: State, count: int) -> int:
    """Travel, lateness and largest lateness."""
    return s.sums[TRAVEL] + s.sums[LATE] + worst(s, count)


@njit(cache=True, nogil=True)
def construct(m: Model, s: State, settings: I64, count: int) -> int:
    """Fill empty routes, early patients first; return the cost."""
    s.sums[REMOVED] = 0
    for v in range(count):
        if m.partner[v] < 0 or m.partner[v] > v:
            s.removed[0, s.sums[REMOVED]] = v
            s.sums[REMOVED] += 1
    sort_removed(m, s, 2)
    recreate(m, s, FAR, settings, count)
    return cost_of(s, count)


@njit(cache=True, nogil=True)
def anneal(
    m: Model, s: State, best: I64, least: int, settings: I64, rounds: int, hot: float, cold: float
) -> tuple[int, int]:
    """Ruin and recreate with a threshold that cools from `hot` to `cold`; routes that cost less than `least` go to `best`.

    Return the cost of the present routes and of the best.
    """
    count = len(m.able_first) - 1
    kept = s.base.copy()
    cost = cost_of(s, count)
    travel, late = s.sums[TRAVEL], s.sums[LATE]
    for i in range(rounds):
        heat = hot * (cold / hot) ** (i / rounds)
        luck = (draw(s.random, 1 << 30) + 1) / (1 << 30)
        limit = cost + 1 + np.int64(-heat * math.log(luck))
        ruin(m, s, settings, count)
        sort_removed(m, s, draw(s.random, 4))
        if recreate(m, s, limit, settings, count):
            cost = cost_of(s, count)
            travel, late = s.sums[TRAVEL], s.sums[LATE]
            kept[:, :] = s.base
            if cost < least:
                least = cost
                best[:, :] = s.base
        else:
            s.base[:, :] = kept
            s.sums[TRAVEL], s.sums[LATE] = travel, late
    return cost, least
