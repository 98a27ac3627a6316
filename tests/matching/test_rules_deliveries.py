"""Delivery rounds: one rule, one feasible and one infeasible plan."""

from typing import Any

import pytest

from matching.plan import LevelReport, Session
from matching.policy import Policy
from matching.problem import (
    Delivery,
    Depot,
    Enrolment,
    Gathering,
    Occasion,
    Rate,
    SkillLevel,
    StartWindow,
    Validity,
    Venue,
)
from matching.rules import check

from .builders import PROVIDER, SHIFT, TASK, WORKER, change, problem
from .written import written

ANN = change(WORKER, capacity=4)
BOB = change(ANN, id="bob")
CANTEEN = Depot(id="canteen", place="p1", ready=(StartWindow(earliest=9, latest=11),), load_ticks=1)
LUNCH = Delivery(id="lunch", place="p2", windows=(StartWindow(earliest=11, latest=13),), units=2)
SOUP = change(LUNCH, id="soup", units=1)
LOAD, BRING = ("load", "canteen", 10), ("deliver", "lunch", 12)
# Loading from 10 to 11, an hour on the way, handed over at 12.
ONE = {("ann", 0): [LOAD, BRING]}
BOTH = {("ann", 0): [LOAD, BRING, ("deliver", "soup", 13)]}
TWO_TRIPS = {
    ("ann", 0): [
        ("load", "canteen", 9),
        ("deliver", "lunch", 11),
        ("load", "canteen", 13),
        ("deliver", "soup", 15),
    ]
}
ALL_DAY = change(CANTEEN, ready=(StartWindow(earliest=9, latest=18),))


def meals(*deliveries: Delivery, depot=CANTEEN, workers=(ANN,), **fields: Any):
    return problem(
        tasks=fields.pop("tasks", ()),
        workers=workers,
        depots=(depot,),
        deliveries=deliveries or (LUNCH,),
        **fields,
    )


def two(**fields: Any):
    """Lunch and soup, with windows as long as the day."""
    wide = (StartWindow(earliest=9, latest=17),)
    limits = {name: fields.pop(name) for name in list(fields) if name.startswith("max_")}
    return meals(
        change(LUNCH, windows=wide),
        change(SOUP, windows=wide),
        depot=change(ALL_DAY, **fields),
        workers=(change(ANN, **limits),),
    )


def broken(of, stops, sessions=()):
    return {violation.rule for violation in check(of, written(of, stops, sessions))}


def lunch(**fields: Any):
    return meals(change(LUNCH, **fields))


def with_ann(**fields: Any):
    return meals(workers=(change(ANN, **fields),))


def firm(**fields: Any):
    return meals(providers=(change(PROVIDER, **fields),))


def elsewhere(**fields: Any):
    """A second depot beside the first one."""
    other = change(CANTEEN, id="kitchen", place="p0")
    return problem(tasks=(), workers=(ANN,), depots=(CANTEEN, other), deliveries=(change(LUNCH, **fields),))


def ways_of(need):
    """Lunch is brought, or cooked at home in a visit."""
    visit = change(TASK, need="lunch", windows=(StartWindow(earliest=14, latest=15),))
    return meals(change(LUNCH, need=need), tasks=(visit,))


def shared(**fields: Any):
    """Two people who bring one meal each."""
    return meals(LUNCH, SOUP, workers=(ANN, BOB), providers=(change(PROVIDER, **fields),))


def between():
    """A visit before the trip, or in the middle of it."""
    visit = change(TASK, windows=(StartWindow(earliest=9, latest=15),))
    return meals(change(LUNCH, windows=(StartWindow(earliest=9, latest=17),)), depot=ALL_DAY, tasks=(visit,))


IN_ORDER = {("ann", 0): [("visit", "meal", 9), ("load", "canteen", 11), ("deliver", "lunch", 13)]}
EACH = {("ann", 0): [LOAD, BRING], ("bob", 0): [LOAD, ("deliver", "soup", 12)]}
ALSO_COOKED = {("ann", 0): [LOAD, BRING, ("visit", "meal", 14)]}
CARE = (SkillLevel(skill="care", level=3),)

