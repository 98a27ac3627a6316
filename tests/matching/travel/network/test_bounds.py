"""How far ways must be known, in numbers worked out by hand. Ticks are hours; 2 m a minute on foot are 120 m a tick."""

from typing import Any

import numpy as np
import pytest

from matching.problem import Problem
from matching.travel import Speeds
from matching.travel.network.bounds import Bounds, Near, bounds, longest, onward
from matching.travel.network.many import Sparse
from tests.matching import builders

SPEEDS = Speeds(walk=2, ebike=4)
POINTS = {"p0": 0, "p1": 1, "p2": 2}
# the builders' shift lasts 10 ticks, from p0 to p0, and the task 2: 8 are left for ways, 6 beside a second task


def problem(*task_reach: int | None, end_place: str = "p0", **worker: Any) -> Problem:
    shift = builders.change(builders.SHIFT, end_place=end_place)
    tasks = [builders.change(builders.TASK, id=f"t{i}", reach_metres=r) for i, r in enumerate(task_reach)]
    person = builders.change(builders.WORKER, shifts=(shift,), **worker)
    return builders.problem(tasks=tuple(tasks), workers=(person,))


def metres(of: Problem, *, symmetric: bool = True) -> tuple[int, int, int]:
    found = bounds(of, SPEEDS, ("walk",), POINTS, symmetric=symmetric)
    assert len(found.out) == 1
    return int(found.out[0]), int(found.back[0]), int(found.between[0])


def test_without_limits_the_length_of_the_shift_bounds():
    assert metres(problem(None)) == (4 * 120, 8 * 120, 6 * 120)


def test_only_there_and_back_the_same_way_halves_it():
    assert metres(problem(None), symmetric=False)[0] == 8 * 120
    assert metres(problem(None, end_place="p1"))[0] == 8 * 120


def test_reach_comes_before_leg_and_leg_before_time_because_their_rules_do():
    assert metres(problem(None, reach_metres=5_000, max_leg_ticks=3)) == (5_000, 360, 360)
    assert metres(problem(None, max_leg_ticks=3)) == (360, 360, 360)
    assert metres(problem(None, max_leg_ticks=7)) == (840, 840, 720)


def test_reach_of_tasks_counts_where_every_task_has_one():
    assert metres(problem(100, 200))[0] == 200
    assert metres(problem(100, 200, reach_metres=150))[0] == 150
    assert metres(problem(100, None, reach_metres=150))[0] == 150
    assert metres(problem(100, None))[0] == 480


def test_a_task_that_reaches_further_than_the_time_is_refused_by_time():
    assert metres(problem(3_000, None))[0] == 3_000
    assert metres(problem(3_000, None, max_leg_ticks=1))[0] == 3_000


def test_a_shift_too_short_for_any_task_needs_no_ways():
    task = builders.change(builders.TASK, duration=11)
    assert metres(builders.problem(tasks=(task,))) == (0, 0, 0)


def test_other_modes_are_left_out_and_equal_shifts_counted_once():
    two = builders.change(builders.WORKER, id="bo")
    both = builders.problem(workers=(builders.WORKER, two))
    assert len(bounds(both, SPEEDS, ("walk",), POINTS, symmetric=True).start) == 1
    assert len(bounds(both, SPEEDS, ("ebike",), POINTS, symmetric=True).start) == 0


def test_longest_of_each_point():
    points, most = longest(np.array([3, 1, 3]), np.array([5, 7, 9]))
    assert (points.tolist(), most.tolist()) == ([1, 3], [7, 9])


def near(home: int, *ways: tuple[int, int]) -> Near:
    target, far = zip(*ways, strict=True)
    rows = Sparse(np.array([0, len(ways)]), np.array(target, np.int32), np.array(far, np.int32))
    return Near(np.array([home]), rows)


def one(start: int, end: int, out: int, between: int) -> Bounds:
    return Bounds(*(np.array([value]) for value in (start, end, out, 0, between)))


@pytest.mark.parametrize(("between", "expected"), [(5_000, [1_300, -1, 1_900]), (1_500, [1_300, -1, 1_500])])
def test_the_next_task_is_at_most_the_way_home_and_out_again(between, expected):
    out = near(4, (0, 300), (1, 1_001), (2, 900))
    assert onward(one(4, 4, 1_000, between), out, out, 3, symmetric=True).tolist() == expected


def test_on_one_way_streets_the_way_home_counts_where_the_shift_ends_there():
    out, back = near(4, (0, 300)), near(4, (0, 700))
    assert onward(one(4, 4, 1_000, 5_000), out, back, 1, symmetric=False).tolist() == [1_700]


def test_on_one_way_streets_to_another_end_only_time_bounds():
    out, back = near(4, (0, 300)), near(5, (0, 700))
    assert onward(one(4, 5, 1_000, 5_000), out, back, 1, symmetric=False).tolist() == [5_000]
