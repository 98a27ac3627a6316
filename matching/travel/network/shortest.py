"""The shortest way between two places, looked for in the direction of the goal."""

from heapq import heappop, heappush
from math import dist
from typing import NamedTuple
from weakref import WeakKeyDictionary

from matching.errors import NetworkError
from matching.travel.base import Mode
from matching.travel.earth import on_sphere
from matching.travel.network.model import DEGREE, Network
from matching.travel.network.snap import Foot, Snapped, foot_of
from matching.travel.network.spread import BEYOND, Corners, corners, directly, starts_of

Spot = tuple[float, float, float]


class Way(NamedTuple):
    """Centimetres from door to door, the vertices passed and the whole edges between them.

    Without vertices: both places hang on one street piece, and the way follows it.
    """

    centimetres: int
    vertices: tuple[int, ...]
    edges: tuple[int, ...]


def shortest(network: Network, mode: Mode, both: Snapped) -> Way:
    """The shortest way from the first of two snapped places to the second.

    Raises:
        NetworkError: no way of this mode leads there.
    """
    here, there = both.take(slice(0, 1)), both.take(slice(1, 2))
    straight = int(directly(network, mode, here, there)[0])
    search = _Towards(network, mode, there, straight)
    best, end = search.run(corners(network, mode), starts_of(network, mode, here))
    if best >= BEYOND:
        raise NetworkError(f"No street connects two places for {mode}; prepare the street network again")
    return Way(best, *search.back_from(end)) if end >= 0 else Way(best, (), ())


class _Towards:
    """A search with the goal in view: vertices are taken in order of the least that a way over them can have.

    No way is below the line, so the line to the goal bounds the rest of the way; in whole centimetres, as edges are.
    """

    def __init__(self, network: Network, mode: Mode, goal: Snapped, straight: int) -> None:
        foot = foot_of(goal, 0)
        self.points, self.goal, self.off = _points(network), _spot(network, foot), foot.off
        self.last: dict[int, int] = {}
        for gone, vertex in starts_of(network, mode, goal, backwards=True):
            self.last[vertex] = min(gone, self.last.get(vertex, BEYOND))
        self.best, self.end = straight, -1
        self.least: dict[int, int] = {}
        self.before: dict[int, tuple[int, int]] = {}
        self.heap: list[tuple[int, int, int]] = []

    def push(self, gone: int, vertex: int) -> bool:
        """Remember a way to a vertex if it is the shortest so far and may lead to the shortest of all."""
        if gone >= self.least.get(vertex, BEYOND):
            return False
        bound = gone + self.off + int(100 * dist(self.points[vertex], self.goal)) - 1
        if bound < self.best:
            self.least[vertex] = gone
            heappush(self.heap, (bound, gone, vertex))
        return bound < self.best

    def run(self, graph: Corners, starts: list[tuple[int, int]]) -> tuple[int, int]:
        """Centimetres of the shortest way, and the vertex from which it turns to the goal (-1: it passes none)."""
        for gone, vertex in starts:
            self.push(gone, vertex)
        while self.heap:
            bound, gone, vertex = heappop(self.heap)
            if bound >= self.best:
                break
            if gone > self.least[vertex]:
                continue
            if gone + self.last.get(vertex, BEYOND) < self.best:
                self.best, self.end = gone + self.last[vertex], vertex
            for head, length, edge in graph[vertex]:
                if self.push(gone + length, head):
                    self.before[head] = (vertex, edge)
        return self.best, self.end

    def back_from(self, vertex: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Vertices and edges from the start to a vertex."""
        vertices, edges = [vertex], []
        while vertex in self.before:
            vertex, edge = self.before[vertex]
            vertices.append(vertex)
            edges.append(edge)
        return tuple(vertices[::-1]), tuple(edges[::-1])


_spots: "WeakKeyDictionary[Network, list[Spot]]" = WeakKeyDictionary()


def _points(network: Network) -> list[Spot]:
    """Vertices on the sphere; made at the first call for a network, then kept."""
    if network not in _spots:
        points = on_sphere(network.lat / DEGREE, network.lon / DEGREE)
        _spots[network] = list(map(tuple, points.tolist()))
    return _spots[network]


def _spot(network: Network, foot: Foot) -> Spot:
    """Where a place hangs, on the straight line between the ends of its street piece."""
    points = _points(network)
    tail, head = points[int(network.tail[foot.edge])], points[int(network.head[foot.edge])]
    share = foot.along / max(1, int(network.length[foot.edge]))
    x, y, z = (a + share * (b - a) for a, b in zip(tail, head, strict=True))
    return x, y, z
