"""One bound from beginning to end: what is to be served, the search for prices, the answer as whole numbers."""

from collections.abc import Callable, Iterable
from math import ceil, floor
from typing import NamedTuple

import numpy as np

from matching.policy import Level
from matching.solvers.bounds.ascent import Ascent, Master
from matching.solvers.bounds.descent import Descent
from matching.solvers.bounds.layout import FloatArray, Layout, Route, as_table
from matching.solvers.bounds.master import Linear
from matching.solvers.bounds.multipliers import Multipliers, Target
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, everything
from matching.travel import IntArray

SAFETY = 1e-9
"""Share by which sums of floating-point numbers may be wrong."""

COLUMNS = 20_000
"""Routes that a bound returns at most."""

SINGLES = 6
"""Routes of one visit each that are there from the start, for every task: the cheapest."""

LINEAR = 3_000
"""Tasks and rows up to which a linear program proposes prices."""

LONGEST = 12
"""Tasks of routes that are written down, at least."""


class Bound(NamedTuple):
    """`value` of a level that no plan surpasses, price of each task, and routes (row, tasks in order) by promise.

    `using(rows, tasks)`: the value that no plan surpasses which uses a route (tasks in order, then -1), for each of many.
    """

    value: int
    prices: FloatArray
    columns: list[Route]
    using: Callable[[IntArray, IntArray], FloatArray]


class Case:
    """The bound of one level over all plans that serve at least the weight `floor`."""

    def __init__(
        self,
        instance: Instance,
        known: Solution,
        level: Level,
        least: int,
        out: Callable[[], bool],
        late: Callable[[], bool],
    ) -> None:
        self.instance, self.level, self.least = instance, level, least
        self.known: list[Route] = [(row, tuple(tasks)) for row, tasks in instance.routes(known).items()]
        self.total = everything(instance)
        self._weigh()
        self.ascent: Ascent | None = None
        try:
            self.layout = Layout(instance, level, out)
        except TimeoutError:
            return
        longest = max([LONGEST, *(len(tasks) for _, tasks in self.known)])
        few = len(self.target.weight) + self.layout.rows <= LINEAR
        of = self.layout, self.target
        master: Master = Linear(*of, late) if few else Descent(*of, out)
        self.ascent = Ascent(self.layout, self.target, master, longest, out)

    @property
    def ready(self) -> bool:
        """Whether time sufficed for reading the problem."""
        return self.ascent is not None

    @property
    def value(self) -> float:
        """The best bound so far, as a maximum and in units of the target."""
        return np.inf if self.ascent is None else self.ascent.bound

    def _weigh(self) -> None:
        """Weights of tasks; those without which `least` cannot be reached are sure to be served."""
        instance, scale = self.instance, Scale.of(self.instance)
        first = instance.pairs.first
        able = first[1:] > first[:-1]
        whole = np.array([scale.weight(instance, t) for t in range(len(able))], dtype=np.int64)
        must = np.array(instance.must, dtype=np.bool_) & able
        sure = able & (self.total - whole < self.least)
        if sure[must].all():  # then their rank is nothing to compare, and numbers stay small
            whole = whole - must * scale.must
        self.apart = int(must.sum()) * scale.must if sure[must].all() else 0
        unseen = sorted(self.instance.candidates.unseen)
        self.apart += sum(scale.weight(instance, t) for t in unseen)
        weight = np.where(able, whole, 0)
        unit = float(max(1, weight.max(initial=1)))
        least = None if self.level == "service" else (self.least - self.apart) / unit
        links = np.array([(link.before, link.after) for link in instance.links], dtype=np.int64).reshape(
            -1, 2
        )
        self.target = Target(weight / unit, unit, sure.astype(np.float64), least, links[:, 0], links[:, 1])

    def improve(
        self, pool: Iterable[Route], prices: FloatArray | None, enough: Callable[[float], bool]
    ) -> None:
        """Search for prices until the bound is enough or the search ends by itself."""
        if self.ascent is not None:
            self.ascent.take([*self.known, *pool, *self._singles()])
            if prices is None and self.level != "service":
                prices = self._shares()
            self.ascent.run(enough, None if prices is None else self._begin(prices))

    def _singles(self) -> list[Route]:
        pairs = self.instance.pairs
        cost = pairs.out + pairs.back + self.layout.price
        order = np.lexsort((cost, pairs.task))
        place = np.arange(len(order)) - pairs.first[pairs.task[order]]
        few = order[place < SINGLES]
        both = zip(pairs.row[few].tolist(), pairs.task[few].tolist(), strict=True)
        return [(row, (task,)) for row, task in both]

    def _shares(self) -> FloatArray:
        """What each task of the known plan adds to its routes, scaled up to their whole cost, per person who comes."""
        prices = np.zeros(len(self.instance.priority))
        for row, tasks in self.known:
            less = [(row, tasks[:i] + tasks[i + 1 :]) for i in range(len(tasks))]
            table = as_table([(row, tasks), *less], len(tasks))
            whole, *rest = self.layout.costs(*table).tolist()
            adds = np.maximum(1e-3, whole - np.array(rest))
            prices[list(tasks)] += adds * (whole / adds.sum())
        return prices / self.layout.head

    def _begin(self, prices: FloatArray) -> Multipliers:
        """Multipliers around given prices of tasks."""
        target, layout = self.target, self.layout
        none = np.zeros(len(layout.caps.most)), np.zeros(len(target.before))
        own = prices / target.unit if target.least is None else prices
        return target.clipped(layout, Multipliers(own, *none, target.service(layout, own)))

    def weight(self, bound: float) -> int:
        """Whole weight that no plan surpasses."""
        unit = self.target.unit
        if not np.isfinite(bound):
            return self.total
        return floor(float(bound + SAFETY * (1.0 + self.target.weight.sum())) * unit) + self.apart

    def cost(self, bound: float) -> int:
        """Whole cost that no plan falls below."""
        best = None if self.ascent is None else self.ascent.best
        if best is None:
            return 0
        size = 1.0 + float(self.layout.head @ best.task) + best.service * abs(self.target.least or 0.0)
        return max(0, ceil(-bound - SAFETY * size))

    def answer(self, value: int) -> Bound:
        """The bound with its prices and the routes that lose least against it."""
        best = None if self.ascent is None else self.ascent.best
        if self.ascent is None or best is None:
            nothing = np.zeros(len(self.instance.priority))
            return Bound(value, nothing, self.known, lambda rows, _: np.full(len(rows), float(value)))
        unit = self.target.unit if self.level == "service" else 1.0
        return Bound(value, best.task * unit, self.ascent.promising(COLUMNS), self.using)

    def using(self, rows: IntArray, tasks: IntArray) -> FloatArray:
        """What no plan surpasses that uses a route, for each of many."""
        if self.ascent is None:
            raise RuntimeError("No bound is known")
        left = self.ascent.bound - self.ascent.losses(rows, tasks)
        if self.level != "service":
            return -left
        values: FloatArray = (
            left + SAFETY * (1.0 + self.target.weight.sum())
        ) * self.target.unit + self.apart
        return values
