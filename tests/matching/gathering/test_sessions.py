"""Single rules and choices of sessions, one by one, and why somebody has no seat."""

import pytest

from matching.plan import Session
from matching.policy import Policy
from matching.problem import Occasion, Provider, Role, Shift, Span, Validity
from matching.rules import check
from matching.solvers.gathering import waiting_list, why_unseated

from .classes_small import CLASS, LEADER, ROOM, SCHOOL, TEACH, change, child, problem
from .sessions import gathered, plan_of

EXPERIENCE = Policy(levels=("service", "experience"))
BEN = change(LEADER, id="ben")
TWO = (Occasion(venue="room", starts=(16,)), Occasion(venue="room", starts=(40,)))


def held(of, policy=None) -> dict[str, Session]:
    """Sessions of the best plan, which keeps every rule."""
    found = gathered(of, policy)
    assert () == check(of, plan_of(of, found, policy), policy or Policy())
    assert found.optimal
    return {session.gathering: session for session in found.sessions}


def causes(of, policy=None) -> dict[str, dict[str, int]]:
    """Why those without a seat have none."""
    found = gathered(of, policy)
    seated = {person for session in found.sessions for person in session.seated}
    left = [one.id for one in of.enrolments if one.id not in seated]
    told = why_unseated(of, found.sessions, left)
    return {name: {cause.cause: cause.count for cause in some} for name, some in told.items()}


def test_a_class_opens_with_its_leader_and_everybody_who_asks():
    session = held(problem())["chess"]
    assert session.seated == ("e0", "e1", "e2")
    assert [one.workers for one in session.staff] == [("ann",)]
    assert session.waiting == ()


def test_too_few_people_open_nothing():
    assert held(problem(1)) == {}
    assert causes(problem(1)) == {"e0": {"min_seats": 1}}


@pytest.mark.parametrize(
    ("leader", "cause"),
    [
        (change(LEADER, skills=()), "staff"),
        (change(LEADER, qualifications=(Validity(code="check", valid_until=17),)), "staff"),
        (change(LEADER, people=2), "staff"),
        (change(LEADER, reach_metres=50), "staff"),
        (change(LEADER, max_leg_ticks=0), "staff"),
        (change(LEADER, max_tasks_day=0), "staff"),
        (change(LEADER, shifts=(Shift(start=16, end=20, start_place="p0", end_place="p0"),)), "staff"),
    ],
)
def test_nobody_to_lead_it(leader, cause):
    of = problem(workers=(leader,))
    assert held(of) == {}
    assert set(causes(of)["e0"]) == {cause}


@pytest.mark.parametrize(
    ("room", "cause"),
    [
        (change(ROOM, uses=("clinic",)), "venue_use"),
        (change(ROOM, open=(Span(start=10, end=17),)), "venue_open"),
        (change(ROOM, seats=1), "venue_seats"),
    ],
)
def test_no_room_for_it(room, cause):
    of = problem(venues=(room,))
    assert held(of) == {}
    assert causes(of)["e0"] == {cause: 1}


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"walk_metres": 50}, "walk_limit"),
        ({"free": (Span(start=10, end=17),)}, "free"),
        ({"step_free": True}, "step_free"),
        ({"consent": False}, "consent"),
        ({"refused_workers": ("ann",)}, "refused"),
    ],
)
def test_somebody_for_whom_it_is_not(fields, cause):
    asks = change(CLASS, consent=True)
    others = [child(i, consent=True) for i in range(3)]
    odd = child(9, **{"consent": True, **fields})
    of = problem((*others, odd), gatherings=(asks,), venues=(change(ROOM, step_free=False),))
    session = held(of)["chess"]
    assert session.seated == ("e0", "e1", "e2")
    assert session.waiting == ()
    assert causes(of) == {"e9": {cause: 1}}


def test_the_most_urgent_have_the_seats_and_the_others_wait_in_order():
    people = (
        child(0, priority=5),
        child(1, priority=9),
        child(2, priority=1, days_waited=3),
        child(3, priority=1, days_waited=7),
        child(4, priority=2),
    )
    of = problem(people, gatherings=(change(CLASS, max_seats=2),))
    session = held(of)["chess"]
    assert session.seated == ("e0", "e1")
    assert session.waiting == ("e4", "e3", "e2")
    assert waiting_list(of, session, {"e0", "e1", "e4"}) == ("e3", "e2")
    assert causes(of)["e2"] == {"busy": 1}


def test_an_assistant_for_every_two_children_begun():
    helped = change(CLASS, roles=(*CLASS.roles, Role(count=1, per_seats=2, qualifications=("check",))))
    helpers = tuple(change(LEADER, id=f"h{i}", skills=()) for i in range(2))
    of = problem(5, gatherings=(helped,), workers=(LEADER, *helpers))
    session = held(of)["chess"]
    assert [one.workers for one in session.staff] == [("ann",), ("h0", "h1")]
    assert (len(session.seated), len(session.waiting)) == (4, 1)
    three = change(of, enrolments=of.enrolments[:2])
    assert [len(one.workers) for one in held(three)["chess"].staff] == [1, 1]


def test_one_room_holds_one_class_at_a_time_and_the_next_right_after():
    dance = change(CLASS, id="dance", occasions=(Occasion(venue="room", starts=(17,)),))
    people = (*(child(i) for i in range(3)), *(child(i, gatherings=("dance",)) for i in range(3, 5)))
    of = problem(people, gatherings=(CLASS, dance), workers=(LEADER, BEN))
    assert set(held(of)) == {"chess"}
    before = change(dance, occasions=(Occasion(venue="room", starts=(14,)),))
    both = problem(people, gatherings=(CLASS, before))
    assert set(held(both)) == {"chess", "dance"}


