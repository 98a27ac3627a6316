"""Deliveries, seats and alternatives of one need: one reason, the place in the line, free seats elsewhere."""

from typing import Any

import msgspec

from matching.delivery import Delivery, Depot
from matching.explain import explain, explain_bytes, told
from matching.explain.document import decode_explanation
from matching.gathering import Enrolment, Gathering, Occasion, Role, Venue
from matching.parts import StartWindow
from matching.plan import encode_plan
from matching.policy import Policy
from matching.problem import encode
from matching.solve import solve
from matching.stop import Stop
from tests.matching.builders import TASK, WORKER, change, problem

WORK = Stop(deterministic=2)
HALL = Venue(id="hall", place="p1", seats=2)
CLASS = Gathering(id="class", duration=2, service="class", occasions=(Occasion(venue="hall", starts=(10,)),))
LUNCH = Gathering(
    id="lunch",
    duration=1,
    service="meal",
    roles=(),
    occasions=(Occasion(venue="hall", starts=(13,)),),
    max_seats=1,
)


def child(name, **fields: Any):
    return change(Enrolment(id=name, place="p2", gatherings=("class",)), **fields)


def planned(of):
    return solve(of, Policy(), stop=WORK, deterministic=True).plan


def explained(of, name):
    return explain(of, planned(of), name)


def with_class(*enrolments: Any, **fields: Any):
    asked = {"tasks": (), "venues": (HALL,), "gatherings": (CLASS,), "enrolments": enrolments} | fields
    return problem(**asked)


def test_a_full_class_tells_the_place_in_the_line():
    found = explained(with_class(child("a", priority=3), child("b", priority=2), child("c"), child("d")), "d")
    assert ("full", 2, False) == (found.reason, found.waiting, found.served)
    assert "目前没有空位，您排在第2位。" == told(found, "zh")[0]


def test_a_free_seat_in_another_class_of_this_kind_is_offered():
    other = change(CLASS, id="later", roles=(), occasions=(Occasion(venue="hall", starts=(14,)),))
    everybody = (
        child("a", priority=3),
        child("b", priority=3),
        child("c"),
        child("d", gatherings=("later",)),
    )
    of = with_class(*everybody, gatherings=(CLASS, other))
    (offer,) = explained(of, "c").suggestions
    assert ("pick_up", "later", 14) == (offer.code, offer.gathering, offer.start)
    moved = msgspec.structs.replace(
        of, enrolments=(*everybody[:2], child("c", gatherings=("later",)), everybody[3])
    )
    assert () == planned(moved).unserved


def test_what_keeps_somebody_out_of_every_room():
    found = explained(with_class(child("a"), child("b", walk_metres=50)), "b")
    assert ("nobody", "walk_limit", True) == (found.reason, found.rule, found.proven)
    assert "All rooms are further away than you can walk." == told(found, "en")[1]


def test_too_few_for_a_class():
    found = explained(with_class(child("a"), gatherings=(change(CLASS, min_seats=2),)), "a")
    assert ("few", "min_seats") == (found.reason, found.rule)


def meal(name, **fields: Any):
    return change(
        Delivery(id=name, place="p1", windows=(StartWindow(earliest=11, latest=14),), service="meal"),
        **fields,
    )


def with_meals(*deliveries: Any, **fields: Any):
    depot = Depot(id="canteen", place="p0", ready=(StartWindow(earliest=10, latest=13),))
    carrier = change(WORKER, capacity=1, max_tasks_day=1)
    return problem(tasks=(), workers=(carrier,), depots=(depot,), deliveries=deliveries, **fields)


def test_a_meal_that_nobody_can_bring_may_be_eaten_in_the_hall():
    seat = Enrolment(id="guest", place="p1", gatherings=("lunch",))
    hall = {"venues": (HALL,), "gatherings": (change(LUNCH, max_seats=2),), "enrolments": (seat,)}
    found = explained(with_meals(meal("m1", priority=5), meal("m2"), **hall), "m2")
    assert ("delivery", "points") == (found.kind, found.reason)
    assert ["pick_up"] == [offer.code for offer in found.suggestions]
    assert 1 == len([o for o in found.suggestions if o.start == 13])


def test_another_way_of_the_same_need():
    of = with_meals(
        meal("home", need="lunch of one"),
        venues=(HALL,),
        gatherings=(LUNCH,),
        enrolments=(Enrolment(id="dine", place="p1", gatherings=("lunch",), need="lunch of one"),),
    )
    plan = planned(of)
    (missing,) = plan.unserved
    assert "alternative" == explain(of, plan, missing.task).reason


def test_a_visit_beside_a_class():
    """The leader's class stands; the visit that would need the same hours is told so, and another time is offered."""
    long = change(TASK, id="visit", windows=(StartWindow(earliest=9, latest=11),), duration=2)
    of = with_class(
        child("a", priority=9),
        child("b", priority=9),
        tasks=(long,),
        gatherings=(change(CLASS, roles=(Role(),)),),
    )
    found = explained(of, "visit")
    assert (False, False, "points") == (found.served, found.proven, found.reason)
    assert "slot" in {offer.code for offer in found.suggestions}


def test_documents_in_documents_out():
    of = with_class(child("a"), child("b", walk_metres=50))
    options = msgspec.json.encode({"task": "b"})
    answer = explain_bytes(encode(of), encode_plan(planned(of)), b"", options)
    assert decode_explanation(answer) == explained(of, "b")


def test_a_visit_that_only_the_whole_shift_can_reach():
    """Ann leads a class, so her shift is cut; her other shift begins too far from the visit that she makes before it."""
    away = change(WORKER.shifts[0], start=30, end=42, start_place="p2", end_place="p2")
    ann = change(WORKER, reach_metres=100, shifts=(*WORKER.shifts, away))
    near = change(
        TASK,
        id="near",
        place="p0",
        duration=1,
        windows=(StartWindow(earliest=9, latest=10), StartWindow(earliest=33, latest=35)),
    )
    noon = change(CLASS, occasions=(Occasion(venue="hall", starts=(12,)),))
    lone = change(near, id="lone", required_gender="m")
    of = with_class(child("a", place="p1"), tasks=(near, lone), workers=(ann,), gatherings=(noon,))
    plan = planned(of)
    assert ["lone"] == [missing.task for missing in plan.unserved]
    assert "nobody" == explain(of, plan, "lone").reason
    found = explain(of, plan, "near")
    assert (True, 9, 1) == (found.served, found.visit.start, found.visit.people)
