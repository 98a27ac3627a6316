import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from matching.errors import NetworkError
from matching.travel.earth import line_metres, on_plane
from matching.travel.line import Speeds
from matching.travel.network.circles import BUFFER_METRES, circle, collection, estimated_circle
from matching.travel.network.model import BIT, DEGREE, WALK
from matching.travel.network.reach import reach_of
from matching.travel.network.rings import area, cross
from matching.travel.network.single import Search
from matching.travel.network.snap import feet
from tests.support.plane import contains
from tests.support.small_network import ALL, MIDDLE, at, blocks, small_network
from tests.support.streets import futian, jinan

SCHEMAS = Path(__file__).parents[3] / "data/geojson"
DEPTH_METRES = 8.0
"""On the finest grid the outline may lie so far from the true one: simplified by 2 m, gaps narrower than a square closed."""


def conforms(feature, schema="Feature"):
    validator = Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text()))
    assert list(validator.iter_errors(json.loads(json.dumps(feature)))) == []


def rings_of(feature):
    return [np.array(ring[:-1]) for ring in feature["geometry"]["coordinates"]]


def held(feature, lat, lon):
    """Which points (n,) lie in the polygon and in none of its holes."""
    points = np.stack([lat, lon], axis=-1)[:, ::-1]
    return np.sum([contains(ring, points) for ring in rings_of(feature)], axis=0) % 2 == 1


def holds(feature, lat, lon):
    return bool(held(feature, [lat], [lon])[0])


def is_well_made(feature):
    """Closed rings, outer ones counter-clockwise and holes clockwise, six decimals, no crossing lines."""
    conforms(feature)
    assert feature["geometry"]["type"] == "Polygon"
    whole = []
    for i, ring in enumerate(feature["geometry"]["coordinates"]):
        assert ring[0] == ring[-1]
        assert len(ring) >= 4
        assert all(number == round(number, 6) for point in ring for number in point)
        micro = np.rint(np.array(ring[:-1]) * 1e6).astype(np.int64)
        assert (area(micro) > 0) == (i == 0)
        whole.append(micro)
    assert not cross(whole)
    if len(whole) > 1:
        assert contains(whole[0], np.concatenate(whole[1:])).all()


def samples(network, bit, place, radius, step=25.0):
    """Points every few metres on the streets of a mode that begin near a place: edge, centimetres along it, lat, lon."""
    corner = np.stack([network.lat, network.lon], axis=-1) / DEGREE
    near = np.hypot(*on_plane(*corner[network.tail].T, place).T) < radius
    for edge in np.flatnonzero(near & ((network.forth | network.back) & bit > 0)).tolist():
        length = int(network.length[edge])
        for share in np.linspace(0, 1, 2 + int(length / 100 / step)):
            lat, lon = corner[network.tail[edge]] * (1 - share) + corner[network.head[edge]] * share
            yield edge, share * length, lat, lon


def gone(search, edge, along):
    """Centimetres from the place to a point on a street, by the book."""
    network, bit = search.network, BIT[search.mode]
    ways = []
    if network.forth[edge] & bit and (reached := search.reached.get(int(network.tail[edge]))) is not None:
        ways.append(reached + along)
    if network.back[edge] & bit and (reached := search.reached.get(int(network.head[edge]))) is not None:
        ways.append(reached + int(network.length[edge]) - along)
    foot = search.foot
    if foot.edge == edge:
        forth, back = network.forth[edge] & bit, network.back[edge] & bit
        if (along >= foot.along and forth) or (along <= foot.along and back):
            ways.append(foot.off + abs(along - foot.along))
    return min(ways, default=np.inf)


def parts_hold(reach, edge, along):
    return bool(((reach.edge == edge) & (reach.begin <= along) & (along <= reach.end)).any())


