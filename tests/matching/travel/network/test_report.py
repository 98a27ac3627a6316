import numpy as np
import pytest

from matching.travel.earth import line_metres
from matching.travel.network.report import decided_by_line, report, street_places
from matching.travel.network.snap import snap
from tests.support.small_network import small_network
from tests.support.streets import futian, jinan


def test_deciding_by_line_costs_what_it_walks_more():
    line = np.array([[100.0, 300.0], [200.0, 100.0]])
    way = np.array([[900.0, 300.0], [250.0, 150.0]])
    # By line: 0-0 and 1-1, 900 + 150 m. By way: 0-1 and 1-0, 300 + 250 m. Nearest by line is nearest for the second alone.
    nearest, extra = decided_by_line(line, way)
    assert 0.5 == nearest
    assert pytest.approx(1050 / 550 - 1) == extra


def test_where_lines_and_ways_agree_nothing_is_lost():
    line = np.random.default_rng(5).uniform(1, 9, (12, 12))
    assert (1.0, 0.0) == decided_by_line(line, 2 * line)


def test_places_are_on_streets_of_the_inner_part():
    lat, lon = street_places(futian(), 500, np.random.default_rng(1))
    south, west, north, east = futian().facts.bounds
    slack = 0.001  # a street begins inside and may end a little outside
    assert (
        south + 0.2 * (north - south) - slack < lat.min() < lat.max() < north - 0.2 * (north - south) + slack
    )
    assert west + 0.2 * (east - west) - slack < lon.min() < lon.max() < east - 0.2 * (east - west) + slack
    snapped = snap(futian(), lat, lon)
    assert (snapped.state == 0).all()
    assert snapped.off.max() <= 5  # cm


def test_on_one_straight_street_the_way_is_the_line():
    network = small_network([(0, 0), (400, 0), (1600, 0), (2000, 0)], [(0, 1), (1, 2), (2, 3)])
    figures = report(network, pairs=300, seed=2)
    assert figures.far.median == pytest.approx(1, abs=0.01)
    assert 1.0 == pytest.approx(figures.far.correlation, abs=1e-4)
    assert 0.0 == figures.beyond_15_minutes
    assert figures.extra_walk == pytest.approx(0, abs=0.01)


def test_real_streets_are_as_others_measured_them():
    """Notes on the data: 1.29 / 1.35 / 1.56 for Jinan, 1.64 / 2.00 / 3.06 for Futian, from other draws of places."""
    jinan_far, futian_far = report(jinan(), pairs=5_000).far, report(futian(), pairs=5_000).far
    assert 1.2 < jinan_far.median < 1.35
    assert 1.25 < jinan_far.mean < 1.45
    assert 1.4 < futian_far.median < 1.7
    assert 1.65 < futian_far.mean < 2.1


def test_no_way_is_shorter_than_its_line():
    network = futian()
    lat, lon = street_places(network, 2, np.random.default_rng(3))
    assert report(network, pairs=1, seed=3).places == 2
    assert line_metres((lat[0], lon[0]), (lat[1], lon[1])) > 0
