"""Random street networks and places for property tests, and ways on them found the slow and obvious way."""

from heapq import heappop, heappush

import numpy as np
from hypothesis import strategies as st

from matching.travel.network.model import BIT, CAR, EBIKE, WALK, Network
from matching.travel.network.snap import Snapped

from .small_network import small_network

EVERYBODY = WALK | EBIKE | CAR
FAR = 1 << 60


@st.composite
def towns(draw) -> Network:
    """A ring road for everybody, so that every mode is connected, with lanes of any rules; corners within 2 x 2 km."""
    corner = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000))
    corners = draw(st.lists(corner, min_size=3, max_size=20, unique=True))
    ends = st.integers(0, len(corners) - 1)
    bits = st.sampled_from([0, WALK, CAR, EVERYBODY])
    lanes = draw(st.lists(st.tuples(ends, ends, bits, bits), max_size=25))
    one_way = draw(st.booleans())
    ring = [
        (i, (i + 1) % len(corners), EVERYBODY, WALK | EBIKE if one_way else EVERYBODY)
        for i in range(len(corners))
    ]
    return small_network(corners, [*ring, *lanes])


def obvious_centimetres(network: Network, mode: str, a: Snapped, b: Snapped) -> np.ndarray:
    """Centimetres from every place of `a` to every place of `b`, one street at a time."""
    return np.array([[_way(network, BIT[mode], _foot(a, i), _foot(b, j)) for j in _all(b)] for i in _all(a)])


def _all(places: Snapped) -> range:
    return range(len(places.edge))


def _foot(places: Snapped, i: int) -> tuple[int, int, int]:
    return int(places.edge[i]), int(places.along[i]), int(places.off[i])


def _way(network: Network, bit: int, a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    """Dijkstra on the streets with both feet as corners of their own."""
    steps: dict[object, list[tuple[int, object]]] = {}

    def lane(low: object, high: object, length: int, edge: int) -> None:
        if network.forth[edge] & bit:
            steps.setdefault(low, []).append((length, high))
        if network.back[edge] & bit:
            steps.setdefault(high, []).append((length, low))

    for edge in range(network.edges):
        at = [(0, int(network.tail[edge])), (int(network.length[edge]), int(network.head[edge]))]
        at += [(along, name) for name, (e, along, _) in (("a", a), ("b", b)) if e == edge]
        at.sort(key=lambda spot: (spot[0], spot[0] > 0 and not isinstance(spot[1], str)))
        for i, (low, from_) in enumerate(at):
            for high, to in at[i + 1 :]:
                lane(from_, to, high - low, edge)
                if high == low:  # one spot: no street lies between them
                    steps.setdefault(from_, []).append((0, to))
                    steps.setdefault(to, []).append((0, from_))
    best: dict[object, int] = {}
    heap: list[tuple[int, str, object]] = [(0, "a", "a")]
    while heap:
        gone, _, spot = heappop(heap)
        if spot in best:
            continue
        best[spot] = gone
        for length, other in steps.get(spot, ()):
            heappush(heap, (gone + length, str(other), other))
    return best["b"] + a[2] + b[2] if "b" in best else FAR
