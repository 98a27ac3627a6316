"""One example of each reason that a visit may have, and of each thing that is told with it."""

import pytest

from matching.errors import PlanError
from matching.explain import explain
from matching.explain.entry import explainer
from matching.policy import Policy
from matching.problem import Precedence, SkillLevel, StartWindow
from matching.solve import solve
from matching.stop import Stop
from tests.matching.builders import TASK, WORKER, change, plan, problem

POLICY = Policy()
ONE_A_DAY = change(WORKER, max_tasks_day=1)
MORE = change(TASK, id="more", priority=4)


def best(of, policy=POLICY):
    return solve(of, policy, stop=Stop(deterministic=2), solver="cpsat", deterministic=True).plan


def why(of, task_id="meal", policy=POLICY):
    return explain(of, best(of, policy), task_id, policy=policy)


def test_points_and_their_cut_off():
    found = why(problem(tasks=(TASK, MORE), workers=(ONE_A_DAY,)))
    assert ("points", "service", 3, True) == (found.reason, found.level, found.price, found.proven)
    assert (4, 4, 3) == (found.cutoff.low, found.cutoff.high, found.short)
    assert (1, 0, 0) == (found.change.displaced, found.change.moved, found.change.gained)


def test_a_tie_is_decided_by_the_ways_or_by_nothing():
    twin, far = change(TASK, id="twin"), change(TASK, id="far", place="p2")
    equal = problem(tasks=(TASK, twin), workers=(ONE_A_DAY,))
    (missing,) = best(equal).unserved
    found = why(equal, missing.task)
    assert ("tie", "", True) == (found.reason, found.level, found.proven)
    found = why(problem(tasks=(TASK, far), workers=(ONE_A_DAY,)), "far")
    assert ("tie", "travel", 2) == (found.reason, found.level, found.price)


def test_what_must_take_place_comes_first():
    found = why(problem(tasks=(change(TASK, priority=9), change(MORE, mandatory=True)), workers=(ONE_A_DAY,)))
    assert ("mandatory", 1, None) == (found.reason, found.price, found.cutoff)


def test_a_visit_that_waits_for_another():
    first = change(TASK, id="first", duration=1)
    after = change(TASK, id="after", windows=(StartWindow(earliest=12, latest=14),))
    waits = (Precedence(before="first", after="after"),)
    of = problem(
        tasks=(first, after, MORE),
        workers=(ONE_A_DAY, change(WORKER, id="bob", shifts=())),
        precedences=waits,
    )
    found = why(of, "after")
    assert ("nobody", True) == (found.reason, found.proven)
    busy = problem(tasks=(change(first, duration=2), after, change(MORE, duration=7)), precedences=waits)
    assert "waits" == why(busy, "after").reason


def test_points_given_up_for_shorter_ways():
    policy = Policy(tolerances=(600_000, 0))
    far = change(TASK, id="far", place="p2")
    found = why(problem(tasks=(TASK, far), workers=(WORKER,)), "far", policy)
    assert ("tolerance", None) == (found.reason, found.cutoff)


def test_a_plan_that_was_not_the_best():
    of = problem()
    assert "improvable" == explain(of, plan(of), "meal").reason


def test_nobody_may_come_and_the_rules_without_which_somebody_could():
    of = problem(tasks=(change(TASK, skills=(SkillLevel(skill="care", level=9),)),))
    found = why(of)
    assert ("nobody", "skill_level", (("skill_level",),)) == (found.reason, found.rule, found.relaxations)
    two = problem(tasks=(change(TASK, skills=(SkillLevel(skill="care", level=9),), required_gender="m"),))
    assert (("skill_level", "gender"),) == why(two).relaxations


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"required_gender": "m"}, "gender"),
        ({"required_language": "min"}, "language"),
        ({"windows": (StartWindow(earliest=7, latest=8),)}, "later"),
        ({"windows": (StartWindow(earliest=16, latest=18),)}, "earlier"),
        ({"windows": (StartWindow(earliest=30, latest=31),)}, "day"),
        ({"allowed_kinds": ("shops",)}, "kind"),
        ({"duration": 10}, "shorter"),
        ({"place": "p2", "reach_metres": 150}, "radius"),
    ],
)
def test_what_would_help(asked, code):
    """Each of these keeps the only person away, and only that change lets her come."""
    found = why(problem(tasks=(change(TASK, **asked),)))
    assert "nobody" == found.reason
    assert code in [suggestion.code for suggestion in found.suggestions]
    assert {0} == {suggestion.moved for suggestion in found.suggestions}


def test_an_exchange_helps_where_nobody_is_idle():
    """Ann alone speaks the language of one; the other could be bob's, who has no time for a third."""
    spoken = change(TASK, id="spoken", required_language="yue", priority=5)
    bob = change(WORKER, id="bob", languages=(), max_tasks_day=1, gender="m")
    of = problem(tasks=(TASK, change(spoken, required_gender="m")), workers=(ONE_A_DAY, bob))
    found = why(of, "spoken")
    moves = {suggestion.code: suggestion.moved for suggestion in found.suggestions}
    assert moves.keys() >= {"gender", "language"}


def test_why_a_visit_takes_place():
    bob = change(WORKER, id="bob", shifts=tuple(change(s, start_place="p2") for s in WORKER.shifts))
    of = problem(workers=(WORKER, bob))
    found = explain(of, best(of), "meal")
    assert (True, "served", "travel") == (found.served, found.reason, found.level or "travel")
    assert (1, 0, 1) == (found.visit.people, found.visit.tasks_before, found.visit.tasks_after)
    assert [()] == [other.workers for other in found.alternatives]
    named = explain(of, best(of), "meal", named=True)
    assert {"ann", "bob"} == {*named.visit.workers, *named.alternatives[0].workers}


def test_questions_that_have_no_answer():
    of = problem()
    with pytest.raises(PlanError, match="no task"):
        explain(of, plan(of), "absent")
    with pytest.raises(PlanError, match="another problem"):
        explainer(problem(tasks=(TASK, MORE)), plan(of))
    with pytest.raises(PlanError, match="another policy"):
        explainer(of, plan(of), Policy(levels=("service",)))
