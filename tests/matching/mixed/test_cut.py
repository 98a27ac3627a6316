"""What routes leave free: whatever is planned there keeps the rules of the whole beside them."""

import msgspec
import pytest

from matching.accounts import Made
from matching.assemble import told
from matching.plan import Route, Session, Staff, Stop
from matching.policy import Policy
from matching.problem import Forbid, Precedence, Provider, Shift, Span
from matching.rules import check
from matching.solve import solve
from matching.solvers.instance import Instance
from matching.solvers.mixed.cut import without
from matching.solvers.mixed.merge import merged
from matching.solvers.mixed.write import unserved, with_waiting
from matching.stop import Stop as Limit
from tests.matching.builders import change
from tests.matching.mixed.day import ANN, CANTEEN, SHIFT, between, day, lesson, meal, seat, visit
from tests.matching.mixed.town import town


def stop(kind, name, start, end):
    return Stop(task=name, kind=kind, arrive=start, start=start, end=end, travel_ticks=0, travel_metres=0)


def route(*stops: Stop, worker="ann", shift=0):
    return Route(worker=worker, shift=shift, stops=stops, return_ticks=0, return_metres=0)


TRIP = route(stop("load", "canteen", 9, 9), stop("deliver", "meal", 10, 11))
LESSON = route(stop("lead", "class", 13, 15))
HELD = Session(gathering="class", occasion=0, staff=(Staff(role=0, workers=("ann",)),), seated=("kim", "lee"))


def spans(worker):
    return [(shift.start, shift.start_place, shift.end, shift.end_place) for shift in worker.shifts]


def test_shifts_are_cut_at_trips_and_lessons():
    """Between a loading and its doors nothing fits: a stop there would end the trip."""
    cut = without(day(), (TRIP, LESSON), (HELD,))
    (worker,) = cut.problem.workers
    assert [(8, "p0", 9, "p0"), (11, "p1", 13, "p1"), (15, "p1", 20, "p0")] == spans(worker)
    assert {("ann", 0): 0, ("ann", 1): 0, ("ann", 2): 0} == cut.shift_of
    assert ((), (), ()) == (cut.problem.deliveries, cut.problem.gatherings, cut.problem.enrolments)
    assert ["visit"] == [task.id for task in cut.problem.tasks]


def test_routes_go_into_pieces_and_back():
    cut = without(day(), (TRIP, LESSON), (HELD,))
    visits = (route(stop("visit", "visit", 16, 17)), route(stop("visit", "visit", 9, 10)))
    (inside,) = cut.into(visits)
    assert (2, 1) == (inside.shift, len(inside.stops))
    assert [visits[0]] == list(cut.back((inside,)))


def test_one_shape_alone():
    of = day(tasks=(visit(), visit("other")))
    assert (2, 0, 0) == sizes(without(of, (TRIP,), only="visits", skip={"none"}).problem)
    assert (1, 0, 0) == sizes(without(of, (), only="visits", skip={"other"}).problem)
    assert (0, 1, 0) == sizes(without(of, (), only="deliveries").problem)
    assert (0, 0, 2) == sizes(without(of, (TRIP,), only="sessions").problem)
    assert () == without(of, (), hidden={"ann"}).problem.workers[0].shifts


def sizes(problem):
    return len(problem.tasks), len(problem.deliveries), len(problem.enrolments)


def test_limits_are_what_is_left():
    """A trip of two stops is one task of one hour of service, a lesson another one of two hours."""
    ann = change(ANN, max_tasks_day=3, max_ticks_day=5, max_tasks_week=9)
    firm = Provider(id="team", kind="volunteers", max_tasks_day=4)
    cut = without(day(workers=(ann,), providers=(firm,)), (TRIP, LESSON), (HELD,))
    worker = cut.problem.workers[0]
    assert (1, 2, 7) == (worker.max_tasks_day, worker.max_ticks_day, worker.max_tasks_week)
    assert 2 == cut.problem.providers[0].max_tasks_day


def test_a_full_day_is_closed_and_others_keep_their_limit():
    ann = change(ANN, max_tasks_day=1, shifts=(SHIFT, change(SHIFT, start=32, end=44)))
    cut = without(day(workers=(ann,)), (TRIP,))
    (worker,) = cut.problem.workers
    assert ([(32, "p0", 44, "p0")], 1) == (spans(worker), worker.max_tasks_day)
    assert {("ann", 0): 1} == cut.shift_of


def test_a_piece_after_midnight_counts_for_no_other_day():
    night = change(ANN, shifts=(Shift(start=20, end=30, start_place="p0", end_place="p0"),))
    there = route(stop("visit", "visit", 25, 26))
    of = day(tasks=(visit(windows=between(22, 27)),), workers=(night,))
    assert [20, 26] == [shift.start for shift in without(of, (there,)).problem.workers[0].shifts]
    limited = day(tasks=of.tasks, workers=(change(night, max_tasks_day=4),))
    assert [20] == [shift.start for shift in without(limited, (there,)).problem.workers[0].shifts]


