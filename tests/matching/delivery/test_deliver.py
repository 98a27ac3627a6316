"""Laws of delivery rounds, on random small problems."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import Policy
from matching.problem import Problem
from matching.rules import CAUSES
from matching.solvers.delivery import why_undelivered
from tests.matching.brute_shaped import best_shaped
from tests.matching.delivery.helpers import as_plan, brought, delivered, objections, rounds
from tests.matching.shaped import tiny_problems
from tests.matching.strategies import policies

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
LIMITS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=SLOW)
FEW = settings(LIMITS, max_examples=15)


@given(problem=rounds(), policy=policies(), seed=st.integers(0, 9))
@LIMITS
def test_every_answer_keeps_every_rule_and_knows_its_value(problem, policy, seed):
    result = delivered(problem, policy, seed=seed)
    assert objections(problem, result, policy) == ()
    levels = {level.name: level.value for level in as_plan(problem, result, policy).levels}
    assert result.points == levels["service"] <= result.points_bound
    if len(policy.levels) > 1:
        assert result.travel == levels[policy.levels[-1]] >= result.travel_bound


@given(problem=tiny_problems(max_tasks=0, max_gatherings=0, max_deliveries=4))
@FEW
def test_no_plan_beats_the_bounds(problem):
    (_, points, served, cost), _ = best_shaped(problem, Policy())
    result = delivered(problem, work=0.05)
    assert result.points <= points <= result.points_bound
    if result.points == points and len(brought(result)) == served:
        assert result.travel_bound <= -cost <= result.travel
    if result.optimal:
        assert (result.points, result.travel) == (points, -cost)


@given(problem=rounds())
@FEW
def test_the_order_of_the_document_and_a_second_run_change_nothing(problem):
    turned = {
        name: tuple(reversed(getattr(problem, name)))
        for name in ("places", "workers", "providers", "depots", "deliveries")
    }
    again = msgspec.structs.replace(problem, **turned)
    assert isinstance(again, Problem)
    assert delivered(problem, lanes=2) == delivered(again, lanes=2) == delivered(problem, lanes=2)


@given(problem=rounds())
@FEW
def test_what_is_skipped_is_not_brought(problem):
    skip = frozenset(d.id for d in problem.deliveries[::2])
    result = delivered(problem, skip=skip)
    assert objections(problem, result) == ()
    assert skip.isdisjoint(brought(result))


@given(problem=rounds())
@FEW
def test_causes_count_every_worker_once(problem):
    told = why_undelivered(problem, [d.id for d in problem.deliveries])
    for delivery in problem.deliveries:
        causes = told[delivery.id]
        assert sum(c.count for c in causes) == len(problem.workers)
        assert [c.cause for c in causes] == sorted((c.cause for c in causes), key=CAUSES.index)
        if all(c.cause != "busy" for c in causes):
            others = frozenset(d.id for d in problem.deliveries) - {delivery.id}
            assert brought(delivered(problem, skip=others)) == []
