import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import NetworkError
from matching.travel.earth import chord, on_sphere
from matching.travel.network import grid
from matching.travel.network.model import CAR, DEGREE, WALK, Network
from matching.travel.network.snap import (
    BLOCKED,
    FAR,
    ISLAND,
    ON_STREET,
    OUTSIDE,
    Foot,
    ends,
    feet,
    nearest,
    snap,
    snap_one,
)
from tests.support.small_network import MIDDLE, at, blocks, small_network

NEAR = st.floats(-400, 2_400)
WIDE = st.floats(-60_000, 60_000)


def plane(points):
    return np.array([at(east, north) for east, north in points]).T


def brute_metres(network: Network, bit: int, lat: float, lon: float):
    """Metres to every edge that has the bit (others: infinity)."""
    corners = on_sphere(network.lat / DEGREE, network.lon / DEGREE)
    a, b, place = corners[network.tail], corners[network.head], on_sphere(lat, lon)
    way = b - a
    share = ((place - a) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-9)
    metres = chord(place, a + np.clip(share, 0, 1)[:, None] * way)
    return np.where((network.forth | network.back) & bit, metres, np.inf)


@st.composite
def towns(draw):
    """Streets anywhere in 2 x 2 km, some for walking only, some for cars only, some points without length."""
    corner = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000))
    corners = draw(st.lists(corner, min_size=2, max_size=30))
    ends_ = st.integers(0, len(corners) - 1)
    streets = draw(
        st.lists(st.tuples(ends_, ends_, st.sampled_from([WALK, CAR, WALK | CAR])), min_size=1, max_size=40)
    )
    return small_network(corners, [(0, 1, WALK | CAR), *streets])


@given(towns(), st.lists(st.tuples(NEAR, NEAR) | st.tuples(WIDE, WIDE), min_size=1, max_size=20))
def test_the_nearest_street_of_the_mode_is_found_wherever_the_place_lies(network, points):
    lat, lon = plane(points)
    for mode, bit in (("walk", WALK), ("car", CAR)):
        found = nearest(network, lat, lon, mode)
        for i in range(len(points)):
            expected = brute_metres(network, bit, lat[i], lon[i])
            assert abs(found.metres[i] - expected.min()) < 2e-4
            assert abs(expected[found.edge[i]] - expected.min()) < 2e-4


@pytest.mark.parametrize("apart", [60, 150, 400, 3_000])
def test_of_many_short_streets_the_nearest_is_found(apart):
    """Lone pieces as far apart as the grids' cells are wide: often a nearer one lies in a cell further away."""
    random = np.random.default_rng(apart)
    starts = random.uniform(0, 20 * apart, (400, 2))
    corners = np.stack([starts, starts + random.uniform(-9, 9, (400, 2))], axis=1).reshape(800, 2)
    network = small_network(corners.tolist(), [(i, i + 1) for i in range(0, 800, 2)])
    lat, lon = plane(random.uniform(-15 * apart, 35 * apart, (600, 2)))
    expected = np.array([brute_metres(network, WALK, *place).min() for place in zip(lat, lon, strict=True)])
    assert abs(nearest(network, lat, lon).metres - expected).max() < 2e-4


@given(towns(), st.lists(st.tuples(NEAR, NEAR), min_size=1, max_size=20))
def test_a_way_over_its_foot_is_never_below_the_line_and_hardly_longer(network, points):
    """Door to foot to either end of the edge, in centimetres, against the straight lines."""
    lat, lon = plane(points)
    snapped, near = snap(network, lat, lon), nearest(network, lat, lon)
    places, corners = on_sphere(lat, lon), on_sphere(network.lat / DEGREE, network.lon / DEGREE)
    rest = network.length[snapped.edge] - snapped.along
    for way, end in ((snapped.along, network.tail), (rest, network.head)):
        line = 100 * chord(places, corners[end[snapped.edge]])
        assert (snapped.off.astype(float) + way >= line).all()
    good = snapped.state == ON_STREET
    assert (snapped.off[good] <= 100 * near.metres[good] + 3).all()
    assert (rest >= 0).all()


@given(towns(), st.lists(st.tuples(NEAR, NEAR), min_size=2, max_size=30))
def test_one_by_one_and_all_at_once_give_the_same(network, points):
    lat, lon = plane(points)
    whole = snap(network, lat, lon)
    for i in range(len(points)):
        assert Foot(*(int(field[i]) for field in whole)) == snap_one(network, lat[i], lon[i])


