import numpy as np

from seed.shatou.areas import communities, home_nodes
from seed.shatou.geo import ground, metres, offset, streets, walkable_points


def test_the_network_is_the_largest_walkable_component_of_the_extract():
    assert walkable_points().shape == (7829, 2)
    assert len(streets()) == 2515
    assert {"下沙大道", "泰然六路", "福荣路"} <= {street.name for street in streets()}


def test_streets_name_nodes_that_exist():
    nodes = {node for street in streets() for node in street.nodes}
    assert nodes == set(range(len(walkable_points())))


def test_the_ground_covers_every_node_and_refuses_other_cities():
    assert float(ground().margin(walkable_points()).min()) > -1.0
    assert ground().contains(22.53, 114.02)
    assert not ground().contains(22.60, 114.02)
    assert not ground().contains(36.65, 117.12)
    assert not ground().contains(-22.53, 114.02)


def test_a_shift_between_map_systems_moves_the_border_out():
    """GCJ-02 moves Shenzhen by some 500 m: a place at the eastern edge then lies outside."""
    east = walkable_points()[walkable_points()[:, 1].argmax()]
    assert not ground().contains(*offset(east, 500.0, -300.0))


def test_metres_agree_with_a_known_distance():
    """A thousandth of a degree of latitude is 111.2 m, of longitude here 102.7 m."""
    here = np.array([22.53, 114.02])
    assert round(float(metres(here, here + np.array([0.001, 0]))), 1) == 111.2
    assert round(float(metres(here, here + np.array([0, 0.001]))), 1) == 102.7


def test_offset_moves_as_far_as_it_is_told():
    here = np.array([22.53, 114.02])
    assert abs(float(metres(here, np.array(offset(here, 30.0, 40.0)))) - 50.0) < 0.2


def test_the_twelve_communities_share_the_nodes():
    assert [area.code for area in communities()] == sorted(area.code for area in communities())
    assert len(communities()) == 12
    nodes = [set(part.tolist()) for part in home_nodes()]
    assert min(len(part) for part in nodes) >= 10
    assert sum(len(part) for part in nodes) == len(set.union(*nodes))
