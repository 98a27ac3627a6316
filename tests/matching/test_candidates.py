"""First rule that says no, counted; and that candidates and checker mean the same."""

import pytest
from hypothesis import given, settings

from matching.candidates import candidates
from matching.plan import CauseCount
from matching.problem import Forbid, Pin, StartWindow, Validity
from matching.rules import CAUSES, check

from .brute import write
from .builders import PROVIDER, TASK, WORKER, Policy, change, problem
from .strategies import problems


def causes(of):
    found = candidates(of)
    return {c.cause: c.count for c in found.why_unserved(0)}


def test_counts_of_the_first_rule_per_worker():
    workers = (
        WORKER,
        change(WORKER, id="a1", skills=()),
        change(WORKER, id="a2", skills=(), qualifications=()),
        change(WORKER, id="a3", qualifications=()),
        change(WORKER, id="a4", reach_metres=50),
        change(WORKER, id="a5", reach_metres=50, max_leg_ticks=0),
        change(WORKER, id="a6", shifts=()),
    )
    expected = {"skill_level": 2, "qualification_valid": 1, "within_reach": 2, "inside_shift": 1, "busy": 1}
    assert causes(problem(workers=workers)) == expected


ONE = [
    ("provider_admitted", {"providers": (change(PROVIDER, paused=True),)}),
    ("provider_kind", {"tasks": (change(TASK, allowed_kinds=("firm",)),)}),
    ("refused", {"tasks": (change(TASK, refused_workers=("ann",)),)}),
    ("forbidden", {"forbids": (Forbid(task="meal", worker="ann"),)}),
    ("gender", {"tasks": (change(TASK, required_gender="m"),)}),
    ("language", {"tasks": (change(TASK, required_language="en"),)}),
    ("start_in_window", {"pins": (Pin(task="meal", worker="ann", start=20),)}),
    ("leg_limit", {"workers": (change(WORKER, max_leg_ticks=0),)}),
    ("inside_shift", {"tasks": (change(TASK, windows=(StartWindow(earliest=20, latest=22),)),)}),
    (
        "qualification_valid",
        {"workers": (change(WORKER, qualifications=(Validity(code="health", valid_from=20),)),)},
    ),
    ("worker_day_cap", {"workers": (change(WORKER, max_tasks_day=0),)}),
    ("worker_week_cap", {"workers": (change(WORKER, max_ticks_week=1),)}),
    ("provider_day_cap", {"providers": (change(PROVIDER, max_tasks_day=0),)}),
    ("provider_week_cap", {"providers": (change(PROVIDER, max_tasks_week=0),)}),
    ("headcount", {"tasks": (change(TASK, headcount=2),)}),
    ("atomic_team", {"tasks": (change(TASK, headcount=2),), "providers": (change(PROVIDER, atomic=True),)}),
]


@pytest.mark.parametrize(("cause", "fields"), ONE)
def test_cause(cause, fields):
    of = problem(**fields)
    assert causes(of) == {cause: 1}
    assert candidates(of).options[0] == ()


def test_others_are_excluded_by_a_pin():
    of = problem(workers=(WORKER, change(WORKER, id="bob")), pins=(Pin(task="meal", worker="bob"),))
    assert causes(of) == {"pinned": 1, "busy": 1}


def test_a_team_that_never_meets():
    early = change(WORKER, shifts=(change(WORKER.shifts[0], start=8, end=12),))
    late = change(WORKER, id="bob", shifts=(change(WORKER.shifts[0], start=10),))
    of = problem(tasks=(change(TASK, headcount=2),), workers=(early, late))
    assert causes(of) == {"headcount": 2}


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_options_are_exactly_what_the_checker_allows_alone(problem):
    found = candidates(problem)
    for i, task in enumerate(problem.tasks):
        assert sum(c.count for c in found.why_unserved(i)) == len(problem.workers)
        if task.headcount > 1:
            continue
        starts = {(o.worker, o.shift): o.windows for o in found.options[i]}
        for w, worker in enumerate(problem.workers):
            for s in range(len(worker.shifts)):
                for window in task.windows:
                    for start in range(window.earliest, window.latest + 1):
                        plan = write(problem, Policy(), {task.id: (start, ((worker.id, s),))})
                        allowed = any(low <= start <= high for low, high in starts.get((w, s), ()))
                        assert allowed == (check(problem, plan) == ())


def test_causes_are_known():
    assert set(causes(problem())) <= set(CAUSES)
    assert candidates(problem()).excluded(0) == ()
    assert candidates(problem()).why_unserved(0) == (CauseCount(cause="busy", count=1),)
