"""Hanging places on the street network: each on its nearest street piece, with a word on how good that is.

A place hangs by a projection: `along` whole centimetres from the edge's tail (`length - along` from its head), and `off`
whole centimetres of way between door and street. Both are rounded so that no sum of them falls below the straight line.
"""

from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from matching.errors import NetworkError
from matching.travel.base import Mode
from matching.travel.earth import Floats, chord, on_sphere
from matching.travel.line import LineTravel
from matching.travel.network.grid import Pieces
from matching.travel.network.model import BIT, DEGREE, I32, I64, U8, Network

ON_STREET: Final = 0
FAR: Final = 1
ISLAND: Final = 2
OUTSIDE: Final = 3
"""States of a snapped place; every way from or to a place that is not ON_STREET is an estimate.

FAR: the nearest street is more than MAX_OFF_METRES away. ISLAND: it stands at ways that nothing connects to the rest.
OUTSIDE: it lies outside of what the network covers.
"""

MAX_OFF_METRES: Final = 150.0
ISLAND_METRES: Final = 30.0
"""A place belongs to an island if the street of its mode is so much further off than the island's ways."""

GUESS_FACTOR: Final = LineTravel().factor
GUESS_METRES: Final = LineTravel().constant_metres
"""The guessed way to the street of a place that does not hang well: line x factor + constant, as `LineTravel` guesses."""

POLE, DATE_LINE = 90.0, 180.0

BLOCKED: Final = -1
"""Centimetres of a way that may not be gone."""


class Snapped(NamedTuple):
    """Places on a network, each field (n,): edge, centimetres along it from its tail, centimetres off it, state."""

    edge: I32
    along: I32
    off: I32
    state: U8

    def take(self, which: "slice | npt.NDArray[Any]") -> "Snapped":
        """Some of the places: by a slice, by numbers or by a mask."""
        return Snapped(self.edge[which], self.along[which], self.off[which], self.state[which])


class Foot(NamedTuple):
    """One snapped place, in plain numbers."""

    edge: int
    along: int
    off: int
    state: int


class Nearest(NamedTuple):
    """The nearest edge of each place: (n,) its index, how far along it (0 to 1), metres by line."""

    edge: I64
    share: Floats
    metres: Floats


def snap(network: Network, lat: npt.ArrayLike, lon: npt.ArrayLike, mode: Mode = "walk") -> Snapped:
    """Hang places (n,), in degrees of WGS-84, on the nearest edges that a mode may pass.

    Raises:
        NetworkError: a coordinate is no number or no place on earth, or the network has no street for this mode.
    """
    lats, lons = degrees(lat, lon)
    near = nearest(network, lats, lons, mode)
    along = np.rint(near.share * network.length[near.edge])
    state = _states(network, lats, lons, near.metres)
    guess = np.ceil(100 * (GUESS_FACTOR * near.metres + GUESS_METRES))
    # 2 cm pay for the rounding of `along` at both ends of a way
    off = np.where(state == ON_STREET, np.ceil(100 * near.metres) + 2, guess)
    return Snapped(near.edge.astype(np.int32), along.astype(np.int32), off.astype(np.int32), state)


def snap_one(network: Network, lat: float, lon: float, mode: Mode = "walk") -> Foot:
    """Hang one place; see `snap`."""
    return foot_of(snap(network, (lat,), (lon,), mode), 0)


def foot_of(snapped: Snapped, i: int) -> Foot:
    """The i-th of snapped places."""
    edge, along, off, state = snapped
    return Foot(int(edge[i]), int(along[i]), int(off[i]), int(state[i]))


def nearest(network: Network, lat: npt.ArrayLike, lon: npt.ArrayLike, mode: Mode = "walk") -> Nearest:
    """The nearest edge that a mode may pass, by line, of every place; of equally near ones the lowest.

    Raises:
        NetworkError: as `snap`.
    """
    points = on_sphere(*degrees(lat, lon))
    edges, pieces = _streets(network, mode)
    piece = pieces.nearest(points)
    share, metres = pieces.near(points, piece)
    return Nearest(edges[piece], share, metres)


