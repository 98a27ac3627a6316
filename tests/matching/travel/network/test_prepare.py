"""From an extract to a network."""

import hashlib
import shutil

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.travel.earth import chord, on_sphere
from matching.travel.network.model import BIT, CAR, DEGREE, EBIKE, STEPS, WALK
from matching.travel.network.prepare import prepare
from tests.support.streets import FUTIAN, extract, futian, jinan

ROAD = {"highway": "residential"}


def made(tmp_path, nodes, ways):
    return prepare(extract(tmp_path / "a.osm.pbf", nodes, ways))


def bits(network):
    """(tail, head) -> (forth, back)"""
    ends = zip(network.tail.tolist(), network.head.tolist(), strict=True)
    return dict(zip(ends, zip(network.forth.tolist(), network.back.tolist(), strict=True), strict=True))


@pytest.fixture(params=[futian, jinan], ids=["futian", "jinan"])
def city(request):
    return request.param()


def test_one_edge_for_each_pair_of_neighbours(tmp_path):
    network = made(
        tmp_path,
        {3: (0, 0), 5: (100, 0), 9: (100, 50)},
        [([5, 3], ROAD | {"name": "福强路"}), ([5, 9], ROAD)],
    )
    assert [0, 1] == network.tail.tolist()
    assert [1, 2] == network.head.tolist()
    assert np.abs(network.length - [10_000, 5_000]).max() <= 2  # degrees are rounded to a centimetre
    assert ("福强路",) == network.facts.names
    assert [0, -1] == network.name.tolist()
    assert ["residential"] * 2 == [network.facts.kinds[kind] for kind in network.kind]


def test_edges_are_never_shorter_than_the_line_and_at_most_a_centimetre_longer(city):
    points = on_sphere(city.lat / DEGREE, city.lon / DEGREE)
    line = 100 * chord(points[city.tail], points[city.head])
    assert (city.length >= line).all()
    assert (city.length < line + 1).all()
    assert (city.length > 0).all()


def test_no_edge_twice_and_none_to_itself(city):
    assert (city.tail < city.head).all()
    assert city.edges == len(set(zip(city.tail.tolist(), city.head.tolist(), strict=True)))
    assert (((city.forth | city.back) & (WALK | EBIKE | CAR)) > 0).all()


@pytest.mark.parametrize("mode", ["walk", "ebike", "car"])
def test_every_place_of_a_mode_reaches_every_other(city, mode):
    arcs = city.arcs(mode)
    tail = np.repeat(np.arange(city.vertices), np.diff(arcs.first))
    graph = coo_array((np.ones(len(tail)), (tail, arcs.head)), (city.vertices,) * 2)
    labels = connected_components(graph, connection="strong")[1]
    used = ((city.forth | city.back) & BIT[mode]) > 0
    assert 1 == len(set(labels[city.tail[used]]) | set(labels[city.head[used]]))


def test_every_vertex_is_used(city):
    assert city.vertices == len(np.union1d(city.tail, city.head))


def test_nobody_rides_on_steps():
    network = futian()
    stairs = ((network.forth | network.back) & STEPS) > 0
    assert stairs.any()
    assert set((network.forth | network.back)[stairs].tolist()) == {WALK | STEPS}


def test_the_same_file_makes_the_same_version(tmp_path):
    copy = tmp_path / "other-name.osm.pbf"
    shutil.copy(FUTIAN, copy)
    again = prepare(copy)
    assert futian().facts.version == again.facts.version
    assert "other-name.osm.pbf" == again.facts.source
    assert (
        prepare(FUTIAN, join_gaps_metres=30).facts.version
        == prepare(FUTIAN, join_gaps_metres=30).facts.version
    )
    assert prepare(FUTIAN, join_gaps_metres=30).facts.version != again.facts.version


def test_facts():
    facts = futian().facts
    assert "shenzhen_futian.osm.pbf" == facts.source
    assert "© OpenStreetMap contributors, ODbL 1.0" == facts.attribution
    assert facts.licence.startswith("https://opendatacommons.org/")
    south, west, north, east = facts.bounds
    assert 22.51 < south < north < 22.56
    assert 113.99 < west < east < 114.05
    assert hashlib.sha256(FUTIAN.read_bytes()).hexdigest() == facts.made["extract_sha256"]
    assert futian().vertices == facts.made["vertices"]
    assert futian().edges == facts.made["edges"]
    assert len(futian().islands) == facts.made["island_pieces"]
    assert 215 < facts.made["walk_km"] < 230  # 218 km in the notes on the data
    assert "福强路" in facts.names


def test_a_source_can_be_named():
    assert "OpenStreetMap of November" == prepare(FUTIAN, source="OpenStreetMap of November").facts.source


def test_progress_is_told_in_order():
    heard = []
    prepare(FUTIAN, join_gaps_metres=5, on_progress=lambda stage, share: heard.append((stage, share)))
    assert ["streets", "nodes", "edges", "gaps", "parts", "done"] == [stage for stage, _ in heard]
    assert sorted(share for _, share in heard) == [share for _, share in heard]
    assert 1.0 == heard[-1][1]


