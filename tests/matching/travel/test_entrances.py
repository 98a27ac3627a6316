"""The last hundred metres: seconds by hand, and doors without a step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.travel import Place
from matching.travel.entrances import (
    Entrance,
    access_seconds,
    access_ticks,
    reachable_without_steps,
    step_free,
)


@pytest.mark.parametrize(
    ("floor", "lift", "seconds", "minutes"),
    [
        (1, False, 0, 0),
        (2, False, 20, 1),  # one storey up, 20 s
        (5, False, 80, 2),
        (5, True, 72, 2),  # the lift: 60 s of waiting and four storeys of 3 s
        (3, True, 40, 1),  # the stairs are quicker
        (30, True, 147, 3),
        (-1, False, 20, 1),  # one storey down: there is no floor 0
        (-2, True, 40, 1),
        (0, False, 0, 0),  # the street floor, as other countries count
        (6, None, 100, 2),  # nobody noted a lift: below the seventh floor there is none
        (7, None, 78, 2),  # from there on there is
        (None, None, 60, 1),
        (None, True, 60, 1),
    ],
)
def test_seconds_and_minutes(floor, lift, seconds, minutes):
    assert seconds == access_seconds(floor, lift)
    assert minutes == access_ticks(floor, lift)


def test_other_figures_and_ticks():
    slow = Entrance(stairs_seconds=40, gate_seconds=90, unknown_seconds=120)
    assert 90 + 4 * 40 == access_seconds(5, False, slow)
    assert 90 + 120 == access_seconds(None, None, slow)
    assert 25 == access_ticks(5, False, 10, slow)
    assert 251 - 1 == access_ticks(5, False, 1, slow)


@given(floor=st.integers(1, 60), lift=st.booleans())
def test_higher_takes_longer_and_a_lift_never_does(floor, lift):
    assert access_seconds(floor, lift) <= access_seconds(floor + 1, lift)
    assert access_seconds(floor, True) <= access_seconds(floor, False)


@pytest.mark.parametrize(
    ("floor", "lift", "steps", "free"),
    [
        (1, None, 0, True),
        (1, False, 3, False),
        (1, False, None, None),
        (5, True, 0, True),
        (5, True, None, None),
        (5, False, None, False),
        (5, None, 0, None),
        (None, True, 0, None),
        (None, None, 2, False),
    ],
)
def test_a_door_without_a_step(floor, lift, steps, free):
    assert step_free(floor, lift, steps) is free
    place = Place(id="a", lat=0.0, lon=0.0, step_free=free)
    # Nobody who cannot climb is sent where it is not known.
    assert reachable_without_steps(place) is (free is True)
