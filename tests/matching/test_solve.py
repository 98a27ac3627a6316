"""The one way in: levels, determinism, interruption, warm starts, bytes in and out."""

import json
import subprocess
import sys
from typing import Any

import pytest

import matching.solvers.portfolio.stages
from matching.entry import solve_bytes
from matching.errors import OptionsError, PlanError, ProblemError
from matching.plan import Plan, decode_plan, encode_plan
from matching.policy import Policy, encode_policy
from matching.problem import StartWindow, encode
from matching.solve import solve
from matching.stop import Stop

from .builders import PROVIDER, TASK, WORKER, change, problem

WORK = Stop(deterministic=5)
BOB = change(WORKER, id="bob")


def day(n=4, **fields: Any):
    """`n` tasks for two people, one pair among them."""
    tasks = [
        change(
            TASK,
            id=f"t{i}",
            place=f"p{i % 3}",
            windows=(StartWindow(earliest=9, latest=14),),
            priority=1 + i % 2,
        )
        for i in range(n)
    ]
    tasks[0] = change(tasks[0], headcount=2)
    return problem(tasks=tuple(tasks), workers=(WORKER, BOB), **fields)


def levels(plan):
    return {level.name: (level.value, level.status) for level in plan.levels}


def test_service_comes_before_travel_and_both_are_proven():
    result = solve(day(), stop=WORK, deterministic=True)
    assert result.status == "optimal"
    # The pair leaves no time for p1 and p2 on one round: one person walks 1 + 1, the other 2 + 2.
    assert levels(result.plan) == {"service": (6, "optimal"), "travel": (6, "optimal")}
    assert result.plan.terms["served"] == 4
    assert "4 of 4 tasks served by greedy" in result.plan.summary()


def test_competition_is_counted_as_busy():
    plan = solve(day(9), stop=WORK, deterministic=True).plan
    assert plan.unserved
    assert all({c.cause: c.count for c in u.causes} == {"busy": 2} for u in plan.unserved)


def test_mandatory_before_points():
    tasks = (change(TASK, id="dear", priority=1000), change(TASK, id="must", mandatory=True))
    worker = change(WORKER, max_tasks_day=1)
    plan = solve(problem(tasks=tasks, workers=(worker,)), stop=WORK, deterministic=True).plan
    assert [a.task for a in plan.assignments] == ["must"]
    assert levels(plan)["mandatory"] == (1, "optimal")
    assert levels(plan)["service"] == (1, "optimal")


def test_impossible_mandatory_task_is_named_and_the_rest_is_served():
    tasks = (change(TASK, id="no", mandatory=True, required_language="eo"), TASK)
    plan = solve(problem(tasks=tasks), stop=WORK, deterministic=True).plan
    assert [a.task for a in plan.assignments] == ["meal"]
    assert [(u.task, u.causes[0].cause) for u in plan.unserved] == [("no", "language")]
    assert plan.terms["mandatory_unserved"] == 1


def test_fallback_only_where_nobody_else_can():
    providers = (PROVIDER, change(PROVIDER, id="firm", fallback=True))
    near = change(
        WORKER,
        id="near",
        provider="firm",
        shifts=(change(WORKER.shifts[0], start_place="p1", end_place="p1"),),
    )
    of = problem(workers=(WORKER, near), providers=providers)
    dear = solve(of, stop=WORK, deterministic=True).plan
    cheap = solve(of, Policy(fallback_penalty_ticks=1), stop=WORK, deterministic=True).plan
    assert dear.assignments[0].workers == ("ann",)
    assert cheap.assignments[0].workers == ("near",)
    assert cheap.terms["fallback_tasks"] == 1


def test_service_alone():
    plan = solve(day(), Policy(levels=("service",)), stop=WORK, deterministic=True).plan
    assert set(levels(plan)) == {"service"}


@pytest.mark.parametrize("solver", ["auto", "greedy", "local", "cpsat"])
def test_nothing_asked_and_nobody_there(solver):
    assert solve(problem(tasks=()), stop=WORK, solver=solver).status == "optimal"
    alone = solve(problem(workers=()), stop=WORK, solver=solver).plan
    assert alone.assignments == ()
    assert alone.unserved[0].causes == ()