def is_a_true_circle(network, mode, place, limit):
    """Every reached point of a street lies inside; outside lies all that is far from them and from the way to the door."""
    feature = circle(network, mode, *place, metres=limit)
    is_well_made(feature)
    search = Search(network, mode, *place, limit)
    points = list(samples(network, BIT[mode], place, limit + 400))
    reached = np.array([gone(search, edge, along) <= 100 * limit for edge, along, _, _ in points])
    lat, lon = np.array([point[2:] for point in points]).T
    inside = held(feature, lat, lon)
    assert inside[reached].all()
    assert [parts_hold(reach_of(search), edge, along) for edge, along, _, _ in points] == reached.tolist()
    begin, end = reach_of(search).lines(network)
    foot = np.stack(feet(network, search.hung), axis=-1)
    a = on_plane(*np.concatenate([begin, [place]]).T, place)
    b = on_plane(*np.concatenate([end, foot]).T, place)
    far = (
        np.array([line_off(point, a, b) for point in on_plane(lat, lon, place)])
        > BUFFER_METRES + DEPTH_METRES
    )
    assert not inside[far].any()
    return reached.sum(), far.sum()


def line_off(point, a, b):
    way, apart = b - a, point - a
    share = np.clip((apart * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-9), 0, 1)
    return np.hypot(*(apart - share[:, None] * way).T).min(initial=np.inf)


@given(
    st.tuples(st.integers(-20, 420), st.integers(-20, 420)).map(lambda p: at(*p)),
    st.integers(40, 450),
    st.sampled_from(["walk", "car"]),
)
def test_circles_in_a_town_of_blocks_hold_what_is_reached_and_no_more(place, limit, mode):
    is_a_true_circle(blocks(5, 5), mode, place, limit)


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_circles_on_real_streets_hold_what_is_reached_and_no_more(mode):
    network = futian()
    for vertex in (2_000, 5_000):
        place = (network.lat[vertex] / DEGREE + 1e-4, network.lon[vertex] / DEGREE)
        reached, far = is_a_true_circle(network, mode, place, 500)
        assert reached > 100
        assert far > 500


def test_a_circle_says_what_it_is():
    network = blocks(4, 4)
    lat, lon = at(150, 100)
    about = {
        "mode": "walk",
        "lat": lat,
        "lon": lon,
        "network": network.facts.version,
        "attribution": "nobody",
    }
    within = circle(network, "walk", lat, lon, metres=200)["properties"]
    assert within == about | {"metres": 200, "minutes": None, "estimated": False}
    quarter = circle(network, "walk", lat, lon, minutes=15)["properties"]
    assert quarter == about | {"metres": 990, "minutes": 15, "estimated": False}
    slow = circle(network, "walk_slow", lat, lon, minutes=15, speeds=Speeds(walk_slow=50))["properties"]
    assert slow["metres"] == 750


def test_a_street_is_cut_where_the_limit_ends():
    network = small_network([(0, 0), (1_000, 0)], [(0, 1)])
    feature = circle(network, "walk", *at(500, 0), metres=200)
    lon = rings_of(feature)[0][:, 0]
    west, east = (float(on_plane(MIDDLE[0], degrees, MIDDLE)[0]) for degrees in (lon.min(), lon.max()))
    assert abs(west - (300 - BUFFER_METRES)) < 3
    assert abs(east - (700 + BUFFER_METRES)) < 3


def test_cars_do_not_reach_back_into_one_way_streets():
    network = small_network([(0, 0), (1_000, 0)], [(0, 1, ALL, WALK)])
    by_car = circle(network, "car", *at(500, 0), metres=200)
    assert [holds(by_car, *at(east, 0)) for east in (350, 450, 550, 650)] == [False, False, True, True]


def test_what_is_not_reached_amid_the_circle_is_a_hole():
    feature = circle(blocks(4, 4, 200.0), "walk", *at(300, 200), metres=2_000)
    assert len(rings_of(feature)) == 1 + 9
    assert not holds(feature, *at(300, 300))


