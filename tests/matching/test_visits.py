"""Prices of all possible visits at once are those of each one."""

from hypothesis import HealthCheck, given, settings

from matching.solvers.instance import Instance

from .strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@given(problem=problems(), policy=policies())
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_all_prices_are_those_of_each_visit(problem, policy):
    instance = Instance(problem, policy)
    pairs = list(zip(instance.pairs.task.tolist(), instance.pairs.row.tolist(), strict=True))
    for level in ("travel", "experience"):
        expected = [instance.visit_price(level, task, row) for task, row in pairs]
        assert instance.visit_prices(level).tolist() == expected
