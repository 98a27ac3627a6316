"""Ticks at which visits may start, as flat arrays: clipped to shifts and to what people are qualified for."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from matching.pairs import due_and_price
from matching.people import Mask, Validities
from matching.problem import StartWindow, Task
from matching.travel import IntArray

SPAN = 1 << 32
"""More than any tick: keeps the ticks of one pair apart from those of the next."""

HARD = -1


class Windows(NamedTuple):
    """Start windows of several tasks: those of task i are at `first[i]:first[i + 1]`, in order of time.

    `kind`: HARD, or for a window with a late part its own number: such a window never merges with another.
    """

    first: IntArray
    low: IntArray
    high: IntArray
    due: IntArray
    price: IntArray
    kind: IntArray


class Starts(NamedTuple):
    """Windows `low` to `high` of pairs, in order of pair and time; `source` is the window of which each is a part."""

    pair: IntArray
    low: IntArray
    high: IntArray
    source: IntArray

    def only(self, kept: Mask | IntArray) -> "Starts":
        """Some of these windows."""
        return Starts(*(column[kept] for column in self))


def windows_of(tasks: Sequence[Task], pinned: Sequence[Iterable[int | None]]) -> Windows:
    """Windows of tasks; where a start is pinned, that start alone if it lies in one of them."""
    rows, counts = [], [0]
    for task, starts in zip(tasks, pinned, strict=True):
        found = [(w.earliest, w.end, w) for w in task.windows]
        for start in sorted({start for start in starts if start is not None}):
            found = [(start, start, w) for low, high, w in found if low <= start <= high][:1]
        rows += [(low, high, *due_and_price(task, low), w) for low, high, w in found]
        counts.append(len(found))
    numbers = np.array([row[:4] for row in rows], dtype=np.int64).reshape(-1, 4)
    low, high, due, price = numbers.T
    kind = np.array([_kind(i, row[4]) for i, row in enumerate(rows)], dtype=np.int64)
    return Windows(np.cumsum(counts), low, high, due, price, kind)


def _kind(number: int, window: StartWindow) -> int:
    return HARD if window.late_until is None else number


def possible(windows: Windows, task: IntArray, earliest: IntArray, latest: IntArray) -> Starts:
    """Starts of pairs (a task of `windows` each) from `earliest` to `latest`."""
    pair, source = spread(windows.first, task)
    low = np.maximum(earliest[pair], windows.low[source])
    high = np.minimum(latest[pair], windows.high[source])
    return Starts(pair, low, high, source).only(low <= high)


def spread(first: IntArray, item: IntArray) -> tuple[IntArray, IntArray]:
    """For lists packed at `first`: every entry of the list of each of `item`, as (place in `item`, entry)."""
    count = first[item + 1] - first[item]
    place = np.repeat(np.arange(len(item)), count)
    before = np.cumsum(count) - count
    return place, np.arange(len(place)) - before[place] + first[item][place]


def qualified(
    starts: Starts, needed: Mask, worker: IntArray, duration: IntArray, valid: Validities
) -> Starts:
    """Where `needed` (per window), only visits wholly inside one validity; `worker`, `duration` are per pair."""
    asked = np.flatnonzero(needed)
    pair = starts.pair[asked]
    place, entry = spread(valid.first, worker[pair])
    low = np.maximum(starts.low[asked][place], valid.low[entry])
    high = np.minimum(starts.high[asked][place], valid.high[entry] - duration[pair][place])
    inside = Starts(pair[place], low, high, starts.source[asked][place]).only(low <= high)
    parts = zip(starts.only(~needed), inside, strict=True)
    both = Starts(*(np.concatenate(part) for part in parts))
    return both.only(np.lexsort((both.low, both.pair)))


def merged(starts: Starts, kind: IntArray) -> Starts:
    """The same ticks as disjoint windows: hard ones together where they touch, others only with their own parts."""
    if not (starts.pair[1:] == starts.pair[:-1]).any():
        return starts
    kind, offset = kind[starts.source], starts.pair * SPAN
    reach = np.maximum.accumulate(starts.high + offset)
    new = np.ones(len(reach), dtype=bool)
    new[1:] = (starts.low[1:] + offset[1:] > reach[:-1] + 1) | (kind[1:] != kind[:-1])
    begin = np.flatnonzero(new)
    high = np.maximum.reduceat(starts.high, begin)
    return Starts(starts.pair[begin], starts.low[begin], high, starts.source[begin])
