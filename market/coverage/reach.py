"""Ways on foot between supply and buildings: along the streets, or guessed by line where there is no network."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from market.coverage.supply import Given, Point
from market.coverage.views import MINUTES, NEAR_METRES, Pace, Reach
from matching.travel.line import Speeds
from matching.travel.network import Network
from matching.travel.network.coverage import coverage, estimated_coverage
from matching.travel.network.snap import ON_STREET, snap

Metres = npt.NDArray[np.int32]
BEYOND = -1
FAR = np.int32(2_000_000_000)  # further than anything
FARTHEST = MINUTES * Speeds().walk
KEPT = 8  # tables in memory: a few territories, with and without steps


def within_metres(pace: Pace) -> int:
    """Return how far one gets in 15 minutes."""
    return int(MINUTES * getattr(Speeds(), pace))


@lru_cache(maxsize=KEPT)
def ways(network: Network | None, buildings: tuple[Point, ...], places: tuple[Point, ...]) -> Metres:
    """Return metres (places, buildings) on foot up to 990, -1 beyond. Kept in memory as long as nothing moves."""
    if len(buildings) < len(places):  # everybody walks both ways, so the side with fewer searches is taken
        return searched(network, buildings, places, FARTHEST).T
    return searched(network, places, buildings, FARTHEST)


def searched(
    network: Network | None, origins: Sequence[Point], targets: Sequence[Point], limit: int
) -> Metres:
    """Return metres (origins, targets) up to a limit, -1 beyond; one search for each origin, nothing kept.

    Each origin is asked for by itself, since people count from the third nearest on.
    """
    if not origins or not targets:
        return np.full((len(origins), len(targets)), BEYOND, np.int32)
    lats, lons = np.array(targets, np.float64).T
    each = {str(number): [origin] for number, origin in enumerate(origins)}
    if network is None:
        return estimated_coverage(lats, lons, each, limit_metres=limit).metres.T
    return coverage(network, "walk", lats, lons, each, limit_metres=limit).metres.T


def guessed(network: Network | None, points: Sequence[Point]) -> list[bool]:
    """Say for each building whether its ways are estimates: no network, or no street to hang it on."""
    if network is None or not points:
        return [True] * len(points)
    lats, lons = np.array(points, np.float64).T
    return [bool(state != ON_STREET) for state in snap(network, lats, lons).state]


def nearest(given: Given, index: Mapping[Point, int], table: Metres) -> Metres:
    """Return metres (buildings,) to the nearest spot or the third nearest person, whichever is less; -1 beyond."""
    spots = sorted({index[spot.lat, spot.lon] for spot in given.spots})
    return least([*table[spots], people_metres(given, index, table)], table.shape[1])


def people_metres(given: Given, index: Mapping[Point, int], table: Metres) -> Metres:
    """Return metres (buildings,) within which as many people are as must be to count; -1 beyond."""
    if given.people < given.people_needed:
        return np.full(table.shape[1], BEYOND, np.int32)
    rows = [index[cell] for cell in given.cells]
    each = np.repeat(table[rows], list(given.cells.values()), axis=0)
    ordered = np.partition(np.where(each == BEYOND, FAR, each), given.people_needed - 1, axis=0)
    return least([ordered[given.people_needed - 1]], table.shape[1])


def least(ways: Sequence[Metres], buildings: int) -> Metres:
    """Return the shortest of several ways of each building, (buildings,); -1 where none is in reach."""
    table = np.stack([np.full(buildings, FAR, np.int32), *ways])
    shortest = np.where(table == BEYOND, FAR, table).min(axis=0)
    return np.where(shortest == FAR, BEYOND, shortest).astype(np.int32)


def classes(metres: Metres, pace: Pace) -> list[Reach]:
    """Return the class of each way."""
    most = within_metres(pace)
    return [_class(int(way), most) for way in metres]


def _class(metres: int, most: int) -> Reach:
    if metres == BEYOND or metres > most:
        return Reach.BEYOND
    return Reach.NEAR if metres <= NEAR_METRES else Reach.WITHIN
