"""Which services each building has nearby: one search per service, from all who give it at once.

Metres are those of single ways to the nearest giver; whoever shows 500 metres and 15 minutes asks once, for the longer.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.base import Mode
from matching.travel.earth import chord, on_sphere
from matching.travel.network.grid import batches, ranges
from matching.travel.network.model import I32, I64, Network
from matching.travel.network.single import Point
from matching.travel.network.snap import GUESS_FACTOR, GUESS_METRES, ON_STREET, Snapped, degrees, snap
from matching.travel.network.spread import (
    BEYOND,
    arrivals,
    as_array,
    corners,
    directly,
    spread,
    starts_of,
)

Flags = npt.NDArray[np.bool_]


class Coverage(NamedTuple):
    """Metres from each building (row) to the nearest giver of each service (column), -1 beyond the limit.

    `guessed` where the building or that giver hangs badly on the network, or there is none.
    """

    services: tuple[str, ...]
    metres: I32
    guessed: Flags

    def within(self, metres: int) -> Flags:
        """Which services each building has within so many metres; no more than was asked for."""
        return (self.metres >= 0) & (self.metres <= metres)


class _Givers(NamedTuple):
    """All who give something: coordinates (m,), and which column of the table each belongs to."""

    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    column: I64

    def take(self, which: Flags) -> "_Givers":
        return _Givers(self.lat[which], self.lon[which], self.column[which])


def coverage(
    network: Network,
    mode: Mode,
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    supply: Mapping[str, Sequence[Point]],
    *,
    limit_metres: int,
    backwards: bool = False,
) -> Coverage:
    """Services near buildings (n,), in degrees. `supply` gives (lat, lon) of all who give a service, by its code.

    Ways lead from the givers to the buildings, `backwards` from the buildings to the givers.

    Raises:
        NetworkError: coordinates are no place on earth, or the network has no street for this mode.
    """
    givers, homes = _givers(supply), snap(network, lat, lon, mode)
    there = snap(network, givers.lat, givers.lon, mode)
    where = degrees(lat, lon)
    totals = []
    for good in (there.state == ON_STREET, there.state != ON_STREET):
        some, hung, width = givers.take(good), there.take(good), len(supply)
        total = _over_corners(network, mode, homes, hung, some.column, width, 100 * limit_metres, backwards)
        _along_one_street(network, mode, homes, hung, total, some, where, backwards)
        totals.append(total)
    metres = _metres(np.minimum(*totals), 100 * limit_metres)
    guessed = (totals[1] < totals[0]) | (homes.state != ON_STREET)[:, None]
    return Coverage(tuple(supply), metres, guessed)


def estimated_coverage(
    lat: npt.ArrayLike, lon: npt.ArrayLike, supply: Mapping[str, Sequence[Point]], *, limit_metres: int
) -> Coverage:
    """The same where there is no street network: by line x factor + constant, all of it guessed.

    Raises:
        NetworkError: coordinates are no place on earth.
    """
    points, givers = on_sphere(*degrees(lat, lon)), _givers(supply)
    total = np.full((len(points), len(supply)), BEYOND, np.int64)
    for place, column in zip(
        on_sphere(*degrees(givers.lat, givers.lon)), givers.column.tolist(), strict=True
    ):
        line = chord(points, place)
        way = np.where(line == 0.0, 0, np.ceil(line * GUESS_FACTOR).astype(np.int64) + GUESS_METRES)
        np.minimum(total[:, column], 100 * way, out=total[:, column])
    return Coverage(tuple(supply), _metres(total, 100 * limit_metres), np.ones(total.shape, np.bool_))


def _givers(supply: Mapping[str, Sequence[Point]]) -> _Givers:
    rows = [(*place, column) for column, places in enumerate(supply.values()) for place in places]
    lat, lon, column = np.array(rows, np.float64).reshape(len(rows), 3).T
    return _Givers(lat, lon, column.astype(np.int64))


def _over_corners(
    network: Network,
    mode: Mode,
    homes: Snapped,
    givers: Snapped,
    column: I64,
    width: int,
    limit: int,
    backwards: bool,
) -> I64:
    """Centimetres (n, width) over the corners of the network, BEYOND past the limit."""
    total = np.full((len(homes.edge), width), BEYOND, np.int64)
    graph = corners(network, mode, backwards=backwards)
    for k in np.unique(column).tolist():
        starts = starts_of(network, mode, givers.take(column == k), backwards=backwards)
        to = as_array(spread(graph, starts, limit), network.vertices)
        total[:, k] = arrivals(network, mode, to, homes, backwards=backwards)
    return total


def _along_one_street(
    network: Network,
    mode: Mode,
    homes: Snapped,
    givers: Snapped,
    total: I64,
    places: _Givers,
    where: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    backwards: bool,
) -> None:
    """Lower `total` where a giver hangs on the building's own street piece; to 0 at its very coordinates."""
    order = np.argsort(homes.edge, kind="stable")
    first = np.searchsorted(homes.edge[order], givers.edge, side="left")
    last = np.searchsorted(homes.edge[order], givers.edge, side="right")
    for start, stop in batches(last - first):
        giver, slot = ranges(first[start:stop, None], last[start:stop, None])
        giver, home = giver + start, order[slot]
        way = directly(network, mode, givers.take(giver), homes.take(home), backwards=backwards)
        same = (where[0][home] == places.lat[giver]) & (where[1][home] == places.lon[giver])
        np.minimum.at(total, (home, places.column[giver]), np.where(same, 0, way))


def _metres(total: I64, limit: int) -> I32:
    return np.where(total <= limit, -(-total // 100), -1).astype(np.int32)
