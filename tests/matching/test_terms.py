"""What a plan says of itself: terms of tasks, groups and the whole, and a summary for people."""

import pytest
from hypothesis import HealthCheck, given, settings

from matching.assemble import assemble, told
from matching.plan import SHAPE_TERMS, GroupTerms, LevelReport
from matching.policy import Policy
from matching.problem import Fund, Pin, Rate, SkillLevel, StartWindow, Wishes
from matching.rules import check
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from matching.terms import TERMS

from .brute_shaped import best_shaped
from .builders import PROVIDER, SHIFT, TASK, WORKER, change, problem
from .shaped import tiny_problems
from .strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
POLICY = Policy(
    levels=("service", "experience"),
    fallback_penalty_ticks=1_000,
    wish_ticks=100,
    continuity_ticks=10,
    anchor_ticks=20,
    overlevel_ticks=7,
    hundred_yuan_ticks=3,
)


def planned(of, policy=POLICY):
    instance = Instance(of, policy)
    return assemble(instance, greedy(instance), (), solver="greedy", seed=0)


def demanding():
    """One task that misses everything that one can miss, and one that asks for nothing."""
    task = change(
        TASK,
        windows=(StartWindow(earliest=5, latest=6, late_until=12, late_price=2),),
        skills=(SkillLevel(skill="care", level=1),),
        wishes=Wishes(workers=("bob",), gender="m", language="en"),
        known_workers=("bob",),
        zones=("north",),
        price_cap_fen=20_000,
        fund="awards",
        groups=("old", "alone"),
    )
    other = change(TASK, id="walk", windows=(StartWindow(earliest=11, latest=12),), groups=("old",))
    never = change(other, id="swim", required_language="eo", mandatory=True)
    return problem(
        tasks=(task, other, never),
        workers=(change(WORKER, anchors=("south",)), change(WORKER, id="bob", shifts=())),
        providers=(change(PROVIDER, fallback=True, rates=(Rate(visit_fen=1, hour_fen=15_000),)),),
        funds=(Fund(id="awards", fen=10_001),),
    )


def test_every_term_of_a_task_is_told():
    of = demanding()
    plan = planned(of)
    meal, walk = plan.assignments
    # The shift starts at 8 and the way takes one hour: at 9, three hours late. Two hours at 150 yuan and a fen.
    expected = {
        "late_ticks": 3,
        "late_price": 6,
        "wishes_missed": 3,
        "continuity_missed": 1,
        "anchors_missed": 1,
        "levels_over": 1,
        "price_fen": 30_001,
        "funded_fen": 10_001,
    }
    assert meal.terms == expected
    assert walk.terms == {"price_fen": 30_001}
    assert plan.terms["price_fen"] == 60_002
    assert {name: plan.terms[name] for name in TERMS if name != "price_fen"} == {
        name: value for name, value in expected.items() if name != "price_fen"
    }
    # Ways 1 + 0 + 1; lateness 6; two fallback visits; 3 wishes; continuity, anchor, level; twice 3 x 100 yuan.
    assert plan.terms["experience"] == 2 + 6 + 2_000 + 300 + 10 + 20 + 7 + 2 * 3 * 3
    assert check(of, plan, POLICY) == ()


def test_groups_and_what_is_unserved():
    plan = planned(demanding())
    assert plan.groups == (
        GroupTerms(group="alone", asked=1, served=1, points=1, travel_ticks=1),
        GroupTerms(group="old", asked=3, served=2, points=2, travel_ticks=1),
    )
    first, second, *_ = plan.summary().splitlines()
    assert first == "2 of 3 tasks served by greedy"
    assert second == "mandatory, but unserved swim: language keeps the last ones away (language 2)"


@pytest.mark.parametrize("name", [*TERMS, "experience", "travel_ticks", "waiting_ticks", "workers_used"])
def test_a_wrong_total_is_found(name):
    of = demanding()
    plan = planned(of)
    wrong = change(plan, terms={**plan.terms, name: plan.terms[name] + 1})
    assert {(v.rule, v.task) for v in check(of, wrong, POLICY)} == {("terms", None)}


@pytest.mark.parametrize("name", TERMS)
def test_a_wrong_term_of_a_task_is_found(name):
    of = demanding()
    plan = planned(of)
    meal, walk = plan.assignments
    wrong = change(plan, assignments=(change(meal, terms={**meal.terms, name: 0}), walk))
    assert {(v.rule, v.task) for v in check(of, wrong)} == {("terms", "meal")}


def test_wrong_groups_levels_and_policies_are_found():
    of = demanding()
    plan = planned(of)
    groups = (change(plan.groups[0], travel_ticks=9), plan.groups[1])
    assert {v.rule for v in check(of, change(plan, groups=groups))} == {"terms"}
    assert {v.rule for v in check(of, plan, Policy())} == {"terms"}
    for name, value in (("mandatory", 0), ("service", 2), ("travel", 2_002), ("experience", 2_363)):
        right, wrong = (
            LevelReport(name=name, value=v, bound=v, gap_ppm=0, status="optimal") for v in (value, value + 1)
        )
        assert check(of, change(plan, levels=(right,)), POLICY) == ()
        assert {v.rule for v in check(of, change(plan, levels=(wrong,)), POLICY)} == {"terms"}


PINS = [
    (Pin(task="meal", worker="ann", start=20), {}, "start_in_window"),
    (Pin(task="meal", worker="ann", start=9), {"shifts": (change(SHIFT, start=9),)}, "inside_shift"),
    (Pin(task="meal", worker="ann"), {"skills": ()}, "skill_level"),
    (Pin(task="meal", worker="ann"), {"people": 2}, "headcount"),
]


@pytest.mark.parametrize(("pin", "fields", "cause"), PINS)
def test_a_pin_that_can_never_hold_is_reported_with_its_cause(pin, fields, cause):
    tasks = (change(TASK, headcount=3 if "people" in fields else 1),)
    of = problem(tasks=tasks, workers=(change(WORKER, **fields), change(WORKER, id="bob")), pins=(pin,))
    plan = planned(of)
    (unserved,) = plan.unserved
    assert unserved.mandatory
    assert cause in {c.cause for c in unserved.causes}
    assert check(of, plan, POLICY) == ()


def test_only_what_is_mandatory_is_told_to_be():
    of = problem(tasks=(change(TASK, required_language="eo"),))
    (unserved,) = planned(of).unserved
    assert not unserved.mandatory
    wrong = change(planned(of), unserved=(change(unserved, mandatory=True),))
    assert {v.rule for v in check(of, wrong)} == {"terms"}


@given(problem=problems(), policy=policies())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_checker_and_plan_agree_on_every_number(problem, policy):
    plan = planned(problem, policy)
    assert check(problem, plan, policy) == ()
    assert set(plan.terms) >= {*TERMS, "experience"}
    assert {group.group for group in plan.groups} == {g for task in problem.tasks for g in task.groups}


@given(problem=tiny_problems(), policy=policies())
@settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
def test_checker_and_plan_agree_on_every_number_of_all_shapes(problem, policy):
    _, best = best_shaped(problem, policy)
    plan = told(
        problem, policy, routes=best.routes, sessions=best.sessions, unserved=best.unserved, solver="brute"
    )
    assert check(problem, plan, policy) == ()
    assert problem.visits_only or set(plan.terms) >= {*TERMS, *SHAPE_TERMS, "experience"}
    asked = (*problem.tasks, *problem.deliveries, *problem.enrolments)
    assert {group.group for group in plan.groups} == {group for one in asked for group in one.groups}
