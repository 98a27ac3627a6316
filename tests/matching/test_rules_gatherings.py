"""Group sessions: one rule, one feasible and one infeasible plan."""

from typing import Any

import pytest

from matching.plan import LevelReport, Session, Staff
from matching.policy import Policy
from matching.problem import (
    Enrolment,
    Gathering,
    Horizon,
    Occasion,
    Role,
    SkillLevel,
    Span,
    StartWindow,
    Validity,
    Venue,
)
from matching.rules import check

from .builders import PROVIDER, SHIFT, TASK, WORKER, change, problem
from .written import written

BOB = change(WORKER, id="bob")
ROOM = Venue(id="room", place="p1", seats=3)
HALL = Venue(id="hall", place="p2", seats=9)
CLASS = Gathering(
    id="class",
    duration=2,
    occasions=(Occasion(venue="room", starts=(10,)),),
    max_seats=3,
    service="homework",
    roles=(Role(skills=(SkillLevel(skill="care", level=2),)),),
)
DANCE = change(
    CLASS, id="dance", occasions=(Occasion(venue="room", starts=(11,)), Occasion(venue="room", starts=(12,)))
)
KID = Enrolment(id="kid", place="p2", gatherings=("class",))
PUPIL = change(KID, id="pupil")
LEAD = ("lead", "class", 10)
ONE = {("ann", 0): [LEAD]}
TWO = {("ann", 0): [LEAD], ("bob", 0): [LEAD]}
TERM = change(CLASS, occasions=(Occasion(venue="room", starts=(10, 34)),))
DAYS = change(
    WORKER, shifts=(SHIFT, change(SHIFT, start=32, end=42)), qualifications=(Validity(code="health"),)
)
WEEK = {("ann", 0): [LEAD], ("ann", 1): [("lead", "class", 34)]}


def held(*seated: str, staff=("ann",), waiting=(), occasion=0, gathering="class", more=()):
    """A session with one role (and `more` people in the next ones)."""
    roles = (staff, *more) if staff else ()
    return Session(
        gathering=gathering,
        occasion=occasion,
        staff=tuple(Staff(role=i, workers=people) for i, people in enumerate(roles)),
        seated=seated,
        waiting=waiting,
    )


def school(*kids: Enrolment, of=CLASS, room=ROOM, workers=(WORKER, BOB), others=(), **fields: Any):
    return problem(
        tasks=fields.pop("tasks", ()),
        workers=workers,
        venues=(room, HALL),
        gatherings=(of, *others),
        enrolments=kids or (KID,),
        **fields,
    )


def room(**fields: Any):
    return school(room=change(ROOM, **fields))


def lesson(*kids: Enrolment, **fields: Any):
    return school(*kids, of=change(CLASS, **fields))


def kid(**fields: Any):
    return school(change(KID, **fields))


def ann(**fields: Any):
    return school(workers=(change(WORKER, **fields), BOB))


def term(**fields: Any):
    return school(of=TERM, workers=(change(DAYS, **fields), BOB))


def crowd(count, *, of=CLASS, **fields: Any):
    return school(*(change(KID, id=f"k{i}") for i in range(count)), of=of, **fields)


def dances(second):
    """The class and a dance in the same room, two hours each from 10 on and from `second` on."""
    both = change(KID, id="dancer", gatherings=("dance",))
    step = change(DANCE, occasions=(Occasion(venue="room", starts=(second,)),), roles=())
    return school(KID, both, others=(step,))


HELD = (held("kid"),)
NURSED = (*CLASS.roles, Role(per_seats=2, qualifications=("health",)))
PAIR = (held("kid", "pupil"),)
SHARED = (held("kid"), held("dancer", gathering="dance", staff=()))
PRIVATE = (Role(),)


