"""Numbers of the estimate, and what every travel promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.travel import LineTravel, Place

places = st.builds(
    Place,
    id=st.sampled_from("abcdef"),
    lat=st.floats(22.5, 22.6),
    lon=st.floats(114.0, 114.1),
    access_ticks=st.just(0),
)
A, B = Place(id="a", lat=22.5, lon=114.0), Place(id="b", lat=22.51, lon=114.0)


def test_a_hundredth_of_a_degree_on_foot():
    # 6,371,008.8 m x 0.01 degrees = 1,111.95 m; x 1.5 rounded up = 1,668; + 250 = 1,918 m; at 66 m a minute 29.06
    assert LineTravel().metres(A, B, "walk") == 1918
    assert LineTravel().ticks(A, B, "walk") == 30
    assert LineTravel().ticks(A, B, "ebike") == 10
    assert LineTravel().ticks(A, B, "car") == 7
    assert LineTravel(tick_seconds=1).ticks(A, B, "walk") == 1744
    assert LineTravel().estimated


def test_access_is_paid_at_both_ends_but_not_at_home():
    high = Place(id="c", lat=22.5, lon=114.0, access_ticks=4)
    assert LineTravel().ticks(high, high, "walk") == 0
    assert LineTravel().ticks(high, A, "walk") == 4
    assert LineTravel().metres(high, A, "walk") == 0
    assert LineTravel().ticks(high, B, "walk") == 34


@given(a=places, b=places, c=places)
def test_no_way_is_longer_than_a_detour(a, b, c):
    travel = LineTravel(constant_metres=0)
    assert travel.metres(a, c, "walk") <= travel.metres(a, b, "walk") + travel.metres(b, c, "walk")
    assert travel.ticks(a, c, "walk") <= travel.ticks(a, b, "walk") + travel.ticks(b, c, "walk")


@pytest.mark.parametrize("mode", ["walk", "ebike", "car"])
@given(rows=st.lists(places, max_size=4), columns=st.lists(places, max_size=4))
def test_one_by_one_and_in_arrays_are_the_same(mode, rows, columns):
    travel = LineTravel()
    ticks, metres = travel.block(rows, columns, mode)
    assert ticks.shape == metres.shape == (len(rows), len(columns))
    one = np.array([[travel.ticks(a, b, mode) for b in columns] for a in rows]).reshape(ticks.shape)
    assert np.array_equal(one, ticks)
