"""Many ways at once are the ways found one street at a time."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.travel.network.many import COMPILING, MOST, distances
from matching.travel.network.single import Search
from matching.travel.network.snap import Snapped, snap
from tests.support.small_network import at, blocks, small_network
from tests.support.streets import futian
from tests.support.towns import obvious_centimetres, towns

MODES = ["walk", "walk_slow", "ebike", "car"]
SPOTS = st.lists(st.tuples(st.integers(-100, 2_100), st.integers(-100, 2_100)), min_size=1, max_size=6)


def hung(network, spots, mode):
    lat, lon = np.array([at(east, north) for east, north in spots]).T
    return snap(network, lat, lon, mode)


def dense(sparse, columns, beyond=-1):
    table = np.full((len(sparse.first) - 1, columns), beyond, np.int64)
    rows = np.repeat(np.arange(len(table)), np.diff(sparse.first))
    table[rows, sparse.target] = sparse.metres
    return table


@settings(deadline=None)
@given(towns(), SPOTS, SPOTS, st.sampled_from(MODES), st.sampled_from([0, 90, 700, 2_000, 9_999_999]))
def test_ways_within_the_limit_and_no_others(network, here, there, mode, limit):
    a, b = hung(network, here, mode), hung(network, there, mode)
    expected = -(-obvious_centimetres(network, mode, a, b) // 100)
    expected[expected > limit] = -1
    assert np.array_equal(dense(distances(network, mode, a, b, limit), len(there)), expected)


@settings(deadline=None)
@given(towns(), SPOTS, SPOTS, st.sampled_from(MODES))
def test_backwards_are_the_ways_that_lead_here(network, here, there, mode):
    a, b = hung(network, here, mode), hung(network, there, mode)
    back = dense(distances(network, mode, a, b, 9_000, backwards=True), len(there))
    assert np.array_equal(back, dense(distances(network, mode, b, a, 9_000), len(here)).T)


@settings(deadline=None)
@given(towns(), SPOTS, SPOTS, st.sampled_from(MODES), st.booleans())
def test_one_by_one_in_plain_python_they_are_the_same(network, here, there, mode, backwards):
    a, b = hung(network, here, mode), hung(network, there, mode)
    table = dense(distances(network, mode, a, b, 1_500, backwards=backwards), len(there))
    for row, (east, north) in zip(table, here, strict=True):
        search = Search(network, mode, *at(east, north), 1_500, backwards=backwards)
        assert np.array_equal(search.metres_to_snapped(b), row)


def places(network, count, seed):
    south, west, north, east = network.facts.bounds
    rng = np.random.default_rng(seed)
    return south + rng.random(count) * (north - south), west + rng.random(count) * (east - west)


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_on_real_streets_they_are_those_of_the_plain_search(mode):
    network = futian()
    here, there = places(network, 5, 1), places(network, 200, 2)
    found = distances(network, mode, snap(network, *here, mode), snap(network, *there, mode), 2_500)
    table = dense(found, 200)
    assert (table >= 0).any()
    for row, lat, lon in zip(table, *here, strict=True):
        assert np.array_equal(Search(network, mode, lat, lon, 2_500).metres_to(*there), row)


def test_any_number_of_threads_gives_the_same():
    network = futian()
    a, b = snap(network, *places(network, 5 * MOST, 3)), snap(network, *places(network, 50, 4))
    one = distances(network, "walk", a, b, 1_200, threads=1)
    many = distances(network, "walk", a, b, 1_200, threads=3)
    assert all(np.array_equal(x, y) for x, y in zip(one, many, strict=True))
    assert (np.diff(one.target)[np.diff(np.repeat(np.arange(5 * MOST), np.diff(one.first))) == 0] > 0).all()


def test_every_source_may_have_its_own_limit_and_may_stand_twice():
    town = blocks(5, 5)
    a, b = hung(town, [(0, 0), (400, 400), (0, 0)], "walk"), hung(town, [(100, 0), (300, 0)], "walk")
    table = dense(distances(town, "walk", a, b, [150, 800, 350]), 2)
    assert table.tolist() == [[101, -1], [701, 501], [101, 301]]


def test_a_street_for_one_direction_is_a_detour_in_the_other():
    # a square of 100 m sides; its first side may be driven eastward only
    town = small_network([(0, 0), (100, 0), (100, 100), (0, 100)], [(0, 1, 7, 3), (1, 2), (2, 3), (3, 0)])
    a, b = hung(town, [(20, 0)], "car"), hung(town, [(70, 0)], "car")
    assert dense(distances(town, "car", a, b, 1_000), 1)[0, 0] in {50, 51}
    assert dense(distances(town, "car", b, a, 1_000), 1)[0, 0] in {350, 351}
    assert dense(distances(town, "walk", b, a, 1_000), 1)[0, 0] in {50, 51}


def test_nobody_and_nowhere():
    town = blocks(2, 2)
    some, none = hung(town, [(0, 0)], "walk"), Snapped(*(np.zeros(0, t) for t in ("i4", "i4", "i4", "u1")))
    assert distances(town, "walk", none, some, 100).first.tolist() == [0]
    assert distances(town, "walk", some, none, 100).first.tolist() == [0, 0]


def test_progress_ends_at_one():
    town, heard = blocks(2, 2), []
    some = hung(town, [(0, 0), (10, 0)], "walk")
    distances(town, "walk", some, some, 100, on_progress=lambda text, share: heard.append((text, share)))
    assert heard[-1] == ("", 1.0)
    assert {text for text, _ in heard} <= {"", COMPILING}


def test_importing_the_search_does_not_load_its_engines():
    modules = ("many", "tables", "shortlist", "cache", "doors", "bounds", "inputs")
    code = "import sys; " + "; ".join(f"import matching.travel.network.{name}" for name in modules)
    code += "; print([m for m in ('numba', 'scipy', 'ortools', 'osmium') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code in a fresh interpreter
    assert done.stdout.strip() == "[]"
