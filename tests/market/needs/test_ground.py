"""The ground that is covered, case codes, working days: plain functions."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.kernel.ids import new_id
from market.needs.codes import ALPHABET, case_code, tidy_code
from market.needs.deadlines import working_days_after
from market.needs.ground import Community, above, inside, nearest_community

SQUARE = [[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]]
# A square with a bay cut into its eastern side.
BAY = [[0.0, 0.0], [0.0, 4.0], [1.5, 4.0], [1.5, 2.0], [2.5, 2.0], [2.5, 4.0], [4.0, 4.0], [4.0, 0.0]]


@pytest.mark.parametrize(
    ("lat", "lon", "ring", "expected"),
    [
        (2.0, 2.0, SQUARE, True),
        (2.0, 5.0, SQUARE, False),
        (2.0, -1.0, SQUARE, False),
        (5.0, 2.0, SQUARE, False),
        (-1.0, 2.0, SQUARE, False),
        (2.0, 1.0, BAY, True),
        (2.0, 3.0, BAY, False),
        (1.0, 3.0, BAY, True),
        (3.0, 3.0, BAY, True),
    ],
)
def test_inside(lat, lon, ring, expected):
    assert expected == inside(lat, lon, ring)


@given(lat=st.floats(-2, 6), lon=st.floats(-2, 6), shift=st.integers(0, 7))
def test_a_ring_begins_anywhere(lat, lon, shift):
    assert inside(lat, lon, BAY) == inside(lat, lon, BAY[shift:] + BAY[:shift])


def test_the_nearest_community_is_one_that_covers_the_point():
    near = Community(id=new_id(), path="a/", lat=1.0, lon=5.0, outline=None)
    far = Community(id=new_id(), path="b/", lat=9.0, lon=9.0, outline=None)
    shut = Community(id=new_id(), path="c/", lat=2.0, lon=6.0, outline=SQUARE)
    assert near == nearest_community([far, shut, near], 2.0, 6.0)
    assert nearest_community([shut], 2.0, 6.0) is None


def test_places_above():
    assert ["a/b/c/", "a/b/", "a/"] == above("a/b/c/")


@given(st.uuids(), st.integers(0, 3))
def test_codes_are_readable_and_follow_from_the_id(need_id, attempt):
    code = case_code(need_id, attempt)
    assert code == case_code(need_id, attempt)
    assert 8 == len(code)
    assert set(code) <= set(ALPHABET)
    assert code == tidy_code(f" {code[:4].lower()}-{code[4:]} ")


def test_attempts_give_other_codes():
    assert 4 == len({case_code(UUID(int=1), attempt) for attempt in range(4)})


@pytest.mark.parametrize(
    ("from_day", "days", "to_day"),
    [(2, 1, 3), (2, 5, 9), (6, 1, 9), (7, 1, 9), (8, 1, 9), (6, 5, 13)],
)
def test_working_days_leave_out_weekends(from_day, days, to_day):
    # The 2nd of March 2026 is a Monday.
    at = datetime(2026, 3, from_day, 2, tzinfo=UTC)
    assert at.replace(day=to_day) == working_days_after(at, days)
