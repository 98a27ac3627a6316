"""Starts as early as possible: never later, never more late, never out of a precedence."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import Policy
from matching.problem import Precedence, StartWindow
from matching.rules import check
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from matching.solvers.timing import early

from .brute import write
from .builders import TASK, WORKER, change, problem
from .strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def lawful(instance, solution):
    tasks, workers, shifts = instance.problem.tasks, instance.problem.workers, instance.shifts
    served = {
        tasks[task].id: (
            start,
            tuple((workers[shifts.worker[row]].id, int(shifts.index[row])) for row in rows),
        )
        for task, (start, rows) in solution.items()
    }
    return check(instance.problem, write(instance.problem, instance.policy, served)) == ()


def test_a_longest_lag_makes_the_earlier_task_wait():
    day = (StartWindow(earliest=9, latest=14),)
    tasks = (
        change(TASK, id="look", duration=1, windows=day),
        change(TASK, id="mend", duration=1, windows=(StartWindow(earliest=12, latest=15),)),
    )
    wait = Precedence(before="look", after="mend", max_lag=1)
    instance = Instance(problem(tasks=tasks, precedences=(wait,)), Policy())
    # From 9 on it could be looked at, but it must be mended at most an hour after, and not before 12.
    assert early(instance, {0: (13, (0,)), 1: (15, (0,))}) == {0: (10, (0,)), 1: (12, (0,))}


def test_nobody_starts_earlier_to_be_late():
    windows = (
        StartWindow(earliest=8, latest=9, late_until=11, late_price=4),
        StartWindow(earliest=13, latest=15),
    )
    shift = change(WORKER.shifts[0], start=10)
    of = problem(tasks=(change(TASK, windows=windows),), workers=(change(WORKER, shifts=(shift,)),))
    instance = Instance(of, Policy(levels=("service", "experience")))
    assert early(instance, {0: (14, (0,))}) == {0: (13, (0,))}
    assert instance.cost({0: (11, (0,))}, "experience") == instance.cost({0: (13, (0,))}, "experience") + 8


@given(problem=problems(max_tasks=4), policy=policies(), data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_a_plan_with_delays_becomes_one_without(problem, policy, data):
    instance = Instance(problem, policy)
    first = greedy(instance)
    delayed = dict(first)
    for task in sorted(first, key=lambda t: -first[t][0]):
        start, rows = first[task]
        later = delayed | {task: (start + data.draw(st.integers(0, 3)), rows)}
        delayed = later if lawful(instance, later) else delayed
    again = early(instance, delayed)
    assert lawful(instance, again)
    for task, (start, rows) in delayed.items():
        assert again[task][1] == rows
        assert again[task][0] <= start
        assert instance.late_price(task, again[task][0]) <= instance.late_price(task, start)
    assert early(instance, again) == again


def test_what_waits_goes_with_what_it_waits_for():
    tasks = (
        change(TASK, id="look", duration=1),
        change(TASK, id="mend", duration=1, priority=5),
        change(TASK, id="meal", duration=1, priority=3),
    )
    wait = Precedence(before="look", after="mend")
    worker = change(WORKER, max_tasks_day=2)
    of = problem(tasks=tasks, workers=(worker,), precedences=(wait,))
    found = greedy(Instance(of, Policy()))
    assert {of.tasks[task].id for task in found} == {"look", "mend"}
    alone = msgspec.structs.replace(of, workers=(change(worker, max_tasks_day=1),))
    assert {alone.tasks[task].id for task in greedy(Instance(alone, Policy()))} == {"meal"}
