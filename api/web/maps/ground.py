"""The ground of every map: streets in cells of Web Mercator tiles, as JSON that a browser keeps for good.

Only streets and their names are in it: no home, no helper, nothing of the market. Two levels: far (broad streets only) and
near (everything). A cell is

    {"names": ["深南大道", …], "lines": [[rank, name or -1, [x, y, dx, dy, …]], …]}

with coordinates in 1/4096 of the cell's side from its north-western corner; lines may reach over its edges.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Final, NamedTuple

import msgspec
import numpy as np

from api.web.maps.lines import MIDDLE, STEPS, Line, Points, lines_of, thinned
from matching.travel.network import Network
from matching.travel.network.model import DEGREE

FORMAT = 1  # part of every address: what a browser keeps is never read by another drawing
NEAR, FAR = 14, 11  # zooms of the two levels; a near cell is about 2.3 km wide in Shenzhen
SIDE = 4096
TOLERANCE: Final = {NEAR: 1.5, FAR: 12.0}  # in 1/4096 of a cell's side: 0.8 m and 53 m there
LEAST: Final = {NEAR: STEPS, FAR: MIDDLE}  # the narrowest rank of a level
PREFIX = 12  # characters of the network's version in an address

Cell = tuple[int, int, int]


class Streets(msgspec.Struct, frozen=True):
    """Where a page's map gets its ground from: address with {z}, {x}, {y}; levels; south, west, north, east."""

    href: str
    near: int
    far: int
    side: int
    bounds: tuple[float, float, float, float]


class Packed(NamedTuple):
    """A cell's JSON and the same compressed."""

    plain: bytes
    packed: bytes


EMPTY = b'{"names":[],"lines":[]}'


class Ground:
    """All cells of one network; takes about a second for 100,000 edges, so build it in a thread (`ground_of`)."""

    def __init__(self, network: Network) -> None:
        self.prefix = prefix_of(network)
        lines, plane = lines_of(network), on_mercator(network)
        self._cells = {
            cell: _packed(found, network.facts.names)
            for level in (NEAR, FAR)
            for cell, found in _cut(level, lines, plane).items()
        }

    def cell(self, level: int, x: int, y: int) -> Packed:
        """Return a cell; one without streets is empty."""
        return self._cells.get((level, x, y)) or Packed(EMPTY, gzip.compress(EMPTY, mtime=0))

    @property
    def cells(self) -> dict[Cell, Packed]:
        """All cells that have streets."""
        return self._cells


def prefix_of(network: Network) -> str:
    """Return what names network and format in an address."""
    return f"{network.facts.version[:PREFIX]}-{FORMAT}"


def streets_of(network: Network | None) -> Streets | None:
    """Return where the ground of a network is found; None without one."""
    if network is None:
        return None
    return Streets(f"/map/{prefix_of(network)}/{{z}}/{{x}}/{{y}}", NEAR, FAR, SIDE, network.facts.bounds)


_LOCK = Lock()


def ground_of(network: Network) -> Ground:
    """Return the ground of a network, built once per process."""
    with _LOCK:
        return _built(network)


@lru_cache(maxsize=2)
def _built(network: Network) -> Ground:
    return Ground(network)


def on_mercator(network: Network) -> Points:
    """Return vertices (v, 2) on the unit square of Web Mercator (EPSG:3857), x eastwards and y southwards."""
    lat = np.radians(np.asarray(network.lat, np.float64) / DEGREE)
    x = np.asarray(network.lon, np.float64) / DEGREE / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
    points: Points = np.stack([x, y], axis=-1)
    return points


Piece = tuple[int, int, Points]  # rank, name, points in units from the cell's corner


def _cut(level: int, lines: list[Line], plane: Points) -> dict[Cell, list[Piece]]:
    """Cut thinned lines into cells; a segment lies in every cell that it touches."""
    cells: dict[Cell, list[Piece]] = defaultdict(list)
    for line in lines:
        if line.rank > LEAST[level]:
            continue
        points = thinned(plane[line.vertices] * (2**level * SIDE), TOLERANCE[level])
        for (x, y), piece in _pieces(points):
            cells[level, x, y].append((line.rank, line.name, piece - np.array([x, y]) * SIDE))
    return cells


def _pieces(points: Points) -> Iterator[tuple[tuple[int, int], Points]]:
    """Yield cell and part of a line, for each stretch without a gap in that cell."""
    begun: dict[tuple[int, int], int] = {}
    for n in range(len(points) - 1):
        touched = _touched(points[n], points[n + 1])
        for cell in [cell for cell in begun if cell not in touched]:
            yield cell, points[begun.pop(cell) : n + 1]
        for cell in touched:
            begun.setdefault(cell, n)
    for cell, first in begun.items():
        yield cell, points[first:]


def _touched(a: Points, b: Points) -> set[tuple[int, int]]:
    """Return the cells of points along a segment, no further apart than a quarter of a cell."""
    steps = int(np.abs(b - a).max() // (SIDE // 4)) + 2
    along = np.linspace(a, b, steps) // SIDE
    return {(int(x), int(y)) for x, y in along}


def _packed(pieces: list[Piece], words: tuple[str, ...]) -> Packed:
    known: dict[int, int] = {-1: -1}
    names: list[str] = []
    lines: list[tuple[int, int, list[int]]] = []
    for rank, name, points in pieces:
        if name not in known:
            known[name] = len(names)
            names.append(words[name])
        steps = np.diff(points.round().astype(np.int64), axis=0, prepend=[[0, 0]])
        lines.append((rank, known[name], list(map(int, steps.ravel()))))
    plain = msgspec.json.encode({"names": names, "lines": lines})
    return Packed(plain, gzip.compress(plain, mtime=0))
