from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.kernel.db import Database
from catalog.kernel.errors import Invalid
from catalog.providers.commands import DayOff, Hours, SetDay, SetHours
from catalog.providers.hours import check_days, check_spans, set_day, set_hours
from catalog.providers.models import ProviderState
from catalog.providers.profiles import load_workers
from tests.catalog.conftest import key

MONDAY = date(2026, 3, 2)


async def hours_on(database: Database, day: date) -> list[tuple[int, int]]:
    async with database.read() as session:
        (profile,) = await load_workers(session, worker_ids=[key("worker")], states=tuple(ProviderState))
    return profile.hours_on(day)


async def test_a_day_may_differ_from_the_week(do, team: Database):
    assert await hours_on(team, MONDAY) == [(540, 720)]
    await do(set_day, SetDay(worker_id=key("worker"), day=MONDAY, hours=((840, 900), (600, 660))))
    assert await hours_on(team, MONDAY) == [(600, 660), (840, 900)]
    await do(set_day, SetDay(worker_id=key("worker"), day=MONDAY))
    assert await hours_on(team, MONDAY) == []
    await do(set_day, SetDay(worker_id=key("worker"), day=MONDAY, usual=True))
    assert await hours_on(team, MONDAY) == [(540, 720)]


async def test_weekly_hours_are_replaced(do, team: Database):
    hours = (
        Hours(weekday=0, start_minute=0, end_minute=60),
        Hours(weekday=0, start_minute=60, end_minute=1440),
    )
    await do(set_hours, SetHours(worker_id=key("worker"), hours=hours))
    assert await hours_on(team, MONDAY) == [(0, 60), (60, 1440)]
    assert await hours_on(team, date(2026, 3, 4)) == []


async def test_hours_that_overlap_change_nothing(do, team: Database):
    hours = (
        Hours(weekday=0, start_minute=0, end_minute=61),
        Hours(weekday=0, start_minute=60, end_minute=1440),
    )
    with pytest.raises(Invalid, match="overlap"):
        await do(set_hours, SetHours(worker_id=key("worker"), hours=hours))
    assert await hours_on(team, MONDAY) == [(540, 720)]


@pytest.mark.parametrize("spans", [[(60, 60)], [(90, 60)], [(-1, 60)], [(0, 1441)]])
def test_spans_run_forward_within_the_day(spans):
    with pytest.raises(Invalid, match="within one day"):
        check_spans(spans)


@given(st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=5))
def test_spans_pass_exactly_when_no_minute_is_said_twice(spans):
    minutes = [minute for start, end in spans for minute in range(start, end)]
    sound = all(start < end for start, end in spans) and len(minutes) == len(set(minutes))
    try:
        check_spans(spans)
    except Invalid:
        assert not sound
    else:
        assert sound


@pytest.mark.parametrize(
    "days",
    [
        [DayOff(day=MONDAY), DayOff(day=MONDAY)],
        [DayOff(day=MONDAY), DayOff(day=MONDAY, start_minute=1, end_minute=2)],
        [DayOff(day=MONDAY, start_minute=1)],
    ],
)
def test_a_day_is_off_or_has_hours(days):
    with pytest.raises(Invalid, match="off or has hours"):
        check_days(days)
