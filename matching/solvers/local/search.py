"""Simulated annealing on several threads: each cools its own routes, and now and then the worst take over the best.

Work is cut into legs of so many rounds; heat and exchanges are decided between legs. With a limit of rounds nothing depends
on the clock: same instance, same seed, same routes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from matching.solvers.instance import Instance, Solution
from matching.solvers.local import anneal as kernels
from matching.solvers.local import layout as at
from matching.solvers.local import routes as lines
from matching.solvers.local.arrays import I64, Model, model_of, smallest
from matching.solvers.temper import Temper

LEG = 500
"""Rounds between two looks at the clock."""

NOTE = 4
"""Rounds for each row between two looks at the routes."""

MAX_ROUTES = 50_000
"""Routes kept for the master."""


class Settings(NamedTuple):
    """Of the search; temperatures in mean costs of a way.

    First tasks are exchanged (from `hot` to `warm`), then ways are shortened (from `warm` to `cold`) and nothing is given up
    for that any more.
    """

    hot: float = 5.0
    warm: float = 2.0
    cold: float = 0.01
    worth: float = 20.0
    """Price of leaving out a task of mean priority, in mean costs of a way."""

    exchanging: float = 0.6
    """Most of the time for exchanging tasks; it ends when all are served,"""

    patience: float = 0.2
    """or when nothing was gained for so much of the time."""

    removed: int = 8
    """Visits removed in a round, on average."""

    longest: int = 10
    """Visits of a string."""

    blinks: int = 10
    """Places in a thousand that are overlooked."""

    wide: int = 20
    """Rounds in a hundred that take rows which could come to a task, rather than tasks near it."""

    exchanges: int = 10
    """How often the worst lane takes over the best one's routes."""


SETTINGS = Settings()


class Lane:
    """The routes that one thread improves; `best` has the columns of the kernels' `st`."""

    def __init__(self, model: Model, meter: I64, seed: int) -> None:
        self.model, self.meter = model, meter.copy()
        self.state = empty_state(model)
        self.work = new_work(model, seed)
        self.best, self.old = self.state.copy(), self.state.copy()

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

    def adopt(self, source: I64) -> None:
        """Go on from other routes."""
        self._work(source, kernels.ADOPT)

    def leg(self, rounds: int, heat: float) -> None:
        """Search on."""
        self._work(self.best, kernels.ANNEAL, rounds, heat)

    def _work(self, other: I64, what: int, number: int = 0, heat: float = 1.0) -> None:
        kernels.work(*self.model, self.state, self.meter, self.work, self.old, other, what, number, heat)

    def reprice(self) -> None:
        """Sum up anew what absent tasks cost, after their prices changed."""
        task = self.model.task[:-1]
        absent = self.state[task[:, at.NODE], at.OWNER] < 0
        self.work[lines.SUMS, lines.ABSENT] = task[absent, at.ABSENT].sum()


def empty_state(model: Model) -> I64:
    """Rows without visits."""
    visits, rows = len(model.visit), len(model.row) - 1
    st = np.full((visits + rows, at.STATE_COLUMNS), at.NOBODY, dtype=np.int64)
    st[visits:] = 0
    nodes = np.arange(visits, visits + rows)
    st[visits:, at.AFTER] = st[visits:, at.BEFORE] = nodes
    st[visits:, at.OWNER] = nodes - visits
    return st


def new_work(model: Model, seed: int) -> I64:
    """Room to work; `seed` is not 0."""
    nodes = len(model.visit) + len(model.row)
    most = int(np.diff(model.task[:, at.PAIRS]).max(initial=0))
    wk = np.zeros((lines.LINES, max(nodes, 4 * most) + 64), dtype=np.int64)
    wk[lines.SUMS, lines.RANDOM] = seed
    wk[lines.SUMS, lines.BEST_WEIGHT] = -1
    wk[lines.SETTINGS, lines.SOFT] = bool((model.window[:, at.W_PRICE] > 0).any())
    wk[lines.SETTINGS, lines.TIES] = bool((model.task[:, at.TIED] > 0).any())
    return wk