def test_a_way_is_split_where_a_node_is_missing(tmp_path):
    nodes = {1: (0, 0), 2: (50, 0), 4: (150, 0), 5: (300, 0)}
    network = made(tmp_path, nodes, [([1, 2, 3, 4, 5], ROAD)])
    assert 1 == network.edges  # the longer end is kept,
    assert 1 == len(network.islands)  # the other is an island
    assert 15_000 <= network.length[0] <= 15_002


def test_two_nodes_at_one_spot_do_not_cut_a_street(tmp_path):
    network = made(tmp_path, {1: (0, 0), 2: (50, 0), 3: (50, 0), 4: (90, 0)}, [([1, 2, 3, 4], ROAD)])
    assert 2 == network.edges
    assert 3 == network.vertices


def test_a_gate_is_not_lost_where_two_nodes_lie_at_one_spot(tmp_path):
    nodes = {1: (0, 0), 2: (50, 0), 3: (50, 0, {"barrier": "bollard"}), 4: (90, 0)}
    network = made(tmp_path, nodes, [([1, 2, 3, 4], ROAD)])
    assert {(0, 1): (WALK | EBIKE | CAR,) * 2, (1, 2): (WALK | EBIKE,) * 2} == bits(network)


def test_a_node_named_twice_is_no_edge(tmp_path):
    assert 1 == made(tmp_path, {1: (0, 0), 2: (50, 0)}, [([1, 1, 2, 2], ROAD)]).edges


def test_streets_that_share_a_piece_are_one_edge(tmp_path):
    oneway, against = ROAD | {"oneway": "yes", "name": "甲"}, ROAD | {"oneway": "yes", "name": "乙"}
    network = made(tmp_path, {1: (0, 0), 2: (50, 0)}, [([1, 2], oneway), ([2, 1], against)])
    assert {(0, 1): (WALK | EBIKE | CAR, WALK | EBIKE | CAR)} == bits(network)
    assert network.facts.names[network.name[0]] in {"甲", "乙"}


def test_steps_beside_a_footway_are_no_obstacle(tmp_path):
    ways = [([1, 2], {"highway": "steps"}), ([1, 2], {"highway": "footway"}), ([2, 3], {"highway": "steps"})]
    network = made(tmp_path, {1: (0, 0), 2: (50, 0), 3: (60, 0)}, ways)
    assert {(0, 1): (WALK | EBIKE,) * 2, (1, 2): (WALK | STEPS,) * 2} == bits(network)


def test_a_locked_gate_lets_nobody_through_and_leaves_the_longer_side(tmp_path):
    nodes = {
        1: (0, 0),
        2: (100, 0),
        3: (130, 0, {"barrier": "gate", "locked": "yes"}),
        4: (180, 0),
        5: (250, 0),
    }
    network = made(tmp_path, nodes, [([1, 2, 3, 4, 5], ROAD)])
    # The 30 m before the gate are closed, the 50 m behind it stay: 100 m against 120 m, the latter is the city.
    assert 2 == network.edges
    assert 12_000 <= network.length.sum() <= 12_004
    assert 1 == len(network.islands)


def test_a_bollard_stops_cars_alone(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0, {"barrier": "bollard"}), 3: (150, 0)}
    network = made(tmp_path, nodes, [([1, 2, 3], ROAD)])
    everybody, slow = (WALK | EBIKE | CAR,) * 2, (WALK | EBIKE,) * 2
    assert {(0, 1): everybody, (1, 2): slow} == bits(network)


def test_cars_keep_only_streets_that_lead_out_again(tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (300, 0)}
    ways = [([1, 2, 3, 1], ROAD | {"oneway": "yes"}), ([2, 4], ROAD | {"oneway": "yes"})]
    network = made(tmp_path, nodes, ways)
    assert (WALK | EBIKE, WALK | EBIKE) == bits(network)[1, 3]
    assert (WALK | EBIKE | CAR, WALK | EBIKE) == bits(network)[0, 1]
    assert not network.symmetric("car")
    assert network.symmetric("walk")


def test_islands_are_remembered_by_their_pieces(tmp_path):
    nodes = {1: (0, 0), 2: (500, 0), 3: (0, 200), 4: (50, 200)}
    network = made(tmp_path, nodes, [([1, 2], ROAD), ([3, 4], {"highway": "footway"})])
    assert 1 == network.edges
    assert (1, 4) == network.islands.shape
    assert 1 == network.facts.made["walk_parts_dropped"]
    assert network.facts.bounds[2] > network.lat.max() / DEGREE  # bounds hold the island too


def test_a_city_is_taken_out_of_its_province():
    part = prepare(FUTIAN, within=(22.53, 114.01, 22.54, 114.03))
    south, west, north, east = part.facts.bounds
    assert 22.53 <= south < north <= 22.54
    assert 114.01 <= west < east <= 114.03
    assert 500 < part.vertices < futian().vertices / 2
    assert "22.53,114.01,22.54,114.03" == part.facts.made["within"]
