"""Service circles: what lies within 500 metres or 15 minutes along the streets, as GeoJSON (RFC 7946).

A circle is everything within BUFFER_METRES of a part of a street that is reached. Without a street to start from it is a
real circle, whose radius is the line that is guessed to be as long on foot, and it says that it is an estimate.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matching.errors import NetworkError
from matching.travel.base import Mode
from matching.travel.earth import Floats, from_plane, on_plane
from matching.travel.line import Speeds
from matching.travel.network.model import Network
from matching.travel.network.outline import nearness, outline
from matching.travel.network.reach import reach_of
from matching.travel.network.rings import Ring, area, cross, simplified
from matching.travel.network.single import Search
from matching.travel.network.snap import GUESS_FACTOR, GUESS_METRES, degrees, feet

BUFFER_METRES: Final = 30.0
"""A house so near to a reached street counts as reached."""

TOLERANCE: Final = 0.4
"""The outline keeps within this share of the grid's step from the curve it is drawn from: 2 m on the finest grid."""

SMALLEST_HOLE: Final = 4.0
"""Holes of fewer squares of the grid are filled: 100 m² on the finest."""

FINEST_METRES: Final = 5.0
COARSEST_METRES: Final = 15.0
NODES: Final = 500
"""The grid has about so many nodes a side, between the finest and the coarsest: half the buffer."""

LARGEST_METRES: Final = 10_000
MICRO: Final = 1_000_000
"""Coordinates are given to six decimals (11 cm), and outlines are tested in these whole units."""

Feature = dict[str, Any]


def circle(
    network: Network,
    mode: Mode,
    lat: float,
    lon: float,
    *,
    metres: int | None = None,
    minutes: int | None = None,
    speeds: Speeds | None = None,
) -> Feature:
    """What is reached from a place within `metres`, or within `minutes` at the mode's speed (one of them).

    A Feature with a Polygon; its holes are what is not reached amid it. Its properties: mode, metres, minutes (None unless
    asked for), lat, lon, network (version), estimated, attribution.

    Raises:
        NetworkError: not one limit, a limit out of range, no place on earth, no street for this mode.
    """
    limit = _limit(mode, metres, minutes, speeds)
    search = Search(network, mode, lat, lon, limit)
    about = _about(mode, lat, lon, limit, minutes)
    about |= {"network": network.facts.version, "attribution": network.facts.attribution}
    if search.estimated:
        return _feature([_round_ring(lat, lon, limit)], about | {"estimated": True})
    return _feature(_rings(search), about | {"estimated": False})


def estimated_circle(
    mode: Mode,
    lat: float,
    lon: float,
    *,
    metres: int | None = None,
    minutes: int | None = None,
    speeds: Speeds | None = None,
) -> Feature:
    """The circle by line where there is no street network; a Feature as of `circle`, with network None.

    Raises:
        NetworkError: not one limit, a limit out of range, or no place on earth.
    """
    degrees(lat, lon)
    limit = _limit(mode, metres, minutes, speeds)
    about = _about(mode, lat, lon, limit, minutes)
    about |= {"network": None, "attribution": "", "estimated": True}
    return _feature([_round_ring(lat, lon, limit)], about)


def collection(features: Iterable[Feature]) -> Feature:
    """Several Features as one document."""
    return {"type": "FeatureCollection", "features": list(features)}


def _limit(mode: Mode, metres: int | None, minutes: int | None, speeds: Speeds | None) -> int:
    if (metres is None) == (minutes is None):
        raise NetworkError("A circle has either metres or minutes")
    limit = metres if minutes is None else minutes * int(getattr(speeds or Speeds(), mode))
    if limit is None or not 0 < limit <= LARGEST_METRES:
        raise NetworkError(
            f"A circle of {limit} m cannot be drawn; between 1 and {LARGEST_METRES} m is possible"
        )
    return limit


def _about(mode: Mode, lat: float, lon: float, limit: int, minutes: int | None) -> Feature:
    return {"mode": mode, "metres": limit, "minutes": minutes, "lat": lat, "lon": lon}


def _round_ring(lat: float, lon: float, limit: int) -> Ring:
    """A circle whose way by line x factor + constant is the limit; at least a house's surroundings."""
    radius = max(BUFFER_METRES, (limit - GUESS_METRES) / GUESS_FACTOR)
    turn = np.arange(64) * (2 * np.pi / 64)
    ring = radius * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    return _micro(ring, (lat, lon))


def _rings(search: Search) -> list[Ring]:
    """The outer ring, then the holes. What is reached hangs together, so there is one outer ring."""
    a, b = _lines(search)
    widest = float((np.maximum(a, b).max(axis=0) - np.minimum(a, b).min(axis=0)).max())
    size = min(COARSEST_METRES, max(FINEST_METRES, widest / NODES))
    rings = outline(nearness(a, b, buffer=BUFFER_METRES, size=size))
    kept = [ring for ring in rings if area(ring) > 0 or area(ring) < -SMALLEST_HOLE * size**2]
    return sorted(_presentable(kept, TOLERANCE * size, search.place), key=area, reverse=True)


def _lines(search: Search) -> tuple[Floats, Floats]:
    """Both ends of every reached part of a street, and of the way from the door, on a plane around the place."""
    place, foot = np.array([search.place]), search.foot
    begin, end = reach_of(search).lines(search.network)
    way = np.stack(feet(search.network, search.hung), axis=-1) - place
    door = place + way * min(1.0, search.limit / foot.off)
    a, b = np.concatenate([begin, place]), np.concatenate([end, door])
    return on_plane(a[:, 0], a[:, 1], search.place), on_plane(b[:, 0], b[:, 1], search.place)


def _presentable(rings: Sequence[Floats], tolerance: float, origin: Sequence[float]) -> list[Ring]:
    """Rings with few points, in whole units of coordinates, so near to the true ones that no lines cross."""
    for share in (1, 1 / 2, 1 / 4, 1 / 8):
        few = [_micro(simplified(ring, share * tolerance), origin) for ring in rings]
        if not cross(few):
            return few
    return [_micro(ring, origin) for ring in rings]


def _micro(ring: Floats, origin: Sequence[float]) -> Ring:
    """Longitude and latitude of a ring in millionths of a degree, without repetitions."""
    lat, lon = from_plane(ring, origin)
    whole = np.rint(np.stack([lon, lat], axis=-1) * MICRO).astype(np.int64)
    new: npt.NDArray[np.bool_] = (whole != np.roll(whole, 1, axis=0)).any(axis=-1)
    return whole[new]


def _feature(rings: Sequence[Ring], properties: Feature) -> Feature:
    geometry = {"type": "Polygon", "coordinates": [_closed(ring) for ring in rings]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _closed(ring: Ring) -> list[list[float]]:
    points = (ring / MICRO).round(6).tolist()
    return [*points, points[0]]
