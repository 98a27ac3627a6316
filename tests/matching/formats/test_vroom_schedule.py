"""Times of a route: against every possible one, where there are few."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.formats import vroom
from matching.formats.vroom.schedule import Timetable

SECONDS = [[0, 3, 5], [4, 0, 2], [5, 2, 0]]
METRES = [[0, 30, 50], [40, 0, 20], [50, 20, 0]]


def case_of(jobs: list[dict[str, Any]], **vehicle: Any) -> vroom.Case:
    made = [{"id": i, "location_index": 1 + i % 2} | job for i, job in enumerate(jobs)]
    return vroom.read(
        json.dumps(
            {
                "vehicles": [{"id": 1, "start_index": 0, "end_index": 0} | vehicle],
                "jobs": made,
                "matrices": {"car": {"durations": SECONDS, "distances": METRES}},
            }
        ).encode()
    )


def told(case: vroom.Case, *jobs: int) -> list[tuple[Any, ...]]:
    steps = Timetable(case, 0, jobs).steps()
    assert steps is not None
    return [(s.kind, s.arrival, s.waiting, s.travel, s.metres) for s in steps]


def test_it_leaves_just_in_time():
    case = case_of([{"service": 5, "time_windows": [[50, 60]]}], time_window=[10, 100])
    assert [("start", 47, 0, 0, 0), ("job", 50, 0, 3, 30), ("end", 59, 0, 7, 70)] == told(case, 0)


def test_it_never_leaves_so_late_that_it_ends_later():
    jobs = [{"service": 5, "time_windows": [[20, 30]]}, {"service": 5, "time_windows": [[60, 70]]}]
    case = case_of(jobs, time_window=[0, 100])
    assert [
        ("start", 27, 0, 0, 0),
        ("job", 30, 0, 3, 30),
        ("job", 37, 23, 5, 50),
        ("end", 70, 0, 10, 100),
    ] == told(case, 0, 1)


def test_setup_is_for_those_who_come_from_elsewhere():
    jobs = [{"service": 5, "setup": 7}, {"service": 5, "setup": 7}, {"service": 5, "setup": 7}]
    steps = Timetable(case_of(jobs), 0, (0, 2, 1)).steps()
    assert steps is not None
    assert [0, 7, 0, 7, 0] == [step.setup for step in steps]
    assert [0, 3, 15, 22, 39] == [step.arrival for step in steps]


def test_a_vehicle_that_is_there_already_needs_no_setup():
    steps = Timetable(case_of([{"service": 5, "setup": 7}], start_index=1), 0, (0,)).steps()
    assert steps is not None
    assert [0, 0, 0] == [step.setup for step in steps]


def test_a_break_interrupts_a_way():
    rest = {"id": 1, "service": 10, "time_windows": [[8, 8]]}
    case = case_of([{"service": 5}, {"service": 5}], breaks=[rest], time_window=[0, 100])
    assert [
        ("start", 0, 0, 0, 0),
        ("job", 3, 0, 3, 30),
        ("break", 8, 0, 3, 30),
        ("job", 20, 0, 5, 50),
        ("end", 30, 0, 10, 100),
    ] == told(case, 0, 1)
    later = case_of(
        [{"service": 5}, {"service": 5}], breaks=[rest | {"time_windows": [[9, 9]]}], time_window=[0, 100]
    )
    assert ("break", 9, 0, 4, 40) == told(later, 0, 1)[2]
    assert ("job", 20, 0, 5, 50) == told(later, 0, 1)[3]


def test_a_break_that_does_not_fit():
    rest = {"id": 1, "service": 10, "time_windows": [[50, 60]]}
    assert Timetable(case_of([{"service": 5}], breaks=[rest], time_window=[0, 59]), 0, (0,)).steps() is None
    assert Timetable(case_of([{"service": 5}], breaks=[rest], time_window=[0, 60]), 0, (0,)).fits()


@pytest.mark.parametrize(("limit", "fits"), [({"max_travel_time": 6}, False), ({"max_distance": 70}, True)])
def test_limits_of_travel(limit, fits):
    assert fits == Timetable(case_of([{"service": 5}], **limit), 0, (0,)).fits()


def test_no_end_is_where_the_last_job_is():
    steps = Timetable(case_of([{"service": 5}], end_index=None), 0, (0,)).steps()
    assert steps is not None
    assert ("end", None, 8, 3) == (steps[-1].kind, steps[-1].place, steps[-1].arrival, steps[-1].travel)


def ends(jobs: list[dict[str, Any]], breaks: list[dict[str, Any]], close: int) -> Iterator[int]:
    """Every second at which a route may end: all orders of breaks among the jobs, all starts of breaks."""

    def follow(now: int, left: int, at: int, taken: int) -> Iterator[int]:
        if now > close:
            return
        if at == len(jobs) and taken == len(breaks):
            yield now + left
        if at < len(jobs):
            start = first(now + left, jobs[at]["time_windows"])
            if start is not None:
                here, there = 1 + at % 2, (1 + (at + 1) % 2) if at + 1 < len(jobs) else 0
                yield from follow(start + jobs[at]["service"], SECONDS[here][there], at + 1, taken)
        if taken < len(breaks):
            rest = breaks[taken]
            for start in {s for low, high in rest["time_windows"] for s in range(max(low, now), high + 1)}:
                moved = min(left, start - now)
                yield from follow(start + rest["service"], left - moved, at, taken + 1)

    yield from (end for end in follow(0, SECONDS[0][1], 0, 0) if end <= close)


def first(ready: int, windows: list[list[int]]) -> int | None:
    return min((max(ready, low) for low, high in windows if max(ready, low) <= high), default=None)


def windows(longest: int) -> st.SearchStrategy[list[list[int]]]:
    one = st.tuples(st.integers(0, 30), st.integers(0, longest)).map(lambda w: [w[0], w[0] + w[1]])
    return st.lists(one, min_size=1, max_size=2)


THINGS = st.fixed_dictionaries({"service": st.integers(0, 6), "time_windows": windows(25)})
BREAKS = st.fixed_dictionaries({"service": st.integers(0, 6), "time_windows": windows(8)})


@given(
    jobs=st.lists(THINGS, min_size=1, max_size=3),
    breaks=st.lists(BREAKS, max_size=2),
    close=st.integers(10, 60),
)
def test_no_route_ends_earlier(jobs, breaks, close):
    ordered = sorted(breaks, key=lambda rest: tuple(map(tuple, rest["time_windows"])))
    numbered = [{"id": i, **rest} for i, rest in enumerate(breaks)]
    case = case_of(jobs, breaks=numbered, time_window=[0, close])
    steps = Timetable(case, 0, range(len(jobs))).steps()
    best = min(ends(jobs, ordered, close), default=None)
    assert best == (None if steps is None else steps[-1].arrival)
