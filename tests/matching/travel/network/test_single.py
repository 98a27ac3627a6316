from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import NetworkError
from matching.travel.earth import line_metres
from matching.travel.line import Speeds
from matching.travel.network.model import CAR, DEGREE, EBIKE, WALK
from matching.travel.network.single import Passed, Search, route
from matching.travel.network.snap import FAR, ISLAND, ON_STREET, OUTSIDE
from tests.support.reference import reference_centimetres, reference_metres
from tests.support.small_network import ALL, at, blocks, small_network
from tests.support.streets import futian

AROUND = st.tuples(st.integers(-50, 350), st.integers(-50, 350)).map(lambda p: at(*p))
SPARSE = st.sampled_from([ALL, ALL, ALL, WALK | EBIKE, CAR, 0])


@st.composite
def towns(draw):
    """4 x 4 corners moved about, some blocks of streets shut for some, some one-way for cars; all of it connected.

    The rows and the first column stay open both ways, so that every mode is connected.
    """
    moved = st.tuples(st.integers(-30, 30), st.integers(-30, 30))
    corners = [
        (100 * x + east, 100 * y + north) for y in range(4) for x in range(4) for east, north in [draw(moved)]
    ]
    along = [(4 * y + x, 4 * y + x + 1) for y in range(4) for x in range(3)]
    across = [(4 * y + x, 4 * y + 4 + x) for y in range(3) for x in range(4)]
    streets = []
    for tail, head in along + across:
        comb = tail // 4 == head // 4 or tail % 4 == 0
        forth = ALL if comb else draw(SPARSE)
        back = forth if draw(st.booleans()) or comb else forth & ~CAR
        streets.append((tail, head, forth, back) if draw(st.booleans()) else (head, tail, back, forth))
    return small_network(corners, streets)


@given(towns(), st.lists(AROUND, min_size=2, max_size=8), st.sampled_from(["walk", "ebike"]))
def test_ways_are_the_shortest_and_obey_the_laws_of_distance(network, places, mode):
    laws(network, places, mode, symmetric=True)


@given(towns(), st.lists(AROUND, min_size=2, max_size=8))
def test_ways_of_cars_keep_to_one_way_streets(network, places):
    laws(network, places, "car", symmetric=False)


def laws(network, places, mode, *, symmetric):
    exact, metres = reference_centimetres(network, mode, places), reference_metres(network, mode, places)
    lat, lon = np.array(places).T
    for i, place in enumerate(places):
        there = Search(network, mode, *place, 100_000).metres_to(lat, lon)
        back = Search(network, mode, *place, 100_000, backwards=True).metres_to(lat, lon)
        routes = [route(network, mode, place, other) for other in places]
        assert there.tolist() == metres[i].tolist()
        assert back.tolist() == metres[:, i].tolist()
        assert [r.metres for r in routes] == metres[i].tolist()
        for other, way in zip(places, routes, strict=True):
            line_is_true(place, other, way)
    for table in (exact, metres):
        assert (table[:, None, :] <= table[:, :, None] + table[None, :, :]).all()
    assert (np.diag(metres) == 0).all()
    assert not symmetric or (exact == exact.T).all()
    for i, a in enumerate(places):
        assert all(exact[i, j] >= 100 * line_metres(a, b) for j, b in enumerate(places))


def line_is_true(a, b, way):
    """The line leads from door to door, is about as long as the way, and so are the streets."""
    assert (way.line[0], way.line[-1]) == (a, b)
    assert sum(metres for _, metres in way.streets) == way.metres
    if not way.estimated:
        drawn = sum(line_metres(p, q) for p, q in pairwise(way.line))
        # every piece of a street is rounded up to a centimetre
        assert -0.1 < way.metres - drawn < 1.2 + 0.01 * len(way.line)


@pytest.mark.parametrize("mode", ["walk", "ebike", "car"])
def test_ways_on_real_streets_are_the_shortest(mode):
    network, random = futian(), np.random.default_rng(11)
    south, west, north, east = network.facts.bounds
    corner = random.integers(0, network.vertices, 25)
    near = [(network.lat[v] / DEGREE + 2e-4, network.lon[v] / DEGREE - 1e-4) for v in corner]
    anywhere = zip(random.uniform(south, north, 10), random.uniform(west, east, 10), strict=True)
    places = [(float(lat), float(lon)) for lat, lon in [*near, *anywhere]]
    metres = reference_metres(network, mode, places)
    lat, lon = np.array(places).T
    for i, place in enumerate(places):
        assert Search(network, mode, *place, 100_000).metres_to(lat, lon).tolist() == metres[i].tolist()
        bounded = np.where(metres[i] <= 2_000, metres[i], -1)
        assert Search(network, mode, *place, 2_000).metres_to(lat, lon).tolist() == bounded.tolist()
        for j in (i - 1, i - 2):
            way = route(network, mode, place, places[j])
            assert way.metres == metres[i, j]
            line_is_true(place, places[j], way)


