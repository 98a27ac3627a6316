"""Laws of sessions on small random problems: no rule broken, nothing better to be had, bounds that hold."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import Policy
from matching.rules import check
from matching.solvers.budget import Budget
from matching.solvers.gathering import gather
from matching.stop import Stop
from tests.matching.shaped import shaped_problems
from tests.matching.strategies import policies

from .sessions import best_value, gathered, plan_of

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
TINY = {"max_tasks": 0, "max_deliveries": 0, "max_enrolments": 4, "max_workers": 3, "max_gatherings": 2}
SMALL = {"max_tasks": 0, "max_deliveries": 0, "max_enrolments": 8, "max_workers": 5, "max_gatherings": 3}


@settings(SLOW, max_examples=60)
@given(shaped_problems(**SMALL), policies(), st.data())
def test_no_rule_is_broken(problem, policy, data):
    asked = sorted(e.id for e in problem.enrolments)
    skip = frozenset(data.draw(st.lists(st.sampled_from(asked), max_size=2))) if asked else frozenset()
    found = gathered(problem, policy, skip=skip)
    plan = plan_of(problem, found, policy)
    assert () == check(problem, plan, policy)
    values = {level.name: level.value for level in plan.levels}
    assert found.points == values["service"]
    assert found.cost == values[policy.levels[-1]] or policy.levels == ("service",)
    assert skip.isdisjoint(person for session in found.sessions for person in session.seated)


@settings(SLOW, max_examples=40)
@given(shaped_problems(**TINY), policies())
def test_nothing_is_better_and_bounds_hold(problem, policy):
    points, _, *costs = best_value(problem, policy)
    found = gathered(problem, policy)
    assert found.optimal
    assert (found.points, found.points_bound) == (points, points)
    if costs:
        assert (found.cost, found.cost_bound) == (-costs[-1], -costs[-1])
        assert [-cost for cost in costs] == list(found.bounds.values())


@settings(SLOW, max_examples=30)
@given(shaped_problems(**TINY), policies(), st.sampled_from([0.0, 1e-4, 1e-3, 1e-2]))
def test_whatever_was_reached_when_time_is_over_keeps_the_rules(problem, policy, work):
    points = best_value(problem, policy)[0]
    found = gathered(problem, policy, work=work)
    assert () == check(problem, plan_of(problem, found, policy), policy)
    assert found.points <= points <= found.points_bound


@settings(SLOW, max_examples=30)
@given(shaped_problems(**SMALL), policies(), st.randoms(use_true_random=False), st.sampled_from([20, 0.05]))
def test_the_same_content_gives_the_same_sessions(problem, policy, rng, work):
    first = gathered(problem, policy, seed=3, work=work)
    assert first == gathered(_shuffled(problem, rng), policy, seed=3, work=work)


def _shuffled(problem, rng):
    fields = {}
    for name in ("places", "workers", "providers", "venues", "gatherings", "enrolments"):
        items = list(getattr(problem, name))
        rng.shuffle(items)
        fields[name] = tuple(items)
    return msgspec.structs.replace(problem, **fields)


@settings(SLOW, max_examples=15)
@given(shaped_problems(**SMALL))
def test_cancelled_at_once_nothing_is_held(problem):
    budget = Budget(Stop(seconds=60), seed=0, deterministic=False, cancelled=lambda: True)
    found = gather(problem, Policy(), budget)
    assert found.sessions == ()
    assert found.points_bound == sum(e.priority for e in problem.enrolments)


@settings(SLOW, max_examples=25)
@given(shaped_problems(**SMALL), shaped_problems(**SMALL), policies())
def test_what_is_known_is_where_the_search_begins(problem, other, policy):
    known = gathered(problem, policy)
    again = gathered(problem, policy, work=0.0, known=known.sessions)
    assert again.points == known.points
    assert again.cost <= known.cost
    strange = gathered(other, policy, work=0.0, known=known.sessions)
    assert () == check(other, plan_of(other, strange, policy), policy)
