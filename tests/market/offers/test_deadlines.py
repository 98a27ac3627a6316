"""Until when an offer waits. Times here are local, of March 2026."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.needs.models import Urgency
from market.offers.deadlines import offer_deadline

HOME = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=HOME)


@pytest.mark.parametrize(
    ("now", "start", "urgency", "expected"),
    [
        (at(2, 10), at(3, 14), Urgency.NORMAL, at(2, 14)),  # four hours
        (at(2, 18), at(3, 14), Urgency.NORMAL, at(3, 9)),  # three tonight, one tomorrow
        (at(2, 23), at(4, 14), Urgency.NORMAL, at(3, 12)),  # four from the morning on
        (at(2, 5), at(4, 14), Urgency.NORMAL, at(2, 12)),
        (at(2, 10), at(2, 15), Urgency.NORMAL, at(2, 13)),  # two hours before the start
        (at(2, 18), at(3, 9), Urgency.NORMAL, at(2, 21)),  # 07:00 is quiet: the evening before
        (at(2, 10), at(2, 11), Urgency.NORMAL, at(2, 10, 30)),  # half an hour at least
        (at(2, 22), at(3, 9), Urgency.NORMAL, at(3, 8, 30)),  # nobody answers at night
        (at(2, 22), at(2, 23), Urgency.NORMAL, at(2, 23)),  # no time outside the night is left
        (at(2, 10), at(2, 15), Urgency.SAME_DAY, at(2, 10, 30)),
        (at(2, 20, 45), at(3, 15), Urgency.SAME_DAY, at(3, 8, 15)),
        (at(2, 23), at(2, 23, 30), Urgency.URGENT, at(2, 23, 10)),
    ],
)
def test_deadlines(now, start, urgency, expected):
    assert expected == offer_deadline(now, start, urgency)


@given(
    now=st.integers(0, 7 * 1440).map(lambda m: at(2, 0) + timedelta(minutes=m)),
    ahead=st.integers(60, 10 * 1440),
    urgency=st.sampled_from(Urgency),
)
def test_there_is_always_time_to_answer_and_it_ends_by_the_start(now, ahead, urgency):
    start = now + timedelta(minutes=ahead)
    deadline = offer_deadline(now, start, urgency)
    least = timedelta(minutes=10 if urgency == Urgency.URGENT else 30)
    assert now + least <= deadline <= start
