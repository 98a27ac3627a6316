import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import NetworkError
from matching.travel.base import Place
from matching.travel.line import LineTravel
from matching.travel.network import grid
from matching.travel.network.coverage import coverage, estimated_coverage
from matching.travel.network.model import DEGREE
from matching.travel.network.single import Search, route
from matching.travel.network.snap import ON_STREET, snap
from tests.support.small_network import ALL, MIDDLE, WALK, at, blocks, small_network
from tests.support.streets import futian

PLACE = st.tuples(st.integers(-250, 500), st.integers(-250, 500)).map(lambda p: at(*p))
SUPPLY = st.dictionaries(st.sampled_from(["meals", "repairs", "baths"]), st.lists(PLACE, max_size=5))
ONE_WAY_RING = small_network(
    [(0, 0), (300, 0), (300, 300), (0, 300)], [(i, (i + 1) % 4, ALL, WALK) for i in range(4)]
)


def one_by_one(network, mode, homes, supply, limit, *, backwards=False):
    """Metres of every building to every service, and whether they are guessed, pair by pair."""
    table = np.full((len(homes), len(supply)), -1)
    for i, home in enumerate(homes):
        for k, places in enumerate(supply.values()):
            ends = [(home, place) if backwards else (place, home) for place in places]
            metres = [route(network, mode, a, b).metres for a, b in ends]
            table[i, k] = min((m for m in metres if m <= limit), default=-1)
    return table


@given(
    st.lists(PLACE, min_size=1, max_size=6),
    SUPPLY,
    st.integers(50, 900),
    st.sampled_from([(blocks(4, 4), "walk"), (ONE_WAY_RING, "car")]),
    st.booleans(),
)
def test_the_table_is_what_single_ways_give(homes, supply, limit, town, backwards):
    network, mode = town
    lat, lon = np.array(homes).T
    found = coverage(network, mode, lat, lon, supply, limit_metres=limit, backwards=backwards)
    expected = one_by_one(network, mode, homes, supply, limit, backwards=backwards)
    assert found.services == tuple(supply)
    assert found.metres.tolist() == expected.tolist()
    assert found.metres.dtype == np.int32


def test_the_table_of_real_streets_is_what_searches_give():
    network, random = futian(), np.random.default_rng(5)
    places = [
        (network.lat[v] / DEGREE + 1e-4, network.lon[v] / DEGREE)
        for v in random.integers(0, network.vertices, 80)
    ]
    homes, supply = places[:30], {"meals": places[30:40], "repairs": places[40:41], "baths": places[41:]}
    lat, lon = np.array(homes).T
    found = coverage(network, "walk", lat, lon, supply, limit_metres=990)
    for k, givers in enumerate(supply.values()):
        metres = np.array([Search(network, "walk", *giver, 990).metres_to(lat, lon) for giver in givers])
        nearest = np.where(metres < 0, 10_000, metres).min(axis=0)
        assert found.metres[:, k].tolist() == np.where(nearest == 10_000, -1, nearest).tolist()
    assert (found.metres >= 0).any()
    assert (found.metres < 0).any()


def test_five_hundred_metres_and_a_quarter_of_an_hour_are_read_from_one_table():
    network = small_network([(0, 0), (2_000, 0)], [(0, 1)])
    lat, lon = np.array([at(east, 0) for east in (100, 499, 600, 980, 1_100)]).T
    found = coverage(network, "walk", lat, lon, {"meals": [at(0, 0)]}, limit_metres=990)
    assert found.metres[:, 0].tolist() == [101, 500, 601, 981, -1]
    assert found.within(500)[:, 0].tolist() == [True, True, False, False, False]
    assert found.within(990)[:, 0].tolist() == [True, True, True, True, False]


def test_what_hangs_badly_is_guessed_unless_a_better_giver_is_nearer():
    network = small_network([(0, 0), (1_000, 0), (1_000, 1_000)], [(0, 1), (1, 2)])
    far, near, home, far_home = at(500, 300), at(100, 0), at(520, 5), at(500, 400)
    assert snap(network, *np.array([far, far_home]).T).state.tolist() != [ON_STREET, ON_STREET]
    supply = {"far": [far], "both": [far, near], "near": [near]}
    lat, lon = np.array([home, far_home]).T
    found = coverage(network, "walk", lat, lon, supply, limit_metres=5_000)
    assert found.guessed.tolist() == [[True, False, False], [True, True, True]]
    assert found.metres[0, 1] == found.metres[0, 2] < found.metres[0, 0]


def test_the_same_door_is_no_way_even_where_no_street_leads():
    network, lost = blocks(3, 3), at(-900, -900)
    found = coverage(network, "walk", [lost[0]], [lost[1]], {"meals": [lost]}, limit_metres=500)
    assert found.metres.tolist() == [[0]]


def test_a_service_that_nobody_gives_is_near_to_nobody():
    found = coverage(blocks(3, 3), "walk", [MIDDLE[0]], [MIDDLE[1]], {"meals": []}, limit_metres=500)
    assert found.metres.tolist() == [[-1]]
    nothing = coverage(blocks(3, 3), "walk", [MIDDLE[0]], [MIDDLE[1]], {}, limit_metres=500)
    assert nothing.metres.shape == (1, 0)
    nobody = coverage(blocks(3, 3), "walk", [], [], {"meals": [MIDDLE]}, limit_metres=500)
    assert nobody.metres.shape == (0, 1)


def test_many_on_one_street_are_measured_in_batches_without_a_trace(monkeypatch):
    network, random = small_network([(0, 0), (900, 0)], [(0, 1)]), np.random.default_rng(2)
    lat, lon = np.array([at(east, 3) for east in random.uniform(0, 900, 40)]).T
    supply = {code: [at(east, -3) for east in random.uniform(0, 900, 12)] for code in "ab"}
    whole = coverage(network, "walk", lat, lon, supply, limit_metres=500)
    monkeypatch.setattr(grid, "BATCH", 37)
    assert (coverage(network, "walk", lat, lon, supply, limit_metres=500).metres == whole.metres).all()


@given(st.lists(PLACE, min_size=1, max_size=5), SUPPLY, st.integers(0, 1_500))
def test_without_a_network_ways_are_guessed_as_plans_guess_them(homes, supply, limit):
    lat, lon = np.array(homes).T
    found, line = estimated_coverage(lat, lon, supply, limit_metres=limit), LineTravel()
    for i, (home_lat, home_lon) in enumerate(homes):
        home = Place(id="home", lat=home_lat, lon=home_lon)
        for k, places in enumerate(supply.values()):
            metres = [line.metres(home, Place(id="giver", lat=a, lon=b), "walk") for a, b in places]
            assert found.metres[i, k] == min((m for m in metres if m <= limit), default=-1)
    assert found.guessed.all()
    assert found.services == tuple(supply)


def test_a_giver_without_a_place_on_earth_is_an_error():
    supply = {"meals": [(122.5, 114.0)]}
    with pytest.raises(NetworkError, match=r"latitude 122\.5"):
        coverage(blocks(2, 2), "walk", [22.5], [114.0], supply, limit_metres=500)
    with pytest.raises(NetworkError, match=r"latitude 122\.5"):
        estimated_coverage([22.5], [114.0], supply, limit_metres=500)
    with pytest.raises(NetworkError, match="longitude nan"):
        estimated_coverage([22.5], [float("nan")], {}, limit_metres=500)
