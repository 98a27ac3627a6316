"""Simulated annealing on several threads: each cools its own routes, and now and then the worst take over the best.

The kernels let go of the interpreter's lock, so that threads really run at once. Work is cut into legs of so many rounds;
heat and exchanges are decided between legs. With a limit of rounds nothing depends on the clock: same seed, same routes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np

from matching.hhcrsp import kernels
from matching.hhcrsp.arrays import I64, NOBODY, SINGLE, Arrays, Model

LEG = 2_000
"""Rounds between two looks at the clock."""


class Settings(NamedTuple):
    """Of the search: temperatures in the instance's unit of time, sizes of what is removed, exchanges in a run."""

    hot: float = 60.0
    cold: float = 1.0
    strings: int = 3
    longest: int = 6
    top: int = 12
    blinks: int = 10  # places in a thousand that are overlooked
    exchanges: int = 10


class Lane:
    """The routes that one thread improves; `best` has the rows of the kernels' `st`."""

    def __init__(self, model: Model, caregivers: int, seed: int, settings: Settings) -> None:
        self.model = model
        self.state, self.work = new_state(model, caregivers, seed)
        self.cost = int(
            kernels.construct(model.travel, model.node, model.able, self.state, self.work, len(model.able))
        )
        self.least, self.best = self.cost, self.state.copy()
        self.work[kernels.SETTINGS, :4] = settings[2:6]

    def leg(self, rounds: int, heat: float) -> None:
        """Search on; heat in the model's parts of a unit."""
        known = (self.state, self.work, self.best, self.least)
        cost, least = kernels.anneal(*self.model, *known, rounds, heat)
        self.cost, self.least = int(cost), int(least)

    def take(self, other: "Lane") -> None:
        """Go on from another lane's routes."""
        self.state[:, :] = other.state
        self.work[kernels.SUMS, :2] = other.work[kernels.SUMS, :2]
        self.cost = other.cost


def new_state(model: Model, caregivers: int, seed: int) -> tuple[I64, I64]:
    """Return empty routes (`st`) and room to work (`wk`). Absent visits have owner and start -1. `seed` is not 0."""
    nodes = model.node.shape[1]
    visits = nodes - caregivers
    st = np.full((5, nodes), NOBODY, dtype=np.int64)
    st[kernels.TARDY] = 0
    for node in range(visits, nodes):
        st[: kernels.TARDY, node] = node, node, node - visits, 0
    wk = np.zeros((kernels.ROWS, 12 * nodes + 64), dtype=np.int64)
    wk[kernels.SUMS, kernels.RANDOM] = seed
    # All places are looked at first: then a pair always finds the ends of two routes, where nobody waits in a circle.
    wk[kernels.SETTINGS, kernels.TOP] = kernels.FAR
    return st, wk


@cache
def load() -> None:
    """Load the kernels from the cache on disk, or compile them: once for all instances."""
    place = np.zeros((2, 2), dtype=np.int64)
    node = np.array(
        [[1, 0], [1, 0], [0, 0], [1, 1], [NOBODY, NOBODY], *[[SINGLE, SINGLE]] * 3], dtype=np.int64
    )
    able, near = np.array([[1, 0]], dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
    Lane(Model(place, node, able, near), 1, 1, Settings()).leg(1, 1.0)


class Found(NamedTuple):
    """Nodes after each node, starts, and what they cost."""

    after: I64
    start: I64
    cost: int


class Search:
    """Lanes that cool together; `best()` can be asked at any moment between legs."""

    def __init__(self, arrays: Arrays, caregivers: int, seed: int, lanes: int, settings: Settings) -> None:
        self.scale, self.settings, self.rounds = arrays.scale, settings, 0
        seeds = np.random.SeedSequence(seed).generate_state(lanes, np.uint64)
        self.lanes = [
            Lane(arrays.model, caregivers, int(number >> 1) | 1, settings) for number in seeds.tolist()
        ]
        self.exchanged = 0

    def run(
        self, share: Callable[[int], float], most: int | None, tell: Callable[[int, float], None]
    ) -> None:
        """Cool until `share(rounds)`, which grows from 0, reaches 1; each lane does at most so many rounds."""
        now = share(0)
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            while now < 1:
                rounds = LEG if most is None else min(LEG, most - self.rounds)
                heat = self._heat(now)
                for work in [pool.submit(lane.leg, rounds, heat) for lane in self.lanes]:
                    work.result()
                self.rounds += rounds
                now = share(self.rounds)
                self._exchange(now)
                tell(self.best().cost, now)

    def _heat(self, share: float) -> float:
        hot, cold = self.settings.hot, self.settings.cold
        return float(hot * (cold / hot) ** share * self.scale)

    def _exchange(self, share: float) -> None:
        due = int(share * self.settings.exchanges)
        if due > self.exchanged:
            self.exchanged = due
            best = min(self.lanes, key=lambda lane: lane.cost)
            worst = max(self.lanes, key=lambda lane: lane.cost)
            worst.take(best)

    def best(self) -> Found:
        """Best routes of all lanes."""
        lane = min(self.lanes, key=lambda lane: lane.least)
        return Found(lane.best[kernels.AFTER], lane.best[kernels.START], lane.least)
