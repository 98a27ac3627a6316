"""Gaps: streets that end a few metres before the next one, where a crossing or a gate was not drawn.

Two repairs, on foot and by pushed e-bike only. First, parts that nothing connects are joined, each by its shortest link,
until none is within reach of another: islands that are only badly mapped become reachable. Then a dead end is joined to
the nearest street that one would reach only by a way ten times as long as the gap. No link crosses a street that is
closed to walkers, or passes a wall or a locked gate; the links of dead ends cross no street at all.
"""

from typing import Any

import numpy as np

from matching.travel.earth import Floats, on_plane
from matching.travel.network.around import Walks
from matching.travel.network.links import Link, with_links
from matching.travel.network.model import DEGREE, I32, I64, U8, WALK
from matching.travel.network.near import Near, crossing, near
from matching.travel.network.noding import Edges, Mask
from matching.travel.network.parts import parts_of

DETOUR = 10
"""A dead end is joined if the way around is so many times the gap."""
CLEAR_METRES = 5.0
"""So far a link keeps from walls and locked gates."""


def join(
    edges: Edges, lat: I32, lon: I32, stops: U8, metres: float
) -> tuple[Edges, I32, I32, dict[str, Any]]:
    """Edges and vertices with links over gaps of up to `metres`, and how many links of either kind."""
    town = _Town(edges, lat, lon, stops, metres)
    parts = town.between_parts()
    edges, lat, lon = with_links(edges, lat, lon, parts)
    town = _Town(edges, lat, lon, stops, metres)
    ends = town.from_dead_ends()
    edges, lat, lon = with_links(edges, lat, lon, ends)
    return edges, lat, lon, {"parts_joined": len(parts), "dead_ends_joined": len(ends)}


class _Town:
    """What is walked and what is not, on a plane, and how far a link may reach."""

    def __init__(self, edges: Edges, lat: I32, lon: I32, stops: U8, metres: float) -> None:
        origin = (float(lat.mean()) / DEGREE, float(lon.mean()) / DEGREE)
        self.spot = on_plane(lat / DEGREE, lon / DEGREE, origin)
        self.edges, self.metres = edges, metres
        self.open = np.flatnonzero((edges.forth | edges.back) & WALK)
        self.shut = np.flatnonzero(((edges.forth | edges.back) & WALK) == 0)
        self.walls = self.spot[np.flatnonzero(stops & WALK)]

    def between_parts(self) -> list[Link]:
        """The shortest links that join what is within reach, one for each part joined (Kruskal)."""
        parts = parts_of(self.edges, len(self.spot), WALK, both_ways=False)
        pairs = self._pairs_of_parts(parts)
        pairs = pairs.only(self._may_link(pairs, self.shut))
        trees = _Trees(len(self.spot))
        links = []
        for at in np.lexsort((pairs.piece, pairs.point, pairs.metres)).tolist():
            vertex, edge = int(pairs.point[at]), int(pairs.piece[at])
            if trees.unite(int(parts[vertex]), int(parts[self.edges.tail[edge]])):
                links.append(Link(vertex, edge, float(pairs.share[at])))
        return links

    def _pairs_of_parts(self, parts: I32) -> Near:
        """Vertices and edges of two parts within reach; all near ones of the small parts, on either side of the gap."""
        ends = np.unique(np.concatenate([self.edges.tail[self.open], self.edges.head[self.open]]))
        weight = np.bincount(parts[self.edges.tail[self.open]], self.edges.length[self.open])
        small = parts != weight.argmax()
        some = self._near(ends[small[ends]], self.open)
        more = self._near(ends, self.open[small[self.edges.tail[self.open]]])
        pairs = Near._make(np.concatenate(two) for two in zip(some, more, strict=True))
        return pairs.only(parts[pairs.point] != parts[self.edges.tail[pairs.piece]])

    def from_dead_ends(self) -> list[Link]:
        """The shortest link of each dead end that saves a long way around."""
        ends = self._dead_ends()
        pairs = self._near(ends, self.open)
        tail, head = self.edges.tail[pairs.piece], self.edges.head[pairs.piece]
        pairs = pairs.only((pairs.point != tail) & (pairs.point != head))
        pairs = pairs.only(self._may_link(pairs, np.arange(len(self.edges.tail))))
        walks = Walks(self.edges)
        joined: set[int] = set()
        links = []
        for at in np.lexsort((pairs.piece, pairs.point, pairs.metres)).tolist():
            link = Link(int(pairs.point[at]), int(pairs.piece[at]), float(pairs.share[at]))
            gap = round(100 * float(pairs.metres[at]))
            if link.vertex not in joined and walks.longer_than(DETOUR * gap, link):
                walks.add(link, gap)
                joined.add(link.vertex)
                links.append(link)
        return links

    def _dead_ends(self) -> I64:
        degree = np.bincount(
            np.concatenate([self.edges.tail[self.open], self.edges.head[self.open]]), minlength=len(self.spot)
        )
        return np.flatnonzero(degree == 1)

    def _near(self, vertices: I64, edges: I64) -> Near:
        a, b = self.spot[self.edges.tail[edges]], self.spot[self.edges.head[edges]]
        pairs = near(self.spot[vertices], a, b, self.metres)
        return pairs._replace(point=vertices[pairs.point], piece=edges[pairs.piece])

    def _may_link(self, pairs: Near, shut: I64) -> Mask:
        """Whether a link crosses none of the `shut` edges and keeps clear of walls."""
        a, b = self.spot[self.edges.tail[pairs.piece]], self.spot[self.edges.head[pairs.piece]]
        p, q = self.spot[pairs.point], a + pairs.share[:, None] * (b - a)
        free = np.ones(len(p), bool)
        free[near(self.walls, p, q, CLEAR_METRES).piece] = False
        c, d = self.spot[self.edges.tail[shut]], self.spot[self.edges.head[shut]]
        close = near((p + q) / 2, c, d, self.metres)
        crossed = crossing(p[close.point], _short(p, q)[close.point], c[close.piece], d[close.piece])
        free[close.point[crossed]] = False
        return free


def _short(p: Floats, q: Floats) -> Floats:
    """A little before q, so that rounding does not make a link cross the street it ends at."""
    return p + 0.999 * (q - p)


class _Trees:
    """Which parts are joined already."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))

    def unite(self, a: int, b: int) -> bool:
        """Join two parts; False if they were one."""
        a, b = self._root(a), self._root(b)
        self.above[a] = b
        return a != b

    def _root(self, part: int) -> int:
        while self.above[part] != part:
            self.above[part] = part = self.above[self.above[part]]
        return part
