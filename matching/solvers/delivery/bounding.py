"""How good delivery rounds could be at best: bounds from prices of deliveries.

Every need gets a price. A row of the shift table, left alone with these prices, takes the day that earns most; what all rows
earn and what the prices are worth together is never less than what any plan is worth (Lagrange; for any prices). Prices get
better by steps against what is brought too often or not at all, first in coarse time, then exactly.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from matching.people import NO_LIMIT
from matching.solvers.budget import Budget
from matching.solvers.delivery import layout as at
from matching.solvers.delivery import pricing as kernels
from matching.solvers.delivery.case import I64, Case
from matching.solvers.delivery.search import Visits
from matching.solvers.delivery.writing import times

FloatArray = npt.NDArray[np.float64]
Out = Callable[[], bool]
Job = TypeVar("Job")
Done = TypeVar("Done")

MOST_LOAD = 24
MOST_STEPS = 48
MOST_LABELS, FEW_LABELS = 8_000_000, 20_000
"""Beyond these loads, grains of time on the way, and labels, nothing is bounded in this way; few need no threads."""

NEAR = 25
"""Deliveries that may come before another one while prices are sought."""

PHASES = ((False, 600, 0.6), (True, 25, 0.05))
"""With near predecessors or with all: steps at most, and their length at first."""

LABELS_OF_WORK, ROWS_OF_WORK = 300_000_000, 5_000
"""What counts as one unit of deterministic work, about a second."""

TIRED = 5
"""Steps without a better bound after which steps get shorter, to"""

SEEKING = 0.6
"""Share of the time of a bound for the first phase."""

EPSILON = 1e-6
SHORTER = 0.7
SHORTEST = 0.01


class Target(NamedTuple):
    """What is bounded: a delivery earns `worth` less the price of its need, and a tick on the way costs `scale`.

    `free`: prices may be below nothing, since everything must be served. Else, with `least` (and the points of each
    delivery), so many must be: the last of the prices is what a point is worth, in units of `unit`.
    """

    worth: FloatArray
    scale: float
    free: bool
    points: FloatArray
    least: float = 0.0
    unit: float = 1.0


class Corner:
    """Deliveries that one depot may give to rows of one mode, and labels of their trips."""

    def __init__(self, case: Case, mode: int, d: int, rows: I64, items: I64, loads: int) -> None:
        model, item = case.model, case.model.item
        place, stop = item[items, at.PLACE], int(model.depot[d, at.D_PLACE])
        self.items, self.d, way = items, d, model.way[mode].astype(np.int64)
        self.units, self.stay = item[items, at.UNITS].copy(), item[items, at.STAY].copy()
        self.way, self.first = way[np.ix_(place, place)].copy(), way[stop, place].copy()
        span = int((model.row[rows, at.END] - model.row[rows, at.BEGIN]).max())
        self.fresh = np.minimum(item[items, at.FRESH], span)
        self.loads = loads
        ends = {*model.row[rows, at.STOP].tolist(), *model.depot[:-1, at.D_PLACE].tolist()}
        self.out = {p: way[place, p].copy() for p in sorted(ends)}
        self.all = self._lists(len(items))
        self.near = self._lists(NEAR)

    def _lists(self, most: int) -> I64:
        """For each delivery the nearest that may come before it, itself left out."""
        n = len(self.items)
        order = np.argsort(self.way + (np.eye(n, dtype=np.int64) << 40), axis=0, kind="stable").T
        found = np.full((n, min(most, max(0, n - 1)) + 1), -1, dtype=np.int64)
        found[:, :-1] = order[:, : found.shape[1] - 1]
        return found

    def label(self, gain: FloatArray, scale: float, grain: int, exact: bool) -> None:
        """Find the best trips at these gains."""
        shape = (self.loads + 1, int(self.fresh.max(initial=0)) // grain + 1, len(self.items))
        self.best, self.second = np.empty(shape), np.empty(shape)
        self.last, self.most = np.empty(shape, np.int32), np.empty(shape, np.int32)
        before = self.all if exact else self.near
        self.known: dict[tuple[int, int, int], tuple[FloatArray, I64]] = {}
        kernels.extend(
            gain[self.items], self.units, self.stay, self.fresh, self.way, self.first, before, scale, grain,
            self.most, self.best, self.second, self.last,
        )  # fmt: skip

    def arrivals(
        self, load: int, place: int, lengths: int, scale: float, grain: int
    ) -> tuple[FloatArray, I64]:
        """Most earned by trips of at most this load that are at a place y grains after loading, and their last labels."""
        key = load, place, lengths
        if key not in self.known:
            table, where = np.full(lengths, kernels.NEVER), np.zeros(lengths, np.int64)
            kernels.arrive(self.best, self.most, load, self.stay, self.out[place], scale, grain, table, where)
            self.known[key] = table, where
        return self.known[key]

    @property
    def data(self) -> tuple[npt.NDArray[np.generic], ...]:
        """What a walk back needs."""
        return self.units, self.stay, self.way, self.best, self.second, self.last


class Bounder:
    """Bounds of one case; `ready` is False where it is too large for them."""

    def __init__(self, case: Case, budget: Budget, lanes: int) -> None:
        self.case, self.budget, self.lanes = case, budget, lanes
        model = case.model
        self.groups = int(model.item[:, at.NEED].max(initial=-1)) + 1
        self.group = model.item[:, at.NEED].copy()
        self.real = np.zeros(self.groups, dtype=bool)
        self.real[self.group[(model.lookup >= 0).any(axis=1)]] = True
        self.modes = [np.flatnonzero(model.row[:, at.MODE] == m) for m in range(len(case.modes))]
        self.span = int((model.row[:, at.END] - model.row[:, at.BEGIN]).max(initial=0))
        fresh = int(np.minimum(model.item[:, at.FRESH], self.span).max(initial=0))
        self.grain = 1 + fresh // (MOST_STEPS + 1)
        load = min(int(model.row[:, at.CAPACITY].max(initial=0)), int(model.item[:, at.UNITS].sum()))
        self.ready = load <= MOST_LOAD and self.grain <= max(1, self._shortest())
        labels = load * (fresh // self.grain + 1) * len(model.item) * max(1, len(model.depot) - 1)
        self.ready &= labels * len(case.modes) <= MOST_LABELS
        self.small = labels < FEW_LABELS
        self.corners: list[list[Corner]] = []
        if self.ready:
            self.corners = [self._corners(m, rows) for m, rows in enumerate(self.modes)]

    def _shortest(self) -> int:
        """Least ticks of any trip."""
        model = self.case.model
        return int(model.item[:, at.STAY].min(initial=NO_LIMIT) + model.depot[:-1, at.LOADING].min(initial=0))

    def _corners(self, mode: int, rows: I64) -> list[Corner]:
        model = self.case.model
        reached = (model.lookup[:, rows] >= 0).any(axis=1)
        most = int(model.row[rows, at.CAPACITY].max())
        found = []
        for d in range(len(model.depot) - 1):
            items = np.flatnonzero(reached & (model.origin[:, d] > 0))
            load = min(most, int(model.item[items, at.UNITS].sum()))
            found.append(Corner(self.case, mode, d, rows, items, load))
        return found

    def value(
        self, target: Target, price: FloatArray, grain: int, exact: bool
    ) -> tuple[float, FloatArray] | None:
        """What prices and rows are worth together, and how that changes with less of each price; None out of time."""
        point = price[-1] / target.unit
        earned = target.worth + point * target.points - price[self.group]
        gain = np.where(target.worth <= kernels.NEVER, kernels.NEVER, earned)
        total, count = 0.0, np.zeros(len(gain), dtype=np.int64)
        jobs = [corner for corners in self.corners for corner in corners if len(corner.items)]
        self.budget.spend(self._work(jobs, exact=exact))

        def label(corner: Corner) -> None:
            if not self._stopped():
                corner.label(gain, target.scale, grain, exact)

        self._all(label, jobs)
        if self._stopped():
            return None
        rows = [(m, r) for m, group in enumerate(self.modes) for r in group.tolist()]
        done = self._all(lambda one: self._row(one[0], one[1], target.scale, grain), rows)
        for value, seen in done:
            total += value
            count += seen
        slope = np.ones(self.groups + 1)
        np.subtract.at(slope, self.group, count)
        # Nobody could bring these: whatever their price, it must not count.
        slope[:-1][~self.real] = 0.0
        slope[-1] = (float((target.points * count).sum()) - target.least) / target.unit
        total += float(price[:-1].sum()) - point * target.least
        return total, slope if target.least else np.append(slope[:-1], 0.0)

    def _all(self, task: Callable[[Job], Done], jobs: list[Job]) -> list[Done]:
        """Do all of them, side by side where they are worth it."""
        if self.small or self.lanes == 1:
            return list(map(task, jobs))
        with ThreadPoolExecutor(self.lanes) as threads:
            return list(threads.map(task, jobs))

    def _stopped(self) -> bool:
        """Whether there is no time to end a step; where work is counted, steps are ended."""
        return self.budget.out() and not (self.budget.deterministic and not self.budget.interrupted)

    def _work(self, jobs: list[Corner], *, exact: bool) -> float:
        """Units of work of one step."""
        each = sum(
            corner.loads
            * (int(corner.fresh.max(initial=0)) // self.grain + 1)
            * (corner.all if exact else corner.near).size
            for corner in jobs
        )
        return each / LABELS_OF_WORK + len(self.case.rows) / ROWS_OF_WORK

    def _row(self, m: int, r: int, scale: float, grain: int) -> tuple[float, I64]:
        """What one row earns, and how often it comes to each delivery."""
        model, corners = self.case.model, self.corners[m]
        row, depots = model.row[r], len(corners)
        steps = max((c.best.shape[1] for c in corners if len(c.items)), default=1)
        span = int(row[at.END] - row[at.BEGIN]) // grain
        lengths = min(
            self.span // grain + 1,
            steps + int(model.way[m].max(initial=0)) // grain + int(model.item[:, at.STAY].max()) + 2,
        )
        trips, home = (
            np.full((depots, depots, lengths), kernels.NEVER),
            np.full((depots, lengths), kernels.NEVER),
        )
        trip_end, home_end = np.zeros(trips.shape, np.int64), np.zeros(home.shape, np.int64)
        way = model.way[m]
        out = np.zeros((depots, 2), np.int64)
        for d, corner in enumerate(corners):
            ticks = int(way[row[at.START], model.depot[d, at.D_PLACE]])
            out[d] = round(scale * ticks), ticks // grain
            if not len(corner.items) or not model.door[d, r]:
                continue
            load = min(int(row[at.CAPACITY]), corner.loads)
            home[d], home_end[d] = corner.arrivals(load, int(row[at.STOP]), lengths, scale, grain)
            for e, door in enumerate(model.depot[:-1, at.D_PLACE].tolist()):
                if model.door[e, r]:
                    trips[d, e], trip_end[d, e] = corner.arrivals(load, door, lengths, scale, grain)
        earned, came = np.empty((depots, span + 1)), np.empty((depots, span + 1, 3), np.int64)
        penalty = scale * row[at.PENALTY] / row[at.RATE]
        value, final = kernels.chain(
            span, int(row[at.BEGIN]), grain, float(penalty), out, model.depot[:-1, at.LOADING].copy(),
            model.depot[:, at.READY].copy(), model.ready, model.door[:, r].copy(), trips, home, earned, came,
        )  # fmt: skip
        count = np.zeros(len(model.item), np.int64)
        d, t, y = final
        end = home_end[d, y] if d >= 0 else 0
        while d >= 0:
            corner = corners[d]
            n = len(corner.items)
            x, i = int(end) // n, int(end) % n
            q = int(corner.most[min(int(row[at.CAPACITY]), corner.loads), x, i])
            kernels.walk(q, x, i, corner.data, corner.items, count, grain)
            while came[d, t, 0] == -2:  # noqa: PLR2004 by waiting
                t -= 1
            e, (d, t, y) = d, came[d, t].tolist()
            end = trip_end[d, e, y] if d >= 0 else 0
        return float(value), count

    def descend(
        self, target: Target, price: FloatArray, aim: float, enough: Callable[[float], bool], share: float
    ) -> float:
        """Least value found: a bound. `aim`: what it cannot come below; it takes a share of what is left."""
        best, (exact, most, length) = np.inf, PHASES[0]
        price = np.where(np.append(self.real, True), price, 0.0)
        _, price = self._steps(
            target, price, aim, (exact, most, length), self._until(share * SEEKING), enough
        )
        exact, most, length = PHASES[1]
        best, _ = self._steps(target, price, aim, (exact, most, length), self._until(share), enough)
        return best

    def _until(self, share: float) -> Out:
        """Whether a share of what is left now is used up, by the clock and by work."""
        spent, work = self.budget.spent(share), self.budget.work
        least = None if work is None else work * (1 - share)
        return lambda: spent() or (least is not None and (self.budget.work or 0.0) <= least)

    def _steps(
        self,
        target: Target,
        start: FloatArray,
        aim: float,
        how: tuple[bool, int, float],
        out: Out,
        enough: Callable[[float], bool],
    ) -> tuple[float, FloatArray]:
        """Least value found, and its prices."""
        exact, most, length = how
        best, kept, price, since, mean = np.inf, start, start, 0, np.zeros(len(start))
        for turn in range(most):
            if turn and out():
                break
            found = self.value(target, price, self.grain, exact)
            if found is None:
                break
            value, slope = found
            since += 1
            if value < best:
                best, kept, since = value, price, 0
                if exact and enough(best):
                    break
            elif since >= TIRED:
                length, since, price = length * SHORTER, 0, kept
            mean = 0.5 * mean + slope
            norm = float((mean * mean).sum())
            if norm < EPSILON or length < SHORTEST:
                break
            price = price - length * max(value - aim, 1.0) / norm * mean
            if not target.free:
                price = np.maximum(price, 0.0)
        return best, kept


def points_bound(bounder: Bounder, points: int, most: int, share: float) -> int:
    """Points that no plan exceeds; it takes a share of what is left."""
    case = bounder.case
    worth = priorities(case)
    start = np.zeros(bounder.groups + 1)
    np.maximum.at(start, bounder.group, 0.5 * worth)
    target = Target(worth, 0.0, free=False, points=np.zeros(len(worth)))
    found = bounder.descend(target, start, float(points), lambda value: value < points + 1 - EPSILON, share)
    rest = sum(d.priority for d in case.unseen)
    return max(points, min(most, int(np.floor(found + EPSILON)) + rest if np.isfinite(found) else most))


def cost_bound(bounder: Bounder, visits: Visits, least: int, travel: int, *, everything: bool) -> int:
    """Ticks of ways and penalties that no plan with at least so many points undercuts; `everything`: that is all of them."""
    case = bounder.case
    points, parts = priorities(case), shares(case, visits, bounder.groups)
    none = np.zeros(len(points))
    if everything:
        worth = np.where(points < _most_of(bounder, points)[bounder.group], kernels.NEVER, 0.0)
        target, start = Target(worth, 1.0, free=True, points=none), np.append(-parts, 0.0)
    else:
        unit = max(1.0, least / np.sqrt(bounder.groups))
        served = parts > 0
        each = parts[served] / np.maximum(1.0, _most_of(bounder, points)[served])
        point = 1.2 * float(np.quantile(each, 0.9)) if served.any() else 1.0
        target = Target(none, 1.0, free=False, points=points, least=float(least), unit=unit)
        price = np.maximum(0.0, point * _most_of(bounder, points) - parts) * served
        start = np.append(price, point * unit)
    found = bounder.descend(target, start, -float(travel), lambda value: value <= EPSILON - travel, 1.0)
    return max(0, int(np.ceil(-found - EPSILON))) if np.isfinite(found) else 0


def priorities(case: Case) -> FloatArray:
    """Points of all deliveries."""
    return np.array([d.priority for d in case.deliveries], dtype=np.float64)


def _most_of(bounder: Bounder, priority: FloatArray) -> FloatArray:
    most = np.zeros(bounder.groups)
    np.maximum.at(most, bounder.group, priority)
    return most


def shares(case: Case, visits: Visits, groups: int) -> FloatArray:
    """What each need costs in a plan: equal parts of the ways of its row."""
    found = np.zeros(groups)
    for row, trips in visits:
        items = [j for _, carried in trips for j in carried]
        cost = max(0, times(case, row, trips)[2]) / int(case.model.row[row, at.RATE])
        found[case.model.item[items, at.NEED]] = cost / len(items)
    return found
