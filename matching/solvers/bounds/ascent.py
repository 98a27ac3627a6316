"""Prices get better: a master proposes them, pricing answers with a bound that holds and with routes for the master."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np

from matching.solvers.bounds.layout import FloatArray, Layout, Route, as_table
from matching.solvers.bounds.multipliers import Multipliers, Target, gains
from matching.solvers.bounds.pricing import best_routes
from matching.solvers.bounds.visits import pairs_of
from matching.travel import IntArray

CHUNK = 1_000_000
"""Squares of candidates of the rows that a thread prices between two looks at the clock."""

THREADS = 2
ROUTES = 4
"""Routes of one row written down by one pricing."""

SHORTEST = 0.1
"""Share of the way from the best prices towards those of the master that a step goes at least."""

EFFORTS = ((15, 30_000), (60, 150_000), (300, 600_000), (1_200, 2_400_000), (5_000, 9_600_000))
"""Labels expanded in one row at most, and steps of bounding what may follow a visit: more where less does not help."""

TURN = 4
"""Every so many pricings one takes more effort, so that the bound is good whenever time ends."""

RARE = 0.05
"""Share of rows with new routes below which more effort is due."""

PASSES = 200
SLACK = 1e-9
CLOSE = 1e-7

Out = Callable[[], bool]


class Master(Protocol):
    """Who proposes prices for the routes known so far; `goes_on`: from given prices, so that these need no pricing first."""

    goes_on: bool

    def add(self, rows: IntArray, tasks: IntArray, covers: FloatArray, costs: FloatArray) -> None:
        """Take routes."""

    def solve(self, best: Multipliers | None) -> tuple[float, Multipliers] | None:
        """Value of the best choice among the routes (-inf: not known), and prices; `best`: those of the best bound."""


class Pool:
    """Routes found so far, as arrays: tasks in order, pairs of visits (-1: none), cost of the ways."""

    def __init__(self, layout: Layout, longest: int) -> None:
        self.layout, self.longest = layout, longest
        self.known: set[Route] = set()
        self.row = np.zeros(0, np.int64)
        self.task = np.zeros((0, longest), np.int64)
        self.pair = np.zeros((0, longest), np.int64)
        self.way = np.zeros(0)

    def add(self, routes: Iterable[Route]) -> slice:
        """Take new routes that are possible; returns where they are."""
        fresh = [route for route in dict.fromkeys(routes) if route not in self.known and route[1]]
        rows, tasks = as_table(fresh, self.longest)
        ways = self.layout.costs(rows, tasks)
        good = np.isfinite(ways)
        rows, tasks = rows[good], tasks[good]
        self.known.update(fresh)
        begin = len(self.row)
        self.row = np.concatenate([self.row, rows])
        self.task = np.concatenate([self.task, tasks])
        self.pair = np.concatenate([self.pair, self._pairs(rows, tasks)])
        self.way = np.concatenate([self.way, ways[good]])
        return slice(begin, len(self.row))

    def _pairs(self, rows: IntArray, tasks: IntArray) -> IntArray:
        pairs = np.empty_like(tasks)
        pairs_of(rows, tasks, *self.layout.routing, pairs)
        return pairs

    def costs(self, which: slice) -> FloatArray:
        """Ways, lateness and prices of visits."""
        price = np.append(self.layout.price, 0.0)
        costs: FloatArray = self.way[which] + price[self.pair[which]].sum(axis=1)
        return costs

    def worth(self, gain: FloatArray) -> FloatArray:
        """What each route brings at given gains of visits."""
        worth: FloatArray = np.append(gain, 0.0)[self.pair].sum(axis=1) - self.way
        return worth


class Ascent:
    """Bounds of one target; `bound` is the lowest so far of what any plan is worth, `best` its prices."""

    def __init__(self, layout: Layout, target: Target, master: Master, longest: int, out: Out) -> None:
        self.layout, self.target, self.master, self.out = layout, target, master, out
        self.pool = Pool(layout, longest)
        self.bound = np.inf
        self.best: Multipliers | None = None
        self.rest = np.zeros(layout.rows)
        self.effort = 0
        self.loose = 0.0
        pairs = np.diff(layout.pairs.row_first).astype(np.float64) ** 2 + 100
        self.busy = np.flatnonzero(np.diff(layout.pairs.row_first) > 0)
        cuts = np.flatnonzero(np.diff(np.cumsum(pairs[self.busy]) // CHUNK)) + 1
        self.chunks = np.split(self.busy, cuts)

    def take(self, routes: Iterable[Route]) -> int:
        """Give routes to the master; returns how many were new."""
        where = self.pool.add(routes)
        cover = np.append(self.layout.cover, 0.0)[self.pool.pair[where]]
        self.master.add(self.pool.row[where], self.pool.task[where], cover, self.pool.costs(where))
        return int(where.stop) - int(where.start)

    def sweep(self, at: Multipliers) -> int | None:
        """Price every row: the bound may fall, the master gets routes better than all known; how many, None out of time."""
        layout = self.layout
        gain = gains(layout, at)
        known = self._most(gain)
        bound = np.zeros(layout.rows)
        found: list[Route] = []

        def price(rows: IntArray) -> tuple[FloatArray, IntArray]:
            bounds, columns = np.zeros(len(rows)), np.empty((len(rows), ROUTES, self.pool.longest), np.int64)
            labels, work = EFFORTS[self.effort]
            tail = (gain, layout.weight, layout.late, work, labels, known, known + SLACK, SLACK)
            best_routes(rows, layout.arrays, *tail, bounds, columns)
            return bounds, columns

        with ThreadPoolExecutor(THREADS) as threads:
            waiting = []
            for i, rows in enumerate(self.chunks):
                waiting.append(threads.submit(price, rows))
                if i >= THREADS:
                    waiting[i - THREADS].result()
                if self.out():
                    return None
            for rows, answer in zip(self.chunks, waiting, strict=True):
                bound[rows], columns = answer.result()
                found += _routes(rows, columns)
        self.take(found)
        self.loose = float((bound - np.maximum(known, self._most(gain))).sum())
        self._keep(at, bound)
        return len(found)

    def _most(self, gain: FloatArray) -> FloatArray:
        """What the best known route of each row is worth, at least staying at home."""
        most = np.zeros(self.layout.rows)
        np.maximum.at(most, self.pool.row, self.pool.worth(gain))
        return most

    def _keep(self, at: Multipliers, rows: FloatArray) -> None:
        value = self.target.base(self.layout, at) + float(rows.sum())
        if value < self.bound:
            self.bound, self.best, self.rest = value, at, rows

    def losses(self, rows: IntArray, tasks: IntArray) -> FloatArray:
        """What a plan that uses a route falls short of the bound at least, for each of many; infinite for no route."""
        if self.best is None:
            return np.zeros(len(rows))
        layout = self.layout
        gain = np.append(gains(layout, self.best), 0.0)
        pairs = np.empty_like(tasks)
        pairs_of(rows, tasks, *layout.routing, pairs)
        losses: FloatArray = self.rest[rows] - gain[pairs].sum(axis=1) + layout.costs(rows, tasks)
        return losses

    def promising(self, most: int) -> list[Route]:
        """Routes that lose least at the best prices, at most so many."""
        if self.best is None:
            return []
        loss = self.rest[self.pool.row] - self.pool.worth(gains(self.layout, self.best))
        order = np.argsort(loss, kind="stable")[:most]
        each = zip(self.pool.row[order].tolist(), self.pool.task[order].tolist(), strict=True)
        return [(row, tuple(task for task in tasks if task >= 0)) for row, tasks in each]

    def run(self, enough: Callable[[float], bool], start: Multipliers | None) -> None:
        """Improve until the bound is `enough`, nothing helps any more or time is out."""
        share, usual = 1.0, 0
        if start is not None and not self.master.goes_on:
            self.sweep(self.target.clipped(self.layout, start))
        for turn in range(PASSES):
            if self.out() or enough(self.bound):
                break
            answer = self.master.solve(start if self.best is None else self.best)
            if answer is None or self.out():
                break
            value, proposed = answer
            if self.bound - value <= CLOSE * max(1.0, abs(self.bound)) < np.inf:
                break
            at = proposed if self.best is None else self.best.mixed(proposed, share)
            before = self.bound
            base = self.effort
            self.effort = min(base + (turn % TURN == TURN - 1), len(EFFORTS) - 1)
            found = self.sweep(self.target.clipped(self.layout, at))
            if found is None:
                break
            dry = found <= RARE * len(self.busy)
            if dry and share == 1.0 and base == len(EFFORTS) - 1 and not found:
                break
            if dry or (self.effort > base and found > 2 * usual):
                base = min(base + 1, len(EFFORTS) - 1)
            usual = found
            self.effort = base
            share = _next_share(share, found=found > 0, better=self.bound < before)


def _next_share(share: float, *, found: bool, better: bool) -> float:
    """Longer steps after good ones, shorter ones after bad ones; all the way where no row has anything new to say."""
    if not found:
        return 1.0
    return min(1.0, 2 * share) if better else max(SHORTEST, share / 2)


def _routes(rows: IntArray, columns: IntArray) -> list[Route]:
    used = np.argwhere(columns[:, :, 0] >= 0)
    return [
        (int(rows[i]), tuple(task for task in columns[i, c].tolist() if task >= 0)) for i, c in used.tolist()
    ]
