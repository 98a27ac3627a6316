"""Simulated annealing on several threads: each cools its own routes, and now and then the worst take over the best.

The kernels let go of the interpreter's lock, so that threads really run at once. Work is cut into legs of so many rounds; heat
and exchanges are decided between legs. With a limit of rounds nothing depends on the clock: same seed, same routes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from matching.hhcrsp import kernels
from matching.hhcrsp.arrays import Arrays, I64, Model

LEG = 1_000
"""Rounds between two looks at the clock."""


class Settings(NamedTuple):
    """Of the search: temperatures in the instance's unit of time, sizes of what is removed, exchanges in a run."""

    hot: float = 10.0
    cold: float = 0.5
    strings: int = 3
    longest: int = 5
    top: int = 12
    blinks: int = 10  # places in a thousand that are overlooked
    exchanges: int = 10


class Lane:
    """The routes that one thread improves. `best` has the rows of `State.base`."""

    def __init__(self, model: Model, caregivers: int, seed: int, settings: Settings) -> None:
        self.model = model
        self.state = kernels.new_state(model, caregivers, seed)
        self.settings = np.array(settings[2:6], dtype=np.int64)
        visits = len(model.able_first) - 1
        self.cost = self.least = int(kernels.construct(model, self.state, self.settings, visits))
        self.best = self.state.base.copy()

    def leg(self, rounds: int, hot: float, cold: float) -> None:
        """Search on; heat in the model's parts of a unit."""
        cost, least = kernels.anneal(
            self.model, self.state, self.best, self.least, self.settings, rounds, hot, cold
        )
        self.cost, self.least = int(cost), int(least)

    def take(self, other: "Lane") -> None:
        """Go on from another lane's routes."""
        self.state.base[:, :] = other.state.base
        self.state.sums[:2] = other.state.sums[:2]
        self.cost = other.cost


class Found(NamedTuple):
    """Nodes after each node, starts, what they cost, and the rounds of all lanes together."""

    after: I64
    start: I64
    cost: int
    rounds: int


class Search:
    """Lanes that cool together; `best()` can be asked at any moment between legs."""

    def __init__(
        self, arrays: Arrays, caregivers: int, seed: int, lanes: int, settings: Settings = Settings()
    ) -> None:
        self.scale, self.settings, self.rounds = arrays.scale, settings, 0
        seeds = np.random.SeedSequence(seed).generate_state(lanes, np.uint64)
        self.lanes = [Lane(arrays.model, caregivers, int(s) | 1, settings) for s in seeds.tolist()]
        self.exchanged = 0

    def run(self, share: Callable[[int], float], leg: Callable[[int], int], tell: Callable[[int, float], None]) -> None:
        """Cool until `share(rounds)`, which grows from 0, reaches 1. `leg(rounds)`: how many to do at once."""
        done = 0
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            now = share(done)
            while now < 1:
                rounds, heat = leg(done), self._heat(now)
                for work in [pool.submit(lane.leg, rounds, heat, heat) for lane in self.lanes]:
                    work.result()
                done += rounds
                self.rounds += rounds * len(self.lanes)
                now = share(done)
                self._exchange(now)
                tell(self.best().cost, now)

    def _heat(self, share: float) -> float:
        hot, cold = self.settings.hot, self.settings.cold
        return hot * (cold / hot) ** share * self.scale

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
        return Found(lane.best[0], lane.best[3], lane.least, self.rounds)
