"""One rule, one feasible and one infeasible plan."""

from typing import Any

import pytest

from matching.plan import CauseCount, Unserved
from matching.problem import Forbid, Fund, Pin, Precedence, Rate, SkillLevel, StartWindow, Validity
from matching.rules import CAUSE_TEXT, CAUSES, RULES, check

from .builders import PROVIDER, SHIFT, TASK, WORKER, change, plan, problem

BOB = change(WORKER, id="bob")
PAIR = change(TASK, headcount=2)
SECOND = change(TASK, id="walk", windows=(StartWindow(earliest=8, latest=15),))
OTHER = change(PROVIDER, id="firm", kind="firm")


def broken(of, **served: Any):
    return {violation.rule for violation in check(of, plan(of, **served))}


def with_worker(**fields: Any):
    return problem(workers=(change(WORKER, **fields),))


def with_task(**fields: Any):
    return problem(tasks=(change(TASK, **fields),))


def with_provider(**fields: Any):
    return problem(providers=(change(PROVIDER, **fields),))


ONE = {"meal": (9, "ann")}
BOTH = {"meal": (9, "ann"), "walk": (11, "ann")}
TOGETHER = {"meal": (9, "ann", "bob")}


def two_tasks(**fields: Any):
    return problem(tasks=(TASK, SECOND), workers=(change(WORKER, **fields),))


def two_days(**fields: Any):
    later = change(SHIFT, start=32, end=42)
    valid = (Validity(code="health"),)
    second = change(SECOND, windows=(StartWindow(earliest=33, latest=35),))
    worker = change(WORKER, shifts=(SHIFT, later), qualifications=valid, **fields)
    return problem(tasks=(TASK, second), workers=(worker,))


DAYS = {"meal": (9, "ann"), "walk": (33, "ann:1")}


def joint(**fields: Any):
    return problem(tasks=(PAIR,), workers=(WORKER, BOB), providers=(change(PROVIDER, **fields),))


def mixed(**fields: Any):
    bob = change(BOB, provider="firm")
    return problem(tasks=(PAIR,), workers=(WORKER, bob), providers=(PROVIDER, change(OTHER, **fields)))


CREW = {"meal": (9, "crew")}
LATER = {"meal": (9, "ann"), "walk": (13, "ann")}
FARE = Rate(visit_fen=100, hour_fen=51)


def with_crew(people, **fields: Any):
    crew = change(WORKER, id="crew", people=people)
    return problem(tasks=(change(TASK, **fields),), workers=(crew, BOB))


def late(until):
    return with_task(windows=(StartWindow(earliest=9, latest=12, late_until=until),))


def in_order(**lags: Any):
    waits = (Precedence(before="meal", after="walk", **lags),)
    return problem(tasks=(TASK, SECOND), workers=(WORKER, BOB), precedences=waits)


def dear(**fields: Any):
    firm = change(PROVIDER, rates=(FARE, Rate(service="clean", visit_fen=60)))
    return problem(tasks=(change(TASK, **fields),), workers=(WORKER, BOB), providers=(firm,))


def funded(fen, *others: Any):
    tasks = tuple(change(task, price_cap_fen=100, fund="awards") for task in (TASK, *others))
    firm = change(PROVIDER, rates=(FARE,))
    return problem(tasks=tasks, providers=(firm,), funds=(Fund(id="awards", fen=fen),))


def guarded(safeguard, headcount=2):
    """Ann has long been there; the other two are new."""
    bob, new = change(BOB, newcomer=True), change(BOB, id="new", newcomer=True)
    task = change(TASK, headcount=headcount, safeguards=(safeguard,))
    return problem(tasks=(task,), workers=(WORKER, bob, new))


