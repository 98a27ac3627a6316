"""The brute force of all shapes agrees with that of visits, with the checker, and with plans known by hand."""

from hypothesis import HealthCheck, given, settings

from matching.policy import Policy
from matching.problem import Delivery, Depot, StartWindow
from matching.rules import check

from .brute import best_value
from .brute_shaped import best_shaped
from .builders import WORKER, change, problem
from .shaped import shaped_problems, tiny_problems
from .strategies import policies

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@given(
    of=shaped_problems(max_tasks=4, max_deliveries=0, max_gatherings=0, max_workers=2, rich=False, days=(1,)),
    policy=policies(),
)
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
def test_visits_alone_are_worth_what_they_were(of, policy):
    tasks = tuple(change(task, need="") for task in of.tasks)
    of = change(of, tasks=tasks)
    assert best_shaped(of, policy)[0] == best_value(of, policy)


@given(of=tiny_problems(), policy=policies())
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
def test_the_best_plan_keeps_every_rule_and_shapes_add_to_each_other(of, policy):
    value, plan = best_shaped(of, policy)
    assert check(of, plan, policy) == ()
    without = change(of, gatherings=(), venues=(), enrolments=())
    assert best_shaped(without, policy)[0][:2] <= value[:2]


def test_two_trips_bring_more_than_one():
    """One meal fits on the bicycle; loading from 9 on, an hour there and back: one by noon, two by one o'clock."""
    canteen = Depot(id="canteen", place="p1", ready=(StartWindow(earliest=9, latest=13),))
    noon = (StartWindow(earliest=10, latest=12),)
    meals = tuple(Delivery(id=f"m{i}", place="p2", windows=noon, fresh_ticks=1) for i in range(3))
    ann = change(WORKER, capacity=1)
    of = problem(tasks=(), workers=(ann,), depots=(canteen,), deliveries=meals)
    of = change(of, horizon=change(of.horizon, days=1))
    value, plan = best_shaped(of, Policy())
    assert value[:3] == (0, 1, 1)
    assert [stop.kind for stop in plan.routes[0].stops] == ["load", "deliver"]
    two = change(
        of, deliveries=tuple(change(m, windows=(StartWindow(earliest=10, latest=13),)) for m in meals)
    )
    assert best_shaped(two, Policy())[0] == (0, 2, 2, -(1 + 1 + 1 + 1 + 2))
    most = change(
        of, workers=(change(ann, capacity=3),), deliveries=tuple(change(m, fresh_ticks=3) for m in meals)
    )
    assert best_shaped(most, Policy())[0] == (0, 3, 3, -(1 + 1 + 2))
