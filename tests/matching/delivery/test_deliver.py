"""Laws of delivery rounds, on random small problems."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matching.delivery.helpers import as_plan, brought, delivered, objections, rounds
from tests.matching.strategies import policies

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
LIMITS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)


@given(problem=rounds(), policy=policies(), seed=st.integers(0, 9))
@LIMITS
def test_every_answer_keeps_every_rule_and_knows_its_value(problem, policy, seed):
    result = delivered(problem, policy, seed=seed)
    assert objections(problem, result, policy) == ()
    levels = {level.name: level.value for level in as_plan(problem, result, policy).levels}
    assert result.points == levels["service"] <= result.points_bound
    if len(policy.levels) > 1:
        assert result.travel == levels[policy.levels[-1]] >= result.travel_bound