def test_several_lead_stops_of_a_shift_are_one_route():
    dance = change(CLASS, id="dance", occasions=(Occasion(venue="hall", starts=(11,)),))
    hall = change(ROOM, id="hall", place="p2")
    people = [child(i, gatherings=("chess", "dance")) for i in range(4)]
    of = problem(
        people,
        gatherings=(change(CLASS, max_seats=2), change(dance, max_seats=2)),
        venues=(ROOM, hall),
    )
    found = gathered(of)
    (route,) = found.routes
    assert [(stop.task, stop.start, stop.travel_ticks) for stop in route.stops] == [
        ("dance", 11, 2),
        ("chess", 16, 1),
    ]
    assert (route.return_ticks, found.cost) == (1, 4)


def test_a_stop_between_shortens_a_way_that_would_be_too_long():
    """From p0 to p2 takes two ticks, more than this leader accepts; with a stop at p1 no single way is that long."""
    far = change(LEADER, max_leg_ticks=1)
    begin = Shift(start=8, end=20, start_place="p1", end_place="p1")
    rooms = tuple(change(ROOM, id=f"r{i}", place=f"p{i}") for i in range(3))
    at = {"a": ("r0", 9), "b": ("r1", 12), "c": ("r2", 15)}
    classes = tuple(
        change(CLASS, id=name, occasions=(Occasion(venue=room, starts=(start,)),), max_seats=2)
        for name, (room, start) in at.items()
    )
    people = [child(10 * ord(name) + i, gatherings=(name,)) for name in at for i in range(2)]
    of = problem(people, gatherings=classes, venues=rooms, workers=(change(far, shifts=(begin,)),))
    assert set(held(of)) == {"a", "b", "c"}
    without = change(of, gatherings=(classes[0], classes[2]), enrolments=(*people[:2], *people[4:]))
    assert len(held(without)) == 1


def test_a_term_takes_people_for_every_start_and_those_who_are_free_each_time():
    term = change(CLASS, occasions=(Occasion(venue="room", starts=(16, 40)),))
    once = change(LEADER, id="once", shifts=LEADER.shifts[:1])
    days = (Span(start=14, end=20), Span(start=38, end=44))
    people = (child(0), child(1), child(2, free=days), child(3, free=days[:1]))
    of = problem(people, gatherings=(term,), workers=(LEADER, once))
    session = held(of)["chess"]
    assert session.seated == ("e0", "e1", "e2")
    assert [one.workers for one in session.staff] == [("ann",)]
    weak = problem(people, gatherings=(term,), workers=(change(LEADER, max_tasks_week=1),))
    assert held(weak) == {}


def test_whoever_led_it_before_leads_it_again():
    known = change(CLASS, known_workers=("ben",))
    of = problem(gatherings=(known,), workers=(LEADER, BEN))
    assert [one.workers for one in held(of, EXPERIENCE)["chess"].staff] == [("ben",)]


def test_a_fallback_provider_leads_only_where_nobody_else_does():
    spare = Provider(id="agency", kind="team", fallback=True)
    of = problem(workers=(change(LEADER, provider="agency"), BEN), providers=(SCHOOL, spare))
    assert [one.workers for one in held(of)["chess"].staff] == [("ben",)]


def test_the_nearer_and_cheaper_room_is_taken():
    far, dear = change(ROOM, id="far", place="p0"), change(ROOM, id="dear", place="p2", fee_fen_hour=20_000)
    places = ("room", "far", "dear")
    options = change(CLASS, occasions=tuple(Occasion(venue=room, starts=(16,)) for room in places))
    of = problem(gatherings=(options,), venues=(ROOM, far, dear))
    paid = Policy(levels=("service", "experience"), hundred_yuan_ticks=5)
    session = held(of, paid)["chess"]
    assert of.gathering_by_id["chess"].occasions[session.occasion].venue == "room"


def test_of_one_need_one_has_a_seat():
    people = (child(0, need="n"), child(1, need="n"), child(2))
    of = problem(people)
    session = held(of)["chess"]
    assert len(session.seated) == 2
    assert session.waiting == ()
    (other,) = causes(of)
    assert causes(of)[other] == {"alternative": 1}


def test_a_need_that_is_met_elsewhere_is_an_alternative_on_every_occasion():
    of = problem(
        (child(0, need="n", walk_metres=0), child(1, need="n")), gatherings=(change(CLASS, occasions=TWO),)
    )
    (cause,) = why_unseated(of, (), ["e0"], served=("e1",))["e0"]
    assert (cause.cause, cause.count) == ("alternative", 2)


def test_limits_of_a_provider_hold_for_all_of_its_people_together():
    helped = change(CLASS, roles=(*CLASS.roles, Role(skills=(TEACH,))))
    of = problem(gatherings=(helped,), workers=(LEADER, BEN))
    assert set(held(of)) == {"chess"}
    narrow = problem(
        gatherings=(helped,), workers=(LEADER, BEN), providers=(change(SCHOOL, max_tasks_day=1),)
    )
    assert held(narrow) == {}


def test_nobody_has_two_roles():
    helped = change(CLASS, roles=(*CLASS.roles, Role(skills=(TEACH,))))
    of = problem(gatherings=(helped,))
    assert held(of) == {}
    assert causes(of)["e0"] == {"staff": 1}


def test_where_nobody_is_needed_nobody_comes():
    session = held(problem(gatherings=(change(CLASS, roles=()),)))["chess"]
    assert session.staff == ()
    assert len(session.seated) == 3
