"""When a fair is proposed, and when it is not."""

from typing import Any

import msgspec
import pytest

from matching.errors import OptionsError
from matching.policy import Policy, encode_policy
from matching.pooling import pool_bytes, propose_fairs
from matching.problem import Pin, StartWindow, encode
from matching.rules import check
from matching.stop import Stop

from .haircuts import NOON, STARTS, haircuts

STOP = Stop(deterministic=0.02)
POLICY = Policy(levels=("service", "experience"))


def fairs(problem, **options: Any):
    given: dict[str, Any] = {"poolable": ("haircut",), "starts": STARTS, "stop": STOP, **options}
    return propose_fairs(problem, POLICY, **given)


def test_forty_haircuts_in_one_building_take_less_time_as_a_fair():
    problem = haircuts(40)
    (fair,) = fairs(problem)
    assert () == check(fair.problem, fair.plan, POLICY)
    assert (fair.service, fair.venue) == ("haircut", "room")
    assert fair.start in STARTS
    assert fair.tasks == tuple(task.id for task in problem.tasks)
    # Fifteen minutes each: eight for each helper in two hours.
    assert (len(fair.workers), fair.duration) == (5, 120)
    assert fair.visits.served == fair.fair.served == 40
    assert fair.fair.service_minutes == 5 * 120
    assert fair.visits.service_minutes == 40 * 30
    assert fair.fair.helper_minutes < 0.6 * fair.visits.helper_minutes
    assert (fair.visits.walk_minutes, fair.fair.walk_minutes > 0) == (0, True)


def test_the_changed_problem_holds_enrolments_in_place_of_tasks():
    problem = haircuts(12)
    marked = (msgspec.structs.replace(problem.tasks[0], days_waited=3, need="n"), *problem.tasks[1:])
    (fair,) = fairs(msgspec.structs.replace(problem, tasks=marked))
    assert fair.problem.tasks == ()
    first = fair.problem.enrolment_by_id["t00:fair"]
    assert (first.place, first.days_waited, first.priority, first.need) == ("p00", 3, 10, "n")
    gathering = fair.problem.gathering_by_id[fair.gathering]
    assert [(o.venue, o.starts) for o in gathering.occasions] == [("room", (fair.start,))]


def test_three_haircuts_are_no_fair():
    assert fairs(haircuts(3)) == ()


def test_people_who_cannot_walk_keep_their_visit_and_are_served_no_worse():
    problem = haircuts(14, barbers=3)
    home = tuple(task.id for task in problem.tasks[:4])
    (fair,) = fairs(problem, home=home)
    assert {task.id for task in fair.problem.tasks} == set(home)
    assert set(home) <= {assignment.task for assignment in fair.plan.assignments}
    assert fair.fair.home_served == fair.visits.home_served == 4


def test_a_group_may_keep_its_visits():
    problem = haircuts(14, barbers=3)
    tasks = tuple(
        msgspec.structs.replace(task, groups=("cannot_walk",)) if i < 5 else task
        for i, task in enumerate(problem.tasks)
    )
    (fair,) = fairs(msgspec.structs.replace(problem, tasks=tasks), home_groups=("cannot_walk",))
    assert {task.id for task in fair.problem.tasks} == {task.id for task in tasks[:5]}


def test_where_hours_are_scarce_a_fair_serves_more():
    (fair,) = fairs(haircuts(20, barbers=2, until=NOON), starts=(540,))
    # Two barbers for two hours, eight people each.
    assert len(fair.tasks) == 16
    assert fair.visits.served < 16 <= fair.fair.served


def test_a_small_room_takes_some_and_the_others_keep_their_visits():
    (fair,) = fairs(haircuts(12, seats=9))
    assert len(fair.tasks) == 9
    assert len(fair.problem.tasks) == 3
    assert fair.fair.served == 12


@pytest.mark.parametrize(
    "change",
    [
        {"starts": (30,)},
        {"venues": ()},
        {"poolable": ("repair",)},
        {"least": 41},
        {"walk_metres": 100},
    ],
)
def test_no_fair_without(change):
    assert fairs(haircuts(40), **change) == ()


def test_who_lives_far_away_keeps_the_visit():
    (fair,) = fairs(haircuts(14, far=4))
    assert {task.id for task in fair.problem.tasks} == {f"t{i}" for i in range(10, 14)}


def test_what_needs_certain_people_or_several_stays_a_visit():
    problem = haircuts(13)
    pair = msgspec.structs.replace(problem.tasks[0], headcount=2)
    woman = msgspec.structs.replace(problem.tasks[1], required_gender="f")
    late = msgspec.structs.replace(problem.tasks[2], windows=(StartWindow(earliest=1_000, latest=1_010),))
    changed = msgspec.structs.replace(
        problem, tasks=(pair, woman, late, *problem.tasks[3:]), pins=(Pin(task="t03", worker="b0"),)
    )
    (fair,) = fairs(changed)
    assert {task.id for task in fair.problem.tasks} == {"t00", "t01", "t02", "t03"}


def test_the_same_problem_gives_the_same_proposals():
    problem = haircuts(12)
    shuffled = msgspec.structs.replace(problem, tasks=problem.tasks[::-1], workers=problem.workers[::-1])
    first = fairs(problem)
    assert first
    assert msgspec.json.encode(first) == msgspec.json.encode(fairs(shuffled))


def test_ways_are_measured_where_the_travel_knows_too_few():
    asked = []

    def measure(problem):
        asked.append(problem.id)
        return problem

    (fair,) = fairs(haircuts(12), measure=measure)
    assert fair.fair.served == 12
    assert asked


def test_documents_in_a_document_out():
    problem = haircuts(12)
    options = {
        "poolable": ["haircut"],
        "starts": list(STARTS),
        "stop": {"deterministic": 0.02},
        "home": ["t00"],
    }
    answer = pool_bytes(encode(problem), encode_policy(POLICY), msgspec.json.encode(options))
    (told,) = msgspec.json.decode(answer)
    (fair,) = fairs(problem, home=("t00",))
    assert told["tasks"] == list(fair.tasks)
    assert told["fair"] == msgspec.to_builtins(fair.fair)
    assert told["visits"]["home_served"] == 1
    assert "problem" not in told


@pytest.mark.parametrize(
    "options",
    [
        {"starts": [540]},
        {"poolable": ["haircut"], "starts": [540], "least": 0},
        {"poolable": ["haircut"], "starts": [540], "turn_ticks": 0},
        {"poolable": ["haircut"], "starts": [540], "colour": "red"},
    ],
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(OptionsError):
        pool_bytes(encode(haircuts(3)), b"", msgspec.json.encode(options))


@pytest.mark.parametrize("name", ["least", "walk_metres", "turn_ticks", "longest_minutes", "most", "seed"])
def test_numbers_of_which_no_fair_can_be_made_are_refused(name):
    with pytest.raises(OptionsError, match=f"{name}: expected a number from"):
        propose_fairs(haircuts(), poolable=(), starts=STARTS, stop=Stop(deterministic=0.1), **{name: -1})