CASES = [
    ("provider_admitted", with_provider(), with_provider(admitted=False), ONE, ONE),
    ("provider_admitted", with_provider(), with_provider(paused=True), ONE, ONE),
    ("provider_kind", with_task(allowed_kinds=("volunteers",)), with_task(allowed_kinds=("firm",)), ONE, ONE),
    ("skill_level", problem(), with_worker(skills=(SkillLevel(skill="care", level=1),)), ONE, ONE),
    ("skill_level", problem(), with_worker(skills=()), ONE, ONE),
    ("qualification_valid", problem(), with_worker(qualifications=()), ONE, ONE),
    (
        "qualification_valid",
        with_worker(qualifications=(Validity(code="health", valid_from=9, valid_until=11),)),
        with_worker(qualifications=(Validity(code="health", valid_from=9, valid_until=10),)),
        ONE,
        ONE,
    ),
    ("refused", problem(), with_task(refused_workers=("ann",)), ONE, ONE),
    ("forbidden", problem(), problem(forbids=(Forbid(task="meal", worker="ann"),)), ONE, ONE),
    ("gender", with_task(required_gender="f"), with_task(required_gender="m"), ONE, ONE),
    ("language", with_task(required_language="yue"), with_task(required_language="en"), ONE, ONE),
    (
        "pinned",
        problem(pins=(Pin(task="meal", worker="ann", start=9),)),
        problem(pins=(Pin(task="meal", worker="ann", start=10),)),
        ONE,
        ONE,
    ),
    (
        "pinned",
        problem(workers=(WORKER, BOB), pins=(Pin(task="meal", worker="ann"),)),
        problem(workers=(WORKER, BOB), pins=(Pin(task="meal", worker="bob"),)),
        ONE,
        ONE,
    ),
    ("start_in_window", problem(), problem(), {"meal": (12, "ann")}, {"meal": (13, "ann")}),
    ("within_reach", with_worker(reach_metres=100), with_worker(reach_metres=99), ONE, ONE),
    ("within_reach", with_task(reach_metres=100), with_task(reach_metres=99), ONE, ONE),
    ("leg_limit", with_worker(max_leg_ticks=1), with_worker(max_leg_ticks=0), ONE, ONE),
    (
        "inside_shift",
        with_worker(shifts=(change(SHIFT, end=12),)),
        with_worker(shifts=(change(SHIFT, end=11),)),
        ONE,
        ONE,
    ),
    (
        "inside_shift",
        with_worker(shifts=(change(SHIFT, start=8),)),
        with_worker(shifts=(change(SHIFT, start=9),)),
        ONE,
        ONE,
    ),
    ("inside_shift", two_tasks(), two_tasks(), BOTH, {"meal": (9, "ann"), "walk": (10, "ann")}),
    ("worker_day_cap", two_tasks(max_tasks_day=2), two_tasks(max_tasks_day=1), BOTH, BOTH),
    ("worker_day_cap", two_tasks(max_ticks_day=4), two_tasks(max_ticks_day=3), BOTH, BOTH),
    ("worker_day_cap", two_days(max_tasks_day=1), two_tasks(max_tasks_day=1), DAYS, BOTH),
    ("worker_week_cap", two_days(max_tasks_week=2), two_days(max_tasks_week=1), DAYS, DAYS),
    ("worker_week_cap", two_days(max_ticks_week=4), two_days(max_ticks_week=3), DAYS, DAYS),
    ("provider_day_cap", joint(max_tasks_day=2), joint(max_tasks_day=1), TOGETHER, TOGETHER),
    ("provider_week_cap", joint(max_tasks_week=2), joint(max_tasks_week=1), TOGETHER, TOGETHER),
    ("atomic_team", mixed(), mixed(atomic=True), TOGETHER, TOGETHER),
    ("atomic_team", joint(atomic=True), mixed(atomic=True), TOGETHER, TOGETHER),
    ("headcount", joint(), joint(), TOGETHER, {"meal": (9, "ann")}),
    # A crew of three may do what two people do, alone; a pair is too few for three, and two crews are one too many.
    ("headcount", with_crew(3, headcount=2), with_crew(2, headcount=3), CREW, CREW),
    ("headcount", with_crew(2, headcount=1), with_crew(2), CREW, {"meal": (9, "crew", "bob")}),
    ("start_in_window", late(14), late(None), {"meal": (14, "ann")}, {"meal": (14, "ann")}),
    ("start_in_window", late(14), late(14), {"meal": (14, "ann")}, {"meal": (15, "ann")}),
    ("precedence", in_order(), in_order(), BOTH, {"walk": (11, "ann")}),
    ("precedence", in_order(), in_order(), {"meal": (9, "ann")}, {"walk": (9, "bob"), "meal": (9, "ann")}),
    # The meal ends at 11; the walk starts at 13, two hours later.
    ("precedence", in_order(min_lag=2), in_order(min_lag=3), LATER, LATER),
    ("precedence", in_order(max_lag=2), in_order(max_lag=1), LATER, LATER),
    # One visit of two hours: 100 fen and 51 fen an hour.
    ("price_cap", dear(price_cap_fen=202), dear(price_cap_fen=201), ONE, ONE),
    ("price_cap", dear(service="clean", price_cap_fen=60), dear(service="clean", price_cap_fen=59), ONE, ONE),
    (
        "price_cap",
        dear(headcount=2, price_cap_fen=404),
        dear(headcount=2, price_cap_fen=403),
        TOGETHER,
        TOGETHER,
    ),
    ("funding", funded(102), funded(101), ONE, ONE),
    ("funding", funded(204, SECOND), funded(203, SECOND), BOTH, BOTH),
    ("experienced", guarded("experienced"), guarded("experienced"), TOGETHER, {"meal": (9, "bob", "new")}),
    ("two_adults", guarded("two_adults"), guarded("two_adults", headcount=1), TOGETHER, ONE),
    (
        "two_adults",
        with_crew(2, safeguards=("two_adults",)),
        with_crew(1, safeguards=("two_adults",)),
        CREW,
        CREW,
    ),
]