def test_the_way_from_the_door_to_the_street_belongs_to_the_circle():
    network = small_network([(0, 0), (1_000, 0)], [(0, 1)])
    feature = circle(network, "walk", *at(500, 140), metres=400)
    assert holds(feature, *at(500, 70))
    is_well_made(feature)


def test_a_limit_that_ends_before_the_street_is_the_surroundings_of_the_way_there():
    feature = circle(small_network([(0, 0), (1_000, 0)], [(0, 1)]), "walk", *at(500, 120), metres=50)
    is_well_made(feature)
    assert [holds(feature, *at(500, north)) for north in (130, 80, 30)] == [True, True, False]


@pytest.mark.parametrize("east", [400, 5_000])
def test_a_place_far_from_streets_gets_a_circle_by_line_and_it_says_so(east):
    network = small_network([(0, 0), (0, 1_000), (1_000, 1_000)], [(0, 1), (1, 2)])
    place = at(east, 300)
    feature = circle(network, "walk", *place, metres=1_000)
    is_well_made(feature)
    assert feature["properties"]["estimated"] is True
    assert feature["properties"]["network"] == network.facts.version
    for lon, lat in rings_of(feature)[0]:
        assert abs(line_metres(place, (lat, lon)) - 500) < 0.5


def test_without_a_network_the_circle_is_an_estimate():
    feature = estimated_circle("walk", *MIDDLE, minutes=15)
    is_well_made(feature)
    expected = {"mode": "walk", "metres": 990, "minutes": 15, "lat": MIDDLE[0], "lon": MIDDLE[1]}
    assert feature["properties"] == expected | {"network": None, "attribution": "", "estimated": True}
    radius = line_metres(MIDDLE, rings_of(feature)[0][0][::-1])
    assert abs(radius - (990 - 250) / 1.5) < 0.5
    tiny = estimated_circle("walk", *MIDDLE, metres=200)
    assert abs(line_metres(MIDDLE, rings_of(tiny)[0][0][::-1]) - BUFFER_METRES) < 0.5


def test_several_circles_are_one_document():
    document = collection([estimated_circle("walk", *MIDDLE, metres=m) for m in (500, 800)])
    conforms(document, "FeatureCollection")
    assert [f["properties"]["metres"] for f in document["features"]] == [500, 800]


def test_large_circles_are_drawn_on_a_coarser_grid_and_stay_well_made():
    network = jinan()
    vertex = network.vertices // 2
    place = (network.lat[vertex] / DEGREE, network.lon[vertex] / DEGREE)
    feature = circle(network, "ebike", *place, minutes=15)
    is_well_made(feature)
    assert len(json.dumps(feature)) < 200_000
    search = Search(network, "ebike", *place, 3_000)
    some = np.array(list(search.reached))
    assert held(feature, network.lat[some] / DEGREE, network.lon[some] / DEGREE).all()


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ({}, "either metres or minutes"),
        ({"metres": 500, "minutes": 15}, "either metres or minutes"),
        ({"metres": 0}, "A circle of 0 m"),
        ({"minutes": -5}, "A circle of -330 m"),
        ({"minutes": 200}, "A circle of 13200 m cannot be drawn; between 1 and 10000 m"),
    ],
)
def test_limits_that_make_no_sense_are_errors(limit, sentence):
    with pytest.raises(NetworkError, match=sentence):
        circle(blocks(2, 2), "walk", *MIDDLE, **limit)
    with pytest.raises(NetworkError, match=sentence):
        estimated_circle("walk", *MIDDLE, **limit)


def test_a_circle_around_no_place_on_earth_is_an_error():
    with pytest.raises(NetworkError, match="latitude nan"):
        circle(blocks(2, 2), "walk", float("nan"), 114.0, metres=500)
    with pytest.raises(NetworkError, match=r"longitude 200\.0"):
        estimated_circle("walk", 22.5, 200.0, metres=500)
