"""Explanations in plans of all shapes: one reason each, no names, whatever the problem."""

from collections import Counter

import msgspec
from hypothesis import HealthCheck, given, settings

from matching.explain.entry import explainer
from matching.explain.words import LONGEST, told
from matching.policy import Policy
from matching.solve import solve
from matching.stop import Stop
from tests.matching.shaped import shaped_problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
POLICY = Policy()


def test_everybody_left_out_has_one_reason_and_nobody_is_named():
    seen = Counter()

    @given(problem=shaped_problems())
    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    def one(problem):
        plan = solve(problem, POLICY, stop=Stop(deterministic=0.1), deterministic=True).plan
        maker = explainer(problem, plan, POLICY)
        people = {w.id for w in problem.workers} | {unserved.task for unserved in plan.unserved}
        for missing in plan.unserved:
            answer = maker.explain(missing.task)
            seen[answer.kind, answer.reason] += 1
            assert not answer.served
            assert all(len(told(answer, language)[0]) <= LONGEST for language in ("zh", "en"))
            text = msgspec.json.encode(msgspec.structs.replace(answer, task="")).decode()
            assert [] == [name for name in people if f'"{name}"' in text]
        for assignment in plan.assignments:
            assert maker.explain(assignment.task).reason == "served"

    one()
    kinds = {kind for kind, _ in seen}
    assert {"task", "delivery", "enrolment"} == kinds
