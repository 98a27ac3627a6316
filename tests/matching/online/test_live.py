"""One request at a time: every option that is taken gives a plan that the checker accepts."""

import msgspec
import pytest
from hypothesis import given, settings

from matching.online.documents import OnlineError, Settings
from matching.online.live import Live, recommend
from matching.policy import Policy
from matching.problem import Wishes
from matching.rules import check
from matching.solve import solve
from matching.solvers.instance import Instance
from matching.solvers.routes import Routes
from matching.stop import Stop
from tests.matching.online.cases import greedy_plan, plans, street

PLAIN = Settings(spare_skill_ticks=0, even_ticks=0)


def unserved(live):
    return [one.task for one in live.plan().unserved]


@given(case=plans())
@settings(max_examples=40)
def test_a_loaded_plan_is_told_as_it_was(case):
    problem, policy, plan = case
    told = Live(problem, plan, policy).plan()
    assert () == check(problem, told, policy)
    assert [(a.task, a.start, a.workers) for a in plan.assignments] == [
        (a.task, a.start, a.workers) for a in told.assignments
    ]
    assert plan.routes == told.routes


@given(case=plans())
@settings(max_examples=50)
def test_every_option_taken_gives_a_lawful_plan(case):
    problem, policy, plan = case
    live = Live(problem, plan, policy)
    before = live.plan()
    for task in unserved(live):
        options = live.recommend(task)
        assert before == live.plan()
        for option in options:
            fresh = Live(problem, plan, policy)
            fresh.take(option)
            after = fresh.plan()
            assert () == check(fresh.problem, after, policy)
            own = next(a for a in after.assignments if a.task == task)
            assert (option.start, option.workers) == (own.start, own.workers)
            assert option.points == after.terms["points"] - before.terms["points"]
            assert option.detour_ticks == after.terms["travel_ticks"] - before.terms["travel_ticks"]


@given(case=plans(orders=(("service", "travel"),)))
@settings(max_examples=50)
def test_the_best_option_costs_what_the_cheapest_insertion_costs(case):
    problem, policy, plan = case
    live = Live(problem, plan, policy, settings=PLAIN)
    instance = Instance(problem, policy)
    routes = routes_of(instance, plan)
    for task in unserved(live):
        t = instance.task_index[task]
        if instance.tied[t]:
            continue
        found = [
            cost
            for option in instance.candidates.options[t]
            if routes.team_allowed(t, (option.row,))
            and (cost := routes.cheapest(t, option.row, None)) is not None
        ]
        best = [option.cost_ticks for option in live.recommend(task) if not elsewhere(option)]
        assert min(found, default=None) == min(best, default=None)


def routes_of(instance, plan):
    """The plan as plain lists, which know nothing of arrays."""
    routes = Routes(instance)
    row = {
        (w.id, i): r
        for r, (w, i) in enumerate((w, i) for w in instance.problem.workers for i in range(len(w.shifts)))
    }
    shift = {(stop.task, r.worker): r.shift for r in plan.routes for stop in r.stops}
    for assignment in sorted(plan.assignments, key=lambda a: a.start):
        t = instance.task_index[assignment.task]
        rows = tuple(row[w, shift[assignment.task, w]] for w in assignment.workers)
        assert routes.try_team(t, rows, assignment.start if instance.tied[t] else None)
    return routes


def elsewhere(option):
    """Whether somebody else moves to another person, or is displaced."""
    others = [change for change in option.changes if change.task != option.task]
    return any(change.after is None or change.after.workers != change.before.workers for change in others)


@given(case=plans())
@settings(max_examples=40)
def test_confirmed_visits_stay_as_they_are(case):
    problem, policy, plan = case
    live = Live(problem, plan, policy, confirmed=[a.task for a in plan.assignments])
    for task in unserved(live):
        for option in live.recommend(task):
            assert [task] == [change.task for change in option.changes]
            assert () == option.displaces


