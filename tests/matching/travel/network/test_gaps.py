"""Gaps of up to 30 m: what is joined, and what stays apart."""

import numpy as np
import pytest

from matching.travel.earth import chord, on_sphere
from matching.travel.network.model import DEGREE, EBIKE, WALK
from matching.travel.network.near import crossing, near
from matching.travel.network.prepare import prepare
from tests.support.streets import FUTIAN, JINAN, extract

ROAD = {"highway": "residential"}
PATH = {"highway": "footway"}


def made(tmp_path, nodes, ways, metres=30.0):
    return prepare(extract(tmp_path / "a.osm.pbf", nodes, ways), join_gaps_metres=metres)


def gaps(network):
    return np.flatnonzero(network.kind == network.facts.kinds.index("gap"))


def counts(network):
    return network.facts.made["parts_joined"], network.facts.made["dead_ends_joined"]


MAIN = ({1: (0, 0), 2: (400, 0)}, [([1, 2], ROAD)])


def test_an_island_is_joined_at_the_nearest_point_of_the_street(tmp_path):
    network = made(tmp_path, MAIN[0] | {3: (150, 20), 4: (150, 90)}, [*MAIN[1], ([3, 4], PATH)])
    (link,) = gaps(network)
    assert 2_000 <= network.length[link] <= 2_002
    assert (WALK | EBIKE,) * 2 == (network.forth[link], network.back[link])
    assert -1 == network.name[link]
    assert (1, 0) == counts(network)
    assert 0 == len(network.islands)
    # The street was split where the link ends: 150 m and 250 m, and cars still pass both.
    assert [15_000, 25_000] == sorted(
        length // 10 * 10 for length in network.length[network.arcs("car").edge]
    )[::2]


def test_a_gap_longer_than_asked_stays(tmp_path):
    nodes, ways = MAIN[0] | {3: (150, 20), 4: (150, 90)}, [*MAIN[1], ([3, 4], PATH)]
    assert 1 == len(made(tmp_path, nodes, ways, 19.0).islands)
    assert 0 == len(made(tmp_path, nodes, ways, 20.1).islands)


def test_a_street_that_touches_without_a_common_node_is_joined(tmp_path):
    network = made(tmp_path, MAIN[0] | {3: (150, 0), 4: (150, 90)}, [*MAIN[1], ([3, 4], PATH)])
    assert 4 == network.vertices
    assert 3 == network.edges
    assert (network.length > 0).all()


def test_two_nodes_at_one_spot_become_one(tmp_path):
    network = made(tmp_path, MAIN[0] | {3: (400, 0), 4: (400, 90)}, [*MAIN[1], ([3, 4], PATH)])
    assert 3 == network.vertices
    assert 2 == network.edges


def test_the_middle_of_an_island_is_joined_to_the_end_of_a_street(tmp_path):
    network = made(tmp_path, MAIN[0] | {3: (410, -50), 4: (410, 60)}, [*MAIN[1], ([3, 4], PATH)])
    (link,) = gaps(network)
    assert 1_000 <= network.length[link] <= 1_002


def test_islands_are_joined_one_to_the_next(tmp_path):
    nodes = MAIN[0] | {3: (200, 20), 4: (200, 60), 5: (200, 85), 6: (200, 120)}
    network = made(tmp_path, nodes, [*MAIN[1], ([3, 4], PATH), ([5, 6], PATH)])
    assert (2, 0) == counts(network)
    assert 0 == len(network.islands)


def test_no_link_over_a_motorway(tmp_path):
    nodes = MAIN[0] | {3: (150, 20), 4: (150, 90), 5: (-50, 10), 6: (500, 10)}
    network = made(
        tmp_path, nodes, [*MAIN[1], ([3, 4], PATH), ([5, 6], {"highway": "motorway", "oneway": "no"})]
    )
    assert 0 == len(gaps(network))
    assert 1 == len(network.islands)


