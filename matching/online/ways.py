"""Ways of a problem as arrays that compiled code reads; and places that come later."""

from collections.abc import Sequence
from math import cos, radians, sin

import msgspec
import numpy as np

from matching.online.documents import OnlineError
from matching.online.kernels import DENSE, I32, I64, LINE, SPARSE, Ways
from matching.problem import Place, Problem
from matching.travel import LineTravel, MatrixTravel, Mode, ModeMatrix, TableTravel
from matching.travel.earth import EARTH_METRES
from matching.travel.line import Speeds
from matching.travel.table import packed, unpacked

BESIDE_METRES = 150
"""A new door so near to a known one has its ways, as a guess; the same limit as for doors far from any street."""

AnyTravel = LineTravel | MatrixTravel | TableTravel


def ways_of(problem: Problem, modes: Sequence[Mode]) -> Ways:
    """Ways between the places of a problem, by their order."""
    places, travel = problem.places, problem.travel
    dense, point = np.zeros((len(modes), 1, 1), dtype=np.int32), np.zeros(len(places), dtype=np.int64)
    sparse = _no_rows(len(modes))
    speed, line, kind = np.ones(len(modes), dtype=np.int64), np.zeros(2), DENSE
    if isinstance(travel, TableTravel):
        kind, sparse, speed = SPARSE, _rows(travel, modes), _speeds(travel.speeds, travel.tick_seconds, modes)
        known = dict(zip(travel.places, unpacked(travel.points).tolist(), strict=True))
        point = np.array([known[place.id] for place in places], dtype=np.int64)
    elif isinstance(travel, LineTravel):
        kind, speed = LINE, _speeds(travel.speeds, travel.tick_seconds, modes)
        line = np.array([travel.factor, travel.constant_metres], dtype=np.float64)
    else:
        dense = np.array([travel.block(places, places, mode)[0] for mode in modes], dtype=np.int32)
    return Ways(
        kind=kind,
        dense=dense.reshape(len(modes), len(places) if kind == DENSE else 1, -1),
        point=point,
        access=np.array([place.access_ticks for place in places], dtype=np.int64),
        first=sparse[0],
        to=sparse[1],
        metres=sparse[2],
        symmetric=sparse[3],
        speed=speed,
        spot=np.array([_spot(place) for place in places], dtype=np.float64).reshape(-1, 3),
        line=line,
    )


def _no_rows(modes: int) -> tuple[I64, I32, I32, I64]:
    nothing = np.zeros(0, dtype=np.int32)
    return np.zeros((modes, 1), dtype=np.int64), nothing, nothing, np.zeros(modes, dtype=np.int64)


def _rows(travel: TableTravel, modes: Sequence[Mode]) -> tuple[I64, I32, I32, I64]:
    """Rows of the tables one behind the other, and where those of each mode begin."""
    first, to, metres, symmetric = _no_rows(len(modes))
    if not travel.tables:
        return first, to, metres, symmetric
    size = len(unpacked(travel.tables[0].first))
    first = np.zeros((len(modes), size), dtype=np.int64)
    parts: list[tuple[I32, I32]] = []
    before = 0
    for table in travel.tables:
        rows, there, apart = table.sparse()
        for mode in set(table.modes) & set(modes):
            first[modes.index(mode)] = rows.astype(np.int64) + before
            symmetric[modes.index(mode)] = table.symmetric
        parts.append((there, apart))
        before += len(there)
    return first, np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), symmetric


def _speeds(speeds: Speeds, tick_seconds: int, modes: Sequence[Mode]) -> I64:
    return np.array([int(getattr(speeds, mode)) * tick_seconds for mode in modes], dtype=np.int64)


def _spot(place: Place) -> tuple[float, float, float]:
    """The same operations in the same order as `travel.line`, so that the same bits come out."""
    lat, lon = radians(place.lat), radians(place.lon)
    return EARTH_METRES * cos(lat) * cos(lon), EARTH_METRES * cos(lat) * sin(lon), EARTH_METRES * sin(lat)


def with_place(ways: Ways, place: Place, places: Sequence[Place]) -> Ways:
    """Ways with one place more; `places` are those before, and nothing is known about streets to the new one."""
    grown = ways._replace(
        access=np.append(ways.access, place.access_ticks), spot=np.vstack([ways.spot, [_spot(place)]])
    )
    if ways.kind == LINE:
        return grown
    twin = beside(place, places)
    point = np.append(ways.point, ways.point[twin])
    if ways.kind == SPARSE:
        return grown._replace(point=point)
    return grown._replace(point=point, dense=_doubled(ways, twin, place.access_ticks))


def _doubled(ways: Ways, twin: int, access: int) -> I32:
    """Tables with the rows and columns of `twin` once more, and the new door's own access."""
    index = np.append(np.arange(len(ways.access)), twin)
    dense = ways.dense[:, index][:, :, index]
    own = access - int(ways.access[twin])
    dense[:, -1, :] += own
    dense[:, :, -1] += own
    dense[:, -1, twin] = dense[:, twin, -1] = access + int(ways.access[twin])
    dense[:, -1, -1] = 0
    return dense


def beside(place: Place, places: Sequence[Place]) -> int:
    """The nearest known place; one too far away is an `OnlineError`."""
    spots = np.array([_spot(known) for known in places]).reshape(-1, 3)
    away = np.sqrt(((spots - np.array(_spot(place))) ** 2).sum(axis=1))
    if not len(away) or away.min() > BESIDE_METRES:
        raise OnlineError(f"No way to {place.id!r} is known: measure its ways and load the plan again")
    return int(away.argmin())


def travel_with(travel: AnyTravel, place: Place, places: Sequence[Place]) -> AnyTravel:
    """The travel of a problem with one place more, as `with_place` has it; its ways along streets are guesses."""
    if isinstance(travel, LineTravel):
        return travel
    twin = places[beside(place, places)].id
    if isinstance(travel, MatrixTravel):
        return _matrix_with(travel, place.id, twin)
    points = unpacked(travel.points)
    new = np.append(points, points[travel.places.index(twin)])
    guesses = (*travel.guesses, place.id)
    return msgspec.structs.replace(
        travel, places=(*travel.places, place.id), points=packed(new), guesses=guesses
    )


def _matrix_with(travel: MatrixTravel, place: str, twin: str) -> MatrixTravel:
    at = travel.places.index(twin)

    def grown(rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        wider = [(*row, row[at]) for row in rows]
        return (*wider, wider[at])

    matrices = (
        ModeMatrix(mode=m.mode, ticks=grown(m.ticks), metres=grown(m.metres)) for m in travel.matrices
    )
    return MatrixTravel(places=(*travel.places, place), matrices=tuple(matrices)).sorted()
