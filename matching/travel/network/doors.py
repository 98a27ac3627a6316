"""The doors of a problem on the streets of one mode, and the ways between them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from matching.problem import Problem
from matching.travel.base import Mode
from matching.travel.network.cache import kept
from matching.travel.network.many import Sparse, distances
from matching.travel.network.model import BIT, I64, Network
from matching.travel.network.snap import ON_STREET, Snapped, snap
from matching.travel.table import rows_of

Tell = Callable[[str, float], None]


class Points:
    """Places at the same coordinates are one point. `number` of each place; (n,) degrees, and who is on no street."""

    def __init__(self, problem: Problem) -> None:
        known: dict[object, int] = {}
        self.number: dict[str, int] = {}
        doors: list[tuple[float, float, bool]] = []
        for place in problem.places:
            nowhere = place.access_ticks >= problem.horizon.ticks
            key = place.id if nowhere else (place.lat, place.lon)
            if key not in known:
                known[key] = len(known)
                doors.append((place.lat, place.lon, nowhere))
            self.number[place.id] = known[key]
        self.lat = np.array([lat for lat, _, _ in doors], np.float64)
        self.lon = np.array([lon for _, lon, _ in doors], np.float64)
        self.nowhere = np.array([nowhere for _, _, nowhere in doors], dtype=bool)

    def __len__(self) -> int:
        return len(self.lat)


class Streets:
    """What one mode knows of the points; `guessed` (n,): they hang on a street that is not really theirs."""

    def __init__(self, network: Network, mode: Mode, points: Points, cache: Path | None) -> None:
        self.network, self.mode, self.points, self.cache = network, mode, points, cache
        self.symmetric = network.symmetric(mode)
        self.guessed = np.zeros(len(points), dtype=bool)
        if not points.nowhere.all():
            self.hung = snap(network, points.lat, points.lon, mode)
            self.guessed = (self.hung.state != ON_STREET) & ~points.nowhere

    def ways(self, sources: I64, targets: I64, limits: I64, tell: Tell, *, backwards: bool = False) -> Sparse:
        """Metres from sources to targets (different points on streets) within the limit of each source.

        `backwards`: from the targets to the sources.
        """
        if not len(sources) or not len(targets):
            return Sparse(np.zeros(len(sources) + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
        a, b = self.hung.take(sources), self.hung.take(targets)
        key = (self.network.facts.version, BIT[self.mode], backwards, *a[:3], *b[:3], limits)
        return kept(self.cache, key, lambda: self._search(a, b, limits, tell, backwards=backwards))

    def _search(self, a: Snapped, b: Snapped, limits: I64, tell: Tell, *, backwards: bool) -> Sparse:
        """Search from the side from which less ground is covered; the answer is the same."""
        squares = limits.astype(np.float64) ** 2
        if squares.sum() <= squares.max() * len(b.edge):
            return distances(self.network, self.mode, a, b, limits, backwards=backwards, on_progress=tell)
        most = int(limits.max())
        found = distances(self.network, self.mode, b, a, most, backwards=not backwards, on_progress=tell)
        return turned(found, limits)


def turned(found: Sparse, limits: I64) -> Sparse:
    """The same pairs in rows by target, those within the limit of each."""
    source = rows_of(found.first)
    order = np.argsort(found.target, kind="stable")
    order = order[found.metres[order] <= limits[found.target[order]]]
    first = np.zeros(len(limits) + 1, np.int64)
    np.cumsum(np.bincount(found.target[order], minlength=len(limits)), out=first[1:])
    return Sparse(first, source[order], found.metres[order])
