"""The ground of the demo world: nodes and streets of the real walkable network (OpenStreetMap, ODbL), read lazily."""

import gzip
import math
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_195.0
Points = NDArray[np.float64]


class Bounds(msgspec.Struct, frozen=True):
    """A box in degrees."""

    south: float
    west: float
    north: float
    east: float


class Street(msgspec.Struct, frozen=True):
    """A piece of street: its name ("" where it has none), highway class, and indexes into `walkable_points()`."""

    name: str
    kind: str
    nodes: tuple[int, ...]


class Ground(msgspec.Struct, frozen=True):
    """What the network covers: the convex hull of its nodes, a ring of (lat, lon) anticlockwise."""

    bounds: Bounds
    ring: tuple[tuple[float, float], ...]

    def margin(self, points: Points) -> Points:
        """Metres from each (lat, lon) to the nearest edge of the hull; negative outside."""
        corners = plane(np.array(self.ring))
        edges = np.roll(corners, -1, axis=0) - corners
        edges /= np.linalg.norm(edges, axis=1, keepdims=True)
        spans = plane(np.atleast_2d(points))[:, None, :] - corners
        inside: Points = (edges[:, 0] * spans[..., 1] - edges[:, 1] * spans[..., 0]).min(axis=1)
        return inside

    def contains(self, lat: float, lon: float) -> bool:
        """Whether a place lies on the ground (to 1 m)."""
        return bool(self.margin(np.array([[lat, lon]]))[0] >= -1.0)


class _File(msgspec.Struct):
    bounds: tuple[float, float, float, float]
    names: list[str]
    classes: list[str]
    streets: list[tuple[int, int, tuple[int, ...]]]
    hull: list[int]
    nodes: list[tuple[int, int]]


@cache
def _file() -> _File:
    packed = (files("seed") / "data" / "shatou_points.json.gz").read_bytes()
    return msgspec.json.decode(gzip.decompress(packed), type=_File)


@cache
def walkable_points() -> Points:
    """Nodes of the largest walkable component, shape (n, 2): lat, lon. Read-only."""
    points: Points = np.array(_file().nodes, dtype=np.float64) / 1e6
    points.setflags(write=False)
    return points


@cache
def streets() -> tuple[Street, ...]:
    """Every piece of street of the network."""
    raw = _file()
    return tuple(Street(raw.names[n] if n >= 0 else "", raw.classes[k], nodes) for n, k, nodes in raw.streets)


@cache
def ground() -> Ground:
    """The ground that coordinates must lie on."""
    raw = _file()
    return Ground(
        Bounds(*raw.bounds), tuple((raw.nodes[i][0] / 1e6, raw.nodes[i][1] / 1e6) for i in raw.hull)
    )


def plane(points: Points) -> Points:
    """(lat, lon) degrees to (x, y) metres on a plane good for a few kilometres around this street."""
    shrink = math.cos(math.radians(ground_latitude()))
    flat: Points = points[..., ::-1] * np.array([METRES_PER_DEGREE * shrink, METRES_PER_DEGREE])
    return flat


@cache
def ground_latitude() -> float:
    """The middle latitude of the network, degrees."""
    bounds = _file().bounds
    return (bounds[0] + bounds[2]) / 2


def metres(a: Points, b: Points) -> Points:
    """Straight-line metres between (lat, lon) places; shapes broadcast."""
    apart: Points = np.linalg.norm(plane(np.asarray(a)) - plane(np.asarray(b)), axis=-1)
    return apart


def offset(point: Points, east: float, north: float) -> tuple[float, float]:
    """The place some metres east and north of a (lat, lon), rounded to 0.1 m."""
    shrink = math.cos(math.radians(ground_latitude()))
    lat = float(point[0]) + north / METRES_PER_DEGREE
    lon = float(point[1]) + east / (METRES_PER_DEGREE * shrink)
    return round(lat, 6), round(lon, 6)