def test_a_foot_lies_where_the_place_is_projected():
    network = small_network([(0, 0), (200, 0)], [(0, 1)])
    snapped = snap(network, *plane([(50, 30), (-20, 0)]))
    assert abs(snapped.along - [5_000, 0]).max() <= 1
    assert abs(snapped.off - [3_002, 2_002]).max() <= 2
    expected = plane([(50, 0), (0, 0)])
    assert abs(np.array(feet(network, snapped)) - expected).max() < 2e-7


def test_of_streets_that_meet_in_the_nearest_corner_the_first_is_taken():
    network = small_network([(100, 0), (0, 0), (0, -80), (-60, -60)], [(3, 1), (1, 0), (2, 1)])
    found = nearest(network, *plane([(-20, 90)]))
    assert (found.edge[0], found.share[0]) == (0, 1.0)


def test_only_streets_of_the_mode_count():
    network = small_network([(0, 0), (100, 0), (0, 50), (100, 50)], [(0, 1, WALK), (2, 3, CAR)])
    near_the_path = plane([(50, 5)])
    assert snap(network, *near_the_path, "walk").edge == [0]
    assert snap(network, *near_the_path, "walk_slow").edge == [0]
    assert snap(network, *near_the_path, "car").edge == [1]


def test_a_mode_without_any_street_is_an_error_that_names_it():
    with pytest.raises(NetworkError, match="no street for ebike"):
        snap(small_network([(0, 0), (100, 0)], [(0, 1, WALK)]), *plane([(0, 0)]), "ebike")


@pytest.mark.parametrize("wrong", [(float("nan"), 114.0), (91.0, 114.0), (22.5, float("inf"))])
def test_no_place_on_earth_is_an_error_that_says_which(wrong):
    lat, lon = [MIDDLE[0], wrong[0]], [MIDDLE[1], wrong[1]]
    with pytest.raises(NetworkError, match="place 1: latitude"):
        snap(blocks(2, 2), lat, lon)


def test_no_places_give_no_feet():
    assert [len(field) for field in snap(blocks(2, 2), [], [])] == [0, 0, 0, 0]


def test_places_far_from_streets_hang_on_a_guess():
    network = small_network([(0, 0), (1_000, 0), (1_000, 1_000)], [(0, 1), (1, 2)])
    snapped = snap(network, *plane([(400, 149), (400, 152), (400, -149), (400, -160)]))
    assert snapped.state.tolist() == [ON_STREET, FAR, ON_STREET, OUTSIDE]
    assert abs(snapped.off - [14_902, 15_200 * 1.5 + 25_000, 14_902, 16_000 * 1.5 + 25_000]).max() <= 3


def test_a_place_on_the_other_side_of_the_earth_still_has_its_numbers():
    network = blocks(3, 3)
    snapped = snap(network, [-22.53, 90.0], [-65.95, 0.0])
    assert snapped.state.tolist() == [OUTSIDE, OUTSIDE]
    assert (snapped.off > 1_400_000_000).any()
    assert (snapped.off > 0).all()


def test_a_place_at_ways_that_nothing_connects_is_on_an_island():
    network = small_network(
        [(0, 0), (1_000, 0), (1_000, 1_000)], [(0, 1), (1, 2)], islands=[(200, 100, 600, 100)]
    )
    places = [(400, 99), (400, 66), (400, 60), (400, 240), (400, 260), (150, 20)]
    snapped = snap(network, *plane(places))
    assert snapped.state.tolist() == [ISLAND, ISLAND, ON_STREET, ISLAND, FAR, ON_STREET]
    assert abs(snapped.off[0] - (9_900 * 1.5 + 25_000)) <= 2


def test_ends_keep_to_one_way_streets_but_a_corner_is_a_corner():
    network = small_network([(0, 0), (100, 0)], [(0, 1, CAR, 0)])
    snapped = snap(network, *plane([(30, 0), (0, 0), (100, 0)]), "car")
    length = int(network.length[0])
    middle = int(snapped.along[0])
    tail, head = ends(network, "car", snapped)
    assert tail.tolist() == [BLOCKED, 0, BLOCKED]
    assert head.tolist() == [length - middle, length, 0]
    tail, head = ends(network, "car", snapped, backwards=True)
    assert tail.tolist() == [middle, 0, length]
    assert head.tolist() == [BLOCKED, BLOCKED, 0]


def test_a_large_town_is_cut_into_batches_without_a_trace(monkeypatch):
    network, random = blocks(12, 12), np.random.default_rng(3)
    lat, lon = plane(random.uniform(-3_000, 4_000, (400, 2)))
    whole = nearest(network, lat, lon)
    monkeypatch.setattr(grid, "BATCH", 50)
    assert (nearest(network, lat, lon).edge == whole.edge).all()