CASES = [
    ("venue_use", room(uses=("homework",)), room(uses=("dance",)), ONE, HELD, ONE, HELD),
    (
        "venue_open",
        room(open=(Span(start=10, end=12),)),
        room(open=(Span(start=10, end=11), Span(start=11, end=12))),
        ONE,
        HELD,
        ONE,
        HELD,
    ),
    (
        "venue_open",
        school(of=TERM, workers=(DAYS,), room=change(ROOM, open=(Span(start=8, end=40),))),
        school(of=TERM, workers=(DAYS,), room=change(ROOM, open=(Span(start=8, end=30),))),
        WEEK,
        HELD,
        WEEK,
        HELD,
    ),
    ("venue_free", dances(12), dances(11), ONE, SHARED, ONE, SHARED),
    (
        "venue_seats",
        crowd(3),
        crowd(3, room=change(ROOM, seats=2)),
        ONE,
        (held("k0", "k1", "k2"),),
        ONE,
        (held("k0", "k1", "k2"),),
    ),
    (
        "venue_seats",
        crowd(3),
        crowd(3, of=change(CLASS, max_seats=2)),
        ONE,
        (held("k0", "k1", "k2"),),
        ONE,
        (held("k0", "k1", "k2"),),
    ),
    ("min_seats", lesson(KID, PUPIL, min_seats=2), lesson(KID, min_seats=2), ONE, PAIR, ONE, HELD),
    (
        "step_free",
        kid(step_free=True),
        school(change(KID, step_free=True), room=change(ROOM, step_free=False)),
        ONE,
        HELD,
        ONE,
        HELD,
    ),
    ("walk_limit", kid(walk_metres=100), kid(walk_metres=99), ONE, HELD, ONE, HELD),
    ("free", kid(free=(Span(start=10, end=12),)), kid(free=(Span(start=10, end=11),)), ONE, HELD, ONE, HELD),
    (
        "free",
        school(change(KID, free=(Span(start=9, end=12), Span(start=34, end=36))), of=TERM, workers=(DAYS,)),
        school(change(KID, free=(Span(start=9, end=12),)), of=TERM, workers=(DAYS,)),
        WEEK,
        HELD,
        WEEK,
        HELD,
    ),
    (
        "consent",
        school(change(KID, consent=True), of=change(CLASS, consent=True)),
        lesson(consent=True),
        ONE,
        HELD,
        ONE,
        HELD,
    ),
    ("staff", school(), school(), ONE, HELD, {}, (held("kid", staff=()),)),
    (
        "staff",
        lesson(roles=(Role(count=2),)),
        school(),
        TWO,
        (held("kid", staff=("ann", "bob")),),
        TWO,
        (held("kid", staff=("ann", "bob")),),
    ),
    ("staff", lesson(roles=()), lesson(roles=NURSED), {}, (held("kid", staff=()),), ONE, HELD),
    (
        "staff",
        crowd(3, of=change(CLASS, roles=(Role(per_seats=3),))),
        crowd(3, of=change(CLASS, roles=(Role(per_seats=2),))),
        ONE,
        (held("k0", "k1", "k2"),),
        ONE,
        (held("k0", "k1", "k2"),),
    ),
    ("staff", ann(), ann(people=2), ONE, HELD, ONE, HELD),
    (
        "staff",
        lesson(roles=PRIVATE * 2),
        lesson(roles=PRIVATE * 2),
        TWO,
        (held("kid", more=(("bob",),)),),
        ONE,
        (held("kid", more=(("ann",),)),),
    ),
    ("seat_once", school(KID, PUPIL), school(KID, PUPIL), ONE, PAIR, ONE, (held("kid", "kid", "pupil"),)),
    (
        "seat_once",
        school(KID, change(PUPIL, gatherings=("class", "dance")), others=(DANCE,)),
        school(KID, change(PUPIL, gatherings=("dance",)), others=(DANCE,)),
        ONE,
        PAIR,
        ONE,
        PAIR,
    ),
    ("waiting", school(KID, PUPIL), school(KID, PUPIL), ONE, (held("kid", waiting=("pupil",)),), ONE, HELD),
    (
        "waiting",
        school(KID, change(PUPIL, walk_metres=0)),
        school(KID, change(PUPIL, walk_metres=0)),
        ONE,
        HELD,
        ONE,
        (held("kid", waiting=("pupil",)),),
    ),
    ("refused", kid(refused_workers=("bob",)), kid(refused_workers=("ann",)), ONE, HELD, ONE, HELD),
    ("provider_admitted", school(), school(providers=(change(PROVIDER, paused=True),)), ONE, HELD, ONE, HELD),
    (
        "provider_kind",
        lesson(allowed_kinds=("volunteers",)),
        lesson(allowed_kinds=("firm",)),
        ONE,
        HELD,
        ONE,
        HELD,
    ),
    ("skill_level", school(), ann(skills=(SkillLevel(skill="care", level=1),)), ONE, HELD, ONE, HELD),
    (
        "qualification_valid",
        school(KID, change(PUPIL, walk_metres=0), of=change(CLASS, roles=NURSED)),
        school(
            KID,
            of=change(CLASS, roles=NURSED),
            workers=(WORKER, change(BOB, qualifications=(Validity(code="health", valid_until=11),))),
        ),
        TWO,
        (held("kid", more=(("bob",),)),),
        TWO,
        (held("kid", more=(("bob",),)),),
    ),
    ("within_reach", ann(reach_metres=100), ann(reach_metres=99), ONE, HELD, ONE, HELD),
    ("leg_limit", ann(max_leg_ticks=1), ann(max_leg_ticks=0), ONE, HELD, ONE, HELD),
    (
        "inside_shift",
        ann(shifts=(change(SHIFT, end=13),)),
        ann(shifts=(change(SHIFT, end=12),)),
        ONE,
        HELD,
        ONE,
        HELD,
    ),
    ("worker_day_cap", term(max_tasks_day=1), ann(max_tasks_day=0), WEEK, HELD, ONE, HELD),
    ("worker_day_cap", term(max_ticks_day=2), ann(max_ticks_day=1), WEEK, HELD, ONE, HELD),
    ("worker_week_cap", term(max_tasks_week=2), term(max_tasks_week=1), WEEK, HELD, WEEK, HELD),
    ("worker_week_cap", term(max_ticks_week=4), term(max_ticks_week=3), WEEK, HELD, WEEK, HELD),
    (
        "provider_week_cap",
        school(of=TERM, workers=(DAYS,), providers=(change(PROVIDER, max_tasks_week=2),)),
        school(of=TERM, workers=(DAYS,), providers=(change(PROVIDER, max_tasks_week=1),)),
        WEEK,
        HELD,
        WEEK,
        HELD,
    ),
    # A lead stop for every start, by nobody else.
    ("routes", term(), term(), WEEK, HELD, ONE, HELD),
    ("routes", school(), school(), ONE, HELD, TWO, HELD),
]


