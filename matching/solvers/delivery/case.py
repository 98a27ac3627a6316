"""Deliveries as tasks for the tests of who could come, and everything as arrays for the compiled search."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from matching.candidates import Candidates, candidates
from matching.delivery import Delivery
from matching.people import NO_LIMIT
from matching.policy import Level, Policy
from matching.problem import Place, Problem, Task
from matching.solvers.delivery import layout as at
from matching.solvers.delivery.near import keys_of, near_of
from matching.travel import Mode

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

MAX_RATE = 1_000_000
"""Most that a tick of travel counts against one of lateness where both are levels."""


class Model(NamedTuple):
    """N deliveries, D depots, R rows, Q pairs; see `layout` for the columns.

    way (modes, places, places): ticks. ready (W, 2): when loading may start. lookup (N, R): pair of a delivery in a row, or
    -1. origin (N, D): 1 where a delivery may come from; door (D, R): 1 where a row may load. near (N, up to 40): deliveries
    close in space and time, closest first. key (K, N): who is put back first, small keys before large ones.
    """

    way: I32
    row: I64
    item: I64
    depot: I64
    ready: I64
    pair: I64
    window: I64
    lookup: I32
    origin: U8
    door: U8
    near: I64
    key: I64


def as_tasks(problem: Problem) -> Problem:
    """The problem in which every delivery is a task for one worker, and nothing else is asked."""
    known = {delivery.id for delivery in problem.deliveries}
    tasks = tuple(
        Task(
            id=d.id,
            place=d.place,
            duration=d.duration,
            windows=d.windows,
            priority=d.priority,
            service=d.service,
            skills=d.skills,
            qualifications=d.qualifications,
            allowed_kinds=d.allowed_kinds,
            refused_workers=d.refused_workers,
            reach_metres=d.reach_metres,
        )
        for d in problem.deliveries
    )
    forbids = tuple(forbid for forbid in problem.forbids if forbid.task in known)
    nothing = dict.fromkeys(("precedences", "pins", "funds", "deliveries", "gatherings", "enrolments"), ())
    return msgspec.structs.replace(problem, tasks=tasks, forbids=forbids, **nothing)


class Case:
    """One problem under one policy: its deliveries (but those of `skip`) and the rows that could bring any of them."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        skip: frozenset[str] = frozenset(),
        out: Callable[[], bool] = lambda: False,
    ) -> None:
        self.problem, self.policy = problem, policy
        self.candidates: Candidates = candidates(as_tasks(problem), out)
        self.index = [
            i
            for i, d in enumerate(problem.deliveries)
            if d.id not in skip and i not in self.candidates.unseen
        ]
        self.unseen = [d for i, d in enumerate(problem.deliveries) if i in self.candidates.unseen]
        self.deliveries: list[Delivery] = [problem.deliveries[i] for i in self.index]
        shifts = self.candidates.shifts
        able = np.array([worker.capacity > 0 for worker in problem.workers], dtype=bool)[shifts.worker]
        used = np.zeros(len(shifts), dtype=bool)
        used[self.candidates.pairs.row] = True
        self.rows: list[int] = np.flatnonzero(able & used).tolist()
        self.worker = [int(shifts.worker[row]) for row in self.rows]
        self.days = max(1, problem.horizon.days)
        self.meters = _Meters()
        self.model = self._model()
        self.meter = self.meters.lines()

    @property
    def level(self) -> Level:
        """The last level of cost; travel where the policy has none."""
        return "experience" if self.late else "travel"

    @property
    def late(self) -> bool:
        """Whether lateness counts."""
        return "experience" in self.policy.levels

    @property
    def both(self) -> bool:
        """Whether travel is a level before experience."""
        return self.policy.levels[1:] == ("travel", "experience")

    def _model(self) -> Model:
        problem, shifts = self.problem, self.candidates.shifts
        self.modes: list[Mode] = sorted({shifts.mode[row] for row in self.rows})
        self.places = _Places(problem)
        rate = self._rate()
        row = self._rows(rate)
        item = self._items()
        depot, ready = self._depots()
        pair, window, lookup = self._pairs()
        way, metres = self.places.ways(self.modes)
        door = self._doors(row, depot, way, metres)
        origin = self._origins()
        lookup[(origin.astype(np.int64) @ door.astype(np.int64)) == 0] = at.NOBODY
        near = near_of(way, item, pair, lookup)
        return Model(
            way,
            row,
            item,
            depot,
            ready,
            pair,
            window,
            lookup,
            origin,
            door,
            near,
            keys_of(way, item, depot, pair, lookup),
        )

    def _rate(self) -> int:
        """How much a tick on the way costs: more than all lateness where travel is a level before it."""
        if not self.both:
            return 1
        late = (w.late_price * (w.end - w.latest) for d in self.deliveries for w in d.windows)
        return min(MAX_RATE, 1 + max(late, default=0) * max(1, len(self.deliveries)))

    def _rows(self, rate: int) -> I64:
        problem, shifts = self.problem, self.candidates.shifts
        found = np.zeros((len(self.rows), at.ROW_COLUMNS), dtype=np.int64)
        number = {mode: i for i, mode in enumerate(self.modes)}
        for r, (line, w) in enumerate(zip(self.rows, self.worker, strict=True)):
            shift, worker = shifts.shifts[line], problem.workers[w]
            fallback = problem.provider_by_id[worker.provider].fallback
            found[r, : at.TRIPS] = (
                shift.start,
                shift.end,
                number[worker.mode],
                NO_LIMIT if worker.max_leg_ticks is None else worker.max_leg_ticks,
                self.places.number(shift.start_place),
                self.places.number(shift.end_place),
                worker.capacity,
                rate,
                rate * self.policy.fallback_penalty_ticks * fallback,
                shifts.day[line],
            )
            found[r, at.TRIPS :] = self._meters(line, w)
        return found

    def _meters(self, line: int, w: int) -> list[int]:
        """Meters of a row: those of trips, then those of ticks of service."""
        worker, add = self.problem.workers[w], self.meters.add
        provider, p = self.problem.provider_by_id[worker.provider], worker.provider
        day, week = self.candidates.shifts.day[line], self.candidates.shifts.week[line]
        return [
            add(("tasks of day", w, day), worker.max_tasks_day),
            add(("tasks of week", w, week), worker.max_tasks_week),
            add(("provider's day", p, day), provider.max_tasks_day),
            add(("provider's week", p, week), provider.max_tasks_week),
            add(("ticks of day", w, day), worker.max_ticks_day),
            add(("ticks of week", w, week), worker.max_ticks_week),
        ]

    def _items(self) -> I64:
        found = np.zeros((len(self.deliveries), at.ITEM_COLUMNS), dtype=np.int64)
        point = len(self.deliveries) + 1
        needs: dict[str, int] = {}
        for i, d in enumerate(self.deliveries):
            found[i] = (
                self.places.number(d.place),
                d.duration,
                d.units,
                NO_LIMIT if d.fresh_ticks is None else d.fresh_ticks,
                d.priority * point + 1,
                0,
                needs.setdefault(f"need {d.need}" if d.need else f"id {d.id}", len(needs)),
            )
        return found

    def _depots(self) -> tuple[I64, I64]:
        depots = self.problem.depots
        found = np.zeros((len(depots) + 1, 4), dtype=np.int64)
        ready: list[tuple[int, int]] = []
        for i, depot in enumerate(depots):
            meters = [self.meters.add(("units", i, day), depot.max_units_day) for day in range(self.days)]
            found[i] = self.places.number(depot.place), depot.load_ticks, len(ready), meters[0]
            ready += sorted((w.earliest, w.latest) for w in depot.ready)
        found[len(depots), at.READY] = len(ready)
        return found, np.array(ready, dtype=np.int64).reshape(-1, 2)

    def _pairs(self) -> tuple[I64, I64, I32]:
        """Pairs, their windows, and where they are; none whose load is more than the row carries."""
        pairs = self.candidates.pairs
        column = np.full(len(self.candidates.shifts), at.NOBODY, dtype=np.int64)
        column[self.rows] = np.arange(len(self.rows))
        units = np.array([d.units for d in self.problem.deliveries], dtype=np.int64)
        capacity = np.array([w.capacity for w in self.problem.workers], dtype=np.int64)
        place = np.full(len(self.problem.deliveries), at.NOBODY, dtype=np.int64)
        place[self.index] = np.arange(len(self.index))
        fits = units[pairs.task] <= capacity[self.candidates.shifts.worker[pairs.row]]
        kept = np.flatnonzero(fits & (column[pairs.row] >= 0) & (place[pairs.task] >= 0))
        counts = np.diff(pairs.window_first)[kept]
        first = np.cumsum(counts) - counts
        chosen = np.repeat(pairs.window_first[kept] - first, counts) + np.arange(counts.sum())
        window = np.zeros((len(chosen), 5), dtype=np.int64)
        window[:, : at.W_LAST] = pairs.window[chosen]
        window[first + counts - 1, at.W_LAST] = 1
        if not self.late:
            window[:, at.W_PRICE] = 0
        found = np.zeros((len(kept), 3), dtype=np.int64)
        found[:, at.LOW] = window[first, at.W_LOW]
        found[:, at.HIGH] = window[first + counts - 1, at.W_HIGH]
        found[:, at.WINDOW] = first
        lookup = np.full((len(self.deliveries), len(self.rows)), at.NOBODY, dtype=np.int32)
        lookup[place[pairs.task[kept]], column[pairs.row[kept]]] = np.arange(len(kept))
        return found, window, lookup

    def _doors(self, row: I64, depot: I64, way: I32, metres: I32) -> U8:
        """Where each row may load: provider, reach and direct ways."""
        problem = self.problem
        found = np.zeros((len(problem.depots), len(self.rows)), dtype=np.uint8)
        for i, place in enumerate(depot[:-1, at.D_PLACE].tolist()):
            providers = problem.depots[i].providers
            for r, w in enumerate(self.worker):
                worker, mode = problem.workers[w], row[r, at.MODE]
                out, back = way[mode, row[r, at.START], place], way[mode, place, row[r, at.STOP]]
                reach = NO_LIMIT if worker.reach_metres is None else worker.reach_metres
                found[i, r] = (
                    (not providers or worker.provider in providers)
                    and metres[mode, row[r, at.START], place] <= reach
                    and max(out, back) <= row[r, at.LEG_LIMIT]
                )
        return found

    def _origins(self) -> U8:
        depots = [depot.id for depot in self.problem.depots]
        found = np.ones((len(self.deliveries), len(depots)), dtype=np.uint8)
        for i, d in enumerate(self.deliveries):
            if d.depots:
                found[i] = [depot in d.depots for depot in depots]
        return found

    def ticks(self, row: int, a: int, b: int) -> int:
        """Ticks of a way between numbered places in a row."""
        return int(self.model.way[self.model.row[row, at.MODE], a, b])


class _Meters:
    """Limits by name; the number of a meter is its order."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int | str, int], int] = {}
        self.limit: list[int] = []

    def add(self, name: tuple[str, int | str, int], limit: int | None) -> int:
        """Return the meter of a name; -1 where nothing is limited."""
        if limit is None:
            return at.NOBODY
        if name not in self.known:
            self.known[name] = len(self.limit)
            self.limit.append(limit)
        return self.known[name]

    def lines(self) -> I64:
        """Limits, and nothing used."""
        return np.array([self.limit or [0], [0] * max(1, len(self.limit))], dtype=np.int64)


class _Places:
    """Places in use, numbered as they come."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.known: dict[str, int] = {}

    def number(self, place: str) -> int:
        return self.known.setdefault(place, len(self.known))

    def ways(self, modes: Iterable[Mode]) -> tuple[I32, I32]:
        """Ticks and metres between all of them, per mode."""
        places: list[Place] = [self.problem.place_by_id[place] for place in self.known]
        blocks = [self.problem.travel.block(places, places, mode) for mode in modes]
        shape = (max(1, len(blocks)), len(places), len(places))
        ticks, metres = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        for i, (one, other) in enumerate(blocks):
            ticks[i], metres[i] = one, other
        return ticks, metres
