"""Straight lines on the earth: chords between points of a sphere, in metres."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

EARTH_METRES = 6_371_008.8
METRES_PER_DEGREE = EARTH_METRES * float(np.pi) / 180

Floats = npt.NDArray[np.float64]


def on_sphere(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Points (n, 3) in metres from the earth's middle, of degrees in WGS-84."""
    phi, theta = np.radians(np.asarray(lat, np.float64)), np.radians(np.asarray(lon, np.float64))
    flat = EARTH_METRES * np.cos(phi)
    points: Floats = np.stack(
        [flat * np.cos(theta), flat * np.sin(theta), EARTH_METRES * np.sin(phi)], axis=-1
    )
    return points


def chord(a: Floats, b: Floats) -> Floats:
    """Metres between points on the sphere; shapes broadcast. An arc of 100 km is 1 m longer than its chord."""
    apart = a - b
    metres: Floats = np.sqrt((apart * apart).sum(axis=-1))
    return metres


def line_metres(a: Sequence[float], b: Sequence[float]) -> float:
    """Metres by line between two (lat, lon) in degrees."""
    return float(chord(on_sphere(a[0], a[1]), on_sphere(b[0], b[1])))


def on_plane(lat: npt.ArrayLike, lon: npt.ArrayLike, origin: Sequence[float]) -> Floats:
    """Metres (n, 2) east and north of `origin` (lat, lon), on a plane good for some tens of kilometres around it."""
    north = (np.asarray(lat, np.float64) - origin[0]) * METRES_PER_DEGREE
    east = (np.asarray(lon, np.float64) - origin[1]) * (
        METRES_PER_DEGREE * float(np.cos(np.radians(origin[0])))
    )
    points: Floats = np.stack([east, north], axis=-1)
    return points


def from_plane(points: Floats, origin: Sequence[float]) -> tuple[Floats, Floats]:
    """Degrees (lat, lon) of metres east and north of `origin`; the inverse of `on_plane`."""
    lat = points[..., 1] / METRES_PER_DEGREE + origin[0]
    lon = points[..., 0] / (METRES_PER_DEGREE * float(np.cos(np.radians(origin[0])))) + origin[1]
    return lat, lon
