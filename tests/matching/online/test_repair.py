"""Repair: lawful plans, changes that are true, and no more of them than are needed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from matching.online.documents import Cancelled, Decline, NoShow, Sick, Urgent
from matching.online.repair import repair
from matching.rules import check
from tests.matching.online.cases import plans


@st.composite
def holes(draw):
    problem, policy, plan = draw(plans())
    kinds = [Sick(worker=w.id, since=draw(st.integers(0, 30))) for w in problem.workers]
    kinds += [Cancelled(task=task.id) for task in problem.tasks]
    kinds += [
        kind(task=a.task, worker=w) for a in plan.assignments for w in a.workers for kind in (Decline, NoShow)
    ]
    kinds += [Urgent(task=task_like(task)) for task in problem.tasks[:1]]
    hole = draw(st.sampled_from(kinds)) if kinds else None
    return problem, policy, plan, hole


def task_like(task):
    return replace(task, id="urgent", priority=3, mandatory=False, need="")


def visits(plan):
    shifts = {(stop.task, r.worker): r.shift for r in plan.routes for stop in r.stops}
    return {
        a.task: (a.start, a.workers, tuple(shifts[a.task, w] for w in a.workers)) for a in plan.assignments
    }


def told(visit):
    return None if visit is None else (visit.start, visit.workers, visit.shifts)


@given(case=holes())
@settings(max_examples=80)
def test_a_repaired_plan_is_lawful_and_its_changes_are_true(case):
    problem, policy, plan, hole = case
    if hole is None:
        return
    found = repair(problem, plan, hole, policy=policy)
    assert () == check(found.problem, found.plan, policy)
    before, after = visits(plan), visits(found.plan)
    moved = {t for t in before.keys() | after.keys() if before.get(t) != after.get(t)}
    changes = {change.task: change for change in found.changes}
    if not isinstance(hole, Sick | NoShow):  # shifts of the absent are numbered anew
        assert moved == set(changes)
    for task, change in changes.items():
        assert told(change.after) == after.get(task)
        assert change.before is None or told(change.before)[:2] == before[task][:2]
    match hole:
        case Decline(task=task, worker=worker) | NoShow(task=task, worker=worker):
            assert worker not in after.get(task, (0, (), ()))[1]
        case Sick(worker=worker, since=since):
            assert not [t for t, (start, who, _) in after.items() if worker in who and start >= since]
        case Cancelled(task=task):
            assert task not in found.problem.task_by_id
            assert set(changes) - {task} == {t for t in after if t not in before}
