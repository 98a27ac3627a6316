"""Random street networks and places for property tests, and ways on them found the slow and obvious way."""

from heapq import heappop, heappush
from itertools import permutations

import numpy as np
from hypothesis import strategies as st

from matching.travel.network.model import BIT, CAR, DEGREE, EBIKE, WALK, Network
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


@st.composite
def doors_in(draw, network: Network, least: int = 1, most: int = 6) -> list[tuple[float, float]]:
    """Degrees (lat, lon) of doors beside the corners of a town; some share a door."""
    corner = st.integers(0, network.vertices - 1)
    aside = st.sampled_from([-2e-4, 0.0, 0.0, 3e-4])
    spots = draw(st.lists(st.tuples(corner, aside, aside), min_size=least, max_size=most))
    return [(network.lat[v] / DEGREE + north, network.lon[v] / DEGREE + east) for v, north, east in spots]


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
    for edge in range(network.edges):
        spots = [(0, int(network.tail[edge])), (int(network.length[edge]), int(network.head[edge]))]
        spots += [(along, name) for name, (e, along, _) in (("a", a), ("b", b)) if e == edge]
        for (low, from_), (high, to) in permutations(spots, 2):
            bits = network.forth[edge] if low < high else network.back[edge]
            # spots without a street between them are one spot, whatever the street's direction
            if low == high or bits & bit:
                steps.setdefault(from_, []).append((abs(high - low), to))
    return _shortest(steps) + a[2] + b[2]


def _shortest(steps: dict[object, list[tuple[int, object]]]) -> int:
    best: dict[object, int] = {}
    heap: list[tuple[int, str, object]] = [(0, "a", "a")]
    while heap:
        gone, _, spot = heappop(heap)
        if spot not in best:
            best[spot] = gone
            for length, other in steps.get(spot, ()):
                heappush(heap, (gone + length, str(other), other))
    return best.get("b", FAR)
