"""All shapes in one plan: everything keeps the rules, nothing beats the bounds, the same content gives the same bytes."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matching.plan import encode_plan
from matching.policy import Policy
from matching.problem import Problem
from matching.rules import check
from matching.solve import solve
from matching.solvers.budget import Budget
from matching.solvers.mixed.search import Mixed
from matching.stop import Stop
from tests.matching.brute_shaped import best_shaped
from tests.matching.builders import PROVIDER, change
from tests.matching.mixed.day import ANN, SHIFT, between, day, lesson, meal, seat, visit
from tests.matching.shaped import shaped_problems, tiny_problems
from tests.matching.strategies import policies

TRAVEL = Policy()
WORK = Stop(deterministic=2, iterations=50)
QUICK = Stop(deterministic=0.2, iterations=10)
SLOW = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


def solved(problem, policy=TRAVEL, stop=WORK, **options: Any):
    return solve(problem, policy, stop=stop, deterministic=True, **options)


def stops(plan, worker="ann"):
    return [(stop.kind, stop.task) for route in plan.routes if route.worker == worker for stop in route.stops]


def level(plan, name="service"):
    (found,) = [one for one in plan.levels if one.name == name]
    return found


@given(shaped_problems(), policies())
@settings(max_examples=12, **SLOW)
def test_every_plan_keeps_the_rules(problem, policy):
    plan = solved(problem, policy, QUICK).plan
    assert () == check(problem, plan, policy)
    assert plan.terms["served"] <= plan.terms["asked"]


@given(tiny_problems(), policies())
@settings(max_examples=8, **SLOW)
def test_no_plan_beats_the_bounds(problem, policy):
    """Points never; costs not where the plan serves as much as the best one, level by level."""
    (_, points, served, *costs), _ = best_shaped(problem, policy)
    plan = solved(problem, policy).plan
    service = level(plan)
    assert service.value <= points <= service.bound
    if (service.value, plan.terms["served"]) == (points, served):
        for name, best in zip(policy.levels[1:], costs, strict=True):
            assert level(plan, name).bound <= -best
            if level(plan, name).value != -best:
                break


def test_a_worker_leads_a_class_between_a_trip_and_a_visit():
    plan = solved(day()).plan
    assert [("load", "canteen"), ("deliver", "meal"), ("lead", "class"), ("visit", "visit")] == stops(plan)
    assert (10, "optimal") == (level(plan).value, level(plan).status)
    assert {"deliveries": 1, "trips": 1, "sessions": 1, "seats": 2, "served": 4}.items() <= plan.terms.items()


def test_the_way_from_one_shape_to_the_next_takes_its_time():
    """From the class (until 15:00, p1) to the visit at p2 it takes an hour."""
    late = solved(day(tasks=(visit(windows=between(15, 15)),))).plan
    good = solved(day(tasks=(visit(windows=between(15, 16)),))).plan
    assert (["visit"], []) == ([u.task for u in late.unserved], [u.task for u in good.unserved])


def test_limits_hold_over_all_shapes():
    """A trip, a lesson and a visit are three tasks; two are allowed, and the two dearest are chosen."""
    plan = solved(day(workers=(change(ANN, max_tasks_day=2),))).plan
    assert ["load", "deliver", "lead"] == [kind for kind, _ in stops(plan)]
    firm = change(PROVIDER, max_tasks_day=1)
    assert ["load", "deliver"] == [kind for kind, _ in stops(solved(day(providers=(firm,))).plan)]


def test_what_is_worth_most_goes_first():
    """The class and the meals want the same hour."""
    at_ten = lesson(starts=(10,))
    dear = day(gatherings=(at_ten,), enrolments=(seat("kim", priority=9), seat("lee")), tasks=())
    cheap = day(gatherings=(at_ten,), tasks=())
    assert ["lead"] == [kind for kind, _ in stops(solved(dear).plan)]
    assert ["load", "deliver"] == [kind for kind, _ in stops(solved(cheap).plan)]


def test_a_need_is_met_once_and_where_nobody_is_needed():
    """Lunch at home, brought or cooked, or at the canteen: with one pair of hands, two others eat at home."""
    dine = lesson("dine", starts=(11,), duration=1, roles=())
    plan = solved(
        day(
            tasks=(visit("cook", windows=between(10, 10), need="lunch"),),
            deliveries=(
                meal("brought", "p2", need="lunch", windows=between(11, 11)),
                meal("other", windows=between(11, 11)),
            ),
            gatherings=(dine,),
            enrolments=(seat("dines", ("dine",), need="lunch", priority=5),),
        )
    ).plan
    assert ("dines",) == plan.sessions[0].seated
    assert ["load", "deliver"] == [kind for kind, _ in stops(plan)]
    causes = {one.task: [count.cause for count in one.causes] for one in plan.unserved}
    assert {"brought": ["alternative"], "cook": ["alternative"]} == causes
    assert {"asked": 2, "served": 2}.items() <= plan.terms.items()
    assert (10, 10) == (level(plan).value, level(plan).bound)


def test_a_full_class_is_proven_beside_meals_that_could_be_fetched():
    """Three of four find a seat, and a lunch is brought or fetched: each need counts once, the class by its own bound."""
    fetch = lesson("fetch", starts=(11,), duration=1, roles=())
    children = tuple(seat(f"child{i}", free=()) for i in range(4))
    plan = solved(
        day(
            deliveries=(meal("brought", need="lunch", priority=2),),
            gatherings=(lesson(), fetch),
            enrolments=(*children, seat("fetched", ("fetch",), need="lunch")),
        )
    ).plan
    assert (5, 6) == (plan.terms["served"], plan.terms["asked"])
    assert ("optimal", 9) == (level(plan).status, level(plan).bound)


def test_seats_that_only_others_fill_are_in_the_bound():
    """Kim alone is too few for the class; with those who could have a meal instead it is held."""
    full = lesson(min_seats=2)
    plan = solved(
        day(
            tasks=(),
            deliveries=(meal("brought", need="lunch", priority=2),),
            gatherings=(full,),
            enrolments=(seat("kim"), seat("other", need="lunch")),
        )
    ).plan
    assert ("kim", "other") == plan.sessions[0].seated
    assert (4, 4) == (level(plan).value, level(plan).bound)


def test_tasks_of_one_need_are_alternatives_too():
    """Without deliveries and sessions: the impossible one does not stand in the way of the other."""
    asked = (visit("early", windows=between(2, 3), need="bath"), visit("late", need="bath"))
    plan = solved(day(tasks=asked, deliveries=(), enrolments=())).plan
    assert ["late"] == [one.task for one in plan.assignments]
    assert (1, 1, "optimal") == (level(plan).value, level(plan).bound, level(plan).status)


def test_what_must_be_served_comes_before_points():
    must = visit("must", windows=between(13, 13), mandatory=True)
    plan = solved(day(tasks=(must,))).plan
    assert ("visit", "must") in stops(plan)
    assert (1, 5) == (level(plan, "mandatory").value, level(plan).value - 1)


def test_those_without_a_seat_wait_in_order():
    """Three seats; older requests first, then names; who eats elsewhere and who did not ask does not wait."""
    asked = [seat("kim", priority=3), seat("lee", priority=3), seat("may", priority=3)]
    asked += [seat("new"), seat("old", days_waited=9), seat("far", walk_metres=0, place="p0")]
    (session,) = solved(day(enrolments=tuple(asked))).plan.sessions
    assert (("kim", "lee", "may"), ("old", "new")) == (session.seated, session.waiting)


def shuffled(problem, seed):
    rng = np.random.default_rng(seed)
    fields = {}
    for name in ("places", "tasks", "workers", "providers", "deliveries", "enrolments", "gatherings"):
        items = getattr(problem, name)
        fields[name] = tuple(items[i] for i in rng.permutation(len(items)).tolist())
    return msgspec.structs.replace(problem, **fields)


@given(shaped_problems())
@settings(max_examples=3, **SLOW)
def test_the_same_content_gives_the_same_bytes(problem: Problem):
    first = encode_plan(solved(problem, stop=QUICK).plan)
    assert first == encode_plan(solved(problem, stop=QUICK, processes=1).plan)
    assert first == encode_plan(solved(shuffled(problem, 1), stop=QUICK).plan)


def test_a_given_plan_is_never_worsened():
    of = day()
    good = solved(of).plan
    again = solve(of, stop=Stop(seconds=0), warm_start=good)
    assert good.routes == solved(of, warm_start=good).plan.routes
    assert "feasible" == again.status or again.plan.routes == good.routes
    kept = solve(of, stop=Stop(seconds=60, iterations=1), warm_start=good)
    assert ("warm start", good.sessions) == (kept.found[0].part, kept.plan.sessions)


def test_a_plan_of_another_day_is_no_harm():
    of = day()
    other = solved(day(tasks=(visit("gone"),), enrolments=(seat("kim"), seat("moved"))))
    assert 10 == level(solved(of, warm_start=other.plan).plan).value


@pytest.mark.parametrize("stage", ["mixed", "sessions", "deliveries", "visits"])
def test_an_interrupt_gives_the_best_plan_so_far(stage):
    heard = []

    def listen(progress):
        heard.append(progress.stage)
        if progress.stage == stage:
            raise KeyboardInterrupt

    result = solved(day(), on_progress=listen)
    assert stage in heard
    assert () == check(day(), result.plan)
    assert "interrupted" == result.status or level(result.plan).status == "optimal"


def test_no_time_at_all_still_gives_a_plan():
    plan = solve(day(), stop=Stop(seconds=0)).plan
    assert {"visit", "meal", "kim", "lee"} == {one.task for one in plan.unserved}
    assert (0, 10) == (level(plan).value, level(plan).bound)


def test_it_ends_when_it_is_cancelled():
    asked = []
    result = solve(day(), stop=Stop(seconds=600), cancelled=lambda: asked.append(1) or len(asked) > 3)
    assert "interrupted" == result.status
    assert () == check(day(), result.plan)


def test_progress_and_who_found_what():
    heard = []
    result = solved(day(), on_progress=heard.append)
    assert {"sessions", "deliveries", "visits"} <= {found.part for found in result.found}
    assert ["mixed", "done", 1.0] == [heard[0].stage, heard[-1].stage, heard[-1].share]
    assert all(0 <= progress.share <= 1 for progress in heard)
    assert [found.points for found in result.found] == sorted(found.points for found in result.found)


def test_two_shifts_and_two_people():
    """A visit for two beside a class that takes two: who leads cannot visit at the same time."""
    pair = visit("pair", windows=between(13, 14), headcount=2, priority=3)
    bob = change(ANN, id="bob", shifts=(SHIFT, change(SHIFT, start=32, end=44)))
    plan = solved(day(tasks=(pair,), workers=(ANN, bob), deliveries=())).plan
    assert [("lead", "class")] == stops(plan) + stops(plan, "bob")
    assert ["pair"] == [one.task for one in plan.unserved]


def test_a_plan_that_is_near_enough_is_not_improved():
    """Where any gap is small enough the first plan is the answer; else other orders are tried, which costs work."""
    problem = day(deliveries=(meal(), meal("far", "p2", priority=9)))
    left = {}
    for gap in (None, 1_000_000):
        budget = Budget(Stop(deterministic=2, iterations=50, gap_ppm=gap), seed=0, deterministic=True)
        mixed = Mixed(problem, TRAVEL, budget, None)
        mixed.run(None)
        assert mixed.bounds()["travel"] < mixed.accounts.levels(mixed.made)["travel"], "there is a gap"
        left[gap] = budget.work
    assert left[1_000_000] > left[None]
