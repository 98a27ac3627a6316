"""How far ways must be known for a problem, so that a solver never misses one that it may use.

A bound must also leave the first rule that says no the same as with all ways known: somebody with a reach is refused by
`within_reach` beyond it, somebody without by `leg_limit`, and everybody by `inside_shift` beyond the length of a shift.
"""

from collections.abc import Sequence
from typing import NamedTuple, overload

import numpy as np

from matching.problem import Problem, Shift, Worker
from matching.travel.base import Mode
from matching.travel.line import Speeds
from matching.travel.network.many import FARTHEST_METRES, Sparse
from matching.travel.network.model import I32, I64


class Bounds(NamedTuple):
    """Different shifts, each field (n,): points where they start and end, and how many metres matter in each.

    `out`: from the start to a stop (a task, delivery, depot or venue), `back`: from a stop to the end, `between`: from stop
    to stop.
    """

    start: I64
    end: I64
    out: I64
    back: I64
    between: I64


def bounds(
    problem: Problem, speeds: Speeds, modes: Sequence[Mode], points: dict[str, int], *, symmetric: bool
) -> Bounds:
    """Bounds of all different shifts of workers who move by one of `modes`; `points` numbers the places of the problem."""
    measure = _Measure(problem, speeds, symmetric=symmetric)
    rows = {
        (points[shift.start_place], points[shift.end_place], *measure.metres(worker, shift, points))
        for worker in problem.workers
        if worker.mode in modes
        for shift in worker.shifts
    }
    return Bounds(*np.array(sorted(rows), dtype=np.int64).reshape(-1, 5).T)


class _Measure:
    """Limits of one problem in metres."""

    def __init__(self, problem: Problem, speeds: Speeds, *, symmetric: bool) -> None:
        self.speeds, self.symmetric = speeds, symmetric
        self.tick_seconds = problem.horizon.tick_seconds
        lengths = [task.duration for task in problem.tasks]
        lengths += [delivery.duration for delivery in problem.deliveries]
        lengths += [gathering.duration for gathering in problem.gatherings]
        lengths += [depot.load_ticks for depot in problem.depots]
        self.shortest = min(lengths, default=0)
        reaches = [task.reach_metres for task in problem.tasks]
        reaches += [delivery.reach_metres for delivery in problem.deliveries]
        reaches += [None] * len(problem.depots or problem.venues)
        self.reach = max((reach for reach in reaches if reach is not None), default=0)
        self.everywhere = None in reaches

    def metres(self, worker: Worker, shift: Shift, points: dict[str, int]) -> tuple[int, int, int]:
        """Metres out, back and between tasks."""
        spare = shift.end - shift.start - self.shortest
        there_and_back = self.symmetric and points[shift.start_place] == points[shift.end_place]
        leg = self._far(worker, worker.max_leg_ticks)
        out = self._out(worker, leg, self._far(worker, spare // 2 if there_and_back else spare))
        back = self._far(worker, spare) if leg is None else leg
        between = self._far(worker, spare - self.shortest)
        return out, back, between if leg is None else min(leg, between)

    def _out(self, worker: Worker, leg: int | None, time: int) -> int:
        """Reach comes first, of the worker or of every stop; leg and time are for stops without one."""
        if worker.reach_metres is not None:
            return worker.reach_metres if self.everywhere else min(worker.reach_metres, self.reach)
        alone = time if leg is None else leg
        return max(self.reach, alone) if self.everywhere else self.reach

    @overload
    def _far(self, worker: Worker, ticks: int) -> int: ...

    @overload
    def _far(self, worker: Worker, ticks: int | None) -> int | None: ...

    def _far(self, worker: Worker, ticks: int | None) -> int | None:
        """How far somebody comes in some ticks."""
        if ticks is None:
            return None
        metres = max(0, ticks) * int(getattr(self.speeds, worker.mode)) * self.tick_seconds // 60
        return min(metres, FARTHEST_METRES)


def longest(points: I64, metres: I64) -> tuple[I64, I64]:
    """Different points, and the largest bound of each."""
    different, row = np.unique(points, return_inverse=True)
    most = np.zeros(len(different), np.int64)
    np.maximum.at(most, row, metres)
    return different, most


class Near(NamedTuple):
    """Ways between homes (points, ascending) and tasks, in rows by home."""

    homes: I64
    ways: Sparse

    def of(self, home: int) -> tuple[I32, I32]:
        """Tasks near a home, and their metres."""
        row = int(np.searchsorted(self.homes, home))
        part = slice(self.ways.first[row], self.ways.first[row + 1])
        return self.ways.target[part], self.ways.metres[part]


def onward(found: Bounds, out: Near, back: Near, tasks: int, *, symmetric: bool) -> I64:
    """How far from each of `tasks` the next task of a shift may be, -1 for one that no shift comes near.

    Both tasks are within `out` of the same home, so from the first to the second is not further than back to that home and
    out again. Where nobody comes back to the home, only the time of the shift bounds it.
    """
    far = np.full(tasks, -1, np.int64)
    for start, end, limit, _, between in zip(*(column.tolist() for column in found), strict=True):
        task, way = back.of(end) if start == end and not symmetric else out.of(start)
        if symmetric:
            task, way = task[way <= limit], way[way <= limit]
        further = np.minimum(between, way + limit) if symmetric or start == end else between
        far[task] = np.maximum(far[task], further)
    return far
