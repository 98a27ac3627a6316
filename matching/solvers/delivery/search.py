"""Simulated annealing of delivery rounds on several threads; now and then the worst take over the best.

Work is cut into legs of so many rounds; heat and exchanges are decided between legs. With a limit of rounds nothing depends
on the clock: same case, same seed, same routes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from matching.solvers.delivery import anneal as kernels
from matching.solvers.delivery import layout as at
from matching.solvers.delivery import routes as lines
from matching.solvers.delivery.case import I64, Case, Model
from matching.solvers.temper import Temper

LEG = 400
"""Rounds between two looks at the clock."""

STOPS = 256
"""Most stops of a row."""


class Settings(NamedTuple):
    """Of the search; temperatures in mean costs of a way.

    First deliveries are exchanged (from `hot` to `warm`), then ways are shortened (from `warm` to `cold`) and nothing is
    given up for that any more.
    """

    hot: float = 5.0
    warm: float = 1.5
    cold: float = 0.01
    worth: float = 20.0
    """Price of leaving out a delivery of mean priority, in mean costs of a way."""

    exchanging: float = 0.6
    patience: float = 0.2
    removed: int = 10
    longest: int = 10
    blinks: int = 10
    exchanges: int = 10


SETTINGS = Settings()
Lines = tuple[I64, I64, I64, I64]
"""Tokens, sizes, times and costs of all rows."""

Visits = list[tuple[int, tuple[tuple[int, tuple[int, ...]], ...]]]
"""Rows in use, and for each trip its depot and its deliveries."""


def _blank(model: Model) -> Lines:
    rows = len(model.row)
    width = min(STOPS, 2 * len(model.item)) + 2
    line = np.full((rows, width), at.NOBODY, dtype=np.int64)
    return line, np.zeros(rows, np.int64), np.zeros((rows, width), np.int64), np.zeros(rows, np.int64)


class Lane:
    """The routes that one thread improves."""

    def __init__(self, case: Case, seed: int) -> None:
        self.model, self.meter = case.model, case.meter.copy()
        self.state, self.old, self.best = (_blank(case.model) for _ in range(3))
        items, rows = len(case.model.item), len(case.model.row)
        self.slack = np.zeros((rows, 3, self.state[0].shape[1]), dtype=np.int64)
        self.owner = np.full(items, at.NOBODY, dtype=np.int64)
        self.filled = np.zeros(items + 1, dtype=np.int64)
        self.work = np.zeros((lines.LINES, max(items, rows, self.state[0].shape[1]) + 16), dtype=np.int64)
        self.work[lines.SUMS, lines.RANDOM] = seed
        self.work[lines.SUMS, lines.BEST_WEIGHT] = -1

    @property
    def value(self) -> tuple[int, int]:
        """Greater is better: weight served, and cost below nothing, of the best routes."""
        sums = self.work[lines.SUMS]
        return int(sums[lines.BEST_WEIGHT]), -int(sums[lines.BEST_COST])

    @property
    def now(self) -> tuple[int, int]:
        """The same of the routes at hand."""
        sums = self.work[lines.SUMS]
        return int(sums[lines.WEIGHT]), -int(sums[lines.COST])

    def construct(self, how: int) -> None:
        """Put in whatever fits."""
        self._work(self.best, kernels.CONSTRUCT, how)

    def adopt(self, source: Lines) -> None:
        """Go on from other routes."""
        self._work(source, kernels.ADOPT)

    def leg(self, rounds: int, heat: float) -> None:
        """Search on."""
        self._work(self.best, kernels.ANNEAL, rounds, heat)

    def _work(self, other: Lines, what: int, number: int = 0, heat: float = 1.0) -> None:
        room = (self.owner, self.filled, self.meter, self.work)
        kernels.work(*self.model, *self.state, *room, *self.old, self.slack, *other, what, number, heat)

    def reprice(self) -> None:
        """Sum up anew what absent deliveries cost, after their prices changed."""
        self.work[lines.SUMS, lines.ABSENT] = self.model.item[self.owner < 0, at.ABSENT].sum()


class Search:
    """Lanes that cool together; the best routes can be asked for at any moment between legs."""

    def __init__(self, case: Case, *, seed: int, lanes: int = 2, settings: Settings = SETTINGS) -> None:
        self.case, self.settings, self.rounds = case, settings, 0
        seeds = np.random.SeedSequence(seed).generate_state(lanes, np.uint64)
        self.lanes = [Lane(case, int(number >> 1) | 1) for number in seeds.tolist()]
        for i, lane in enumerate(self.lanes):
            lane.work[lines.SETTINGS, :3] = settings.removed, settings.longest, settings.blinks
            lane.construct(i % 2)
        self.unit = self._unit()
        self._price()

    def run(self, share: Callable[[int], float], most: int | None, tell: Callable[[], None]) -> None:
        """Cool until `share(rounds)`, which grows from 0, reaches 1; each lane does at most `most` rounds."""
        if not len(self.case.model.pair):
            return
        done, now, temper = 0, share(0), Temper(self.settings, self.possible())
        self._keep(temper.freezes(now, self._weight()))
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            while now < 1 and (most is None or done < most):
                rounds = LEG if most is None else min(LEG, most - done)
                heat = temper.heat(now) * self.unit
                for work in [pool.submit(lane.leg, rounds, heat) for lane in self.lanes]:
                    work.result()
                done, self.rounds = done + rounds, self.rounds + rounds
                before, now = now, share(done)
                if temper.freezes(now, self._weight()):
                    self._keep(True)
                elif int(now * self.settings.exchanges) > int(before * self.settings.exchanges):
                    self._exchange()
                tell()

    @property
    def value(self) -> tuple[int, int]:
        """Weight and cost below nothing of the best routes."""
        return max(lane.value for lane in self.lanes)

    def best(self) -> Visits:
        """Trips of the best routes."""
        lane = max(self.lanes, key=lambda lane: lane.value)
        return visits_of(self.case, lane.best)

    def possible(self) -> int:
        """Weight of all that anybody could bring, one delivery for each need."""
        item, lookup = self.case.model.item, self.case.model.lookup
        reached = (lookup >= 0).any(axis=1) if lookup.size else np.zeros(len(item), dtype=bool)
        most = np.zeros(len(item) + 1, dtype=np.int64)
        np.maximum.at(most, item[reached, at.NEED], item[reached, at.WEIGHT])
        return int(most.sum())

    def _weight(self) -> int:
        return max(lane.value[0] for lane in self.lanes)

    def _keep(self, keep: bool) -> None:
        """From now on keep what is served, beginning with the best routes; or be ready to give it up again."""
        best = max(self.lanes, key=lambda lane: lane.value)
        for lane in self.lanes:
            lane.work[lines.SETTINGS, lines.KEEP] = keep
            if keep:
                lane.adopt(lane.best if lane.value[0] == best.value[0] else best.best)

    def _exchange(self) -> None:
        """The worst lane goes on from the best one's routes."""
        best = max(self.lanes, key=lambda lane: lane.now)
        worst = min(self.lanes, key=lambda lane: lane.now)
        if best is not worst:
            worst.adopt(best.state)

    def _unit(self) -> float:
        """Mean cost of a way."""
        lane = self.lanes[0]
        ways = int(lane.state[1].sum()) + int(np.count_nonzero(lane.state[1]))
        return max(1.0, int(lane.work[lines.SUMS, lines.COST]) / max(1, ways))

    def _price(self) -> None:
        """Prices of absent deliveries."""
        points = np.array([d.priority for d in self.case.deliveries], dtype=np.float64)
        price = self.settings.worth * self.unit * points / max(1.0, points.mean() if len(points) else 1.0)
        self.case.model.item[:, at.ABSENT] = np.maximum(1, price).astype(np.int64)
        for lane in self.lanes:
            lane.reprice()


def visits_of(case: Case, source: Lines) -> Visits:
    """Rows of the kernels as trips."""
    total, found = len(case.model.item), []
    for r, size in enumerate(source[1].tolist()):
        trips: list[tuple[int, list[int]]] = []
        for token in source[0][r, :size].tolist():
            if token >= total:
                trips.append((token - total, []))
            else:
                trips[-1][1].append(token)
        if trips:
            found.append((r, tuple((d, tuple(items)) for d, items in trips)))
    return found