CASES = [
    ("capacity", meals(LUNCH, SOUP), meals(LUNCH, change(SOUP, units=3)), BOTH, BOTH),
    ("capacity", with_ann(capacity=2), with_ann(capacity=1), ONE, ONE),
    # Two trips carry together what one cannot.
    ("capacity", two(), meals(LUNCH, change(SOUP, units=3)), TWO_TRIPS, BOTH),
    ("capacity", meals(workers=(change(ANN, people=2),)), with_ann(people=2, capacity=1), ONE, ONE),
    ("depot", lunch(depots=("canteen",)), elsewhere(depots=("kitchen",)), ONE, ONE),
    (
        "depot",
        meals(depot=change(CANTEEN, providers=("team",))),
        meals(depot=change(CANTEEN, providers=("firm",)), providers=(PROVIDER, change(PROVIDER, id="firm"))),
        ONE,
        ONE,
    ),
    ("depot", meals(), meals(), ONE, {("ann", 0): [BRING]}),
    ("depot", meals(), meals(), ONE, {("ann", 0): [LOAD]}),
    (
        "depot",
        between(),
        between(),
        IN_ORDER,
        {("ann", 0): [LOAD, ("visit", "meal", 11), ("deliver", "lunch", 14)]},
    ),
    (
        "depot_ready",
        meals(depot=change(CANTEEN, ready=(StartWindow(earliest=10, latest=10),))),
        meals(depot=change(CANTEEN, ready=(StartWindow(earliest=11, latest=12),))),
        ONE,
        ONE,
    ),
    (
        "depot_units",
        meals(LUNCH, SOUP, depot=change(CANTEEN, max_units_day=3)),
        meals(LUNCH, SOUP, depot=change(CANTEEN, max_units_day=2)),
        BOTH,
        BOTH,
    ),
    ("fresh", lunch(fresh_ticks=1), lunch(fresh_ticks=0), ONE, ONE),
    (
        "fresh",
        meals(LUNCH, change(SOUP, fresh_ticks=2)),
        meals(LUNCH, change(SOUP, fresh_ticks=1)),
        BOTH,
        BOTH,
    ),
    ("alternative", ways_of(""), ways_of("lunch"), ALSO_COOKED, ALSO_COOKED),
    ("provider_admitted", firm(), firm(admitted=False), ONE, ONE),
    ("provider_kind", lunch(allowed_kinds=("volunteers",)), lunch(allowed_kinds=("firm",)), ONE, ONE),
    ("skill_level", lunch(skills=WORKER.skills), lunch(skills=CARE), ONE, ONE),
    ("qualification_valid", lunch(qualifications=("health",)), lunch(qualifications=("driver",)), ONE, ONE),
    ("refused", lunch(refused_workers=()), lunch(refused_workers=("ann",)), ONE, ONE),
    ("start_in_window", meals(), lunch(windows=(StartWindow(earliest=13, latest=14),)), ONE, ONE),
    (
        "start_in_window",
        lunch(windows=(StartWindow(earliest=10, latest=11, late_until=12),)),
        lunch(windows=(StartWindow(earliest=10, latest=11),)),
        ONE,
        ONE,
    ),
    ("within_reach", lunch(reach_metres=200), lunch(reach_metres=199), ONE, ONE),
    ("within_reach", with_ann(reach_metres=200), with_ann(reach_metres=199), ONE, ONE),
    ("leg_limit", with_ann(max_leg_ticks=2), with_ann(max_leg_ticks=1), ONE, ONE),
    (
        "inside_shift",
        with_ann(shifts=(change(SHIFT, end=15),)),
        with_ann(shifts=(change(SHIFT, end=14),)),
        ONE,
        ONE,
    ),
    ("inside_shift", meals(), meals(), ONE, {("ann", 0): [LOAD, ("deliver", "lunch", 11)]}),
    # Two trips are two tasks; their service is loading twice and handing over twice.
    ("worker_day_cap", two(max_tasks_day=2), two(max_tasks_day=1), TWO_TRIPS, TWO_TRIPS),
    ("worker_day_cap", two(max_ticks_day=4), two(max_ticks_day=3), TWO_TRIPS, TWO_TRIPS),
    ("worker_week_cap", two(max_tasks_week=2), two(max_tasks_week=1), TWO_TRIPS, TWO_TRIPS),
    ("provider_day_cap", shared(max_tasks_day=2), shared(max_tasks_day=1), EACH, EACH),
    ("provider_week_cap", shared(max_tasks_week=2), shared(max_tasks_week=1), EACH, EACH),
]


@pytest.mark.parametrize(("rule", "good", "bad", "keeps", "breaks"), CASES)
def test_rule(rule, good, bad, keeps, breaks):
    assert broken(good, keeps) == set()
    assert broken(bad, breaks) == {rule}


def test_all_depot_days_are_days_of_shifts():
    """Six units on one day are too many, three on each of two days are not."""
    ann = change(ANN, capacity=3, shifts=(SHIFT, change(SHIFT, start=32, end=42)))
    wide = (StartWindow(earliest=9, latest=17), StartWindow(earliest=33, latest=41))
    lunches = [change(LUNCH, id=f"l{i}", units=3, windows=wide) for i in range(2)]
    of = meals(*lunches, depot=change(ALL_DAY, max_units_day=3, ready=wide), workers=(ann,))
    first = [("load", "canteen", 9), ("deliver", "l0", 11)]
    assert (
        broken(of, {("ann", 0): first, ("ann", 1): [("load", "canteen", 33), ("deliver", "l1", 35)]}) == set()
    )
    assert broken(of, {("ann", 0): [*first, ("load", "canteen", 13), ("deliver", "l1", 15)]}) == {
        "depot_units"
    }


