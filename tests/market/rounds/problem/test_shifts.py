"""Hours become shifts; calls and visits never share one."""

from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.providers.models import Availability, AvailabilityException
from market.rounds.problem.shifts import Duties, Stretch, joined, open_hours, shifts
from market.rounds.problem.ticks import Calendar

MONDAY = date(2026, 3, 2)
WEEK = Calendar(MONDAY, 7)
NOBODY = UUID(int=0)


def weekly(weekday: int, start: int, end: int) -> Availability:
    return Availability(id=uuid4(), worker_id=NOBODY, weekday=weekday, start_minute=start, end_minute=end)


def exception(day: int, start: int | None = None, end: int | None = None) -> AvailabilityException:
    at = date(2026, 3, day)
    return AvailabilityException(id=uuid4(), worker_id=NOBODY, day=at, start_minute=start, end_minute=end)


def test_weekly_hours_fall_on_their_days():
    assert open_hours([weekly(0, 540, 720), weekly(2, 600, 660)], [], WEEK) == [
        (540, 720),
        (2 * 1440 + 600, 2 * 1440 + 660),
    ]


def test_touching_hours_are_one_stretch():
    assert open_hours([weekly(0, 540, 720), weekly(0, 700, 800)], [], WEEK) == [(540, 800)]


def test_a_day_away_has_no_hours():
    assert open_hours([weekly(0, 540, 720)], [exception(2)], WEEK) == []


def test_other_hours_stand_instead_of_the_weekly_ones():
    assert open_hours([weekly(0, 540, 720)], [exception(2, 800, 900)], WEEK) == [(800, 900)]


def laid_out(stretch: Stretch, **duties: Any) -> list[tuple[str, int, int]]:
    given = Duties(**{"visits": False, "calls": (), "promised_visits": (), "promised_calls": ()} | duties)
    return [(s.start_place, s.start, s.end) for s in shifts([stretch], given, "home", "remote")]


def test_who_only_visits_has_whole_shifts_from_home():
    assert laid_out((540, 720), visits=True) == [("home", 540, 720)]


def test_who_only_calls_has_whole_shifts_at_the_telephone():
    assert laid_out((540, 720), calls=[(540, 600)]) == [("remote", 540, 720)]


def test_who_does_both_keeps_the_end_for_calls():
    # At most two hours, at most half.
    assert laid_out((540, 1020), visits=True, calls=[(0, 1440)]) == [
        ("home", 540, 900),
        ("remote", 900, 1020),
    ]


def test_or_the_beginning_where_callers_want_it():
    assert laid_out((540, 1020), visits=True, calls=[(480, 660)]) == [
        ("remote", 540, 660),
        ("home", 660, 1020),
    ]


def test_nothing_is_kept_for_calls_at_other_hours():
    assert laid_out((540, 720), visits=True, calls=[(1000, 1100)]) == [("home", 540, 720)]


def test_a_promised_visit_keeps_the_shift_whole():
    assert laid_out((540, 720), visits=True, calls=[(540, 720)], promised_visits=[(660, 700)]) == [
        ("home", 540, 720)
    ]


def test_a_promised_call_is_cut_out():
    assert laid_out((540, 720), visits=True, promised_calls=[(600, 630)]) == [
        ("home", 540, 600),
        ("remote", 600, 630),
        ("home", 630, 720),
    ]


def test_promised_calls_alone_leave_the_rest_for_calls():
    assert laid_out((540, 720), calls=[(540, 720)], promised_calls=[(600, 630)]) == [("remote", 540, 720)]


stretches = st.tuples(st.integers(0, 1000), st.integers(1, 300)).map(lambda p: (p[0], p[0] + p[1]))


@given(
    hours=st.lists(stretches, max_size=4).map(joined),
    visits=st.booleans(),
    calls=st.lists(stretches, max_size=3),
    promised_visits=st.lists(stretches, max_size=2),
    promised_calls=st.lists(stretches, max_size=2),
)
def test_shifts_never_overlap_and_cover_exactly_the_hours(
    hours, visits, calls, promised_visits, promised_calls
):
    duties = Duties(visits, calls, promised_visits, promised_calls)
    found = sorted((s.start, s.end) for s in shifts(hours, duties, "home", "remote"))
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert joined(found) == joined(hours)


@pytest.mark.parametrize(("minute", "tick"), [(0, 0), (61, 61)])
def test_instants_and_ticks_are_each_others_inverse(minute, tick):
    assert WEEK.floor(WEEK.at(minute)) == tick
    assert WEEK.ceil(WEEK.at(minute)) == tick
