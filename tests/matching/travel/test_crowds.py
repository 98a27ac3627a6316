"""One group of places: who does not lie with the others, on a plane in metres."""

import numpy as np

from matching.travel.crowds import strays

# In this plane the other system lies 500 m to the east: read as such, a place moves 500 m to the west.
EAST = np.array([500.0, 0.0])


def found(points: list[tuple[float, float]], limit: float = 100.0) -> list[tuple[int, int, str | None]]:
    here = np.array(points, float).reshape(-1, 2)
    return [(s.member, round(s.metres), s.system) for s in strays(here, {"gcj02": here - EAST}, limit)]


def test_places_that_lie_together_are_left_alone():
    assert [] == found([(0, 0), (90, 0), (0, 90), (-90, 0)])
    assert [] == found([(0, 0)])
    assert [] == found([])


def test_a_wide_group_may_have_a_wide_member():
    ring = [(300, 0), (-300, 0), (0, 300), (0, -300), (0, 0)]
    assert [] == found([*ring, (1_000, 1_000)])


def test_one_far_off_is_named_with_its_distance():
    assert [(2, 2_995, None)] == found([(0, 0), (10, 0), (5, 3_000), (0, 10), (10, 10)])


def test_a_change_of_system_that_brings_it_home_explains_it():
    assert [(1, 500, "gcj02")] == found([(0, 0), (500, 0), (0, 0), (0, 0)])
    # nearer than the limit, but explained: half of the limit is enough then
    assert [(1, 500, "gcj02")] == found([(0, 0), (500, 0), (0, 0), (0, 0)], limit=900)
    assert [] == found([(0, 0), (0, 500), (0, 0), (0, 0)], limit=900)


def test_when_most_of_them_are_shifted_it_is_they_who_are_named():
    assert [0, 1, 3, 4] == [i for i, _, system in found([(500, 0), (505, 0), (0, 0), (500, 5), (500, 0)])]


def test_of_two_the_explained_one_is_wrong_and_else_perhaps_both():
    assert [(0, 500, "gcj02")] == found([(500, 0), (0, 0)])
    assert [(1, 500, "gcj02")] == found([(0, 0), (500, 0)])
    assert [(0, 500, None), (1, 500, None)] == found([(0, 0), (0, 500)])


def test_several_strays_of_several_reasons():
    good = [(float(n), 0.0) for n in range(12)]
    assert [(12, "gcj02"), (13, None), (14, "gcj02")] == [
        (index, system) for index, _, system in found([*good, (503, 0), (0, -900), (505, 4)])
    ]
