"""Ways of one place: how far it is to others, and which streets lead there. Plain Python, for the web process.

The length of a way is one sum of whole centimetres:

    off(a) + min over the ends x of a's street piece and y of b's of (a to x + shortest x to y + y to b) + off(b)

or, if both hang on one street piece, off(a) + what lies between them + off(b) where that is less. Streets that a mode may
not pass count in no sum, except that a foot in a corner is in that corner. Metres are the sum rounded up; 0 between the
same coordinates. All sums are those of the tables for many places.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from matching.travel.base import Mode
from matching.travel.line import Speeds
from matching.travel.network.model import DEGREE, I32, Network
from matching.travel.network.shortest import Way, shortest
from matching.travel.network.snap import ON_STREET, Foot, Snapped, feet, foot_of, snap
from matching.travel.network.spread import arrivals, as_array, corners, directly, spread, starts_of

Point = tuple[float, float]
"""(lat, lon) in degrees of WGS-84."""


class Search:
    """Ways from one place, or to it (`backwards`), no longer than `limit_metres`.

    `foot` is where the place hangs (`hung`: as an array of one), `reached` the centimetres to every vertex within the limit.

    Raises:
        NetworkError: the coordinates are no place on earth, or the network has no street for this mode.
    """

    def __init__(
        self,
        network: Network,
        mode: Mode,
        lat: float,
        lon: float,
        limit_metres: int,
        *,
        backwards: bool = False,
    ) -> None:
        self.network, self.mode, self.backwards = network, mode, backwards
        self.place, self.limit = (lat, lon), 100 * limit_metres
        self.hung = snap(network, (lat,), (lon,), mode)
        self.foot = foot_of(self.hung, 0)
        starts = starts_of(network, mode, self.hung, backwards=backwards)
        self.reached = spread(corners(network, mode, backwards=backwards), starts, self.limit)

    @property
    def estimated(self) -> bool:
        """Whether the place hangs so badly that every way of it is a guess."""
        return self.foot.state != ON_STREET

    def metres_to(self, lat: npt.ArrayLike, lon: npt.ArrayLike) -> I32:
        """Metres to places (n,) in degrees, -1 beyond the limit; 0 at the very coordinates of this place."""
        same = (np.atleast_1d(lat) == self.place[0]) & (np.atleast_1d(lon) == self.place[1])
        metres = self.metres_to_snapped(snap(self.network, lat, lon, self.mode))
        return np.where(same, 0, metres).astype(np.int32)

    def metres_to_snapped(self, snapped: Snapped) -> I32:
        """Metres to snapped places (n,), -1 beyond the limit. Feet know no doors: the caller sorts out same coordinates."""
        to = as_array(self.reached, self.network.vertices)
        round_ = arrivals(self.network, self.mode, to, snapped, backwards=self.backwards)
        straight = directly(self.network, self.mode, self.hung, snapped, backwards=self.backwards)
        total = np.minimum(round_, straight)
        return np.where(total <= self.limit, -(-total // 100), -1).astype(np.int32)


class Passed(NamedTuple):
    """A street on the way: its name ("" without one, and between door and street) and how many metres of it."""

    name: str
    metres: int


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A way from door to door.

    `line` runs along the streets and straight between street and door; at least two points. `streets` in order,
    neighbours of one name together; their metres add up to `metres`. `states` of both ends are those of `snap`.
    """

    mode: Mode
    metres: int
    line: tuple[Point, ...]
    streets: tuple[Passed, ...]
    states: tuple[int, int]

    @property
    def estimated(self) -> bool:
        """Whether the way is a guess, because an end hangs badly on the network."""
        return self.states != (ON_STREET, ON_STREET)

    def minutes(self, speeds: Speeds | None = None) -> int:
        """Minutes at the mode's speed, rounded up."""
        return -(-self.metres // int(getattr(speeds or Speeds(), self.mode)))


def route(network: Network, mode: Mode, a: Point, b: Point) -> Route:
    """The shortest way from `a` to `b`, as long as the tables say.

    Raises:
        NetworkError: coordinates are no place on earth, or no way of this mode leads from one to the other, which a prepared
            network does not know.
    """
    both = snap(network, (a[0], b[0]), (a[1], b[1]), mode)
    states = (int(both.state[0]), int(both.state[1]))
    if a == b:
        return Route(mode=mode, metres=0, line=(a, b), streets=(), states=states)
    way = shortest(network, mode, both)
    lats, lons = feet(network, both)
    corners_ = [(int(network.lat[v]) / DEGREE, int(network.lon[v]) / DEGREE) for v in way.vertices]
    from_, to = ((round(float(lats[i]), 7), round(float(lons[i]), 7)) for i in (0, 1))
    return Route(
        mode=mode,
        metres=-(-way.centimetres // 100),
        line=_without_repeats([a, from_, *corners_, to, b]),
        streets=_streets(network, both, way),
        states=states,
    )


def _without_repeats(points: Sequence[Point]) -> tuple[Point, ...]:
    kept = [point for before, point in pairwise(points) if point != before]
    return (points[0], *kept)


def _streets(network: Network, both: Snapped, way: Way) -> tuple[Passed, ...]:
    """Names along a way. Metres are rounded down where the name changes and up at the end, so that they add up."""
    passed: list[Passed] = []
    gone = marked = 0
    for name, pieces in groupby(_pieces(network, both, way), key=itemgetter(0)):
        gone += sum(centimetres for _, centimetres in pieces)
        mark = -(-gone // 100) if gone == way.centimetres else gone // 100
        if mark > marked:
            passed.append(Passed(name, mark - marked))
            marked = mark
    return tuple(passed)


def _pieces(network: Network, both: Snapped, way: Way) -> Iterator[tuple[str, int]]:
    """Name and centimetres of everything from door to door."""
    start, goal = foot_of(both, 0), foot_of(both, 1)
    yield "", start.off
    if not way.vertices:
        yield _name(network, start.edge), abs(goal.along - start.along)
    else:
        yield _name(network, start.edge), _between(network, start, way.vertices[0])
        for edge in way.edges:
            yield _name(network, edge), int(network.length[edge])
        yield _name(network, goal.edge), _between(network, goal, way.vertices[-1])
    yield "", goal.off


def _between(network: Network, foot: Foot, vertex: int) -> int:
    """Centimetres between a foot and one end of its street piece."""
    if vertex == int(network.tail[foot.edge]):
        return foot.along
    return int(network.length[foot.edge]) - foot.along


def _name(network: Network, edge: int) -> str:
    number = int(network.name[edge])
    return network.facts.names[number] if number >= 0 else ""
