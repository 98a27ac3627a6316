"""Parts of a round, put together again: every rule is kept, and no bound is too good to be true."""

import sys

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matching.policy import Policy
from matching.problem import Fund, Precedence, encode
from matching.rules import check
from matching.solve import solve
from matching.solvers.instance import Instance
from matching.solvers.portfolio.warm import known
from matching.solvers.territory import helpers, split
from matching.solvers.territory.borders import cells
from matching.solvers.territory.part import Limits, part_problem, proportional
from matching.solvers.territory.wide import Wide
from matching.stop import Stop
from tests.benchmarks.rounds import street_round
from tests.matching.strategies import problems

WORK = Stop(deterministic=1, iterations=200)


@pytest.fixture
def tiny(monkeypatch):
    """Parts of a few tasks."""
    monkeypatch.setattr(split, "MOST_TASKS", 3)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(of=problems(max_tasks=7, max_workers=5))
def test_parts_put_together_keep_every_rule_and_bounds_stay_true(tiny, of):
    result = solve(of, stop=WORK, deterministic=True, processes=1)
    assert check(of, result.plan, Policy()) == ()
    again = solve(of, stop=WORK, deterministic=True, processes=1)
    assert again.plan == result.plan


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(of=problems(max_tasks=5, max_workers=4))
def test_the_bound_of_a_split_round_is_not_below_the_best_plan(of):
    best = solve(of, stop=Stop(deterministic=5), deterministic=True, solver="cpsat").plan
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split, "MOST_TASKS", 2)
        parts = solve(of, stop=WORK, deterministic=True, processes=1).plan
    bounds = {level.name: level.bound for level in parts.levels}
    for level in best.levels[:1]:
        assert level.value <= bounds[level.name]


def shared_round():
    """A street whose providers have limits, with a fund and tasks one after another."""
    of = street_round(60, 20, seed=3)
    funded = tuple(
        msgspec.structs.replace(t, fund="f", price_cap_fen=100) if i % 4 == 0 else t
        for i, t in enumerate(of.tasks)
    )
    rate = msgspec.json.decode(b'{"visit_fen": 300}')
    providers = tuple(
        msgspec.structs.replace(
            p, max_tasks_day=4 + i, rates=msgspec.convert([rate], type=type(p).__annotations__["rates"])
        )
        for i, p in enumerate(of.providers)
    )
    after = (Precedence(before="t00003", after="t00040"), Precedence(before="t00010", after="t00055"))
    return msgspec.structs.replace(
        of, tasks=funded, providers=providers, funds=(Fund(id="f", fen=900),), precedences=after
    )


@pytest.mark.parametrize("processes", [1, 2])
def test_limits_that_parts_share_hold_for_the_whole(monkeypatch, processes):
    monkeypatch.setattr(split, "MOST_TASKS", 20)
    of = shared_round()
    result = solve(of, stop=WORK, deterministic=True, processes=processes)
    assert check(of, result.plan, Policy()) == ()
    assert {found.part for found in result.found} >= {"parts"}
    assert result.plan.terms["served"] > 15


def test_parts_of_children_are_those_of_this_process(monkeypatch):
    monkeypatch.setattr(split, "MOST_TASKS", 20)
    of = street_round(60, 20, seed=4)
    plans = [solve(of, stop=WORK, deterministic=True, processes=n).plan for n in (1, 2)]
    assert plans[0] == plans[1]


def test_parts_are_small_and_tied_tasks_stay_together():
    of = shared_round()
    instance = Instance(of, Policy())
    found = split.split(instance, 16)
    assert np.bincount(found.part).max() <= 16 + 1
    for link in instance.links:
        assert found.part[link.before] == found.part[link.after]
    assert len(found.cuts) == found.parts - 1


def test_a_cell_needs_nobody_from_outside():
    of = shared_round()
    instance = Instance(of, Policy())
    plan = solve(of, stop=Stop(), solver="greedy").plan
    solution = known(instance, plan)
    found = cells(instance, solution, split.split(instance, 16).cuts, 16)
    assert found
    for cell in found:
        for task, (_, rows) in solution.items():
            inside = {instance.worker_of_row[row] in cell.workers for row in rows}
            assert inside == {task in cell.tasks}


def test_a_part_is_a_document_of_its_own():
    of = shared_round()
    instance = Instance(of, Policy())
    part = part_problem(instance, "part", [0, 4, 8], [1, 2, 3], Limits({}, {}, {"f": 300}))
    assert [task.id for task in part.tasks] == ["t00000", "t00004", "t00008"]
    assert len(part.places) <= 6
    assert part.funds == (Fund(id="f", fen=300),)
    assert encode(part)


def test_wide_costs_are_those_of_an_instance():
    of = street_round(40, 15, seed=2)
    plan = solve(of, stop=Stop(), solver="greedy").plan
    policy = Policy(levels=("service", "travel", "experience"))
    narrow, wide = Instance(of, policy), Wide(of, policy)
    solution = known(narrow, plan)
    assert wide.rank(solution) == narrow.rank(solution)


def test_shares_add_up():
    assert proportional(7, [1, 1, 1]) == [3, 2, 2]
    assert proportional(5, [0, 0]) == [0, 0]
    assert sum(proportional(100, [3, 5, 9])) == 100


def test_a_child_that_dies_loses_its_search_and_not_the_round(monkeypatch):
    monkeypatch.setattr(split, "MOST_TASKS", 20)
    monkeypatch.setattr(helpers, "COMMAND", (sys.executable, "-c", "import sys; sys.stdin.buffer.read(9)"))
    of = street_round(40, 15, seed=6)
    result = solve(of, stop=Stop(seconds=60, iterations=200))
    assert check(of, result.plan, Policy()) == ()
    assert any("failed (its process ended)" in line for line in result.log)
    assert result.plan.terms["served"] > 10
