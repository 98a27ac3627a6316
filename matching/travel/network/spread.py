"""Shortest ways in plain Python: spreading from a few corners of the street network up to a limit.

For the web process, which asks for one place at a time: a search touches only what lies within its limit, and nothing
has to be compiled. Tables of many places are made elsewhere, with the same whole centimetres.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from matching.travel.base import Mode
from matching.travel.network.model import BIT, I64, Network
from matching.travel.network.snap import BLOCKED, Snapped, ends

BEYOND: Final = 1 << 40
"""Centimetres of what was not reached: more than any way on earth, and sums of three still fit 64 bits."""

Corners = list[list[tuple[int, int, int]]]
"""Per vertex the ways out of it: the vertex at the other end, centimetres, edge."""

_corners: "WeakKeyDictionary[Network, dict[tuple[int, bool], Corners]]" = WeakKeyDictionary()


def corners(network: Network, mode: Mode, *, backwards: bool = False) -> Corners:
    """The graph of a mode as lists; made at the first call for a network, then kept."""
    known, key = _corners.setdefault(network, {}), (BIT[mode], backwards)
    if key not in known:
        arcs = network.arcs(mode, backwards=backwards)
        ways = list(zip(arcs.head.tolist(), arcs.length.tolist(), arcs.edge.tolist(), strict=True))
        first = arcs.first.tolist()
        known[key] = [ways[first[v] : first[v + 1]] for v in range(network.vertices)]
    return known[key]


def spread(graph: Corners, starts: Iterable[tuple[int, int]], limit: int) -> dict[int, int]:
    """Centimetres to every vertex within `limit` centimetres of the starts, nearest first.

    `starts`: (centimetres already gone, vertex).
    """
    least: dict[int, int] = {}
    reached: dict[int, int] = {}
    heap = [start for start in starts if start[0] <= limit]
    heapify(heap)
    while heap:
        gone, vertex = heappop(heap)
        if vertex in reached:
            continue
        reached[vertex] = gone
        for head, length, _ in graph[vertex]:
            total = gone + length
            if total <= limit and total < least.get(head, BEYOND):
                least[head] = total
                heappush(heap, (total, head))
    return reached


def as_array(reached: dict[int, int], vertices: int) -> I64:
    """Centimetres per vertex (v,), BEYOND where it was not reached."""
    array = np.full(vertices, BEYOND, np.int64)
    array[np.fromiter(reached.keys(), np.int64, len(reached))] = np.fromiter(
        reached.values(), np.int64, len(reached)
    )
    return array


def starts_of(
    network: Network, mode: Mode, snapped: Snapped, *, backwards: bool = False
) -> list[tuple[int, int]]:
    """Starts for `spread` of places: from each door to both ends of its street piece."""
    starts = []
    sides = ends(network, mode, snapped, backwards=backwards)
    for way, vertex in zip(sides, (network.tail, network.head), strict=True):
        open_ = way != BLOCKED
        gone = way[open_].astype(np.int64) + snapped.off[open_]
        starts += list(zip(gone.tolist(), vertex[snapped.edge[open_]].tolist(), strict=True))
    return starts


def arrivals(network: Network, mode: Mode, to: I64, snapped: Snapped, *, backwards: bool = False) -> I64:
    """Centimetres to the doors of places (n,), over either end of their street pieces, given those `to` the vertices.

    `backwards`: `to` holds centimetres from the vertices, and the answer those from the doors.
    """
    sides = ends(network, mode, snapped, backwards=not backwards)
    over = [
        np.where(way == BLOCKED, BEYOND, way + to[vertex[snapped.edge]])
        for way, vertex in zip(sides, (network.tail, network.head), strict=True)
    ]
    return np.minimum(np.minimum(*over), BEYOND).astype(np.int64) + snapped.off


def directly(network: Network, mode: Mode, a: Snapped, b: Snapped, *, backwards: bool = False) -> I64:
    """Centimetres from door a[i] to door b[i] along the one street piece they share, BEYOND where there is none.

    One place may stand for all on its side. `backwards`: from b[i] to a[i].
    """
    forth, back = network.forth[a.edge] & BIT[mode] > 0, network.back[a.edge] & BIT[mode] > 0
    if backwards:
        forth, back = back, forth
    apart = b.along.astype(np.int64) - a.along
    allowed = ((apart >= 0) & forth) | ((apart <= 0) & back) | (apart == 0)
    total = np.abs(apart) + a.off + b.off
    return np.where((b.edge == a.edge) & allowed, total, BEYOND)