def test_no_link_through_a_locked_gate(tmp_path):
    nodes = {
        1: (0, 0),
        2: (100, 0),
        3: (110, 0, {"barrier": "gate", "locked": "yes"}),
        4: (180, 0),
        5: (250, 0),
    }
    network = made(tmp_path, nodes, [([1, 2, 3, 4, 5], PATH)])
    assert 0 == len(gaps(network))
    assert 1 == len(network.islands)


U = ({1: (0, 0), 2: (300, 0), 3: (300, 20), 4: (0, 20)}, [([1, 2, 3, 4], ROAD)])


def test_dead_ends_are_joined_where_the_way_around_is_long(tmp_path):
    network = made(tmp_path, *U)
    (link,) = gaps(network)  # one link for both dead ends, 20 m instead of 620 m
    assert 2_000 <= network.length[link] <= 2_002
    assert (0, 1) == counts(network)


def test_dead_ends_stay_where_the_way_around_is_short(tmp_path):
    nodes = {1: (0, 0), 2: (80, 0), 3: (80, 20), 4: (0, 20)}
    assert (0, 0) == counts(made(tmp_path, nodes, U[1]))  # 180 m around a gap of 20 m


def test_no_link_of_a_dead_end_crosses_a_street(tmp_path):
    nodes = U[0] | {5: (-50, 10), 6: (290, 10), 7: (299, 10)}
    network = made(tmp_path, nodes, [*U[1], ([5, 6, 7], ROAD | {"foot": "no"})])
    assert (0, 0) == counts(network)


@pytest.mark.parametrize("path", [FUTIAN, JINAN], ids=["futian", "jinan"])
def test_real_streets(path):
    plain, joined = prepare(path), prepare(path, join_gaps_metres=30)
    links = gaps(joined)
    assert 0.9 * sum(counts(joined)) < len(links) <= sum(counts(joined))  # some ends met at one spot
    assert len(joined.islands) < len(plain.islands)
    assert (joined.length[links] <= 3_005).all()
    points = on_sphere(joined.lat / DEGREE, joined.lon / DEGREE)
    assert (joined.length >= 100 * chord(points[joined.tail], points[joined.head])).all()
    assert (joined.tail < joined.head).all()
    # Streets grow by what was reached and by the links; splitting adds no length but the rounding.
    reached = joined.facts.made["walk_km"] - plain.facts.made["walk_km"]
    assert joined.length[links].sum() / 100_000 - 0.1 <= reached


@pytest.mark.parametrize("metres", [0.7, 4, 15])
def test_near_finds_what_a_look_at_every_pair_finds(metres):
    rng = np.random.default_rng(3)
    points, a, b = rng.uniform(0, 200, (40, 2)), rng.uniform(0, 200, (60, 2)), rng.uniform(0, 200, (60, 2))
    b[0] = a[0]  # a piece of no length
    pairs = near(points, a, b, metres)
    share = np.linspace(0, 1, 20_001)[:, None]
    expected = {
        (point, piece)
        for piece in range(60)
        for point in range(40)
        if np.hypot(*(a[piece] + share * (b[piece] - a[piece]) - points[point]).T).min() <= metres
    }
    assert expected == set(zip(pairs.point.tolist(), pairs.piece.tolist(), strict=True))


def test_tiny_gaps_take_no_more_room_than_wide_ones():
    points = np.array([[0.0, 0.0], [50.0, 0.0]])
    pairs = near(points, np.array([[0.0, 0.0]]), np.array([[100_000.0, 100_000.0]]), 1e-9)
    assert [(0, 0)] == list(zip(pairs.point.tolist(), pairs.piece.tolist(), strict=True))


def test_pieces_that_cross_and_pieces_that_touch():
    p, q = np.array([[0, 0], [0, 0], [0, 0]], float), np.array([[2, 2], [2, 2], [2, 2]], float)
    a, b = np.array([[0, 2], [2, 2], [3, 0]], float), np.array([[2, 0], [5, 0], [4, 9]], float)
    assert [True, False, False] == crossing(p, q, a, b).tolist()