def feet(network: Network, snapped: Snapped) -> tuple[Floats, Floats]:
    """Degrees (lat, lon) of the points on the streets where places hang."""
    tail, head = network.tail[snapped.edge], network.head[snapped.edge]
    share = snapped.along / np.maximum(network.length[snapped.edge], 1)
    lat = network.lat[tail] + share * (network.lat[head] - network.lat[tail])
    lon = network.lon[tail] + share * (network.lon[head] - network.lon[tail])
    return lat / DEGREE, lon / DEGREE


def ends(network: Network, mode: Mode, snapped: Snapped, *, backwards: bool = False) -> tuple[I32, I32]:
    """Centimetres from each foot to the tail and to the head of its edge, BLOCKED where the mode may not go so.

    Without `off`. `backwards`: from tail and head to the foot instead. A foot in a corner is there already, whatever the
    direction of its edge.
    """
    forth, back = (network.back, network.forth) if backwards else (network.forth, network.back)
    bit, length = BIT[mode], network.length[snapped.edge]
    to_tail = (back[snapped.edge] & bit > 0) | (snapped.along == 0)
    to_head = (forth[snapped.edge] & bit > 0) | (snapped.along == length)
    return (
        np.where(to_tail, snapped.along, BLOCKED).astype(np.int32),
        np.where(to_head, length - snapped.along, BLOCKED).astype(np.int32),
    )


def degrees(lat: npt.ArrayLike, lon: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Latitudes and longitudes as arrays (n,).

    Raises:
        NetworkError: a coordinate is no number, or no place on earth.
    """
    lats, lons = np.atleast_1d(np.asarray(lat, np.float64)), np.atleast_1d(np.asarray(lon, np.float64))
    wrong = ~((np.abs(lats) <= POLE) & (np.abs(lons) <= DATE_LINE))
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise NetworkError(
            f"place {i}: latitude {lats[i]}, longitude {lons[i]} is no place on earth; degrees of WGS-84 are wanted"
        )
    return lats, lons


def _states(network: Network, lat: Floats, lon: Floats, metres: Floats) -> U8:
    """How well places hang whose nearest edge is `metres` away."""
    points = on_sphere(lat, lon)
    south, west, north, east = network.facts.bounds
    inside = on_sphere(np.clip(lat, south, north), np.clip(lon, west, east))
    state = np.where(metres > MAX_OFF_METRES, FAR, ON_STREET)
    away = np.flatnonzero(metres > ISLAND_METRES)  # nearer to a street, nobody can be on an island
    island = _island_metres(network, points[away])
    state[away[(island <= MAX_OFF_METRES) & (metres[away] > island + ISLAND_METRES)]] = ISLAND
    state[chord(points, inside) > MAX_OFF_METRES] = OUTSIDE
    return state.astype(np.uint8)


def _island_metres(network: Network, points: Floats) -> Floats:
    pieces = _islands(network)
    if pieces is None:
        return np.full(len(points), np.inf)
    return pieces.near(points, pieces.nearest(points))[1]


_Index = dict[int, tuple[I64, Pieces]]
_indexes: "WeakKeyDictionary[Network, _Index]" = WeakKeyDictionary()
_island_pieces: "WeakKeyDictionary[Network, Pieces | None]" = WeakKeyDictionary()


def _streets(network: Network, mode: Mode) -> tuple[I64, Pieces]:
    """Edges that a mode may pass, and the index over them; made at the first call for a network."""
    known, bit = _indexes.setdefault(network, {}), BIT[mode]
    if bit not in known:
        edges = np.flatnonzero((network.forth | network.back) & bit)
        if not len(edges):
            raise NetworkError(
                f"The street network has no street for {mode}; prepare it from a fuller extract"
            )
        points = on_sphere(network.lat / DEGREE, network.lon / DEGREE)
        tails, heads = points[network.tail[edges]], points[network.head[edges]]
        known[bit] = (edges, Pieces(tails, heads, network.origin))
    return known[bit]


def _islands(network: Network) -> Pieces | None:
    if network not in _island_pieces:
        lat, lon, to_lat, to_lon = network.islands.T / DEGREE
        a, b = on_sphere(lat, lon), on_sphere(to_lat, to_lon)
        _island_pieces[network] = Pieces(a, b, network.origin) if len(lat) else None
    return _island_pieces[network]