def test_a_search_stops_at_its_limit():
    network = blocks(20, 2)
    search = Search(network, "walk", *at(0, 0), 500)
    lat, lon = np.array([at(x, 0) for x in (490, 499.9, 500.3, 600, 1_900)]).T
    assert search.metres_to(lat, lon).tolist() == [491, 500, -1, -1, -1]
    assert max(search.reached.values()) <= 50_000


def test_a_limit_that_ends_before_the_street_still_knows_the_neighbour_on_it():
    network = small_network([(0, 0), (1_000, 0)], [(0, 1)])
    search = Search(network, "walk", *at(500, 0), 100)
    assert search.reached == {}
    assert search.metres_to(*np.array([at(450, 0), at(560, 20), at(610, 0)]).T).tolist() == [51, 81, -1]


def test_a_neighbour_against_the_one_way_street_is_driven_to_around_the_block():
    ring = small_network(
        [(0, 0), (100, 0), (100, 100), (0, 100)], [(i, (i + 1) % 4, ALL, WALK) for i in range(4)]
    )
    a, b = at(30, 0), at(70, 0)
    assert [route(ring, "walk", a, b).metres, route(ring, "walk", b, a).metres] == [41, 41]
    assert [route(ring, "car", a, b).metres, route(ring, "car", b, a).metres] == [41, 361]
    assert len(route(ring, "car", b, a).line) == 8


def test_the_same_coordinates_are_no_way_apart_and_across_the_street_is_across_the_street():
    network = blocks(3, 3)
    door, opposite = at(50, 8), at(50, -8)
    same = route(network, "walk", door, door)
    assert (same.metres, same.line, same.streets, same.minutes()) == (0, (door, door), (), 0)
    assert Search(network, "walk", *door, 100).metres_to(*door).tolist() == [0]
    assert route(network, "walk", door, opposite).metres == 17


def test_a_route_names_its_streets_in_order_and_neighbours_once():
    names = ("福荣路", "沙尾路")
    network = small_network(
        [(0, 0), (100, 0), (200, 0), (200, 150), (300, 150)],
        [(0, 1, ALL, ALL, 0), (1, 2, ALL, ALL, 0), (3, 2, ALL, ALL, -1), (3, 4, ALL, ALL, 1)],
        names=names,
    )
    way = route(network, "walk", at(10, 5), at(290, 140))
    expected = (
        Passed("", 5),
        Passed("福荣路", 190),
        Passed("", 150),
        Passed("沙尾路", 90),
        Passed("", 11),
    )
    assert [(name, pytest.approx(metres, abs=1)) for name, metres in expected] == list(way.streets)
    assert sum(metres for _, metres in way.streets) == way.metres
    turned = route(network, "walk", at(290, 140), at(10, 5))
    assert [name for name, _ in turned.streets] == [name for name, _ in way.streets][::-1]
    assert turned.line == way.line[::-1]


def test_minutes_are_rounded_up_at_the_speed_of_the_mode():
    network = small_network([(0, 0), (1_000, 0)], [(0, 1)])
    a, b = at(0, 0), at(660, 0)
    assert [route(network, mode, a, b).minutes() for mode in ("walk", "walk_slow", "ebike")] == [11, 14, 4]
    assert route(network, "walk", a, b).minutes(Speeds(walk=700)) == 1


@pytest.mark.parametrize(("place", "state"), [((50, 480), FAR), ((500, 90), ISLAND), ((-400, 0), OUTSIDE)])
def test_a_place_that_hangs_badly_makes_its_ways_estimates(place, state):
    network = small_network(
        [(0, 0), (1_000, 0), (1_000, 1_000)],
        [(0, 1, ALL, ALL, 0), (1, 2, ALL, ALL, 0)],
        names=("福荣路",),
        islands=[(400, 100, 600, 100)],
    )
    good, bad = at(20, 3), at(*place)
    there, back = route(network, "walk", good, bad), route(network, "walk", bad, good)
    assert (there.states, back.states) == ((ON_STREET, state), (state, ON_STREET))
    assert there.estimated
    assert there.metres == back.metres
    assert Search(network, "walk", *bad, 5_000).estimated
    assert not Search(network, "walk", *good, 5_000).estimated
    # straight from the door to the street
    assert there.line[-1] == bad
    assert abs(line_metres(there.line[-2], bad) * 1.5 + 250 - there.streets[-1].metres) < 2


def test_no_way_at_all_is_an_error():
    network = small_network([(0, 0), (100, 0), (0, 200), (100, 200)], [(0, 1), (2, 3)])
    with pytest.raises(NetworkError, match="No street connects two places for walk"):
        route(network, "walk", at(50, 0), at(50, 200))
