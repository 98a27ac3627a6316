"""One canteen in a street: what a round may carry, how long, how often, and why a meal does not come."""

from typing import Any

import pytest

from matching.policy import Policy
from matching.problem import Delivery, Depot, SkillLevel, StartWindow
from matching.solvers.budget import Budget
from matching.solvers.delivery import deliver, why_undelivered
from matching.stop import Stop
from tests.benchmarks.meals import meals
from tests.matching.builders import PROVIDER, WORKER, change, problem
from tests.matching.delivery.helpers import as_plan, brought, delivered, objections

ANN = change(WORKER, capacity=2)
KITCHEN = Depot(id="kitchen", place="p1", ready=(StartWindow(earliest=9, latest=14),))


def meal(name, **fields: Any):
    asked = {"place": "p2", "windows": (StartWindow(earliest=9, latest=15),), **fields}
    return Delivery(id=name, **asked)


def street(*deliveries: Delivery, depots=(KITCHEN,), workers=(ANN,), **fields: Any):
    return problem(tasks=(), workers=workers, depots=depots, deliveries=deliveries, **fields)


def trips(result):
    return sum(stop.kind == "load" for route in result.routes for stop in route.stops)


def causes(asked, name):
    return {c.cause: c.count for c in why_undelivered(asked, [name])[name]}


def test_one_trip_carries_what_it_can_and_another_the_rest():
    asked = street(meal("a"), meal("b"), meal("c"))
    result = delivered(asked)
    assert objections(asked, result) == ()
    assert (brought(result), trips(result)) == (["a", "b", "c"], 2)
    assert (result.points, result.points_bound, result.travel) == (3, 3, 6)
    assert 0 < result.travel_bound <= 6


def test_a_trip_counts_as_one_task_in_limits():
    asked = street(meal("a"), meal("b"), meal("c"), workers=(change(ANN, max_tasks_day=1),))
    result = delivered(asked)
    assert objections(asked, result) == ()
    assert (len(brought(result)), trips(result)) == (2, 1)


def test_loading_waits_so_that_a_meal_arrives_fresh():
    asked = street(meal("a", windows=(StartWindow(earliest=13, latest=13),), fresh_ticks=2))
    result = delivered(asked)
    assert objections(asked, result) == ()
    (load, stop) = result.routes[0].stops
    assert (load.kind, stop.kind, stop.start) == ("load", "deliver", 13)
    assert stop.start - load.end <= 2


def test_what_the_kitchen_gives_out_on_a_day_is_kept():
    asked = street(meal("a", units=2), meal("b"), depots=(change(KITCHEN, max_units_day=2),))
    result = delivered(asked)
    assert objections(asked, result) == ()
    assert len(brought(result)) == 1


def test_the_shift_of_another_day_has_units_of_its_own():
    later = change(ANN.shifts[0], start=32, end=42)
    windows = (StartWindow(earliest=9, latest=15), StartWindow(earliest=33, latest=39))
    ready = (StartWindow(earliest=9, latest=14), StartWindow(earliest=33, latest=38))
    asked = street(
        meal("a", units=2, windows=windows),
        meal("b", units=2, windows=windows),
        depots=(change(KITCHEN, ready=ready, max_units_day=2),),
        workers=(change(ANN, shifts=(*ANN.shifts, later)),),
    )
    result = delivered(asked)
    assert objections(asked, result) == ()
    assert brought(result) == ["a", "b"]


def test_of_one_need_one_delivery_is_brought_the_dearer_one():
    asked = street(meal("a", need="lunch"), meal("b", need="lunch", priority=2))
    result = delivered(asked)
    assert objections(asked, result) == ()
    assert brought(result) == ["b"]
    assert (result.points, result.points_bound) == (2, 2)


def test_a_late_meal_costs_in_experience_alone():
    late = StartWindow(earliest=9, latest=9, late_until=12, late_price=4)
    asked = street(meal("a", windows=(late,)))
    travel = delivered(asked, Policy(levels=("service", "travel")))
    lateness = delivered(asked, Policy(levels=("service", "experience")))
    assert travel.travel == 4
    assert lateness.travel == 4 + 4
    assert objections(asked, lateness, Policy(levels=("service", "experience"))) == ()


@pytest.mark.parametrize(
    ("change_of", "cause"),
    [
        ({"workers": (change(ANN, capacity=0),)}, "capacity"),
        ({"depots": (change(KITCHEN, providers=("others",)),)}, "depot"),
        ({"depots": (change(KITCHEN, ready=(StartWindow(earliest=17, latest=18),)),)}, "fresh"),
        ({"workers": (change(ANN, max_leg_ticks=0),)}, "leg_limit"),
        ({}, "busy"),
    ],
)
def test_why_a_meal_does_not_come(change_of, cause):
    others = change(PROVIDER, id="others")
    asked = street(meal("a"), **{"providers": (PROVIDER, others), **change_of})
    assert causes(asked, "a") == {cause: 1}
    assert (brought(delivered(asked)) == ["a"]) == (cause == "busy")


def test_nobody_knows_how_to_keep_it_fresh():
    asked = street(meal("a", fresh_ticks=0))
    assert causes(asked, "a") == {"fresh": 1}
    assert delivered(asked).points_bound >= 0


def test_nothing_asked_is_nothing_done():
    result = delivered(street())
    assert (result.routes, result.points, result.points_bound, result.optimal) == ((), 0, 0, True)


def test_a_lunch_keeps_every_rule_and_the_same_work_gives_the_same_routes():
    asked = meals(40, 2, 4, seed=3)
    one, two = (delivered(asked, work=0.1, lanes=2) for _ in range(2))
    assert one == two
    assert objections(asked, one) == ()
    assert 0 < len(brought(one))
    assert one.points <= one.points_bound
    assert 0 < one.travel_bound <= one.travel
    assert as_plan(asked, one).terms["trips"] == trips(one)


def test_cancelled_at_once_still_answers():
    asked = meals(60, 2, 5, seed=3)
    budget = Budget(Stop(seconds=60), seed=1, deterministic=False, cancelled=lambda: True)
    result = deliver(asked, Policy(), budget, seed=1, lanes=1)
    assert objections(asked, result) == ()
    assert budget.interrupted


def test_a_meal_that_nobody_could_bring_does_not_count_for_the_bounds():
    asked = street(meal("a"), meal("b", skills=(SkillLevel(skill="driving"),)))
    result = delivered(asked, work=0.5)
    assert brought(result) == ["a"]
    assert (result.points, result.points_bound) == (1, 1)
    assert 0 < result.travel_bound <= result.travel == 4