@pytest.mark.parametrize(("rule", "good", "bad", "keeps", "breaks"), CASES)
def test_rule(rule, good, bad, keeps, breaks):
    assert broken(good, **keeps) == set()
    assert broken(bad, **breaks) == {rule}


def test_every_rule_has_a_code_and_a_sentence():
    names = {rule.__name__ for rule in RULES}
    assert set(CAUSES) - {"busy", "routes", "travel", "terms", "problem"} <= names | {"reported"}
    assert all(CAUSE_TEXT[code].endswith(".") for code in CAUSES)


def test_a_person_counted_twice_is_not_two_people():
    of = joint()
    found = plan(of, meal=(9, "ann", "ann"))
    assert "headcount" in {violation.rule for violation in check(of, found)}


def test_reported_once_with_causes():
    of = problem()
    empty = plan(of)
    assert check(of, empty) == ()
    assert {v.rule for v in check(of, change(empty, unserved=()))} == {"reported"}
    wrong = (Unserved(task="meal", causes=(CauseCount(cause="moon", count=1),)),)
    assert {v.rule for v in check(of, change(empty, unserved=wrong))} == {"reported"}
    both = change(plan(of, **ONE), unserved=empty.unserved)
    assert {v.rule for v in check(of, both)} == {"reported"}


def test_mandatory_task_left_out_in_silence():
    of = with_task(mandatory=True)
    (violation,) = check(of, change(plan(of), unserved=()))
    assert "mandatory" in violation.message


def test_routes_and_assignments_agree():
    of = problem()
    good = plan(of, **ONE)
    assert {v.rule for v in check(of, change(good, routes=()))} == {"routes"}
    assert {v.rule for v in check(of, change(good, routes=good.routes * 2))} == {"routes"}


def test_unknown_names_are_violations_not_crashes():
    of = problem()
    good = plan(of, **ONE)
    route = good.routes[0]
    for wrong in (
        change(good, routes=(change(route, worker="zed"),)),
        change(good, routes=(change(route, shift=7),)),
        change(good, assignments=(change(good.assignments[0], task="zed"),)),
    ):
        assert {v.rule for v in check(of, wrong)} == {"routes"}


def test_travel_is_told_truly():
    of = problem()
    good = plan(of, **ONE)
    wrong = change(good, routes=(change(good.routes[0], return_metres=1),))
    assert {v.rule for v in check(of, wrong)} == {"travel"}


def test_terms_and_problem():
    of = problem()
    good = plan(of, **ONE)
    assert {v.rule for v in check(of, change(good, terms={"served": 2}))} == {"terms"}
    assert {v.rule for v in check(of, change(good, problem="0"))} == {"problem"}
