"""All orders of tasks that fit into shifts, grown one task at a time for all shifts at once, as arrays.

A label is a partial order: the tick at which it ends, its travel, its tasks. Among labels of the same tasks and the same
last one, those that end no earlier and travel no less are dropped, unless others must be met on the way.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.candidates import Option
from matching.solvers.instance import Instance
from matching.travel import IntArray

SLICE = 400_000
"""Ways tried at once; between two slices the clock is asked."""

MAX_LABELS = 20_000
"""Partial orders of one shift and length; the shortest of more are kept, and the shift counts as incomplete."""

MAX_LEVEL = 300_000
"""Partial orders of one length, of all shifts."""

CROWD = 1_500_000
"""Labels waiting to be compared, at most: this bounds the memory."""

FAR = 1 << 36
"""Later than any tick."""

Mask = npt.NDArray[np.bool_]


class Labels(NamedTuple):
    """`member`: options in order of visit, one column each; `now`: end of the last; `ticks`: travel so far."""

    member: IntArray
    now: IntArray
    ticks: IntArray

    def take(self, which: IntArray | Mask) -> "Labels":
        """Some of the labels."""
        return Labels(self.member[which], self.now[which], self.ticks[which])


def joined(parts: list[Labels]) -> Labels:
    """One after another."""
    return Labels(
        np.concatenate([p.member for p in parts]),
        np.concatenate([p.now for p in parts]),
        np.concatenate([p.ticks for p in parts]),
    )


class Options:
    """Options of many shifts, flat, and the ways between those of one shift that time and the leg limit allow."""

    def __init__(self, instance: Instance, rows: dict[int, list[Option]]) -> None:
        flat = [option for row in rows for option in rows[row]]
        self.row = np.array([o.row for o in flat], dtype=np.int64)
        self.task = np.array([o.task for o in flat], dtype=np.int64)
        self.out = np.array([o.out for o in flat], dtype=np.int64)
        self.back = np.array([o.back for o in flat], dtype=np.int64)
        self.duration = np.array([instance.duration[o.task] for o in flat], dtype=np.int64)
        self.common = np.array([instance.headcount[o.task] > 1 for o in flat], dtype=bool)
        width = max((len(o.windows) for o in flat), default=1)
        windows = [o.windows + ((FAR, FAR),) * (width - len(o.windows)) for o in flat]
        self.windows = np.array(windows, dtype=np.int64).reshape(len(flat), width, 2)
        self.latest = np.array([o.windows[-1][1] for o in flat], dtype=np.int64)
        self._ways(instance, rows)

    def _ways(self, instance: Instance, rows: dict[int, list[Option]]) -> None:
        first, to, way, count = 0, [], [], []
        for row, options in rows.items():
            last = first + len(options)
            tasks = self.task[first:last]
            ticks = instance.tick_table(row)[np.ix_(tasks, tasks)]
            ready = self.windows[first:last, 0, 0] + self.duration[first:last]
            good = ready[:, None] + ticks <= self.latest[None, first:last]
            limit = instance.max_leg(row)
            if limit is not None:
                good &= ticks <= limit
            np.fill_diagonal(good, val=False)
            to.append(np.nonzero(good)[1] + first)
            way.append(ticks[good])
            count.append(good.sum(axis=1))
            first = last
        nothing = [np.zeros(0, dtype=np.int64)]
        self.to, self.way = np.concatenate(to or nothing), np.concatenate(way or nothing)
        self.count = np.concatenate(count or nothing)
        self.begin = np.cumsum(self.count) - self.count
        self.set_out = self.latest[self.to] - self.way

    def meets(self, member: IntArray) -> Mask:
        """Which labels hold a task of several people."""
        result: Mask = np.asarray(self.common[member].any(axis=1), dtype=np.bool_)
        return result

    def start(self, option: IntArray, ready: IntArray) -> IntArray:
        """First allowed start from `ready` on, no later than the latest."""
        start = np.full(len(option), FAR, dtype=np.int64)
        for k in range(self.windows.shape[1]):
            low, high = self.windows[option, k, 0], self.windows[option, k, 1]
            start = np.where((start == FAR) & (ready <= high), np.maximum(low, ready), start)
        return start


class Growth:
    """Labels of one length after another; `incomplete`: rows of which some were left out."""

    def __init__(
        self, instance: Instance, options: Options, most: IntArray, enough: Callable[[], bool]
    ) -> None:
        self.instance, self.options, self.most, self.enough = instance, options, most, enough
        self.incomplete: set[int] = set()

    def levels(self) -> Iterator[Labels]:
        """Labels that get home in time, by how many tasks they hold."""
        labels = self._first()
        while len(labels.now):
            labels = self._bounded(labels)
            yield labels
            length = labels.member.shape[1]
            able = (self.most[labels.member[:, -1]] > length) & self._has_ways(labels)
            labels = self._longer(labels.take(able))

    def _has_ways(self, labels: Labels) -> Mask:
        return self.options.count[labels.member[:, -1]] > 0

    def _first(self) -> Labels:
        options = self.options
        every = np.flatnonzero(self.most > 0)
        begin = self.instance.shifts.start[options.row[every]]
        start = options.start(every, begin + options.out[every])
        return Labels(every[:, None], start + options.duration[every], options.out[every])

    def _longer(self, labels: Labels) -> Labels:
        """Every label with every task that may come next."""
        nothing = Labels(np.zeros((0, labels.member.shape[1] + 1), np.int64), *[np.zeros(0, np.int64)] * 2)
        parts = [nothing]
        work = np.cumsum(self.options.count[labels.member[:, -1]])
        cuts = np.searchsorted(work, np.arange(SLICE, work[-1] if len(work) else 0, SLICE)).tolist()
        bounds = [0, *cuts, len(work)]
        for low, high in pairwise(bounds):
            if self.enough():
                self.incomplete |= set(self.options.row[labels.member[low:, 0]].tolist())
                break
            parts.append(self._slice(labels.take(np.arange(low, high))))
            if sum(len(part.now) for part in parts) > CROWD:
                parts = [self._bounded(self._undominated(joined(parts)))]
        return self._undominated(joined(parts))

    def _slice(self, labels: Labels) -> Labels:
        options, last = self.options, labels.member[:, -1]
        count = options.count[last]
        parent = np.repeat(np.arange(len(last)), count)
        offset = np.arange(len(parent)) - np.repeat(np.cumsum(count) - count, count)
        leg = options.begin[last][parent] + offset
        good = labels.now[parent] <= options.set_out[leg]
        parent, leg = parent[good], leg[good]
        new = options.to[leg]
        fresh = np.ones(len(new), dtype=bool)
        for k in range(labels.member.shape[1]):
            fresh &= labels.member[parent, k] != new
        parent, leg, new = parent[fresh], leg[fresh], new[fresh]
        start = options.start(new, labels.now[parent] + options.way[leg])
        return Labels(
            np.column_stack([labels.member[parent], new]),
            start + options.duration[new],
            labels.ticks[parent] + options.way[leg],
        )

    def _undominated(self, labels: Labels) -> Labels:
        if not len(labels.now):
            return labels
        free = ~self.options.meets(labels.member)
        bound, labels = labels.take(~free), labels.take(free)
        key = packed(np.column_stack([np.sort(labels.member, axis=1), labels.member[:, -1]]))
        order = np.lexsort((labels.ticks, labels.now, key))
        labels, key = labels.take(order), key[order]
        return joined([labels.take(_shorter(key, labels.ticks)), bound])

    def _bounded(self, labels: Labels) -> Labels:
        """The shortest labels of each shift, if there are too many."""
        row = self.options.row[labels.member[:, 0]]
        counts = np.bincount(row)
        most = MAX_LABELS
        while np.minimum(counts, most).sum() > MAX_LEVEL and most > 1:
            most //= 2
        if counts.max() <= most:
            return labels
        self.incomplete |= set(np.flatnonzero(counts > most).tolist())
        order = np.lexsort((labels.ticks, row))
        row = row[order]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        return labels.take(np.sort(order[place < most]))


def _shorter(key: IntArray, ticks: IntArray) -> Mask:
    """Which labels, in order of key and end, travel less than all before them of their key."""
    group = np.cumsum(np.concatenate([[0], key[1:] != key[:-1]]))
    # Each group lies below all before it, so that one running minimum serves them all.
    level = ticks - group * FAR
    least = np.minimum.accumulate(level)
    result = np.ones(len(key), dtype=bool)
    result[1:] = level[1:] < least[:-1]
    return result


def packed(columns: IntArray) -> IntArray:
    """One number per row of a table of small numbers from 0, equal where the rows are equal."""
    base = int(columns.max(initial=0)) + 1
    key, high = np.zeros(len(columns), dtype=np.int64), 1
    for k in range(columns.shape[1]):
        if high > (1 << 62) // base:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            high = len(key) + 1
        key = key * base + columns[:, k]
        high *= base
    return key
