"""Who could be near enough, by straight line: a way along streets is never shorter, so nobody is missed.

Streets only hang places further apart (`snap` rounds every part of a way up), so the line in metres is a lower bound of
every way in every mode, and whoever is beyond a limit by line is beyond it on the streets.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.base import Mode
from matching.travel.earth import Floats, chord, on_sphere
from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.model import I64, Network
from matching.travel.network.snap import snap

SLACK_METRES: Final = 0.01
"""Taken off a line before it rules somebody out: more than a computer's rounding of coordinates this size."""

FIRST: Final = 4
"""So many times as many as are wanted are tried first."""

Degrees = tuple[npt.ArrayLike, npt.ArrayLike]


class Lines(NamedTuple):
    """Pairs that may be within a limit: those of place i are at `first[i]:first[i + 1]` of `others` (ascending)."""

    first: I64
    others: I64


class Nearest(NamedTuple):
    """The nearest by way, nearest first (equals in their order), their metres, and how many were looked at."""

    which: I64
    metres: I64
    looked_at: int


def lines(a: Degrees, b: Degrees, limit_metres: float) -> Lines:
    """Every pair of places (lat, lon in degrees) that may be within a limit on the streets."""
    # scipy is heavy and must stay out of the web process.
    from scipy.spatial import cKDTree  # noqa: PLC0415

    tree = cKDTree(on_sphere(*b).reshape(-1, 3))
    near = tree.query_ball_point(
        on_sphere(*a).reshape(-1, 3), limit_metres + SLACK_METRES, return_sorted=True
    )
    first = np.concatenate([[0], np.cumsum([len(row) for row in near], dtype=np.int64)])
    return Lines(first, np.array([other for row in near for other in row], dtype=np.int64))


def nearest(
    network: Network,
    mode: Mode,
    place: tuple[float, float],
    others: Degrees,
    count: int,
    *,
    limit_metres: int = FARTHEST_METRES,
    backwards: bool = False,
) -> Nearest:
    """The `count` nearest of `others` from a place (lat, lon in degrees), or to it if `backwards`, as far as a limit.

    Looks at them in order of their lines, and stops when the last one kept is not further by way than the next by line.
    """
    lat, lon = (np.asarray(degrees, np.float64).reshape(-1) for degrees in others)
    line: Floats = chord(on_sphere(*place), on_sphere(lat, lon))
    order = np.argsort(line, kind="stable")
    home, hung = snap(network, (place[0],), (place[1],), mode), snap(network, lat, lon, mode)
    # who lives in the same building is there already
    looked = int(np.count_nonzero(line == 0))
    index, metres = order[:looked][:count], np.zeros(min(looked, count), np.int64)
    limit = 0 if len(index) == count else limit_metres
    while count and looked < len(order) and line[order[looked]] - SLACK_METRES <= limit:
        part = order[looked : looked + max(FIRST * count, looked)]
        looked += len(part)
        found = distances(network, mode, home, hung.take(part), limit, backwards=backwards)
        index = np.concatenate([index, part[found.target]])
        metres = np.concatenate([metres, found.metres])
        best = np.lexsort((index, metres))[:count]
        index, metres = index[best], metres[best]
        limit = int(metres[-1]) if len(index) == count else limit
    return Nearest(index, metres, looked)
