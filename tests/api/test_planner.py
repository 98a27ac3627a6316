"""The application's handle: options, new documents, repair, and a process that may die."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from api.planner import Planner
from market.ports import SolverFailed
from matching.online.documents import Decline, OnlineError, StaleError, Urgent
from matching.plan import decode_plan, encode_plan
from matching.policy import Policy, encode_policy
from matching.problem import Place, StartWindow, Task, decode_problem, encode
from matching.rules import check
from tests.matching.online.cases import greedy_plan, street

POLICY = Policy()
PROBLEM = street(6)
PLAN = greedy_plan(PROBLEM, POLICY)
DOCUMENTS = encode(PROBLEM), encode_plan(PLAN), encode_policy(POLICY)
NEW = Task(id="new", place="door", duration=30, windows=(StartWindow(earliest=500, latest=650),))
DOOR = Place(id="door", lat=22.5032, lon=114.0003)


@pytest.fixture
async def planner():
    found = Planner()
    yield found
    await found.close()


async def test_options_are_taken_and_the_new_documents_are_asked_next(planner):
    options = await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    assert 3 == len(options)
    taken = await planner.take(*DOCUMENTS, options[0], task=NEW, place=DOOR)
    problem, plan = decode_problem(taken.problem), decode_plan(taken.plan)
    assert () == check(problem, plan, POLICY)
    assert options[0].workers == next(a.workers for a in plan.assignments if a.task == "new")
    assert taken.changes == options[0].changes
    with pytest.raises(OnlineError, match="served already"):
        await planner.recommend(taken.problem, taken.plan, DOCUMENTS[2], "new")
    again = await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    assert options == again


async def test_a_stale_option_is_refused(planner):
    (option, *_) = await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    taken = await planner.take(*DOCUMENTS, option, task=NEW, place=DOOR)
    with pytest.raises((StaleError, OnlineError)):
        await planner.take(taken.problem, taken.plan, DOCUMENTS[2], option)


async def test_repair_gives_new_documents(planner):
    first = PLAN.assignments[0]
    found = await planner.repair(*DOCUMENTS, Decline(task=first.task, worker=first.workers[0]))
    plan = decode_plan(found.plan)
    assert () == check(decode_problem(found.problem), plan, POLICY)
    assert first.workers != next(a.workers for a in plan.assignments if a.task == first.task)
    urgent = await planner.repair(found.problem, found.plan, DOCUMENTS[2], Urgent(task=NEW, place=DOOR))
    assert ["new"] == [change.task for change in urgent.changes]


async def test_after_a_crash_the_next_request_is_answered(planner):
    options = await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    pid = planner.pid
    os.kill(pid, signal.SIGKILL)
    # Whether the death is seen before asking or while: one request fails at most.
    with suppress(SolverFailed):
        await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    assert options == await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    assert pid != planner.pid


async def test_a_silent_process_is_given_up(planner):
    await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    planner._patience = 0  # less than any answer takes
    with pytest.raises(SolverFailed, match="longer than"):
        await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    assert planner.pid is None


async def test_documents_that_are_none_are_refused(planner):
    with pytest.raises(OnlineError):
        await planner.recommend(b"{}", *DOCUMENTS[1:], NEW)
    assert await planner.recommend(*DOCUMENTS, NEW, place=DOOR)
    await planner.close()
    with pytest.raises(SolverFailed, match="closed"):
        await planner.recommend(*DOCUMENTS, NEW, place=DOOR)


def test_nothing_heavy_is_imported():
    words = "import sys, api.planner; print([m for m in ('numba', 'ortools', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    assert "[]" == done.stdout.strip()
