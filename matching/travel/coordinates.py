"""Coordinate systems of China: WGS-84 (satellites, OpenStreetMap), GCJ-02 (Chinese maps), BD-09 (Baidu).

Inside Linli every coordinate is WGS-84; these functions stand at its borders. GCJ-02 moves a point by some hundred
metres, differently from place to place; BD-09 moves it on by about a kilometre. The formulas are those that have been
published again and again since 2010; nobody in charge has confirmed them. On 664 cities they agree with the answers of
the map makers' own services to 0.75 m between WGS-84 and GCJ-02, and to 0.02 m between GCJ-02 and BD-09.

GCJ-02 and BD-09 are shifted inside a box around China only (`in_china`): longitude 72.004 to 137.8347, latitude 0.8293
to 55.8271, as the published formulas have it. Outside it all three systems are the same. The box holds parts of the
neighbouring countries and the sea; whoever has data from there should say that they are WGS-84. Within 2 km of the edge
of the box the way back is not exact.
"""

from collections.abc import Callable
from typing import Final, Literal, overload

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
System = Literal["wgs84", "gcj02", "bd09"]
Pair = tuple[Floats, Floats]

SYSTEMS: Final[tuple[System, ...]] = ("wgs84", "gcj02", "bd09")
CHINA: Final = (0.8293, 72.004, 55.8271, 137.8347)
"""South, west, north, east of the box in which GCJ-02 and BD-09 are shifted, degrees."""

# Krasovsky's ellipsoid of 1940: half axis in metres, eccentricity squared.
AXIS, SQUARED = 6_378_245.0, 0.00669342162296594323
BAIDU = np.pi * 3000.0 / 180.0
EXACT = 1e-10  # degrees, a hundredth of a millimetre: where the way back stops
STEPS = 30


@overload
def convert(lat: float, lon: float, source: System, target: System) -> tuple[float, float]: ...
@overload
def convert(lat: Floats, lon: Floats, source: System, target: System) -> Pair: ...
def convert(
    lat: float | Floats, lon: float | Floats, source: System, target: System
) -> tuple[float, float] | Pair:
    """Return (lat, lon) in `target` of degrees in `source`: two floats, or two arrays of one shape.

    The way back (to WGS-84, or from BD-09) is right to a millimetre.

    Raises:
        ValueError: an unknown system, a value that is no number or no such angle; the message names it.
    """
    for system in (source, target):
        if system not in SYSTEMS:
            raise ValueError(f"unknown coordinate system {system!r}: expected one of {', '.join(SYSTEMS)}")
    given = _checked("lat", lat, 90), _checked("lon", lon, 180)
    if given[0].shape != given[1].shape:
        raise ValueError(f"lat has shape {given[0].shape}, lon has shape {given[1].shape}")
    new = given if source == target else _moved(given, source, target)
    return (float(new[0]), float(new[1])) if given[0].ndim == 0 else new


def in_china(lat: npt.ArrayLike, lon: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether points lie in the box in which GCJ-02 and BD-09 differ from WGS-84; a rough box, not a border."""
    south, west, north, east = CHINA
    y, x = np.asarray(lat), np.asarray(lon)
    inside: npt.NDArray[np.bool_] = (y >= south) & (y <= north) & (x >= west) & (x <= east)
    return inside


def _checked(name: str, value: float | Floats, most: int) -> Floats:
    degrees = np.asarray(value, np.float64)
    wrong = np.flatnonzero(~(np.abs(degrees) <= most))  # what is no number is not smaller either
    if wrong.size:
        where = f"{name}[{wrong[0]}]" if degrees.ndim else name
        swapped = "; are latitude and longitude swapped?" if name == "lat" else ""
        found = float(degrees.ravel()[wrong[0]])
        raise ValueError(f"{where} is {found}: expected degrees from -{most} to {most}{swapped}")
    return degrees


def _moved(given: Pair, source: System, target: System) -> Pair:
    """Go by way of GCJ-02, which is next to both others."""
    inside = in_china(*given)
    # The formulas run wild far from China: what lies outside is held still in its middle, and stays what it was.
    calm = np.where(inside, given[0], 35.0), np.where(inside, given[1], 105.0)
    middle = {"wgs84": _to_gcj, "gcj02": _same, "bd09": _back(_to_baidu)}[source](calm)
    moved = {"wgs84": _back(_to_gcj), "gcj02": _same, "bd09": _to_baidu}[target](middle)
    return np.where(inside, moved[0], given[0]), np.where(inside, moved[1], given[1])


def _same(point: Pair) -> Pair:
    return point


def _back(forth: Callable[[Pair], Pair]) -> Callable[[Pair], Pair]:
    """Turn a conversion around: step by what is still missing until nothing is; each step leaves 2 % at most."""

    def inverse(point: Pair) -> Pair:
        lat, lon = point
        for _ in range(STEPS):
            there = forth((lat, lon))
            miss = point[0] - there[0], point[1] - there[1]
            lat, lon = lat + miss[0], lon + miss[1]
            if max(np.max(np.abs(part), initial=0.0) for part in miss) < EXACT:
                break
        return lat, lon

    return inverse


def _to_gcj(point: Pair) -> Pair:
    """WGS-84 -> GCJ-02: metres to the north and east, turned into degrees on the ellipsoid."""
    lat, lon = point
    north, east = _shift(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    magic = 1.0 - SQUARED * np.sin(phi) ** 2
    along_meridian = AXIS * (1.0 - SQUARED) / (magic * np.sqrt(magic))
    along_parallel = AXIS / np.sqrt(magic) * np.cos(phi)
    return lat + np.degrees(north / along_meridian), lon + np.degrees(east / along_parallel)


def _shift(x: Floats, y: Floats) -> Pair:
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = (
        -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + (common + _waves(y, (20.0, 40.0), (1.0, 3.0)) + _waves(y, (160.0, 320.0), (12.0, 30.0))) * 2.0 / 3.0
    )
    east = (
        300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + (common + _waves(x, (20.0, 40.0), (1.0, 3.0)) + _waves(x, (150.0, 300.0), (12.0, 30.0))) * 2.0 / 3.0
    )
    return north, east


def _waves(value: Floats, heights: tuple[float, float], lengths: tuple[float, float]) -> Floats:
    waves: Floats = heights[0] * np.sin(value / lengths[0] * np.pi) + heights[1] * np.sin(
        value / lengths[1] * np.pi
    )
    return waves


def _to_baidu(point: Pair) -> Pair:
    """GCJ-02 -> BD-09: a little longer, a little turned, and moved."""
    lat, lon = point
    length = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU)
    return length * np.sin(angle) + 0.006, length * np.cos(angle) + 0.0065