def broken(of, stops, sessions=()):
    return {violation.rule for violation in check(of, written(of, stops, sessions))}


@pytest.mark.parametrize(("rule", "good", "bad", "keeps", "opens", "breaks", "wrongly"), CASES)
def test_rule(rule, good, bad, keeps, opens, breaks, wrongly):
    assert broken(good, keeps, opens) == set()
    assert broken(bad, breaks, wrongly) == {rule}


def test_the_waiting_list_is_in_order_of_points_then_days_then_names():
    kids = (
        *(KID, change(KID, id="a"), change(KID, id="b", priority=3), change(KID, id="c", days_waited=9)),
        change(KID, id="seated-elsewhere", gatherings=("class", "tea")),
        change(KID, id="far", walk_metres=0),
        change(KID, id="shy", refused_workers=("ann",)),
        change(KID, id="cooked-for", need="eat"),
    )
    tea = change(CLASS, id="tea", roles=(), occasions=(Occasion(venue="hall", starts=(14,)),))
    visit = change(TASK, need="eat", windows=(StartWindow(earliest=13, latest=14),))
    of = school(*kids, others=(tea,), tasks=(visit,))
    stops = {("ann", 0): [LEAD, ("visit", "meal", 13)]}
    other = held("seated-elsewhere", gathering="tea", staff=())
    assert broken(of, stops, (held("kid", waiting=("b", "c", "a")), other)) == set()
    assert broken(of, stops, (held("kid", waiting=("b", "a", "c")), other)) == {"waiting"}
    # Were the visit not made, who needs it would wait as well.
    assert broken(of, ONE, (held("kid", waiting=("b", "c", "a", "cooked-for")), other)) == set()


