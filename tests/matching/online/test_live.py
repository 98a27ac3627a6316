"""One request at a time: every option that is taken gives a plan that the checker accepts."""

import msgspec
import pytest
from hypothesis import given, settings

from matching.online.live import Live
from matching.rules import check
from tests.matching.online.cases import plans


def unserved(live):
    return [one.task for one in live.plan().unserved]


@given(case=plans())
@settings(max_examples=150)
def test_a_loaded_plan_is_told_as_it_was(case):
    problem, policy, plan = case
    told = Live(problem, plan, policy).plan()
    assert () == check(problem, told, policy)
    assert [(a.task, a.start, a.workers) for a in plan.assignments] == [
        (a.task, a.start, a.workers) for a in told.assignments
    ]
    assert plan.routes == told.routes


@given(case=plans())
@settings(max_examples=300)
def test_every_option_taken_gives_a_lawful_plan(case):
    problem, policy, plan = case
    live = Live(problem, plan, policy)
    before = live.plan()
    for task in unserved(live):
        options = live.recommend(task)
        assert before == live.plan()
        for option in options:
            fresh = Live(problem, plan, policy)
            fresh.take(option)
            after = fresh.plan()
            assert () == check(fresh.problem, after, policy)
            own = next(a for a in after.assignments if a.task == task)
            assert (option.start, option.workers) == (own.start, own.workers)
            assert option.points == after.terms["points"] - before.terms["points"]
            assert option.detour_ticks == after.terms["travel_ticks"] - before.terms["travel_ticks"]
