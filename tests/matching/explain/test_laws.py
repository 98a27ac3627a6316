"""Laws of explanations on small problems, which the exact solver can judge."""

from collections import Counter

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.explain.entry import DEFAULT_STOP, explainer
from matching.explain.exact import Exact
from matching.explain.suggest import Helps
from matching.policy import Policy
from matching.problem import StartWindow
from matching.rules import check
from matching.solve import solve
from matching.solvers.levels import Scale
from matching.stop import Stop
from tests.matching.builders import TASK, WORKER, change, problem
from tests.matching.strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
WORK = Stop(deterministic=5)
SERVICE = Policy(levels=("service",))
MANY = 20


def planned(problem, policy):
    """A plan proven best at every level."""
    result = solve(problem, policy, stop=WORK, solver="cpsat", deterministic=True)
    assert result.status == "optimal"
    return result.plan


def with_points(problem, task_id, points):
    tasks = (msgspec.structs.replace(t, priority=points) if t.id == task_id else t for t in problem.tasks)
    return msgspec.structs.replace(problem, tasks=tuple(tasks))


def served(plan):
    """Values of the levels that come before all cost."""
    return {
        level.name: level.value
        for level in plan.levels
        if level.name in {"mandatory", "service"} and level.value
    }


def explained(problem, policy=SERVICE):
    plan = planned(problem, policy)
    maker = explainer(problem, plan, policy)
    return plan, [maker.explain(u.task) for u in plan.unserved]


def test_every_unserved_has_one_reason_and_small_problems_have_many():
    reasons = Counter()

    @given(problem=problems(max_tasks=5, max_workers=3), policy=policies())
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    def one(problem, policy):
        plan, answers = explained(problem, policy)
        assert [u.task for u in plan.unserved] == [answer.task for answer in answers]
        for answer in answers:
            assert not answer.served
            assert answer.proven
            reasons[answer.reason] += 1

    one()
    assert {"nobody", "points", "tie", "mandatory"} <= reasons.keys()
    assert "improvable" not in reasons


@st.composite
def crowded(draw):
    """More needs than two people have time for, worth from 1 to 9 points each."""
    tasks = tuple(
        change(
            TASK,
            id=f"t{i}",
            place=draw(st.sampled_from(["p0", "p1", "p2"])),
            duration=draw(st.integers(1, 4)),
            priority=draw(st.integers(1, 9)),
            windows=(StartWindow(earliest=9, latest=draw(st.integers(9, 15))),),
        )
        for i in range(draw(st.integers(4, 7)))
    )
    workers = (WORKER, change(WORKER, id="bob", max_tasks_day=draw(st.integers(1, 2))))
    return problem(tasks=tasks, workers=workers)


def test_one_point_more_than_the_cut_off_serves_and_one_less_need_not():
    tried = Counter()

    @given(problem=st.one_of(crowded(), problems(max_tasks=5, max_workers=2)))
    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    def holds(problem):
        plan, answers = explained(problem)
        awaited = {p.before for p in problem.precedences}
        for answer in answers:
            if answer.cutoff is None or tried[answer.reason] == MANY:
                continue
            assert answer.points <= answer.cutoff.low == answer.cutoff.high
            tried[answer.reason] += 1
            more = with_points(problem, answer.task, answer.cutoff.high + 1)
            assert answer.task in {a.task for a in planned(more, SERVICE).assignments}
            if answer.cutoff.high > 1 and answer.task not in awaited:
                less = planned(with_points(problem, answer.task, answer.cutoff.high - 1), SERVICE)
                assert answer.task not in {a.task for a in less.assignments}
                assert served(less) == served(plan)

    holds()
    assert min(tried["points"], tried["tie"]) > 1


@given(problem=problems(max_tasks=4, max_workers=3), data=st.data())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_more_points_never_hurt(problem, data):
    plan = planned(problem, SERVICE)
    assume(plan.assignments)
    task = data.draw(st.sampled_from([a.task for a in plan.assignments]))
    more = with_points(problem, task, problem.task_by_id[task].priority + data.draw(st.integers(1, 5)))
    assert task in {a.task for a in planned(more, SERVICE).assignments}


def test_suggestions_serve_the_need_and_take_nobodys_points():
    """Each is solved again from nothing: the changed need is served, and all others have as many points as before."""
    tried = Counter()

    @given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    def holds(problem, policy):
        plan = planned(problem, policy)
        maker = explainer(problem, plan, policy)
        points = next(level.value for level in plan.levels if level.name == "service")
        for missing in plan.unserved:
            for suggestion in maker.explain(missing.task).suggestions:
                tried[suggestion.code] += 1
                if suggestion.code == "radius":
                    continue
                assert points <= _others(problem, policy, maker.helps, missing.task, suggestion)

    holds()
    assert {"later", "slot", "shorter"} <= tried.keys()


def _others(problem, policy, helps: Helps, task_id, suggestion):
    """Points of all others in the best plan that serves the changed need."""
    changes = (helps.names[name] for name in helps.of_task[task_id])
    change = next(
        c
        for c in changes
        if (c.code, c.amount, c.kinds) == (suggestion.code, suggestion.amount, suggestion.kinds)
    )
    tasks = (
        msgspec.structs.replace(change.task, id=task_id) if t.id == task_id else t for t in problem.tasks
    )
    changed = msgspec.structs.replace(problem, tasks=tuple(tasks))
    raised = with_points(changed, task_id, 1000)
    plan = planned(raised, policy)
    assert task_id in {a.task for a in plan.assignments}
    assert check(raised, plan, policy) == ()
    return next(level.value for level in plan.levels if level.name == "service") - 1000


@given(problem=problems(max_tasks=5, max_workers=3), policy=policies())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_an_answer_names_nobody_and_no_other_need(problem, policy):
    plan = planned(problem, policy)
    maker = explainer(problem, plan, policy, tasks=tuple(t.id for t in problem.tasks))
    for task in problem.tasks:
        text = msgspec.json.encode(msgspec.structs.replace(maker.explain(task.id), task="")).decode()
        own = set(task.groups)
        others = (
            {t.id for t in problem.tasks}
            | {w.id for w in problem.workers}
            | {p.id for p in problem.providers}
        )
        assert not [name for name in (others | own) if f'"{name}"' in text]


@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_the_same_question_has_the_same_answer(problem, policy):
    plan = planned(problem, policy)
    for missing in plan.unserved:
        alone = explainer(problem, plan, policy, tasks=(missing.task,)).explain(missing.task)
        among = explainer(problem, plan, policy).explain(missing.task)
        assert msgspec.json.encode(alone) == msgspec.json.encode(among)


@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW)
def test_the_best_plan_with_a_need_keeps_every_rule(problem, policy):
    plan = planned(problem, policy)
    maker = explainer(problem, plan, policy, stop=DEFAULT_STOP)
    for missing in plan.unserved:
        index = maker.instance.task_index[missing.task]
        if not maker.instance.possible(index):
            continue
        found = Exact(maker.instance, maker.solution, seed=0, work=2.0).serve(index, None)
        if found.solution is None:
            assert found.bound is None
        else:
            assert index in found.solution
            assert Scale.of(maker.instance).value(maker.instance, found.solution) == found.bound
