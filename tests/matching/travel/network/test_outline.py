import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matching.travel.network.outline import Field, nearness, outline
from matching.travel.network.rings import area
from tests.support.plane import contains


def field(rows):
    return Field(np.pad(np.array(rows, np.float32), 1, constant_values=-1), np.zeros(2), 1.0)


def test_one_node_is_a_diamond_and_turns_counter_clockwise():
    (only,) = outline(field([[1.0]]))
    assert sorted(map(tuple, only.tolist())) == [(0.5, 1.0), (1.0, 0.5), (1.0, 1.5), (1.5, 1.0)]
    assert area(only) == 0.5


def test_a_hole_turns_clockwise():
    outer, hole = sorted(outline(field([[1, 1, 1], [1, -1, 1], [1, 1, 1]])), key=area, reverse=True)
    # the outer ring is half a step around 3 x 3 nodes, without its corners
    assert (area(outer), area(hole)) == (9 - 4 / 8, -0.5)


def test_nodes_across_a_corner_are_joined_where_the_middle_is_inside():
    assert len(outline(field([[1.0, -0.5], [-0.5, 1.0]]))) == 1
    assert len(outline(field([[0.5, -1.0], [-1.0, 0.5]]))) == 2


@given(
    arrays(
        np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([-2, -1, 1, 2])
    )
)
def test_the_rings_part_the_nodes_inside_from_those_outside(values):
    """An odd number of rings lies around every node inside, an even number around the others; no ring meets another."""
    whole = field(values)
    rings = outline(whole)
    for (row, column), value in np.ndenumerate(whole.values):
        around = sum(contains(ring, [(column, row)])[0] for ring in rings)
        assert around % 2 == (value > 0)
    crossings = [tuple(point) for ring in rings for point in ring.tolist()]
    assert len(crossings) == len(set(crossings))
    assert all(area(ring) != 0 for ring in rings)


def test_nearness_is_the_buffer_less_the_distance():
    near = nearness(np.array([[0.0, 0.0]]), np.array([[100.0, 0.0]]), buffer=30, size=5)

    def value(east, north):
        column, row = ((np.array([east, north]) - near.corner) / 5).astype(int)
        return near.values[row, column]

    expected = {(50, 0): 30, (50, 10): 20, (50, -30): 0, (-30, 0): 0, (115, 20): 5, (0, 0): 30}
    assert {at: pytest.approx(metres, abs=1e-4) for at, metres in expected.items()} == {
        at: value(*at) for at in expected
    }
    edge = np.concatenate([near.values[0], near.values[-1], near.values[:, 0], near.values[:, -1]])
    assert (edge < 0).all()


def test_a_street_is_outlined_by_a_long_ring_about_thirty_metres_off():
    (only,) = outline(nearness(np.array([[3.0, 1.0]]), np.array([[203.0, 1.0]]), buffer=30, size=5))
    assert abs(area(only) - (200 * 60 + np.pi * 900)) < 60
    off = np.hypot(only[:, 0] - np.clip(only[:, 0], 3, 203), only[:, 1] - 1)
    assert abs(off - 30).max() < 0.6