def test_reach_counts_from_the_whole_shift():
    """From p0 it is 200 m to p2; after the lesson at p1 it would be 100."""
    near = change(ANN, reach_metres=150)
    cut = without(day(workers=(near,)), (LESSON,), (HELD,)).problem
    assert ((Forbid(task="visit", worker="ann"),), None) == (cut.forbids, cut.workers[0].reach_metres)
    assert [("ann",)] == [
        one.refused_workers
        for one in without(
            day(workers=(near,), deliveries=(meal(place="p2"),)), (LESSON,), (HELD,)
        ).problem.deliveries
    ]
    of_task = day(tasks=(visit(reach_metres=150),))
    assert (Forbid(task="visit", worker="ann"),) == without(of_task, (LESSON,), (HELD,)).problem.forbids
    assert () == without(day(workers=(change(ANN, reach_metres=200),)), (LESSON,), (HELD,)).problem.forbids


def test_single_ways_count_from_the_whole_shift():
    cut = without(day(workers=(change(ANN, max_leg_ticks=1),)), (LESSON,), (HELD,)).problem
    assert (Forbid(task="visit", worker="ann"),) == cut.forbids


def test_who_may_not_come_there_may_not_lead_there():
    """p2 is out of reach; the hall at p1 is not."""
    hall = msgspec.structs.replace(day().venues[0], id="far-hall", place="p2")
    far = msgspec.structs.replace(
        lesson("far"),
        occasions=tuple(msgspec.structs.replace(one, venue="far-hall") for one in lesson().occasions),
    )
    of = day(
        workers=(change(ANN, reach_metres=150),),
        gatherings=(lesson(), far),
        venues=(day().venues[0], hall),
    )
    near, away = (
        without(of, (TRIP,), only="sessions").problem.gatherings[0],
        without(of, (TRIP,), only="sessions").problem.gatherings[1],
    )
    has = {skill.skill for skill in without(of, (TRIP,), only="sessions").problem.workers[0].skills}
    assert [set(), False] == [
        {skill.skill for skill in near.roles[0].skills} - has,
        {skill.skill for skill in away.roles[0].skills} <= has,
    ]


def test_taken_rooms_and_their_occasions():
    of = day(
        gatherings=(lesson(), lesson("other", starts=(12, 14, 16))),
        enrolments=(*day().enrolments, seat("may", ("other", "class"))),
    )
    cut = without(of, (LESSON,), (HELD,), only="sessions")
    (other,) = cut.problem.gatherings
    assert [(16,)] == [occasion.starts for occasion in other.occasions]
    assert ["may"] == [one.id for one in cut.problem.enrolments]
    (back,) = cut.opened((Session(gathering="other", occasion=0),))
    assert (16,) == of.gathering_by_id["other"].occasions[back.occasion].starts


def test_depots_and_needs_are_used_up():
    depot = change(CANTEEN, max_units_day=3)
    meals = (meal(need="n"), meal("more", units=2), meal("same", need="n"))
    cut = without(day(deliveries=meals, depots=(depot,), tasks=(visit(need="n"),)), (TRIP,)).problem
    assert (2, ["more"], ()) == (cut.depots[0].max_units_day, [one.id for one in cut.deliveries], cut.tasks)


def test_what_depends_on_a_standing_visit_stays_away():
    asked = (visit("a"), visit("b"), visit("c"), visit("d"))
    links = (Precedence(before="a", after="b"), Precedence(before="b", after="c"))
    cut = without(day(tasks=asked, precedences=links), (route(stop("visit", "b", 16, 17)),)).problem
    assert (["d"], ()) == ([task.id for task in cut.tasks], cut.precedences)


def test_free_time_of_people_stays():
    of = day(enrolments=(seat("kim", free=(Span(start=8, end=20),)), seat("lee")))
    assert of.enrolments == without(of, (TRIP,), only="sessions").problem.enrolments


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_planned_in_the_gaps_of_a_town_keeps_the_rules(seed):
    """Sessions and trips of one plan, visits of another one that was made in what the first leaves."""
    whole, policy, limit = town(seed=seed), Policy(), Limit(deterministic=0.3, iterations=300)
    people = without(whole, (), skip={task.id for task in whole.tasks}).problem
    first = solve(people, policy, stop=limit, deterministic=True).plan
    assert {"load", "deliver", "lead"} == {stop.kind for one in first.routes for stop in one.stops}
    cut = without(whole, first.routes, first.sessions, only="visits")
    assert len(cut.shift_of) > len(first.routes)
    visits = solve(cut.problem, policy, stop=limit, deterministic=True, solver="local").plan
    assert len(visits.assignments) > 20
    made = Made(merged(whole, (first.routes, cut.back(visits.routes)), first.sessions), first.sessions)
    plan = told(
        whole,
        policy,
        routes=made.routes,
        sessions=with_waiting(whole, made),
        unserved=unserved(whole, Instance(without(whole, (), only="visits").problem, policy), made),
        solver="test",
    )
    assert () == check(whole, plan, policy)


def test_a_town_in_one_plan():
    whole = town(seed=3)
    plan = solve(whole, stop=Limit(deterministic=0.5, iterations=300), deterministic=True).plan
    kinds = {stop.kind for one in plan.routes for stop in one.stops}
    assert {"visit", "load", "deliver", "lead"} == kinds
    (service,) = (level for level in plan.levels if level.name == "service")
    assert (
        service.value
        <= service.bound
        <= sum(one.priority for one in (*whole.tasks, *whole.deliveries, *whole.enrolments))
    )
