"""From a problem and a street network to the sparse tables that the problem carries."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matching.problem import Problem
from matching.travel.base import Mode
from matching.travel.line import Speeds
from matching.travel.matrix import MatrixTravel
from matching.travel.network.bounds import Bounds, Near, bounds, longest, onward
from matching.travel.network.doors import Points, Streets, Tell
from matching.travel.network.many import FARTHEST_METRES, Sparse
from matching.travel.network.model import BIT, I32, I64, Network
from matching.travel.table import ModeTable, TableTravel, mode_table, packed, rows_of

STAGES = ("homes to visits", "visits to homes", "visits to visits", "promised visits", "seats")


def travel_of(
    problem: Problem, network: Network, *, cache: Path | None = None, on_progress: Tell | None = None
) -> TableTravel:
    """Every way that a plan of `problem` may use, along the streets of `network`; speeds are those of the problem.

    A plan made with these tables is one made with all ways: what is left out is beyond what anybody may go, and is refused
    by the same rule. `cache`: a directory where ways are kept for the next time. `on_progress(message, share)` hears what is
    done. A place whose access takes longer than the round is nowhere, and has no ways.

    Raises:
        NetworkError: the network has no street for a mode of the problem.
    """
    points = Points(problem)
    speeds = Speeds() if isinstance(problem.travel, MatrixTravel) else problem.travel.speeds
    groups = _groups(problem)
    tables, guessed = [], np.zeros(len(points), dtype=bool)
    for i, modes in enumerate(groups):
        streets = Streets(network, modes[0], points, cache)
        told = _Told(on_progress, i, len(groups), modes[0])
        tables.append(_Tables(problem, speeds, modes, streets, told).table())
        guessed |= streets.guessed
    return TableTravel(
        network=network.facts.version,
        places=tuple(points.number),
        points=packed(list(points.number.values())),
        tables=tuple(tables),
        guesses=tuple(place for place, point in points.number.items() if guessed[point]),
        speeds=speeds,
        tick_seconds=problem.horizon.tick_seconds,
    ).sorted()


def _groups(problem: Problem) -> list[tuple[Mode, ...]]:
    """Modes in use; those that use the same ways together, so that these are searched once."""
    used = {worker.mode for worker in problem.workers} | {asked.mode for asked in problem.enrolments}
    modes = sorted(used, key=lambda mode: (BIT[mode], mode))
    return [tuple(group) for _, group in groupby(modes, key=BIT.__getitem__)]


class _Told:
    """Progress over all modes and stages as one share that never falls."""

    def __init__(self, listener: Tell | None, group: int, groups: int, mode: Mode) -> None:
        self.listener, self.group, self.groups, self.mode = listener, group, groups, mode

    def stage(self, stage: int) -> Tell:
        """The listener of one stage."""

        def tell(message: str, share: float) -> None:
            if self.listener:
                done = self.group + (stage + share) / len(STAGES)
                self.listener(message or f"{self.mode}: {STAGES[stage]}", done / self.groups)

        return tell


def _stops(problem: Problem) -> Iterator[str]:
    """Places where somebody may stop on a route."""
    for several in (problem.tasks, problem.deliveries, problem.depots, problem.venues):
        yield from (one.place for one in several)


def _those(found: Bounds, which: npt.NDArray[np.bool_]) -> Bounds:
    return Bounds(*(column[which] for column in found))


class _Tables:
    """The table of modes that use the same ways, stage by stage."""

    def __init__(
        self, problem: Problem, speeds: Speeds, modes: tuple[Mode, ...], streets: Streets, told: _Told
    ) -> None:
        self.problem, self.modes, self.streets, self.told = problem, modes, streets, told
        self.number, self.size = streets.points.number, len(streets.points)
        self.symmetric = streets.symmetric
        found = bounds(problem, speeds, modes, self.number, symmetric=self.symmetric)
        nowhere = streets.points.nowhere
        self.leaving = _those(found, ~nowhere[found.start])
        self.returning = _those(found, ~nowhere[found.end])
        self.bounds = _those(found, ~(nowhere[found.start] | nowhere[found.end]))
        stops = np.unique(np.array([self.number[place] for place in _stops(problem)], np.int64))
        self.stops: I64 = stops[~nowhere[stops]]
        self.limit = 0
        self.pairs: list[tuple[I64, I64, I32]] = []

    def table(self) -> ModeTable:
        """All pairs that matter, packed."""
        homes, limits = longest(self.leaving.start, self.leaving.out)
        out = back = Near(homes, self._out(homes, limits))
        if not self.symmetric or (self.returning.start != self.returning.end).any():
            homes, limits = longest(self.returning.end, self.returning.back)
            back = Near(homes, self._back(homes, limits))
        self._between(onward(self.bounds, out, back, len(self.stops), symmetric=self.symmetric))
        self._seats()
        a, b, metres = self._different()
        wanted = self._promised(a * self.size + b)
        if len(wanted):
            self._afar(wanted)
            a, b, metres = self._different()
        return mode_table(self.modes, self.limit, self.size, (a, b, metres), symmetric=self.symmetric)

    def _out(self, homes: I64, limits: I64) -> Sparse:
        found = self.streets.ways(homes, self.stops, limits, self.told.stage(0))
        self._add(homes, self.stops, found, limits)
        return found

    def _back(self, homes: I64, limits: I64) -> Sparse:
        found = self.streets.ways(homes, self.stops, limits, self.told.stage(1), backwards=True)
        self._add(homes, self.stops, found, limits, backwards=True)
        return found

    def _between(self, limits: I64) -> None:
        visited = np.flatnonzero(limits >= 0)
        doors, limits = self.stops[visited], limits[visited]
        self._add(doors, doors, self.streets.ways(doors, doors, limits, self.told.stage(2)), limits)

    def _seats(self) -> None:
        """Ways of those who ask for a seat to the venues where it may be."""
        problem, nowhere = self.problem, self.streets.points.nowhere
        venues = {
            gathering.id: [self.number[problem.venue_by_id[way.venue].place] for way in gathering.occasions]
            for gathering in problem.gatherings
        }
        rows, doors = [], set[int]()
        for asked in problem.enrolments:
            home = self.number[asked.place]
            if asked.mode in self.modes and not nowhere[home]:
                limit = FARTHEST_METRES if asked.walk_metres is None else asked.walk_metres
                rows.append((home, min(limit, FARTHEST_METRES)))
                doors.update(door for name in asked.gatherings for door in venues[name] if not nowhere[door])
        if doors:
            homes, limits = longest(*np.array(rows, np.int64).T)
            there = np.array(sorted(doors), np.int64)
            self._add(homes, there, self.streets.ways(homes, there, limits, self.told.stage(4)), limits)

    def _add(self, a: I64, b: I64, found: Sparse, limits: I64, *, backwards: bool = False) -> None:
        rows, columns = a[rows_of(found.first)], b[found.target]
        self.pairs.append((columns, rows, found.metres) if backwards else (rows, columns, found.metres))
        self.limit = max(self.limit, int(limits.max(initial=0)))

    def _different(self) -> tuple[I64, I64, I32]:
        """Pairs of different points, each once (symmetric: the smaller point first)."""
        a = np.concatenate([rows for rows, _, _ in self.pairs])
        b = np.concatenate([columns for _, columns, _ in self.pairs])
        metres = np.concatenate([metres for _, _, metres in self.pairs])
        if self.symmetric:
            a, b = np.minimum(a, b), np.maximum(a, b)
        _, at = np.unique(a * self.size + b, return_index=True)
        at = at[a[at] != b[at]]
        return a[at], b[at], metres[at]

    def _promised(self, known: I64) -> I64:
        """Ways between doors of pinned visits that are not known yet, however far: row x size + column."""
        doors = set(self._pinned())
        if self.symmetric:
            doors = {(min(pair), max(pair)) for pair in doors}
        keys = np.array(sorted(a * self.size + b for a, b in doors if a != b), np.int64)
        at = np.searchsorted(known, keys)
        unknown: I64 = keys[np.append(known, -1)[at] != keys]
        return unknown

    def _pinned(self) -> Iterator[tuple[int, int]]:
        visits: dict[str, list[int]] = {}
        for pin in self.problem.pins:
            visits.setdefault(pin.worker, []).append(self.number[self.problem.task_by_id[pin.task].place])
        for worker_id, doors in visits.items():
            worker = self.problem.worker_by_id[worker_id]
            if worker.mode in self.modes:
                yield from ((a, b) for a in doors for b in doors)
                for shift in worker.shifts:
                    yield from ((self.number[shift.start_place], door) for door in doors)
                    yield from ((door, self.number[shift.end_place]) for door in doors)

    def _afar(self, wanted: I64) -> None:
        nowhere = self.streets.points.nowhere
        a, b = wanted // self.size, wanted % self.size
        street = ~(nowhere[a] | nowhere[b])
        homes, doors = np.unique(a[street]), np.unique(b[street])
        limits = np.full(len(homes), FARTHEST_METRES, np.int64)
        found = self.streets.ways(homes, doors, limits, self.told.stage(3))
        rows, columns = homes[rows_of(found.first)], doors[found.target]
        here = np.isin(rows * self.size + columns, wanted)
        self.pairs.append((rows[here], columns[here], found.metres[here]))
