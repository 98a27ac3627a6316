"""A shortlist by line never misses anybody whom the full matrix has within reach."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.travel.earth import chord, on_sphere
from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.shortlist import lines, nearest
from matching.travel.network.snap import snap
from tests.support.small_network import at, blocks
from tests.support.streets import futian
from tests.support.towns import doors_in, towns

MODES = ["walk", "ebike", "car"]


def full(network, mode, here, there, *, backwards=False):
    """Metres from every place to every place, 0 at the same coordinates."""
    a, b = snap(network, *here, mode), snap(network, *there, mode)
    found = distances(network, mode, a, b, FARTHEST_METRES, backwards=backwards)
    table = found.metres.reshape(len(a.edge), len(b.edge)).astype(np.int64)
    same = (np.asarray(here[0])[:, None] == there[0]) & (np.asarray(here[1])[:, None] == there[1])
    return np.where(same, 0, table)


def the_nearest(metres, count, limit):
    order = np.lexsort((np.arange(len(metres)), metres))
    return [i for i in order.tolist() if metres[i] <= limit][:count]


@settings(deadline=None)
@given(
    st.data(), st.sampled_from(MODES), st.integers(0, 5), st.sampled_from([0, 500, 2_000, FARTHEST_METRES])
)
def test_the_nearest_are_those_of_the_full_matrix(data, mode, count, limit):
    network, backwards = data.draw(towns()), data.draw(st.booleans())
    place, *others = data.draw(doors_in(network, 2, 12))
    there = np.array(others).T
    metres = full(network, mode, ([place[0]], [place[1]]), there, backwards=backwards)[0]
    found = nearest(network, mode, place, there, count, limit_metres=limit, backwards=backwards)
    assert found.which.tolist() == the_nearest(metres, count, limit)
    assert found.metres.tolist() == metres[found.which].tolist()


def futian_places(count, seed):
    south, west, north, east = futian().facts.bounds
    rng = np.random.default_rng(seed)
    return south + rng.random(count) * (north - south), west + rng.random(count) * (east - west)


def test_on_real_streets_nobody_is_missed_and_few_are_looked_at():
    network, there = futian(), futian_places(1_000, 1)
    here = futian_places(20, 2)
    metres = full(network, "walk", here, there)
    looked_at = []
    for row, place in zip(metres, zip(*here, strict=True), strict=True):
        found = nearest(network, "walk", place, there, 5)
        assert found.which.tolist() == the_nearest(row, 5, FARTHEST_METRES)
        looked_at.append(found.looked_at)
    assert np.median(looked_at) < 200


@pytest.mark.parametrize("limit", [200, 800])
def test_pairs_by_line_hold_every_pair_by_way(limit):
    network, here, there = futian(), futian_places(200, 3), futian_places(300, 4)
    metres = full(network, "walk", here, there)
    found = lines(here, there, limit)
    near = np.zeros(metres.shape, dtype=bool)
    near[np.repeat(np.arange(200), np.diff(found.first)), found.others] = True
    assert (metres <= limit).any()
    assert near[metres <= limit].all()
    line = chord(on_sphere(*here)[:, None], on_sphere(*there))
    assert np.array_equal(near, line <= limit + 0.01)


def test_nobody_there():
    town = blocks(2, 2)
    assert nearest(town, "walk", at(0, 0), ([22.53], [114.05]), 0).which.tolist() == []
    assert nearest(town, "walk", at(0, 0), ([22.53], [114.05]), 3, limit_metres=0).metres.tolist() == [0]
    assert lines(([22.53], [114.05]), ([22.63], [114.05]), 100).others.tolist() == []