class Search:
    """Lanes that cool together; `best()` can be asked at any moment between legs."""

    def __init__(
        self,
        instance: Instance,
        *,
        seed: int,
        lanes: int = 2,
        start: Solution | None = None,
        settings: Settings = SETTINGS,
    ) -> None:
        self.instance, self.settings, self.rounds = instance, settings, 0
        self.given = start
        self.model, meter = model_of(instance)
        seeds = np.random.SeedSequence(seed).generate_state(lanes, np.uint64)
        self.lanes = [Lane(self.model, meter, int(number >> 1) | 1) for number in seeds.tolist()]
        self.known: dict[tuple[int, tuple[int, ...]], None] = {}
        for i, lane in enumerate(self.lanes):
            if start:
                lane.adopt(self._state(start))
            lane.construct(i % 2)
        self.unit = self._unit()
        self._price()

    def run(self, share: Callable[[int], float], most: int | None, tell: Callable[[float], None]) -> None:
        """Cool until `share(rounds)`, which grows from 0, reaches 1; each lane does at most `most` rounds.

        A second run goes on from the best routes. Returns at once where nobody could serve anything.
        """
        if not len(self.model.pair):
            return
        done, noted, now, temper = 0, 0, share(0), Temper(self.settings, self._possible())
        if self.rounds:
            best = max(self.lanes, key=lambda lane: lane.value)
            for lane in self.lanes:
                lane.adopt(best.best)
        self._keep(temper.freezes(now, self._weight()))
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            while now < 1 and (most is None or done < most):
                rounds = LEG if most is None else min(LEG, most - done)
                heat = temper.heat(now) * self.unit
                self._size()
                for work in [pool.submit(lane.leg, rounds, heat) for lane in self.lanes]:
                    work.result()
                done, self.rounds = done + rounds, self.rounds + rounds
                before, now = now, share(done)
                if temper.freezes(now, self._weight()):
                    self._keep(True)
                elif int(now * self.settings.exchanges) > int(before * self.settings.exchanges):
                    self._exchange()
                if done >= noted + NOTE * len(self.model.row):
                    noted = done
                    self._remember()
                tell(now)

    def best(self) -> Solution:
        """The best routes of all lanes as a solution; never worse than the start."""
        lane = max(self.lanes, key=lambda lane: lane.value)
        found = self.solution_of(lane.best)
        if self.given and self.instance.rank(self.given) < self.instance.rank(found):
            return self.given
        return found

    def routes(self) -> list[tuple[int, tuple[int, ...]]]:
        """Different routes (row, tasks in order) met between legs, the latest last."""
        self._remember()
        return list(self.known)

    def _weight(self) -> int:
        """Weight of the best routes."""
        return max(lane.value[0] for lane in self.lanes)

    def _possible(self) -> int:
        """Weight of all tasks that anybody could serve."""
        task = self.model.task
        return int(task[:-1, at.WEIGHT][np.diff(task[:, at.PAIRS]) > 0].sum())

    def _size(self) -> None:
        """Tell the lanes how much to remove: fewer strings where rows are long."""
        chosen = self.settings
        for lane in self.lanes:
            depots = lane.state[len(self.model.visit) :, at.COUNT]
            mean = max(1, round(int(depots.sum()) / max(1, int(np.count_nonzero(depots)))))
            strings = max(1, round(4 * chosen.removed / (1 + min(chosen.longest, mean)) - 1))
            lane.work[lines.SETTINGS, : lines.SOFT] = strings, chosen.longest, chosen.blinks, chosen.wide

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
        depots = lane.state[len(self.model.visit) :, at.COUNT]
        ways = int(depots.sum()) + int(np.count_nonzero(depots))
        return max(1.0, int(lane.work[lines.SUMS, lines.COST]) / max(1, ways))

    def _price(self) -> None:
        """Prices of absent tasks."""
        points = np.array(self.instance.priority, dtype=np.float64)
        price = self.settings.worth * self.unit * points / max(1.0, points.mean() if len(points) else 1.0)
        price[np.array(self.instance.must, dtype=bool)] += 10 * price.max(initial=0)
        self.model.task[:-1, at.ABSENT] = np.maximum(1, price).astype(np.int64)
        for lane in self.lanes:
            lane.reprice()

    def solution_of(self, st: I64) -> Solution:
        """A state of the kernels as a solution."""
        task, count = self.model.task, len(self.model.visit)
        owner, start = st[:count, at.OWNER].tolist(), st[:count, at.START].tolist()
        found: Solution = {}
        for t, (node, heads) in enumerate(task[:-1, [at.NODE, at.HEADS]].tolist()):
            rows = tuple(sorted(r for r in owner[node : node + heads] if r >= 0))
            if rows:
                found[t] = (start[node], rows)
        return found

    def _state(self, solution: Solution) -> I64:
        """Routes of a solution; what is no pair of the model is left out."""
        st, task, pair = empty_state(self.model), self.model.task, self.model.pair
        count = len(self.model.visit)
        for t in sorted(solution, key=lambda t: (solution[t][0], t)):
            start, rows = solution[t]
            low, high = task[t : t + 2, at.PAIRS].tolist()
            found = [low + int(np.searchsorted(pair[low:high, at.ROW], r)) for r in rows]
            if any(q >= high or pair[q, at.ROW] != r for q, r in zip(found, rows, strict=True)):
                continue
            for v, q in enumerate(found, int(task[t, at.NODE])):
                depot = count + int(pair[q, at.ROW])
                last = int(st[depot, at.BEFORE])
                st[last, at.AFTER], st[v, at.BEFORE], st[v, at.AFTER], st[depot, at.BEFORE] = (
                    v,
                    last,
                    depot,
                    v,
                )
                st[v, at.PAIR] = q
                st[v, at.FIX] = start if len(rows) > 1 or task[t, at.TIED] else at.NOBODY
        return st

    def _remember(self) -> None:
        """Note the routes at hand for the master."""
        task_of = self.model.visit[:, at.V_TASK].tolist()
        count = len(task_of)
        for lane in self.lanes:
            after = lane.state[:, at.AFTER].tolist()
            for row, first in enumerate(after[count:]):
                tasks, v = [], first
                while v < count:
                    tasks.append(task_of[v])
                    v = after[v]
                if tasks:
                    self.known[row, tuple(tasks)] = None
        while len(self.known) > MAX_ROUTES:
            del self.known[next(iter(self.known))]


_loaded = False


def loaded() -> bool:
    """Whether the kernels are ready."""
    return _loaded


def load() -> None:
    """Load the kernels from the cache on disk, or compile them: once for all instances."""
    global _loaded  # noqa: PLW0603
    if not _loaded:
        model, meter = smallest()
        lane = Lane(model, meter, 1)
        lane.construct(0)
        lane.leg(1, 1.0)
        lane.adopt(lane.best)
        _loaded = True
