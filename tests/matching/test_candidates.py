"""First rule that says no, counted; and that candidates and checker mean the same."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from matching.candidates import candidates, finder
from matching.plan import CauseCount
from matching.problem import Forbid, Fund, Pin, Precedence, Rate, StartWindow, Validity
from matching.rules import CAUSES, check

from .brute import Search, write
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


NEW = change(WORKER, newcomer=True)
DEAR = change(PROVIDER, rates=(Rate(visit_fen=200),))
TWO = (WORKER, change(WORKER, id="bob"))

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
    ("headcount", {"tasks": (change(TASK, headcount=3),), "workers": (change(WORKER, people=2),)}),
    ("price_cap", {"tasks": (change(TASK, price_cap_fen=199),), "providers": (DEAR,)}),
    (
        "price_cap",
        {"tasks": (change(TASK, headcount=2, price_cap_fen=399),), "providers": (DEAR,), "workers": TWO},
    ),
    (
        "funding",
        {
            "tasks": (change(TASK, price_cap_fen=150, fund="awards"),),
            "providers": (DEAR,),
            "funds": (Fund(id="awards", fen=49),),
        },
    ),
    ("two_adults", {"tasks": (change(TASK, safeguards=("two_adults",)),)}),
    ("experienced", {"tasks": (change(TASK, safeguards=("experienced",)),), "workers": (NEW,)}),
    (
        "experienced",
        {
            "tasks": (change(TASK, headcount=2, safeguards=("experienced",)),),
            "workers": (NEW, change(NEW, id="bob")),
        },
    ),
    ("atomic_team", {"tasks": (change(TASK, headcount=2),), "providers": (change(PROVIDER, atomic=True),)}),
]


@pytest.mark.parametrize(("cause", "fields"), ONE)
def test_cause(cause, fields):
    of = problem(**fields)
    assert causes(of) == {cause: len(of.workers)}
    assert candidates(of).options[0] == ()


def test_others_are_excluded_by_a_pin():
    of = problem(workers=(WORKER, change(WORKER, id="bob")), pins=(Pin(task="meal", worker="bob"),))
    assert causes(of) == {"pinned": 1, "busy": 1}


def test_a_team_that_never_meets():
    early = change(WORKER, shifts=(change(WORKER.shifts[0], start=8, end=12),))
    late = change(WORKER, id="bob", shifts=(change(WORKER.shifts[0], start=10),))
    of = problem(tasks=(change(TASK, headcount=2),), workers=(early, late))
    assert causes(of) == {"headcount": 2}


@given(problem=problems(max_tasks=3, max_workers=3))
@settings(max_examples=60, deadline=None)
def test_options_are_exactly_what_the_checker_allows_alone(problem):
    problem = change(problem, precedences=())
    found = candidates(problem)
    for i, task in enumerate(problem.tasks):
        assert sum(c.count for c in found.why_unserved(i)) == len(problem.workers)
        starts = {(o.worker, o.shift): o.windows for o in found.options[i]}
        for w, worker in enumerate(problem.workers):
            if task.headcount > 1 and worker.people == 1:
                continue
            for s in range(len(worker.shifts)):
                for window in task.windows:
                    for start in range(window.earliest, window.end + 1):
                        plan = write(problem, Policy(), {task.id: (start, ((worker.id, s),))})
                        allowed = any(low <= start <= high for low, high in starts.get((w, s), ()))
                        assert allowed == (check(problem, plan) == ())


@given(problem=problems(max_tasks=3, max_workers=3))
@settings(max_examples=60, deadline=None)
def test_nobody_is_excluded_who_could_come(problem):
    """Every team that the checker allows alone consists of possible visits, also of tasks that wait for others."""
    alone, found = change(problem, precedences=()), candidates(problem)
    waits = {p.after for p in problem.precedences}
    index = {worker.id: i for i, worker in enumerate(problem.workers)}
    for i, task in enumerate(problem.tasks):
        starts = {(o.worker, o.shift): o.windows for o in found.options[i]}
        for way in Search(alone, Policy()).choices[task.id]:
            seats = [starts.get((index[worker], shift), ()) for worker, shift in way.team]
            open_ = all(any(low <= way.start <= high for low, high in windows) for windows in seats)
            excluded = {c.cause for c in found.excluded(i)}
            assert open_ or (task.id in waits and "precedence" in excluded)


@given(problem=problems())
@settings(max_examples=60, deadline=None)
def test_arrays_of_possible_visits_are_in_order(problem):
    pairs = candidates(problem).pairs
    assert sorted(set(zip(pairs.task.tolist(), pairs.row.tolist(), strict=True))) == list(
        zip(pairs.task.tolist(), pairs.row.tolist(), strict=True)
    )
    for p, (a, b) in enumerate(pairwise(pairs.window_first.tolist())):
        task, windows = problem.tasks[pairs.task[p]], pairs.window[a:b].tolist()
        assert windows
        assert all(before[1] < after[0] for before, after in pairwise(windows))
        for low, high, due, price in windows:
            assert low <= high
            for start in range(low, high + 1):
                late = [max(0, start - w.latest) * w.late_price for w in task.windows if inside(w, start)]
                assert min(late) == max(0, start - due) * price
    for row, (a, b) in enumerate(pairwise(pairs.row_first.tolist())):
        mine = pairs.by_row[a:b]
        assert (pairs.row[mine] == row).all()
        assert (np.diff(pairs.task[mine]) > 0).all()


@given(problem=problems(max_tasks=6))
@settings(max_examples=40, deadline=None)
def test_it_does_not_matter_which_tasks_are_looked_at_together(problem):
    together = candidates(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finder, "CELLS", 1)
        one_by_one = candidates(problem)
    assert one_by_one.options == together.options
    assert np.array_equal(one_by_one.causes, together.causes)


def inside(window, start):
    return window.earliest <= start <= window.end


def test_a_late_part_stays_a_window_of_its_own():
    windows = (
        StartWindow(earliest=9, latest=10),
        StartWindow(earliest=11, latest=12, late_until=13, late_price=2),
        StartWindow(earliest=14, latest=14),
        StartWindow(earliest=15, latest=15),
    )
    pairs = candidates(problem(tasks=(change(TASK, windows=windows),))).pairs
    # Back home by 18: a visit of two hours and the way of one hour start at 15 at the latest.
    assert pairs.window.tolist() == [[9, 10, 15, 0], [11, 13, 12, 2], [14, 15, 15, 0]]


def test_who_waits_for_somebody_whom_nobody_can_serve():
    before = change(TASK, id="bath", required_language="eo")
    waits = (Precedence(before="bath", after="meal"),)
    found = candidates(problem(tasks=(before, TASK), precedences=waits))
    assert {c.cause: c.count for c in found.why_unserved(1)} == {"precedence": 1}
    # A bath ends at 11 at the earliest; a meal starts at 12 at the latest, and so at most one hour later.
    for least, cause in ((1, "busy"), (2, "precedence")):
        waits = (Precedence(before="bath", after="meal", min_lag=least),)
        of = problem(tasks=(change(TASK, id="bath"), TASK), precedences=waits)
        assert {c.cause for c in candidates(of).why_unserved(1)} == {cause}


def test_tasks_that_time_did_not_suffice_for_exclude_nobody():
    tasks = tuple(change(TASK, id=f"t{i}") for i in range(3))
    found = candidates(problem(tasks=tasks), lambda: True)
    assert found.unseen == {0, 1, 2}
    assert found.options == ((), (), ())
    assert {c.cause for c in found.why_unserved(1)} == {"busy"}


def test_causes_are_known():
    assert set(causes(problem())) <= set(CAUSES)
    assert candidates(problem()).excluded(0) == ()
    assert candidates(problem()).why_unserved(0) == (CauseCount(cause="busy", count=1),)
