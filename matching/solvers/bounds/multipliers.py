"""Prices of what couples the rows, and what the bound says for them apart from the rows' own best routes."""

from typing import NamedTuple

import numpy as np

from matching.solvers.bounds.layout import FloatArray, Layout
from matching.travel import IntArray


class Multipliers(NamedTuple):
    """Of each task (per person who comes), shared cap and precedence, all at least 0; `service`: of weight kept."""

    task: FloatArray
    cap: FloatArray
    link: FloatArray
    service: float

    def mixed(self, other: "Multipliers", share: float) -> "Multipliers":
        """A point between these (share 0) and others (share 1)."""
        a, b = (np.concatenate([*m[:3], [m.service]]) for m in (self, other))
        point = a + share * (b - a)
        ends = np.cumsum([len(part) for part in self[:3]])
        task, cap, link, service = np.split(point, ends)
        return Multipliers(task, cap, link, float(service[0]))


class Target(NamedTuple):
    """What is to be served: `weight` of tasks (in units of `unit`), at least `least` of it (None: as much as can be).

    `sure` tasks are served in any case; one of `after` only if its `before` is.
    """

    weight: FloatArray
    unit: float
    sure: FloatArray
    least: float | None
    before: IntArray
    after: IntArray

    def worth(self, at: Multipliers) -> FloatArray:
        """What serving each task would bring, its people apart."""
        worth = self.weight if self.least is None else self.weight * at.service
        size = len(worth)
        lent = np.bincount(self.before, at.link, size) - np.bincount(self.after, at.link, size)
        worthy: FloatArray = worth + lent
        return worthy

    def base(self, layout: Layout, at: Multipliers) -> float:
        """The part of the bound that needs no routes, for a maximum."""
        gains = self.worth(at) - layout.head * at.task
        base = float(np.where(self.sure > 0, gains, np.maximum(0.0, gains)).sum())
        base += float(at.cap @ layout.caps.most)
        return base if self.least is None else base - at.service * self.least

    def service(self, layout: Layout, price: FloatArray) -> float:
        """The best price of service for given prices of tasks; 0 where nothing is to be kept."""
        if self.least is None:
            return 0.0
        free = (self.sure == 0) & (self.weight > 0)
        ratio = (layout.head * price)[free] / self.weight[free]
        order = np.argsort(ratio, kind="stable")
        wanted = self.least - float(self.weight[self.sure > 0].sum())
        if not len(order) or wanted <= 0:
            return 0.0
        last = int(np.searchsorted(np.cumsum(self.weight[free][order]), wanted))
        return float(ratio[order][min(last, len(order) - 1)])

    def clipped(self, layout: Layout, at: Multipliers) -> Multipliers:
        """The same without task prices above what anybody would pay, which only weaken the bound."""
        most = np.where(self.sure > 0, np.inf, np.maximum(0.0, self.worth(at)) / layout.head)
        return at._replace(task=np.minimum(np.maximum(at.task, 0.0), most))


def gains(layout: Layout, at: Multipliers) -> FloatArray:
    """What each visit brings at these prices; -inf for crews that are too small."""
    pairs = layout.pairs
    visits, ticks = layout.caps.prices(layout.rows, at.cap)
    gain = layout.cover * at.task[pairs.task] - layout.price - visits[pairs.row]
    gain -= ticks[pairs.row] * layout.duration[pairs.task]
    return np.where(layout.able, gain, -np.inf)
