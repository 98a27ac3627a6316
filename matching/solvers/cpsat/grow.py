"""All orders of tasks that fit into shifts, grown one task at a time for all shifts at once, as arrays.

A label is a partial order: the tick at which it ends, its travel and lateness, its tasks. Among labels of the same tasks
and the same last one, those that end no earlier and cost no less are dropped, unless a timed task is among them.
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
"""Partial orders of one shift and length; the cheapest of more are kept, and the shift counts as incomplete."""

MAX_LEVEL = 300_000
"""Partial orders of one length, of all shifts."""

CROWD = 1_500_000
"""Labels waiting to be compared, at most: this bounds the memory."""

FAR = 1 << 36
"""Later than any tick."""

Mask = npt.NDArray[np.bool_]


class Labels(NamedTuple):
    """`member`: options in order of visit, one column each; `now`: end of the last; travel and lateness so far."""

    member: IntArray
    now: IntArray
    ticks: IntArray
    late: IntArray

    def take(self, which: IntArray | Mask) -> "Labels":
        """Some of the labels."""
        return Labels(*(part[which] for part in self))


def joined(parts: list[Labels]) -> Labels:
    """One after another."""
    return Labels(*(np.concatenate(part) for part in zip(*parts, strict=True)))


class Options:
    """Options of many shifts, flat, and the ways between those of one shift that time and the leg limit allow."""

    def __init__(self, instance: Instance, rows: dict[int, list[Option]]) -> None:
        flat = [option for row in rows for option in rows[row]]
        self.row = np.array([o.row for o in flat], dtype=np.int64)
        self.task = np.array([o.task for o in flat], dtype=np.int64)
        self.out = np.array([o.out for o in flat], dtype=np.int64)
        self.back = np.array([o.back for o in flat], dtype=np.int64)
        self.duration = np.array([instance.duration[o.task] for o in flat], dtype=np.int64)
        self.timed = np.array([instance.timed[o.task] for o in flat], dtype=bool)
        self.lexical = len(instance.costs) > 1
        soft = [instance.soft(o.task) for o in flat]
        self.due = np.array([due for due, _ in soft], dtype=np.int64)
        self.price = np.array([price for _, price in soft], dtype=np.int64)
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

    def any_timed(self, member: IntArray) -> Mask:
        """Which labels hold a task that needs a start of its own."""
        result: Mask = np.asarray(self.timed[member].any(axis=1), dtype=np.bool_)
        return result

    def lateness(self, option: IntArray, start: IntArray) -> IntArray:
        """What starts cost for being late, where no start of its own tells."""
        late: IntArray = np.maximum(start - self.due[option], 0) * self.price[option]
        return late

    def costs(self, ticks: IntArray, late: IntArray) -> tuple[IntArray, IntArray]:
        """What is to be small: travel and lateness, or their sum and nothing where travel is no level of its own."""
        return (ticks, late) if self.lexical else (ticks + late, np.zeros_like(late))

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
        late = options.lateness(every, start)
        return Labels(every[:, None], start + options.duration[every], options.out[every], late)

    def _longer(self, labels: Labels) -> Labels:
        """Every label with every task that may come next."""
        nothing = Labels(np.zeros((0, labels.member.shape[1] + 1), np.int64), *[np.zeros(0, np.int64)] * 3)
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
            labels.late[parent] + options.lateness(new, start),
        )

    def _undominated(self, labels: Labels) -> Labels:
        if not len(labels.now):
            return labels
        free = ~self.options.any_timed(labels.member)
        bound, labels = labels.take(~free), labels.take(free)
        key = packed(np.column_stack([np.sort(labels.member, axis=1), labels.member[:, -1]]))
        left = undominated(key, labels.now, *self.options.costs(labels.ticks, labels.late))
        return joined([labels.take(left), bound])

    def _bounded(self, labels: Labels) -> Labels:
        """The cheapest labels of each shift, if there are too many."""
        row = self.options.row[labels.member[:, 0]]
        counts = np.bincount(row)
        most = MAX_LABELS
        while np.minimum(counts, most).sum() > MAX_LEVEL and most > 1:
            most //= 2
        if counts.max() <= most:
            return labels
        self.incomplete |= set(np.flatnonzero(counts > most).tolist())
        order = np.lexsort((labels.ticks + labels.late, row))
        row = row[order]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        return labels.take(np.sort(order[place < most]))


def undominated(key: IntArray, now: IntArray, first: IntArray, second: IntArray) -> IntArray:
    """Labels, in order of key and end, without those that an earlier one of their key beats or equals in both costs.

    Of the earlier ones, only that of the least first cost and that of the least second cost are asked.
    """
    order = np.lexsort((second, first, now, key))
    key, first, second = key[order], first[order], second[order]
    group = np.cumsum(np.concatenate([[0], key[1:] != key[:-1]]))
    kept = ~_beaten(group, first, second)
    if second.any():
        kept &= ~_beaten(group, second, first)
    return order[kept]


def _beaten(group: IntArray, first: IntArray, second: IntArray) -> Mask:
    """Whether the earlier one of the group with the least (first, second) costs no more in both."""
    order = np.lexsort((second, first))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    # Each group lies below all before it, so that one running minimum serves them all.
    below = group * len(rank)
    best = np.minimum.accumulate(rank - below)[:-1] + below[1:]
    inside = (group[1:] == group[:-1]) & (best <= rank[1:])
    best = order[np.where(inside, best, 0)]
    result = np.zeros(len(rank), dtype=np.bool_)
    result[1:] = inside & (first[best] <= first[1:]) & (second[best] <= second[1:])
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
