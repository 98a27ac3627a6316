"""Ways on a street network by the book: places become vertices of an explicit graph, and scipy finds the rest."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from matching.travel.network.model import BIT, Network
from matching.travel.network.snap import snap


def reference_centimetres(network: Network, mode: str, places: Sequence[tuple[float, float]]) -> np.ndarray:
    """Centimetres from every place (row) to every place (column); infinite where no way leads.

    Every edge is cut at its feet; a foot in a corner is tied to the corner both ways for nothing.
    """
    snapped = snap(network, [p[0] for p in places], [p[1] for p in places], mode)
    feet = network.vertices + np.arange(len(places))
    arcs: dict[tuple[int, int], int] = {}

    def lay(u: int, v: int, length: int) -> None:
        if u != v:
            arcs[u, v] = min(length, arcs.get((u, v), length))

    for edge in range(network.edges):
        length = int(network.length[edge])
        on = [(int(snapped.along[i]), int(feet[i])) for i in np.flatnonzero(snapped.edge == edge)]
        stops = [(0, int(network.tail[edge])), *sorted(on), (length, int(network.head[edge]))]
        for (a, u), (b, v) in pairwise(stops):
            if network.forth[edge] & BIT[mode] or a == b:
                lay(u, v, b - a)
            if network.back[edge] & BIT[mode] or a == b:
                lay(v, u, b - a)
    doors = feet + len(places)
    for i, off in enumerate(snapped.off.tolist()):
        lay(int(feet[i]), int(doors[i]), off)
        lay(int(doors[i]), int(feet[i]), off)
    size = network.vertices + 2 * len(places)
    ends = np.array(list(arcs), np.int64).reshape(len(arcs), 2)
    # scipy takes a stored zero for a missing arc: ways of nothing weigh a millionth
    weights = np.array(list(arcs.values()), np.float64) + 1e-6
    graph = coo_array((weights, (ends[:, 0], ends[:, 1])), (size, size)).tocsr()
    way = np.rint(dijkstra(graph, indices=doors)[:, doors])
    for i, a in enumerate(places):
        way[i, [j for j, b in enumerate(places) if a == b]] = 0
    return way


def reference_metres(network: Network, mode: str, places: Sequence[tuple[float, float]]) -> np.ndarray:
    """Metres, rounded up."""
    return np.ceil(reference_centimetres(network, mode, places) / 100)
