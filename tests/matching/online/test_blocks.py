"""Plans of all shapes: visits come and go around trips and sessions, and those go to somebody else as a whole."""

import msgspec

from matching.online.documents import Sick
from matching.online.live import Live
from matching.online.repair import repair
from matching.policy import Policy
from matching.problem import Shift, StartWindow, Task, Worker
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from tests.matching.mixed.day import ANN, day

POLICY = Policy()
BEA = msgspec.structs.replace(ANN, id="bea")
LATE = Worker(id="eve", provider="team", shifts=(Shift(start=15, end=20, start_place="p0", end_place="p0"),))


def planned(problem):
    plan = solve(problem, POLICY, stop=Stop(deterministic=1), deterministic=True).plan
    assert {"load", "deliver", "lead", "visit"} == {s.kind for route in plan.routes for s in route.stops}
    return plan


def stops(plan, worker):
    return [(s.kind, s.task) for r in plan.routes for s in r.stops if r.worker == worker]


def test_a_new_visit_goes_around_trips_and_sessions():
    problem = day()
    plan = planned(problem)
    live = Live(problem, plan, POLICY)
    assert plan == msgspec.structs.replace(
        live.plan(), solver=plan.solver, seed=plan.seed, levels=plan.levels
    )
    new = Task(id="new", place="p1", duration=1, windows=(StartWindow(earliest=9, latest=16),))
    options = live.recommend(new)
    assert options
    live.take(options[0])
    assert () == check(live.problem, live.plan(), POLICY)
    assert [one for one in stops(plan, "ann") if one[0] != "visit"] == [
        one for one in stops(live.plan(), "ann") if one[0] != "visit"
    ]


def test_another_helper_takes_a_trip_a_session_and_a_visit():
    problem = day()
    plan = planned(problem)
    everybody = day(workers=(ANN, BEA))
    whole = Live(problem, plan, POLICY)
    assert () == whole.plan().unserved
    moved = msgspec.structs.replace(plan, problem=Live(everybody, empty(everybody), POLICY).plan().problem)
    found = repair(everybody, moved, Sick(worker="ann", since=0), policy=POLICY)
    assert () == check(found.problem, found.plan, POLICY)
    assert () == found.left
    assert stops(plan, "ann") == stops(found.plan, "bea")
    assert plan.terms["points"] == found.plan.terms["points"]


def empty(problem):
    return solve(problem, POLICY, stop=Stop(deterministic=1), deterministic=True).plan


def test_what_nobody_can_take_over_is_said():
    problem = day(workers=(ANN, LATE))
    plan = planned(problem)
    found = repair(problem, plan, Sick(worker="ann", since=0), policy=POLICY)
    assert () == check(found.problem, found.plan, POLICY)
    assert ["class: nobody else can lead it at its times", "meal: nobody else can make the trip"] == sorted(
        found.left
    )
    assert [("visit", "visit")] == stops(found.plan, "eve")
    assert () == found.plan.sessions
    assert {"meal", "kim", "lee"} == {one.task for one in found.plan.unserved}


def test_a_trip_that_has_begun_is_lost_and_what_was_done_stays():
    problem = day()
    plan = planned(problem)
    (load,) = (s for r in plan.routes for s in r.stops if s.kind == "load")
    found = repair(problem, plan, Sick(worker="ann", since=load.start + 1), policy=POLICY)
    assert () == check(found.problem, found.plan, POLICY)
    assert "meal: the trip had begun" in found.left
