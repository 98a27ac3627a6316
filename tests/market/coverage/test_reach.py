"""Ways between supply and buildings: along streets as a single search says, by line as the estimate says."""

import numpy as np
import pytest

from market.coverage.reach import FARTHEST, classes, guessed, least, nearest, people_metres, searched, ways
from market.coverage.supply import Given
from market.coverage.views import Reach
from matching.travel.base import Place
from matching.travel.line import LineTravel
from matching.travel.network.single import route
from tests.support.small_network import at, blocks
from tests.support.streets import futian

PLACES = tuple((22.53 + 0.0011 * i, 114.03 + 0.0017 * (i % 5)) for i in range(7))
BUILDINGS = tuple((22.528 + 0.0013 * i, 114.0295 + 0.0011 * i) for i in range(5))


def test_without_a_network_it_is_the_estimate_of_the_rounds():
    table = ways(None, BUILDINGS, PLACES)
    travel = LineTravel()
    for i, place in enumerate(PLACES):
        for j, building in enumerate(BUILDINGS):
            metres = travel.metres(_place(place), _place(building), "walk")
            assert (metres if metres <= FARTHEST else -1) == table[i, j]


def test_the_same_coordinates_are_no_way():
    assert 0 == searched(None, PLACES[:1], PLACES[:1], FARTHEST)[0, 0]
    assert 0 == searched(futian(), PLACES[:1], PLACES[:1], FARTHEST)[0, 0]


def test_along_streets_it_is_the_route():
    table = searched(futian(), PLACES, BUILDINGS, FARTHEST)
    for i, place in enumerate(PLACES):
        for j, building in enumerate(BUILDINGS):
            metres = route(futian(), "walk", place, building).metres
            assert (metres if metres <= FARTHEST else -1) == table[i, j]


def test_both_sides_of_the_search_agree():
    """The side with fewer places is searched from; on foot the way back is as long."""
    few, many = BUILDINGS[:2], PLACES
    assert np.array_equal(ways(futian(), few, many), searched(futian(), many, few, FARTHEST))


def test_no_places_is_no_table():
    assert (0, 5) == ways(None, BUILDINGS, ()).shape
    assert (7, 0) == ways(None, (), PLACES).shape
    assert [] == guessed(futian(), ())


def test_a_building_off_the_streets_is_a_guess():
    town = blocks(3, 3)
    assert [False, True] == guessed(town, (at(50, 5), at(100, 900)))
    assert [True] == guessed(None, (at(50, 5),))


def given_of(cells, needed=3):
    return Given((), cells, sum(cells.values()), needed)


def test_people_count_from_the_third():
    places = {("a",): 0, ("b",): 1}
    table = np.array([[100, -1], [400, 300]], np.int32)
    two_and_two = given_of({("a",): 2, ("b",): 2})
    assert [400, -1] == people_metres(two_and_two, places, table).tolist()
    assert [-1, -1] == people_metres(given_of({("a",): 1, ("b",): 1}), places, table).tolist()


def test_two_at_once_need_more_people():
    places, table = {("a",): 0}, np.array([[100]], np.int32)
    assert -1 == people_metres(given_of({("a",): 3}, needed=4), places, table)[0]


def test_the_nearest_of_spots_and_people():
    table = np.array([[700, 90], [-1, 200]], np.int32)
    people = given_of({("b",): 3})
    assert [-1, 200] == nearest(people, {("b",): 1}, table).tolist()
    assert [700, 90] == least(list(table), 2).tolist()


@pytest.mark.parametrize(
    ("metres", "pace", "reach"),
    [
        (500, "walk", Reach.NEAR),
        (501, "walk", Reach.WITHIN),
        (990, "walk", Reach.WITHIN),
        (721, "walk_slow", Reach.BEYOND),
        (-1, "walk", Reach.BEYOND),
    ],
)
def test_classes(metres, pace, reach):
    assert [reach] == classes(np.array([metres], np.int32), pace)


def _place(point):
    return Place(id=str(point), lat=point[0], lon=point[1])
