"""Ways of a VROOM document: given matrices, or measured between coordinates.

A vehicle without start (or end) begins at its first job: its place is ANYWHERE, and no way from or to it takes time.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.errors import ProblemError
from matching.formats.vroom.document import Document, Location, Rows, Vehicle
from matching.formats.vroom.limits import PROFILES
from matching.problem import MAX_TICKS, LineTravel, MatrixTravel, Mode, Place, Problem
from matching.travel import IntArray, ModeMatrix, Travel

ANYWHERE = "anywhere"
MODES: tuple[Mode, ...] = ("car", "ebike", "walk", "walk_slow")
MOST_PLACES = 4_000
"""Beyond it, the tables are too large that a speed_factor or a missing start or end need between coordinates."""


class Sites(NamedTuple):
    """Place ids of jobs and of both ends of vehicles, the mode that stands for each vehicle's profile and speed."""

    places: tuple[Place, ...]
    jobs: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    modes: tuple[Mode, ...]
    travel: LineTravel | MatrixTravel


def sites_of(document: Document) -> Sites:
    """Who is where; between coordinates a draft for those who measure, which `finished` completes."""
    return _indexed(document) if document.tables else _located(document)


def finished(document: Document, draft: Sites, measured: Travel) -> Sites:
    """The draft, unless vehicles have a speed of their own or lack an end: then with tables that know of it."""
    plain = [v.speed_factor == 1.0 and None not in (v.start, v.end) for v in document.vehicles]
    if all(plain):
        return draft
    if len(draft.places) > MOST_PLACES:
        rule = "speed_factor and vehicles without start or end need matrices"
        raise ProblemError("vehicles", f"Beyond {MOST_PLACES} different places, {rule}")
    kinds, modes = _kinds(document)
    matrices = []
    for mode, (profile, speed) in kinds.items():
        ticks, metres = measured.block(draft.places, draft.places, PROFILES[profile])
        matrices.append(_packed(mode, _slowed(ticks, speed), metres))
    return draft._replace(
        places=(*draft.places, Place(id=ANYWHERE, lat=0.0, lon=0.0)),
        starts=_or_anywhere(draft.starts, [vehicle.start for vehicle in document.vehicles]),
        ends=_or_anywhere(draft.ends, [vehicle.end for vehicle in document.vehicles]),
        modes=modes,
        travel=MatrixTravel(
            places=(*(place.id for place in draft.places), ANYWHERE), matrices=tuple(matrices)
        ),
    )


def _or_anywhere(names: tuple[str, ...], told: list[Location | None]) -> tuple[str, ...]:
    return tuple(ANYWHERE if place is None else name for name, place in zip(names, told, strict=True))


def _kinds(document: Document) -> tuple[dict[Mode, tuple[str, float]], tuple[Mode, ...]]:
    """Our modes as names of the pairs of profile and speed, and the mode of each vehicle."""
    kinds = sorted({(vehicle.profile, vehicle.speed_factor) for vehicle in document.vehicles})
    mode_of = dict(zip(kinds, MODES, strict=False))
    modes = tuple(mode_of[vehicle.profile, vehicle.speed_factor] for vehicle in document.vehicles)
    return {mode: kind for kind, mode in mode_of.items()}, modes


def _indexed(document: Document) -> Sites:
    """Rows of the matrices that are in use, by their numbers."""

    def name(index: int | None) -> str:
        return ANYWHERE if index is None else str(index)

    jobs = tuple(name(job.location_index) for job in document.jobs)
    starts = tuple(name(vehicle.start_index) for vehicle in document.vehicles)
    ends = tuple(name(vehicle.end_index) for vehicle in document.vehicles)
    rows = sorted({int(place) for place in (*jobs, *starts, *ends) if place != ANYWHERE})
    names = (*map(str, rows), ANYWHERE)
    kinds, modes = _kinds(document)
    matrices = tuple(_given(document, mode, kind, rows) for mode, kind in kinds.items())
    places = tuple(Place(id=place, lat=0.0, lon=0.0) for place in names)
    return Sites(places, jobs, starts, ends, modes, MatrixTravel(places=names, matrices=matrices))


def _given(document: Document, mode: Mode, kind: tuple[str, float], rows: list[int]) -> ModeMatrix:
    profile, speed = kind
    tables, grid = document.tables[profile], np.ix_(rows, rows)

    def part(table: Rows | None) -> IntArray:
        return (
            np.zeros((len(rows), len(rows)), np.int64) if table is None else np.array(table, np.int64)[grid]
        )

    return _packed(mode, _slowed(part(tables.durations), speed), part(tables.distances))


def _slowed(ticks: IntArray, speed: float) -> IntArray:
    return ticks if speed == 1.0 else np.ceil(ticks / speed).astype(np.int64)


def _packed(mode: Mode, ticks: IntArray, metres: IntArray) -> ModeMatrix:
    """Both tables with one more row and column, of zeros: ANYWHERE."""

    def rows(table: IntArray) -> Rows:
        return tuple(map(tuple, np.pad(np.minimum(table, MAX_TICKS), (0, 1)).tolist()))

    return ModeMatrix(mode=mode, ticks=rows(ticks), metres=rows(metres))


def _located(document: Document) -> Sites:
    """Coordinates; a missing end is for the time being at the first job, so that ways are measured as far as hours last."""
    names: dict[Location, str] = {}

    def name(location: Location) -> str:
        return names.setdefault(location, f"p{len(names)}")

    jobs = tuple(name(job.location) for job in document.jobs if job.location is not None)
    starts = tuple(jobs[0] if vehicle.start is None else name(vehicle.start) for vehicle in document.vehicles)
    ends = tuple(jobs[0] if vehicle.end is None else name(vehicle.end) for vehicle in document.vehicles)
    places = tuple(Place(id=place, lat=lat, lon=lon) for (lon, lat), place in names.items())
    modes = tuple(PROFILES[vehicle.profile] for vehicle in document.vehicles)
    return Sites(places, jobs, starts, ends, modes, LineTravel(tick_seconds=1))


class Ways:
    """Seconds and metres between places by mode; a row is looked up once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.number = {place.id: i for i, place in enumerate(problem.places)}
        self.rows: dict[tuple[str, Mode], tuple[list[int], list[int]]] = {}

    def leg(self, a: str, b: str, mode: Mode) -> tuple[int, int]:
        """Seconds and metres from `a` to `b`."""
        row = self.rows.get((a, mode))
        if row is None:
            places = self.problem.places
            ticks, metres = self.problem.travel.block((self.problem.place_by_id[a],), places, mode)
            row = self.rows[a, mode] = (ticks[0].tolist(), metres[0].tolist())
        column = self.number[b]
        return row[0][column], row[1][column]


def beyond_limits(document: Document, sites: Sites, ways: Ways) -> Iterator[tuple[int, int]]:
    """Job and vehicle (indices) where going there and back alone is longer than the vehicle may travel."""
    for i, vehicle in enumerate(document.vehicles):
        if vehicle.max_travel_time is None and vehicle.max_distance is None:
            continue
        for job, place in enumerate(sites.jobs):
            out = ways.leg(sites.starts[i], place, sites.modes[i])
            back = ways.leg(place, sites.ends[i], sites.modes[i])
            if not within(vehicle, out[0] + back[0], out[1] + back[1]):
                yield job, i


def within(vehicle: Vehicle, seconds: int, metres: int) -> bool:
    """Whether a route of that much travel keeps `max_travel_time` and `max_distance`."""
    limits = ((vehicle.max_travel_time, seconds), (vehicle.max_distance, metres))
    return all(limit is None or value <= limit for limit, value in limits)