def test_a_full_day_makes_room_by_moving_or_displacing_who_has_fewer_points():
    problem = street(14, workers=3)
    policy = Policy()
    live = Live(problem, greedy_plan(problem, policy), policy)
    points = live.plan().terms["points"]
    new = msgspec.structs.replace(problem.tasks[0], id="new", priority=9)
    options = live.recommend(new)
    assert options
    assert options[0].points <= 9
    live.take(options[0])
    assert points + options[0].points == live.plan().terms["points"]
    assert set(options[0].displaces) <= {one.task for one in live.plan().unserved}
    assert () == check(live.problem, live.plan(), policy)


def test_time_is_kept_for_who_has_waited_too_long():
    problem = street(9, workers=1)
    policy = Policy()
    waiting = msgspec.structs.replace(problem.tasks[8], days_waited=30, priority=1)
    problem = msgspec.structs.replace(problem, tasks=(*problem.tasks[:8], waiting))
    full = greedy_plan(problem, policy)
    live = Live(problem, full, policy)
    if waiting.id in {a.task for a in full.assignments}:
        live.drop(waiting.id)
        plan = live.plan()
    else:
        live.drop(full.assignments[0].task)
        plan = live.plan()
    kept = Live(live.problem, plan, policy)
    new = msgspec.structs.replace(waiting, id="new", days_waited=0, priority=2)
    careless = Live(live.problem, plan, policy, settings=Settings(overdue_days=1_000))
    assert careless.recommend(new)[0].displaces == ()
    for option in kept.recommend(new):
        assert option.displaces
        assert waiting.id not in option.displaces
    (option, *_) = kept.recommend(waiting.id)
    assert "reserve" in {reason.code for reason in option.reasons}
    kept.take(option)
    assert () == check(kept.problem, kept.plan(), policy)


def test_a_need_that_is_met_otherwise_has_no_options():
    problem = street(4)
    tasks = tuple(
        msgspec.structs.replace(task, need="lunch" if i < 2 else "") for i, task in enumerate(problem.tasks)
    )
    problem = msgspec.structs.replace(problem, tasks=tasks)
    policy = Policy()
    plan = solve(problem, policy, stop=Stop(iterations=50), solver="greedy").plan
    (other,) = [one.task for one in plan.unserved]
    assert () == Live(problem, plan, policy).recommend(other)


def test_reasons_say_what_is_good_about_somebody():
    problem = street(0)
    policy = Policy(levels=("service", "experience"))
    task = msgspec.structs.replace(street(3).tasks[2], known_workers=("w1",), wishes=Wishes(workers=("w1",)))
    live = Live(problem, greedy_plan(problem, policy), policy)
    (first, *_) = live.recommend(task)
    assert ("w1",) == first.workers
    codes = {reason.code: reason.value for reason in first.reasons}
    assert {"known_face", "wish_met", "on_time", "least_loaded"} <= codes.keys()
    assert 0 == codes["least_loaded"]


def test_what_cannot_be_asked_is_said():
    problem = street(2)
    live = Live(problem, greedy_plan(problem, Policy()), Policy())
    with pytest.raises(OnlineError, match="served already"):
        live.recommend("t00")
    with pytest.raises(OnlineError, match="No task"):
        live.recommend("nobody")
    far = msgspec.structs.replace(problem.tasks[0], id="new", place="moon")
    with pytest.raises(OnlineError, match="say where"):
        live.recommend(far)
    with pytest.raises(OnlineError, match="not served"):
        live.drop("t00") and live.drop("t00")


def test_the_plain_function_answers_the_same():
    problem, policy = street(8), Policy()
    plan = greedy_plan(problem, policy)
    new = msgspec.structs.replace(problem.tasks[3], id="new")
    options = recommend(problem, plan, new, policy=policy)
    assert options
    assert options == Live(problem, plan, policy).recommend(new)
