"""Laws that hold for every solver on every small problem."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import Policy
from matching.problem import Problem
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

from .brute import best_value
from .strategies import problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
WORK = Stop(deterministic=5)


def value(problem, plan):
    must = {t.id for t in problem.tasks if t.mandatory} | {pin.task for pin in problem.pins}
    served = {a.task for a in plan.assignments}
    levels = {level.name: level.value for level in plan.levels}
    return len(must & served), levels["service"], len(served), -levels["travel"]


@pytest.mark.parametrize("solver", ["greedy", "cpsat"])
@given(problem=problems(max_tasks=6, max_workers=5))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_check_finds_nothing_in_any_answer(solver, problem):
    plan = solve(problem, stop=WORK, solver=solver, deterministic=True).plan
    assert check(problem, plan) == ()


@given(problem=problems(max_tasks=3, max_workers=3))
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_exact_solver_equals_brute_force(problem):
    policy = Policy(fallback_penalty_ticks=3)
    result = solve(problem, policy, stop=WORK, solver="cpsat", deterministic=True)
    assert value(problem, result.plan) == best_value(problem, policy)
    assert result.status == "optimal"
    assert all(level.value == level.bound for level in result.plan.levels)


@given(problem=problems(max_tasks=3, max_workers=3))
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_bounds_of_an_unfinished_search_are_never_below_the_truth(problem):
    plan = solve(problem, stop=Stop(deterministic=0.0001), solver="cpsat", deterministic=True).plan
    best = best_value(problem, Policy())
    bounds = {level.name: level.bound for level in plan.levels}
    assert value(problem, plan) <= best
    assert bounds.get("mandatory", best[0]) >= best[0]
    if value(problem, plan)[0] == best[0]:
        assert bounds["service"] >= best[1]
    if value(problem, plan)[:3] == best[:3]:
        assert bounds["travel"] <= -best[3]


@given(problem=problems(), data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_same_bytes_whatever_the_order_of_the_input(problem, data):
    fields = msgspec.structs.asdict(problem)
    for name in ("places", "tasks", "workers", "providers", "pins", "forbids"):
        fields[name] = tuple(data.draw(st.permutations(fields[name])))
    plans = [
        solve(p, stop=WORK, solver="cpsat", deterministic=True).plan for p in (problem, Problem(**fields))
    ]
    assert msgspec.json.encode(plans[0]) == msgspec.json.encode(plans[1])