def test_each_delivery_is_reported_once():
    of = meals()
    good = written(of, ONE)
    assert {v.rule for v in check(of, change(good, unserved=written(of, {}).unserved))} == {"reported"}
    assert {v.rule for v in check(of, change(written(of, {}), unserved=()))} == {"reported"}
    twice = written(of, {("ann", 0): [LOAD, BRING, ("deliver", "lunch", 13)]})
    assert {v.rule for v in check(of, twice)} == {"reported"}


def test_an_unserved_delivery_counts_a_cause_for_every_worker():
    of = meals(workers=(ANN, BOB))
    (unserved,) = written(of, {}).unserved
    assert [2] == [cause.count for cause in unserved.causes]
    wrong = change(unserved, causes=(change(unserved.causes[0], count=1),))
    assert {v.rule for v in check(of, change(written(of, {}), unserved=(wrong,)))} == {"reported"}


def test_pick_up_is_an_alternative_of_bringing():
    """A seat at the canteen meets the need of which the delivery is the other way."""
    hall = Venue(id="hall", place="p1", seats=9)
    dinner = Gathering(id="noon", duration=1, occasions=(Occasion(venue="hall", starts=(12,)),), roles=())
    seat = Enrolment(id="fetch", place="p2", gatherings=("noon",), need="eat")
    of = meals(change(LUNCH, need="eat"), venues=(hall,), gatherings=(dinner,), enrolments=(seat,))
    session = Session(gathering="noon", occasion=0, seated=("fetch",))
    assert broken(of, {}, (session,)) == set()
    assert broken(of, ONE) == set()
    assert broken(of, ONE, (session,)) == {"alternative"}


POLICY = Policy(levels=("service", "travel", "experience"), fallback_penalty_ticks=50)


def told(of, stops, *, service, travel, experience, terms):
    """Whether the checker agrees with these values, and with no others."""
    plan = change(written(of, stops, policy=POLICY), terms=terms)
    values = {"service": service, "travel": travel, "experience": experience}
    for name in (None, *values):
        levels = tuple(
            LevelReport(name=n, value=v + (n == name), bound=v, gap_ppm=0, status="feasible")
            for n, v in values.items()
        )
        found = {v.rule for v in check(of, change(plan, levels=levels), POLICY)}
        assert found == (set() if name is None else {"terms"})
    for name, value in terms.items():
        wrong = change(plan, terms={**terms, name: value + 1})
        assert {v.rule for v in check(of, wrong, POLICY)} == {"terms"}


def test_values_of_a_late_round_by_a_fallback_provider():
    """Ways 1 + 1 + 0 + 2; one trip; the second meal is two hours late at three ticks an hour."""
    late = (StartWindow(earliest=9, latest=11, late_until=14, late_price=3),)
    of = meals(
        change(LUNCH, priority=5),
        change(SOUP, priority=2, windows=late, groups=("old",)),
        providers=(change(PROVIDER, fallback=True, rates=(Rate(visit_fen=100),)),),
    )
    told(
        of,
        BOTH,
        service=7,
        travel=4 + 50,
        experience=4 + 50 + 6,
        terms={
            "asked": 2,
            "served": 2,
            "points": 7,
            "travel_ticks": 4,
            "travel_metres": 400,
            "deliveries": 2,
            "units": 3,
            "trips": 1,
            "sessions": 0,
            "seats": 0,
            "waiting": 0,
            "fallback_tasks": 1,
            "late_ticks": 2,
            "late_price": 6,
            "workers_used": 1,
            "service_ticks": 3,
            "waiting_ticks": 1,
            "price_fen": 0,
            "venue_fen": 0,
            "walk_ticks": 0,
            "experience": 60,
        },
    )


def test_alternatives_are_one_need():
    of = ways_of("lunch")
    plan = written(of, ONE)
    assert check(of, change(plan, terms={"asked": 1, "served": 1, "deliveries": 1})) == ()
    assert {v.rule for v in check(of, change(plan, terms={"asked": 2}))} == {"terms"}


def test_validities_hold_for_each_delivery():
    """A licence that ends at 13 covers handing over from 12 to 13, and not the next one."""
    papers = (Validity(code="health", valid_until=13),)
    needy = [change(one, qualifications=("health",)) for one in (LUNCH, SOUP)]
    of = meals(*needy, workers=(change(ANN, qualifications=papers),))
    (violation,) = check(of, written(of, BOTH))
    assert ("qualification_valid", "soup", "ann") == violation[:3]
