"""WGS-84, GCJ-02 and BD-09: what map makers answer for 664 cities, and the way back."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.travel.coordinates import SYSTEMS, convert, in_china
from matching.travel.earth import chord, line_metres, on_sphere

CITIES = json.loads((Path(__file__).parents[2] / "data/coordinates/china-cities.json").read_text("utf-8"))
NAMES = {"wgs84": "WGS84", "gcj02": "GCJ02", "bd09": "BD09"}
# The file has what the services of the map makers answered. Their GCJ-02 lies 0.64 to 0.73 m north-east of the published
# formula, everywhere; between GCJ-02 and BD-09 the formula is right to the seventh digit of the file.
BOUND = {frozenset(("gcj02", "bd09")): 0.02}
OTHERWISE = 0.75

systems = st.sampled_from(SYSTEMS)
# 0.05 degrees (5 km) away from the edge of the box, beyond which nothing is shifted.
latitudes = st.floats(0.8793, 55.7771)
longitudes = st.floats(72.054, 137.7847)


def table(system: str) -> tuple[np.ndarray, np.ndarray]:
    points = np.array([city["coords"][NAMES[system]] for city in CITIES])
    return points[:, 1], points[:, 0]


@pytest.mark.parametrize("target", SYSTEMS)
@pytest.mark.parametrize("source", SYSTEMS)
def test_664_cities(source, target):
    assert len(CITIES) == 664
    found = convert(*table(source), source, target)
    metres = chord(on_sphere(*found), on_sphere(*table(target)))
    bound = 0 if source == target else BOUND.get(frozenset((source, target)), OTHERWISE)
    assert metres.max() <= bound


def test_how_far_the_systems_lie_apart():
    """The hints on pages speak of some 500 m and of 1.2 km: the medians of the cities."""
    real = on_sphere(*table("wgs84"))
    apart = {system: chord(real, on_sphere(*table(system))) for system in ("gcj02", "bd09")}
    assert [round(float(np.median(apart[system])), -1) for system in ("gcj02", "bd09")] == [530, 1200]
    assert apart["gcj02"].min() > 80


@given(lat=latitudes, lon=longitudes, source=systems, target=systems)
def test_there_and_back(lat, lon, source, target):
    there = convert(lat, lon, source, target)
    back = convert(*there, target, source)
    assert line_metres((lat, lon), back) < 0.001
    assert line_metres((lat, lon), there) < 3_000


@given(lat=latitudes, lon=longitudes, target=systems)
def test_by_way_of_another_system(lat, lon, target):
    direct = convert(lat, lon, "wgs84", target)
    around = convert(*convert(lat, lon, "wgs84", "gcj02"), "gcj02", target)
    assert line_metres(direct, around) < 0.001


def test_arrays_and_single_places_are_the_same():
    lat, lon = table("gcj02")
    many = convert(lat, lon, "gcj02", "wgs84")
    one = convert(float(lat[7]), float(lon[7]), "gcj02", "wgs84")
    assert isinstance(one[0], float)
    assert line_metres(one, (float(many[0][7]), float(many[1][7]))) < 0.001
    assert convert(np.array([]), np.array([]), "bd09", "wgs84")[0].shape == (0,)


@pytest.mark.parametrize(
    "place", [(48.85, 2.35), (0.5, 110.0), (56.0, 110.0), (30.0, 72.0), (30.0, 137.9), (-90, 180)]
)
def test_outside_of_china_all_systems_are_one(place):
    assert not in_china(*place)
    for target in SYSTEMS:
        assert convert(*place, "wgs84", target) == place
        assert convert(*place, target, "wgs84") == place


@pytest.mark.parametrize(
    ("lat", "lon", "told"),
    [
        (float("nan"), 114.0, "lat is nan"),
        (22.5, float("inf"), "lon is inf"),
        (114.03, 22.5, "lat is 114.03: expected degrees from -90 to 90; are latitude and longitude swapped"),
        (22.5, -180.5, "lon is -180.5: expected degrees from -180 to 180"),
        (np.array([22.5, np.nan]), np.array([114.0, 114.0]), r"lat\[1\] is nan"),
        (np.array([22.5, 22.5]), np.array([114.0]), r"lat has shape \(2,\), lon has shape \(1,\)"),
    ],
)
def test_what_is_no_place_is_named(lat, lon, told):
    for target in SYSTEMS:
        with pytest.raises(ValueError, match=told):
            convert(lat, lon, "gcj02", target)


def test_an_unknown_system_is_named():
    with pytest.raises(
        ValueError, match="unknown coordinate system 'cgcs2000': expected one of wgs84, gcj02, bd09"
    ):
        convert(22.5, 114.0, "cgcs2000", "wgs84")
