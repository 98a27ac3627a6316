"""Laws that hold for every solver on every small problem."""

from collections import Counter

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import ORDERS
from matching.problem import Problem
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop

from .brute import best_value
from .strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
WORK = Stop(deterministic=5)
TERMS = (
    "late_price",
    "wishes_missed",
    "continuity_missed",
    "anchors_missed",
    "levels_over",
    "price_fen",
    "funded_fen",
)


def value(problem, plan):
    must = {t.id for t in problem.tasks if t.mandatory} | {pin.task for pin in problem.pins}
    served = {a.task for a in plan.assignments}
    levels = {level.name: level.value for level in plan.levels}
    costs = (-levels[name] for name in ("travel", "experience") if name in levels)
    return len(must & served), levels["service"], len(served), *costs


def features(problem, plan):
    """What the served tasks of a plan make use of."""
    people = {worker.id: worker for worker in problem.workers}
    starts = {a.task: a.start for a in plan.assignments}
    found = {name for name in TERMS if plan.terms.get(name)}
    for assignment in plan.assignments:
        task = problem.task_by_id[assignment.task]
        team = [people[worker] for worker in assignment.workers]
        found |= set(task.safeguards)
        found |= {"team"} if len(team) > 1 else set()
        found |= {"crew for many"} if len(team) < task.headcount else set()
        found |= {"crew for one"} if task.headcount == 1 and team[0].people > 1 else set()
        found |= {"newcomer"} if any(worker.newcomer for worker in team) else set()
    for wait in problem.precedences:
        if wait.after in starts:
            found |= {"precedence"} | ({"longest lag"} if wait.max_lag is not None else set())
    return found


FEATURES = {
    *TERMS,
    "team",
    "crew for many",
    "crew for one",
    "newcomer",
    "experienced",
    "two_adults",
    "precedence",
    "longest lag",
}


@pytest.mark.parametrize("solver", ["greedy", "cpsat"])
@given(problem=problems(max_tasks=6, max_workers=5), policy=policies())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_check_finds_nothing_in_any_answer(solver, problem, policy):
    plan = solve(problem, policy, stop=WORK, solver=solver, deterministic=True).plan
    assert check(problem, plan, policy) == ()


def test_exact_solver_equals_brute_force_and_small_problems_use_every_feature():
    used = Counter()

    @given(problem=problems(max_tasks=3, max_workers=3), policy=policies())
    @settings(max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    def equal(problem, policy):
        result = solve(problem, policy, stop=WORK, solver="cpsat", deterministic=True)
        assert value(problem, result.plan) == best_value(problem, policy)
        assert result.status == "optimal"
        assert all(level.value == level.bound for level in result.plan.levels)
        used.update({*features(problem, result.plan), policy.levels})

    equal()
    assert {*FEATURES, *ORDERS} - used.keys() == set()


@given(problem=problems(max_tasks=3, max_workers=3), policy=policies())
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_bounds_of_an_unfinished_search_are_never_below_the_truth(problem, policy):
    plan = solve(problem, policy, stop=Stop(deterministic=0.0001), solver="cpsat", deterministic=True).plan
    best, found = best_value(problem, policy), value(problem, plan)
    bounds = {level.name: level.bound for level in plan.levels}
    assert found <= best
    assert bounds.get("mandatory", best[0]) >= best[0]
    if found[0] == best[0]:
        assert bounds["service"] >= best[1]
    for i, level in enumerate(policy.levels[1:], start=3):
        if found[:i] == best[:i]:
            assert bounds[level] <= -best[i]


@given(problem=problems(), policy=policies(), data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_same_bytes_whatever_the_order_of_the_input(problem, policy, data):
    fields = msgspec.structs.asdict(problem)
    for name in ("places", "tasks", "workers", "providers", "pins", "forbids", "precedences", "funds"):
        fields[name] = tuple(data.draw(st.permutations(fields[name])))
    documents = (problem, problem, Problem(**fields))
    plans = [solve(p, policy, stop=WORK, solver="cpsat", deterministic=True).plan for p in documents]
    assert len({msgspec.json.encode(plan) for plan in plans}) == 1


@given(problem=problems(max_tasks=4), policy=policies())
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_a_warm_start_is_never_made_worse(problem, policy):
    first = solve(problem, policy, stop=WORK, solver="cpsat", deterministic=True).plan
    again = solve(problem, policy, stop=WORK, solver="cpsat", deterministic=True, warm_start=first).plan
    assert value(problem, again) == value(problem, first)
