"""Which parts of the streets a search reaches: cut to the centimetre where its limit ends."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.earth import Floats
from matching.travel.network.model import BIT, DEGREE, I64, Network
from matching.travel.network.single import Search
from matching.travel.network.spread import as_array

Flags = npt.NDArray[np.bool_]


class Reach(NamedTuple):
    """Parts of edges (k,): the edge, and from which centimetre of it to which, counted from its tail.

    Parts may overlap, where an edge is reached from both ends.
    """

    edge: I64
    begin: I64
    end: I64

    def lines(self, network: Network) -> tuple[Floats, Floats]:
        """Both ends of every part, (k, 2) degrees of latitude and longitude."""
        corners = np.stack([network.lat, network.lon], axis=-1) / DEGREE
        tail = corners[network.tail[self.edge]]
        way = (corners[network.head[self.edge]] - tail) / np.maximum(network.length[self.edge], 1)[:, None]
        begin: Floats = tail + way * self.begin[:, None]
        end: Floats = tail + way * self.end[:, None]
        return begin, end


def reach_of(search: Search) -> Reach:
    """All parts of streets within the limit of a search."""
    network = search.network
    to = as_array(search.reached, network.vertices)
    length = network.length.astype(np.int64)
    from_tail, from_head = search.limit - to[network.tail], search.limit - to[network.head]
    forth, back = _directions(search)
    ahead, behind = np.flatnonzero(forth & (from_tail >= 0)), np.flatnonzero(back & (from_head >= 0))
    parts = [
        Reach(ahead, np.zeros(len(ahead), np.int64), np.minimum(length[ahead], from_tail[ahead])),
        Reach(behind, np.maximum(0, length[behind] - from_head[behind]), length[behind]),
        _own_street(search, bool(forth[search.foot.edge]), bool(back[search.foot.edge])),
    ]
    return Reach(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _directions(search: Search) -> tuple[Flags, Flags]:
    """Which edges may be gone with and against their direction, away from the place."""
    network, bit = search.network, BIT[search.mode]
    forth, back = network.forth & bit > 0, network.back & bit > 0
    return (back, forth) if search.backwards else (forth, back)


def _own_street(search: Search, forth: bool, back: bool) -> Reach:
    """Both sides of the foot on the street piece where the place hangs."""
    edge, along, off, _ = search.foot
    left = search.limit - off
    if left < 0:
        return Reach(*(np.zeros(0, np.int64) for _ in range(3)))
    end = min(int(search.network.length[edge]), along + left) if forth else along
    begin = max(0, along - left) if back else along
    return Reach(np.array([edge]), np.array([begin]), np.array([end]))
