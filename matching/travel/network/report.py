"""What a network says about its city: how much longer ways are than lines, and what deciding by line costs.

Places are drawn on the streets of the inner part, since the edge of an extract cuts ways off and makes detours long.
"""

from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from matching.errors import NetworkError
from matching.travel.earth import Floats, chord, on_sphere
from matching.travel.line import Speeds
from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.model import DEGREE, WALK, Network
from matching.travel.network.snap import snap
from matching.travel.table import rows_of

INNER: Final = 0.6
"""Share of the bounds' height and width that places are drawn from."""
FAR_METRES: Final = 5_000
NEAR_METRES: Final = (300, 800)
AIR_METRES: Final = 500
MINUTES: Final = 15
LEAST_METRES: Final = 50
"""Pairs closer by line say nothing on detours."""
DRAWS: Final = 5
HELPERS: Final = 150
"""As many needs and as many helpers in each draw of an assignment."""

Points = tuple[Floats, Floats]


class Detour(msgspec.Struct, frozen=True):
    """Way divided by line over `pairs` pairs; `correlation` of the two. None where there were too few pairs."""

    pairs: int
    median: float | None
    mean: float | None
    p90: float | None
    correlation: float | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a network on foot; shares from 0 to 1.

    `far`: pairs up to 5 km by line; `near`: 300 to 800 m. `beyond_15_minutes`: of the `air_pairs` pairs up to 500 m by line,
    how many take longer. `nearest_is_nearest`: of the needs, how many have the helper nearest by line also nearest on foot.
    `extra_walk`: how much more an assignment by line walks than one by ways.
    """

    version: str
    seed: int
    places: int
    far: Detour
    near: Detour
    air_pairs: int
    beyond_15_minutes: float | None
    draws: int
    needs_per_draw: int
    nearest_is_nearest: float
    extra_walk: float


def report(network: Network, *, pairs: int = 50_000, seed: int = 1) -> Report:
    """Measure a network: `pairs` pairs of places for detours, and draws of needs and helpers for assignments.

    Raises:
        NetworkError: no street lies in the inner part.
    """
    rng = np.random.default_rng(seed)
    places = max(2, int(np.ceil(np.sqrt(2 * pairs))))
    line, way = _pairs(network, street_places(network, places, rng))
    air = line <= AIR_METRES
    draws = [_draw(network, rng) for _ in range(DRAWS)]
    return Report(
        version=network.facts.version,
        seed=seed,
        places=places,
        far=_detour(line, way, line <= FAR_METRES),
        near=_detour(line, way, (line >= NEAR_METRES[0]) & (line <= NEAR_METRES[1])),
        air_pairs=int(air.sum()),
        beyond_15_minutes=float((way[air] > MINUTES * Speeds().walk).mean()) if air.any() else None,
        draws=DRAWS,
        needs_per_draw=HELPERS,
        nearest_is_nearest=float(np.mean([nearest for nearest, _ in draws])),
        extra_walk=float(np.mean([extra for _, extra in draws])),
    )


def street_places(network: Network, count: int, rng: np.random.Generator) -> Points:
    """Draw places (lat, lon in degrees) on walkable streets of the inner part, every metre of street as likely.

    Raises:
        NetworkError: there is no street.
    """
    tail, head = network.tail, network.head
    lat, lon = network.lat / DEGREE, network.lon / DEGREE
    south, west, north, east = network.facts.bounds
    inside = _inner((lat[tail] + lat[head]) / 2, south, north)
    inside &= _inner((lon[tail] + lon[head]) / 2, west, east)
    streets = np.flatnonzero(inside & (((network.forth | network.back) & WALK) > 0))
    if not len(streets):
        raise NetworkError("The network has no street in its inner part; it is too small to be measured")
    weight = network.length[streets] / network.length[streets].sum()
    edge, share = rng.choice(streets, count, p=weight), rng.random(count)
    a, b = tail[edge], head[edge]
    return lat[a] + share * (lat[b] - lat[a]), lon[a] + share * (lon[b] - lon[a])


def _inner(values: Floats, low: float, high: float) -> npt.NDArray[np.bool_]:
    margin = (1 - INNER) / 2 * (high - low)
    inner: npt.NDArray[np.bool_] = (values >= low + margin) & (values <= high - margin)
    return inner


def _pairs(network: Network, places: Points) -> tuple[Floats, Floats]:
    """Metres by line and by way, once for each pair of places that is not too close."""
    line, way = _tables(network, places, places)
    pair = np.triu(line >= LEAST_METRES, 1)
    return line[pair], way[pair]


def _tables(network: Network, sources: Points, targets: Points) -> tuple[Floats, Floats]:
    """Metres (sources, targets) by line and by way."""
    a, b = on_sphere(*sources), on_sphere(*targets)
    line = chord(a[:, None], b[None])
    found = distances(network, "walk", snap(network, *sources), snap(network, *targets), FARTHEST_METRES)
    way = np.full(line.shape, np.inf)
    way[rows_of(found.first), found.target] = found.metres
    return line, way


def _detour(line: Floats, way: Floats, chosen: npt.NDArray[np.bool_]) -> Detour:
    line, way = line[chosen], way[chosen]
    if len(line) <= 1:
        return Detour(len(line), None, None, None, None)
    factor = way / line
    return Detour(
        len(line),
        float(np.median(factor)),
        float(factor.mean()),
        float(np.quantile(factor, 0.9)),
        float(np.corrcoef(line, way)[0, 1]),
    )


def _draw(network: Network, rng: np.random.Generator) -> tuple[float, float]:
    needs, helpers = street_places(network, HELPERS, rng), street_places(network, HELPERS, rng)
    return decided_by_line(*_tables(network, needs, helpers))


def decided_by_line(line: Floats, way: Floats) -> tuple[float, float]:
    """What deciding by line does, from metres (needs, helpers) by line and by way.

    Returns the share of needs whose nearest helper by line is the nearest on foot, and how much more is walked (share) if
    the assignment of least line is taken instead of that of least way.
    """
    each = np.arange(len(line))
    nearest = way[each, line.argmin(axis=1)] <= way.min(axis=1)
    return float(nearest.mean()), _walked(way, line) / _walked(way, way) - 1


def _walked(way: Floats, cost: Floats) -> float:
    """Metres walked in the assignment of least `cost`."""
    chosen: tuple[Any, Any] = linear_sum_assignment(cost)
    return float(way[chosen].sum())
