"""Every stage asks the clock and stops: with a clock that moves when it is looked at, and without a real one."""

import numpy as np
import pytest

from matching.candidates import candidates
from matching.errors import SafetyError
from matching.policy import Policy
from matching.problem import StartWindow
from matching.rules import check
from matching.solve import solve
from matching.solvers.bounds import bound_cost, bound_service
from matching.solvers.budget import LATE, OutOfTime
from matching.solvers.cpsat.columns import all_columns
from matching.solvers.cpsat.model import Full, Relaxed, by_row
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from matching.solvers.levels import Scale
from matching.stop import Stop

from .builders import TASK, WORKER, change, problem

STEP = 0.001
AFTERWARDS = 40
"""Looks at the clock after the end: one for each loop that is left, and for the lines of the log."""


class Clock:
    """Moves by a millisecond whenever it is asked."""

    def __init__(self, step: float = STEP) -> None:
        self.step, self.now = step, 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def street(n=24, people=8):
    """More than these people can do, in pairs and alone."""
    return problem(
        tasks=tuple(
            change(
                TASK,
                id=f"t{i:02}",
                place=f"p{i % 3}",
                headcount=1 + (i % 5 == 0),
                windows=(StartWindow(earliest=8 + i % 4, latest=13 + i % 4),),
            )
            for i in range(n)
        ),
        workers=tuple(change(WORKER, id=f"w{i}", max_tasks_day=3) for i in range(people)),
    )


def instance():
    return Instance(street(), Policy())


def after(calls):
    """A question that is answered with yes after so many calls; it counts them."""

    def out():
        out.calls += 1
        return out.calls > calls

    out.calls = 0
    return out


def raising(calls):
    out = after(calls)

    def ask():
        if out():
            raise OutOfTime

    ask.out = out
    return ask


@pytest.mark.parametrize("looks", [0, 1, 3, 10, 20, 25, 30, 60, 100, 200, 400, 800, 1600])
def test_a_solve_looks_at_the_clock_and_ends_whatever_stage_it_is_in(looks):
    of, clock = street(), Clock()
    seconds = looks * STEP / LATE
    result = solve(of, stop=Stop(seconds=seconds), solver="cpsat", clock=clock)
    assert () == check(of, result.plan)
    assert clock.now <= seconds + AFTERWARDS * STEP
    served = sum(of.task_by_id[a.task].priority for a in result.plan.assignments)
    assert all(level.bound >= served for level in result.plan.levels if level.name == "service")


@pytest.mark.parametrize("looks", [0])
def test_tasks_that_nobody_looked_at_count_for_the_bound(looks):
    of = street()
    found = candidates(of, after(looks))
    assert found.unseen
    plan = solve(of, stop=Stop(seconds=looks * STEP), clock=Clock()).plan
    assert {"service": 24} == {level.name: level.bound for level in plan.levels if level.name == "service"}


def test_greedy_returns_what_it_has():
    whole = greedy(instance())
    sizes = []
    for calls in (0, 5, 15, 10_000):
        out = after(calls)
        part = greedy(instance(), out_of_time=out, enough=out)
        assert out.calls <= calls + 5 or calls == 10_000
        sizes.append(len(part))
    assert [0, *sorted(sizes[1:-1]), len(whole)] == sizes


def test_second_chances_end_when_there_is_enough():
    of = instance()
    assert greedy(of, rounds=0) == greedy(of, enough=lambda: True)


def test_columns_are_those_found_in_time(monkeypatch):
    monkeypatch.setattr("matching.solvers.cpsat.grow.SLICE", 10)
    of = instance()
    rows = by_row(of.candidates.options)
    counts = []
    for calls in (0, 4, 10_000):
        out = after(calls)
        found = all_columns(of, rows, lambda _row: 2, out)
        assert out.calls <= calls + 3 or calls == 10_000
        assert (found.complete == found.rows) == (calls == 10_000)
        counts.append(len(found.row))
    assert counts[0] >= sum(map(len, rows.values()))
    assert counts == sorted(set(counts))


@pytest.mark.parametrize("calls", [0, 3, 20])
def test_models_are_given_up_when_time_is_over(calls):
    of = instance()
    for build in (lambda ask: Relaxed(of, ask), lambda ask: Full(of, {}, ask)):
        ask = raising(calls)
        with pytest.raises(OutOfTime):
            build(ask)
        assert calls + 1 == ask.out.calls


@pytest.mark.parametrize("calls", [0, 1, 4, 1000])
def test_bounds_cut_short_still_hold_for_what_uses_a_route(calls):
    of = instance()
    best = greedy(of)
    routes = sorted(of.routes(best).items())
    rows = np.array([row for row, _ in routes])
    tasks = np.array([order + [-1] * (5 - len(order)) for _, order in routes])
    served, cost = Scale.of(of).value(of, best), of.cost(best, "travel")
    service = bound_service(of, best, out=after(calls))
    assert (service.using(rows, tasks) >= served).all()
    travel = bound_cost(of, best, "travel", out=after(calls))
    assert travel.value <= cost
    assert (travel.using(rows, tasks) <= cost + 1e-6).all()


def test_a_deterministic_solve_gone_astray_is_an_error_and_no_other_plan():
    with pytest.raises(SafetyError):
        solve(street(), stop=Stop(deterministic=0.05), deterministic=True, clock=Clock(step=100))
    calm = solve(street(), stop=Stop(deterministic=0.05), deterministic=True, clock=Clock())
    assert calm.plan == solve(street(), stop=Stop(deterministic=0.05), deterministic=True).plan
