"""Nothing in the demo world is flagged; what is moved by GCJ-02 or BD-09 is found, and the reason named."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache

import numpy as np
import pytest

from matching.travel.coordinates import System, convert
from matching.travel.network.model import DEGREE, Network
from matching.travel.plausible import OTHER_SYSTEMS, Spot, flags, whole
from seed.shatou import build_world
from tests.support.streets import futian, jinan


@cache
def demo() -> tuple[Spot, ...]:
    world = build_world(1, 1, date(2026, 3, 3))
    places = [
        Spot(str(t.id), t.lat, t.lon, t.kind, t.parent_id and str(t.parent_id), t.name_zh)
        for t in world.territories
    ]
    homes = [Spot(str(h.id), h.lat, h.lon, "household", str(h.unit_id), h.door) for h in world.households]
    return (*places, *homes)


@cache
def children() -> dict[str | None, list[Spot]]:
    found = defaultdict(list)
    for spot in demo():
        found[spot.parent].append(spot)
    return found


def inside(spot: Spot) -> set[str]:
    """A place and all that lies in it."""
    return {spot.id}.union(*(inside(child) for child in children().get(spot.id, ())))


def moved(ids: Iterable[str], system: System, spots: Iterable[Spot] | None = None) -> list[Spot]:
    """The demo world, with some places as a map of that system would give them."""
    wrong = set(ids)
    return [
        spot._replace(**dict(zip(("lat", "lon"), convert(spot.lat, spot.lon, "wgs84", system), strict=True)))
        if spot.id in wrong
        else spot
        for spot in spots or demo()
    ]


def kind(name: str) -> list[Spot]:
    return [spot for spot in demo() if spot.kind == name]


def test_no_false_alarm_in_the_demo_world():
    assert () == flags(demo())
    assert () == flags(demo(), futian())
    assert whole(demo(), futian()) is None


@pytest.mark.parametrize("system", OTHER_SYSTEMS)
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("level", ["household", "unit", "building"])
def test_a_few_shifted_ones_are_found_with_all_they_hold(level, count, system):
    chosen = kind(level)[3 : 3 + count * 7 : 7]
    wrong = set().union(*(inside(spot) for spot in chosen))
    found = flags(moved(wrong, system))
    assert wrong == {flag.id for flag in found}
    assert {system} == {flag.hint for flag in found}


@pytest.mark.parametrize("system", OTHER_SYSTEMS)
def test_a_shifted_building_is_nearly_always_found(system):
    """All 78, one after the other: what is not found lies, moved, no further off than the compound is wide."""
    found = []
    for community in kind("community"):
        ids = inside(community)
        around = [spot for spot in demo() if spot.id in ids and spot.kind != "household"]
        for spot in (spot for spot in around if spot.kind == "building"):
            flagged = {flag.id for flag in flags(moved(inside(spot), system, around))}
            found.append(spot.id in flagged)
    assert len(found) == 78
    assert sum(found) >= 76


@pytest.mark.parametrize("system", OTHER_SYSTEMS)
def test_a_whole_world_is_told_by_its_streets(system):
    everything = moved((spot.id for spot in demo()), system)
    told = whole(everything, futian())
    assert told is not None
    assert (told.hint, told.shift) == (system, {"gcj02": 610, "bd09": 1240}[system])
    assert told.after * 5 < told.before
    found = flags(everything, futian())
    assert {system} == {flag.hint for flag in found}
    assert {"far", "outside"} == {flag.kind for flag in found}


def scattered(network: Network, count: int, metres: float, seed: int) -> list[Spot]:
    """Houses some metres beside streets, away from the edge of the network."""
    rng = np.random.default_rng(seed)
    south, west, north, east = network.facts.bounds
    edge, share = rng.integers(0, network.edges, count * 3), rng.random(count * 3)
    tail, head = network.tail[edge], network.head[edge]
    lat = (network.lat[tail] * (1 - share) + network.lat[head] * share) / DEGREE + metres / 111_195
    lon = (network.lon[tail] * (1 - share) + network.lon[head] * share) / DEGREE
    keep = (lat > south + 0.014) & (lat < north - 0.014) & (lon > west + 0.014) & (lon < east - 0.014)
    points = zip(lat[keep][:count].tolist(), lon[keep][:count].tolist(), strict=True)
    return [Spot(str(n), a, b, "building") for n, (a, b) in enumerate(points)]


@pytest.mark.parametrize("metres", [10, 25, 40])
def test_a_hundred_houses_in_another_city(metres):
    houses = scattered(jinan(), 100, metres, seed=metres)
    assert len(houses) == 100
    assert whole(houses, jinan()) is None
    for system in OTHER_SYSTEMS:
        told = whole(moved((h.id for h in houses), system, houses), jinan())
        assert told is not None
        assert system == told.hint


def test_the_same_places_as_before_tell_it_without_streets():
    before = {spot.id: (spot.lat, spot.lon) for spot in kind("building")}
    told = whole(moved(before, "gcj02", kind("building")), known=before)
    assert told is not None
    assert ("gcj02", 610, 0) == (told.hint, told.shift, told.after)
    assert 600 < told.before < 620
    assert whole(kind("building"), known=before) is None


def test_what_a_flag_says():
    [spot] = kind("household")[:1]
    [flag] = flags(moved([spot.id], "gcj02"))
    assert "{name} lies {metres} m from the other places of {group}" == flag.message
    assert flag.hint_message is not None
    told = f"{flag.message}: {flag.hint_message}".format(**flag.params)
    assert told.startswith(f"{spot.name} lies 6")
    assert told.endswith("may be GCJ-02, the system of Chinese maps, a shift of 610 m")


def test_places_without_a_street():
    sea, city = Spot("sea", 22.45, 113.9, "building"), Spot("city", 22.53, 114.02, "building")
    south, west, _, _ = futian().facts.bounds
    found = flags([sea, city, Spot("street", south - 0.02, west, "street")], futian())
    assert [("sea", "outside", None)] == [(flag.id, flag.kind, flag.hint) for flag in found]


def test_nothing_to_look_at():
    assert () == flags([])
    assert () == flags([], futian())
    assert whole([], futian()) is None


def test_an_area_need_not_lie_at_a_street_but_not_in_another_country_either():
    middle = Spot("here", *futian().origin, "community")
    park = middle._replace(id="park", lat=middle.lat + 0.008)
    sea = Spot("sea", 22.0, 114.5, "district")
    swapped = middle._replace(id="swapped", lat=40.0, lon=80.0)
    assert ["sea", "swapped"] == [flag.id for flag in flags((middle, park, sea, swapped), futian())]