def test_same_bytes_in_a_fresh_process():
    of = day(9)
    here = encode_plan(solve(of, stop=WORK, solver="cpsat", deterministic=True, seed=3).plan)
    code = (
        "import sys; from matching.problem import decode_problem; from matching.plan import encode_plan;"
        "from matching.solve import solve; from matching.stop import Stop;"
        "p = decode_problem(sys.stdin.buffer.read());"
        "r = solve(p, stop=Stop(deterministic=5), solver='cpsat', deterministic=True, seed=3);"
        "sys.stdout.buffer.write(encode_plan(r.plan))"
    )
    there = subprocess.run([sys.executable, "-c", code], input=encode(of), capture_output=True, check=True)  # noqa: S603 - our own code in a fresh interpreter
    assert there.stdout == here


def test_no_time_at_all_still_gives_a_checked_plan():
    plan = solve(day(), stop=Stop(seconds=0), solver="cpsat").plan
    assert len(plan.unserved) + len(plan.assignments) == 4


@pytest.mark.parametrize("stage", ["greedy", "travel"])
def test_an_interrupt_returns_the_best_plan_so_far(stage):
    def listen(progress):
        if progress.stage == stage:
            raise KeyboardInterrupt

    result = solve(day(), stop=WORK, deterministic=True, on_progress=listen)
    assert result.plan.terms["served"] == 4
    assert result.status in {"interrupted", "optimal"}


def test_a_listener_that_fails_is_heard():
    def listen(progress):
        raise LookupError(progress.stage)

    with pytest.raises(LookupError):
        solve(day(), stop=WORK, on_progress=listen)


def test_progress_ends_with_the_whole():
    heard = []
    plan = solve(day(), stop=WORK, deterministic=True, on_progress=heard.append).plan
    assert [heard[0].stage, heard[-1].stage, heard[-1].share] == ["candidates", "done", 1.0]
    assert heard[-1].points == plan.terms["points"]
    assert all(0 <= progress.share <= 1 for progress in heard)


def test_warm_start_is_kept_where_it_still_holds():
    of = day()
    first = solve(of, stop=WORK, deterministic=True).plan
    again = solve(of, stop=WORK, solver="greedy", warm_start=first).plan
    assert again.assignments == first.assignments
    fewer = problem(tasks=of.tasks[:3], workers=(WORKER, BOB))
    assert solve(fewer, stop=WORK, solver="greedy", warm_start=first).plan.terms["served"] == 3


def test_a_plan_that_breaks_a_rule_is_never_returned(monkeypatch):
    twice = {0: (9, (0,)), 1: (9, (0,))}
    monkeypatch.setattr(matching.solvers.portfolio.stages, "greedy", lambda *_, **__: twice)
    with pytest.raises(PlanError, match="broke a rule"):
        solve(problem(tasks=(TASK, change(TASK, id="more"))), stop=WORK, solver="greedy")


def test_unknown_solver_and_wrong_limits():
    with pytest.raises(OptionsError):
        solve(day(), stop=WORK, solver="magic")
    for value in (-1, float("nan"), float("inf")):
        with pytest.raises(OptionsError):
            Stop(seconds=value)


def test_bytes_in_bytes_out():
    heard = []
    options = json.dumps({"stop": {"deterministic": 5}, "deterministic": True, "seed": 7}).encode()
    answer = json.loads(solve_bytes(encode(day()), encode_policy(Policy()), options, heard.append))
    plan = decode_plan(json.dumps(answer["plan"]).encode())
    assert plan.seed == 7
    assert answer["status"] == "optimal"
    assert answer["seconds"] > 0
    assert json.loads(heard[-1])["stage"] == "done"


def test_bytes_that_are_wrong():
    with pytest.raises(ProblemError):
        solve_bytes(b"{}", b"", b"")
    with pytest.raises(OptionsError):
        solve_bytes(encode(day()), b"", b'{"seconds": 1}')
    with pytest.raises(PlanError):
        decode_plan(b"{}")


def test_plan_is_sorted_and_comes_back():
    plan = solve(day(), stop=WORK, solver="greedy").plan
    assert decode_plan(encode_plan(plan)) == plan
    assert isinstance(plan, Plan)
    assert [a.task for a in plan.assignments] == sorted(a.task for a in plan.assignments)


def test_policy_refuses_nonsense():
    for fields in ({"levels": ("travel",)}, {"tolerances": (1,)}, {"fallback_penalty_ticks": -1}):
        with pytest.raises(ProblemError):
            Policy(**fields)
