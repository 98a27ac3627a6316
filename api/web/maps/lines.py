"""From edges of a street network to the lines of a map: pieces of one rank and name joined end to end, then thinned."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.network import Network

MAIN, MIDDLE, SMALL, SERVICE, FOOT, STEPS = range(6)
"""Ranks: how broad a street is drawn, and from which zoom on (`static/js/map/ground.js` has the same six)."""

RANKS: Final = {
    "motorway": MAIN,
    "trunk": MAIN,
    "primary": MAIN,
    "secondary": MIDDLE,
    "tertiary": MIDDLE,
    "service": SERVICE,
    "track": SERVICE,
    "footway": FOOT,
    "path": FOOT,
    "pedestrian": FOOT,
    "cycleway": FOOT,
    "bridleway": FOOT,
    "corridor": FOOT,
    "crossing": FOOT,
    "steps": STEPS,
}
"""Rank of a highway class without its `_link`; what is not named here is a small street."""

Points = npt.NDArray[np.float64]


class Line(NamedTuple):
    """A street from fork to fork: rank, index of its name (-1: none), vertices in order."""

    rank: int
    name: int
    vertices: list[int]


def rank_of(kind: str) -> int:
    """Return the rank of a highway class."""
    return RANKS.get(kind.removesuffix("_link"), SMALL)


def lines_of(network: Network) -> list[Line]:
    """Join the edges of each rank and name; every edge lies in exactly one line."""
    ranks = np.array([rank_of(kind) for kind in network.facts.kinds] or [SMALL], np.int64)[network.kind]
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for edge, key in enumerate(zip(ranks.tolist(), network.name.tolist(), strict=True)):
        alike[key].append(edge)
    tail, head = network.tail.tolist(), network.head.tolist()
    return [
        Line(rank, name, vertices)
        for (rank, name), edges in sorted(alike.items())
        for vertices in _joined(edges, tail, head)
    ]


def _joined(edges: Iterable[int], tail: list[int], head: list[int]) -> Iterator[list[int]]:
    """Yield the vertices of each line: first from ends and forks, then the rings that have neither."""
    at: dict[int, list[int]] = defaultdict(list)
    left = set(edges)
    for edge in edges:
        at[tail[edge]].append(edge)
        at[head[edge]].append(edge)
    ends = [vertex for vertex, meeting in at.items() if len(meeting) != 2]  # noqa: PLR2004 one comes, one goes
    for start in chain(ends, at):
        for first in at[start]:
            if first in left:
                yield _followed(start, first, at, left, tail, head)


def _followed(
    start: int, edge: int, at: dict[int, list[int]], left: set[int], tail: list[int], head: list[int]
) -> list[int]:
    line = [start]
    while True:
        left.discard(edge)
        here = head[edge] if tail[edge] == line[-1] else tail[edge]
        line.append(here)
        onward = [other for other in at[here] if other in left]
        if len(at[here]) != 2 or not onward:  # noqa: PLR2004 as above
            return line
        edge = onward[0]


def thinned(points: Points, tolerance: float) -> Points:
    """Leave out points that lie within `tolerance` of the line without them (Douglas and Peucker 1973); ends stay."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:  # noqa: PLR2004 nothing between
            continue
        away = _away(points[first + 1 : last], points[first], points[last])
        farthest = int(away.argmax())
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]


def _away(points: Points, a: Points, b: Points) -> Points:
    """Return the distances of points from the segment from a to b."""
    along = b - a
    square = float(along @ along)
    share = np.clip((points - a) @ along / square, 0, 1) if square else np.zeros(len(points))
    distances: Points = np.hypot(*(points - a - share[:, None] * along).T)
    return distances
