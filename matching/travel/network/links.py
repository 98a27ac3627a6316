"""Putting links into a network: the street that a link ends at is split there."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from matching.travel.network.model import EBIKE, I32, WALK
from matching.travel.network.noding import Edges, centimetres
from matching.travel.network.ways import GAP

LEAST_CM = 50
"""A link that would end so near to a vertex ends at the vertex."""


class Link(NamedTuple):
    """A straight link from a vertex to a place on an edge, at a share (0 to 1) of it from its tail."""

    vertex: int
    edge: int
    share: float


def with_links(edges: Edges, lat: I32, lon: I32, links: list[Link]) -> tuple[Edges, I32, I32]:
    """Edges and vertices with the links among them; new vertices follow the old ones."""
    if not links:
        return edges, lat, lon
    made = _Splits(edges, lat, lon)
    of: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        of[link.edge].append(link)
    for edge in sorted(of):
        made.split(edge, sorted(of[edge], key=lambda link: (link.share, link.vertex)))
    return made.result()


class _Splits:
    def __init__(self, edges: Edges, lat: I32, lon: I32) -> None:
        self.edges = edges
        self.lat, self.lon = lat.tolist(), lon.tolist()
        self.gone: list[int] = []
        self.pieces: list[tuple[int, int, int]] = []  # tail, head, the edge it is a piece of
        self.links: set[tuple[int, int]] = set()
        self.same: dict[int, int] = {}  # vertices that lie where another one is, and that one

    def split(self, edge: int, links: list[Link]) -> None:
        """End the links of one edge, in the order of their shares, each at a vertex."""
        tail, head = int(self.edges.tail[edge]), int(self.edges.head[edge])
        length = int(self.edges.length[edge])
        last = tail
        for link in links:
            at = self._vertex_at(link, tail, head, length, last)
            if at not in {tail, head, last}:
                self.pieces.append((last, at, edge))
                last = at
            self._link(link.vertex, at)
        if last != tail:
            self.pieces.append((last, head, edge))
            self.gone.append(edge)

    def _vertex_at(self, link: Link, tail: int, head: int, length: int, last: int) -> int:
        if link.share * length < LEAST_CM:
            return tail
        if (1 - link.share) * length < LEAST_CM:
            return head
        lat = round(self.lat[tail] + link.share * (self.lat[head] - self.lat[tail]))
        lon = round(self.lon[tail] + link.share * (self.lon[head] - self.lon[tail]))
        for known in (last, tail, head, link.vertex):
            if (self.lat[known], self.lon[known]) == (lat, lon):
                return known
        self.lat.append(lat)
        self.lon.append(lon)
        return len(self.lat) - 1

    def _link(self, a: int, b: int) -> None:
        if a == b:
            return
        if (self.lat[a], self.lon[a]) == (self.lat[b], self.lon[b]):
            self.same[max(a, b)] = min(a, b)
        else:
            self.links.add((min(a, b), max(a, b)))

    def result(self) -> tuple[Edges, I32, I32]:
        """Old edges without the split ones, their pieces, the links; in the order of their vertices."""
        lat, lon = np.array(self.lat, np.int32), np.array(self.lon, np.int32)
        old = np.delete(np.arange(len(self.edges.tail)), self.gone)
        whole = np.concatenate([old, np.array([edge for *_, edge in self.pieces], np.int64)])
        streets = self.edges.only(whole)
        for nth, (tail, head, _) in enumerate(self.pieces, len(old)):
            streets.tail[nth], streets.head[nth] = tail, head
        edges = _renamed(_stacked(streets, sorted(self.links)), self.same)
        return _ordered(edges, lat, lon), lat, lon


def _stacked(streets: Edges, links: list[tuple[int, int]]) -> Edges:
    ends = np.array(links, np.int64).reshape(-1, 2)
    both = np.full(len(ends), WALK | EBIKE, np.uint8)
    kind, name = np.full(len(ends), GAP, np.uint8), np.full(len(ends), -1, np.int32)
    new = Edges(ends[:, 0], ends[:, 1], ends[:, 0], both, both, kind, name)
    return Edges._make(np.concatenate([old, more]) for old, more in zip(streets, new, strict=True))


def _renamed(edges: Edges, same: dict[int, int]) -> Edges:
    """Vertices at one spot under one number."""
    number = np.arange(max(edges.tail.max(), edges.head.max()) + 1)
    for late in sorted(same):  # each gives way to an earlier one, whose number is settled
        number[late] = number[same[late]]
    edges = edges._replace(tail=number[edges.tail], head=number[edges.head])
    return edges.only(edges.tail != edges.head)


def _ordered(edges: Edges, lat: I32, lon: I32) -> Edges:
    """Tail before head, edges by their vertices, lengths measured anew."""
    turned = edges.tail > edges.head
    tail, head = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
    forth, back = np.where(turned, edges.back, edges.forth), np.where(turned, edges.forth, edges.back)
    length = centimetres(lat, lon, tail, head)
    edges = Edges(tail, head, length, forth, back, edges.kind, edges.name)
    return edges.only(np.lexsort((edges.name, edges.kind, head, tail)))