def test_a_gathering_opens_once_and_each_seat_is_reported_once():
    of = school(KID, PUPIL)
    twice = (held("kid", waiting=()), held("pupil", waiting=()))
    assert "reported" in broken(of, ONE, twice)
    good = written(of, ONE, PAIR)
    (unserved,) = written(of, ONE, (held("kid", waiting=("pupil",)),)).unserved
    assert {v.rule for v in check(of, change(good, unserved=(unserved,)))} == {"reported"}
    assert {v.rule for v in check(of, change(written(of, {}), unserved=()))} == {"reported"}


def test_causes_of_an_enrolment_count_occasions():
    of = school(change(KID, gatherings=("class", "dance")), others=(DANCE,))
    empty = written(of, {})
    assert check(of, empty) == ()
    (unserved,) = empty.unserved
    assert [3] == [cause.count for cause in unserved.causes]
    wrong = change(unserved, causes=(change(unserved.causes[0], count=2),))
    assert {v.rule for v in check(of, change(empty, unserved=(wrong,)))} == {"reported"}


POLICY = Policy(
    levels=("service", "travel", "experience"),
    fallback_penalty_ticks=50,
    continuity_ticks=7,
    hundred_yuan_ticks=3,
)


def test_values_of_a_term_led_by_a_stranger_in_a_dear_room():
    """Two days with ways 1 + 1; two starts by a fallback provider; two people walk an hour; 4 hours at 90 yuan."""
    of = school(
        change(KID, priority=5, groups=("young",)),
        change(PUPIL, priority=2, groups=("young",)),
        change(KID, id="late", groups=("young",)),
        of=change(TERM, known_workers=("bob",), max_seats=2),
        room=change(ROOM, fee_fen_hour=9_000),
        workers=(DAYS, BOB),
        providers=(change(PROVIDER, fallback=True),),
    )
    terms = {
        "asked": 3,
        "served": 2,
        "points": 7,
        "travel_ticks": 4,
        "travel_metres": 400,
        "workers_used": 1,
        "sessions": 1,
        "seats": 2,
        "waiting": 1,
        "walk_ticks": 2,
        "venue_fen": 36_000,
        "deliveries": 0,
        "units": 0,
        "trips": 0,
        "fallback_tasks": 2,
        "continuity_missed": 1,
        "service_ticks": 4,
        "experience": 122,
    }
    values = {"service": 7, "travel": 4 + 2 * 50, "experience": 4 + 2 * 50 + 2 + 7 + 3 * 3}
    plan = change(written(of, WEEK, (held("kid", "pupil", waiting=("late",)),), POLICY), terms=terms)
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


def test_a_fee_is_rounded_up_to_a_fen_once():
    """Twice 40 minutes at 100 fen an hour are 134 fen: 133.3 rounded up, not twice 67."""
    horizon = Horizon(start="2026-03-02T00:00:00+08:00", days=8, tick_seconds=1200)
    of = change(school(of=TERM, workers=(DAYS,), room=change(ROOM, fee_fen_hour=100)), horizon=horizon)
    plan = written(of, WEEK, HELD)
    assert check(of, change(plan, terms={"venue_fen": 134})) == ()
    assert {v.rule for v in check(of, change(plan, terms={"venue_fen": 133}))} == {"terms"}
