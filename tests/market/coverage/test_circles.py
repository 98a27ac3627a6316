"""Service circles as GeoJSON: along streets, by line, in other systems, and of places nobody knows."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from catalog.kernel.errors import Invalid
from market.coverage.circles import Elsewhere, circle_of, demand_known, in_wgs84, metres_of
from market.needs.ground import Community, inside
from matching.travel.coordinates import convert
from matching.travel.network.model import DEGREE
from matching.travel.network.single import Search
from tests.support.small_network import at, blocks
from tests.support.streets import futian
from tests.support.world import LAT, LON

HERE = (22.5262, 114.0335)


def rings(circle: Any) -> list[list[tuple[float, float]]]:
    """The outer rings of a circle as (lat, lon)."""
    found = msgspec.to_builtins(circle.geometry)
    parts = [found["coordinates"]] if found["type"] == "Polygon" else found["coordinates"]
    return [[(lat, lon) for lon, lat in part[0]] for part in parts]


def test_every_reached_corner_lies_inside():
    network = futian()
    circle = circle_of(network, *HERE, metres=500)
    assert not circle.properties.estimated
    lats, lons = network.lat / DEGREE, network.lon / DEGREE
    metres = Search(network, "walk", *HERE, 500).metres_to(lats, lons)
    reached = [(lat, lon) for lat, lon, way in zip(lats, lons, metres, strict=True) if way >= 0]
    assert len(reached) > 50
    assert all(any(inside(*corner, ring) for ring in rings(circle)) for corner in reached)


def test_by_line_it_is_a_circle_and_says_so():
    circle = circle_of(None, LAT, LON, metres=990, minutes=15)
    assert (990, 15, True, None) == (
        circle.properties.metres,
        circle.properties.minutes,
        circle.properties.estimated,
        circle.properties.attribution,
    )


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_in_another_system_every_corner_is_moved(system):
    plain, moved = (circle_of(None, LAT, LON, metres=600, coordinates=s) for s in ("wgs84", system))
    for (lat, lon), (lat_2, lon_2) in zip(rings(plain)[0], rings(moved)[0], strict=True):
        assert convert(lat, lon, "wgs84", system) == pytest.approx((lat_2, lon_2), abs=2e-6)
    assert system == moved.properties.coordinates
    assert (moved.properties.lat, moved.properties.lon) == pytest.approx(
        convert(LAT, LON, "wgs84", system), abs=1e-6
    )


def test_far_from_china_nothing_is_moved():
    assert (52.5, 13.4) == in_wgs84(52.5, 13.4, "bd09")


@pytest.mark.parametrize(
    ("metres", "minutes", "mode", "far"),
    [
        (None, None, "walk", 500),
        (700, None, "walk", 700),
        (None, 15, "walk_slow", 720),
        (None, 5, "ebike", 1000),
    ],
)
def test_how_far(metres, minutes, mode, far):
    assert far == metres_of(mode, metres, minutes)


def test_one_of_both():
    with pytest.raises(Invalid, match="not both"):
        metres_of("walk", 500, 15)


def community(**more: Any) -> Community:
    place = uuid4()
    return Community(id=place, path="a/", lat=LAT, lon=LON, outline=None, **more)


def test_outside_of_the_network():
    town = blocks(3, 3)
    demand_known(town, {}, *at(-100, 0))
    with pytest.raises(Elsewhere, match="outside of our street network"):
        demand_known(town, {}, *at(-200, 0))


def test_outside_of_every_community():
    square = [[22.51, 114.00], [22.51, 114.06], [22.55, 114.06], [22.55, 114.00]]
    known = {1: msgspec.structs.replace(community(), outline=square)}
    demand_known(None, known, LAT, LON)
    with pytest.raises(Elsewhere, match="none of our communities"):
        demand_known(None, known, LON - 90, LAT)
    demand_known(None, {}, LON - 90, LAT)  # nobody has said where this is


def test_a_network_without_streets_for_a_mode():
    town = blocks(3, 3)
    town.forth[:], town.back[:] = 1, 1  # on foot only
    with pytest.raises(Invalid, match="no streets for"):
        circle_of(town, *at(50, 5), metres=500, mode="ebike")
