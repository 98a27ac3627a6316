"""Solver processes: real solves, crashes, time-outs, and children that do not outlive their parent."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from api import solver_pool
from api.solver_pool import SolverPool
from market.ports import SolveOptions, SolverFailed
from matching.plan import decode_plan
from matching.policy import Policy, encode_policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    StartWindow,
    Task,
    Worker,
    decode_problem,
    encode,
)
from matching.rules import check

POLICY = encode_policy(Policy())
QUICK = SolveOptions(seconds=5, seed=1)


def problem(tasks: int, workers: int) -> bytes:
    """A town of 100 doors; with many tasks for few workers it is far from solved in a second."""
    doors = [
        Place(id=f"p{i}", lat=22.5 + (i * 37 % 100) / 5000, lon=114 + (i * 53 % 100) / 5000)
        for i in range(100)
    ]
    return encode(
        Problem(
            id="town",
            horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
            places=tuple(doors),
            tasks=tuple(_task(i) for i in range(tasks)),
            workers=tuple(_worker(i) for i in range(workers)),
            providers=(Provider(id="team", kind="volunteer_team"),),
        )
    )


def _task(i: int) -> Task:
    window = StartWindow(earliest=540, latest=1000)
    return Task(id=f"t{i}", place=f"p{i % 100}", duration=45, windows=(window,), priority=10 + i % 7)


def _worker(i: int) -> Worker:
    home = f"p{i * 7 % 100}"
    shift = Shift(start=540, end=720 + i % 5 * 60, start_place=home, end_place=home)
    return Worker(id=f"w{i}", provider="team", shifts=(shift,))


LARGE = problem(400, 90)


def ignore(_: dict[str, Any]) -> None:
    """Nobody listens."""


@pytest.fixture
async def pool() -> AsyncIterator[SolverPool]:
    opened = SolverPool(1)
    yield opened
    await opened.close()


async def begun(pool: SolverPool, options: SolveOptions = QUICK) -> "asyncio.Task[bytes]":
    """Start a long solve and return once the child is at it."""
    working = asyncio.Event()
    task = asyncio.create_task(pool.solve(LARGE, POLICY, options, lambda _: working.set()))
    await asyncio.wait_for(working.wait(), 60)
    return task


async def test_a_problem_is_solved_in_another_process_and_progress_arrives(pool: SolverPool):
    small = problem(4, 2)
    news: list[dict[str, Any]] = []

    plan = decode_plan(await pool.solve(small, POLICY, QUICK, news.append))

    assert check(decode_problem(small), plan) == ()
    assert len(plan.assignments) == 4
    assert news[-1]["stage"] == "done"
    assert os.getpid() not in pool.pids


async def test_the_same_child_serves_again(pool: SolverPool):
    plans = [await pool.solve(problem(n, 2), POLICY, QUICK, ignore) for n in (2, 3)]
    assert len({*plans}) == 2
    assert len(pool.pids) == 1


async def test_the_event_loop_goes_on_while_it_solves(pool: SolverPool):
    await pool.start()
    medium = problem(60, 20)
    task = asyncio.create_task(pool.solve(medium, POLICY, SolveOptions(seconds=2, seed=1), ignore))
    beats = 0
    while not task.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert beats > 20
    assert decode_plan(await task).assignments


async def test_a_killed_child_fails_its_solve_and_the_next_one_works(pool: SolverPool):
    task = await begun(pool, SolveOptions(seconds=60, seed=1))
    os.kill(pool.pids[0], signal.SIGKILL)

    with pytest.raises(SolverFailed, match="died"):
        await task

    assert decode_plan(await pool.solve(problem(3, 2), POLICY, QUICK, ignore)).assignments


async def test_what_takes_too_long_is_killed(pool: SolverPool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(solver_pool, "_limit", lambda _: 0.5)
    await pool.start()
    [slow] = pool.pids

    with pytest.raises(SolverFailed, match="longer"):
        await pool.solve(LARGE, POLICY, SolveOptions(seconds=60, seed=1), ignore)

    assert slow not in pool.pids
    assert not alive(slow)


async def test_giving_up_ends_the_search(pool: SolverPool):
    task = await begun(pool, SolveOptions(seconds=60, seed=1))
    [slow] = pool.pids
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(slow)


async def test_a_refused_problem_does_not_cost_the_child(pool: SolverPool):
    await pool.start()
    before = pool.pids
    with pytest.raises(SolverFailed, match="missing required field `id`"):
        await pool.solve(b"{}", POLICY, QUICK, ignore)
    assert pool.pids == before


async def test_a_closed_pool_has_no_children():
    pool = SolverPool(1)
    await pool.start()
    [child] = pool.pids
    await pool.close()
    assert not alive(child)
    with pytest.raises(SolverFailed, match="closed"):
        await pool.solve(LARGE, POLICY, QUICK, ignore)


async def test_ctrl_c_is_the_parents_business(pool: SolverPool):
    await pool.start()
    os.kill(pool.pids[0], signal.SIGINT)
    assert decode_plan(await pool.solve(problem(2, 1), POLICY, QUICK, ignore)).assignments


PARENT = """
import asyncio, sys
from api.solver_pool import SolverPool
from market.ports import SolveOptions
from tests.api.test_solver_pool import LARGE, POLICY

async def main():
    pool = SolverPool(1)
    said = lambda _: print(pool.pids[0], flush=True)
    await pool.solve(LARGE, POLICY, SolveOptions(seconds=60, seed=1), said)

asyncio.run(main())
"""


async def test_children_die_with_their_parent_even_in_the_middle_of_a_search():
    root = os.fspath(pytest.importorskip("api").__path__[0]) + "/.."
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.stdout is not None
    child = int(await asyncio.wait_for(parent.stdout.readline(), 90))
    parent.kill()
    await parent.wait()
    for _ in range(100):
        if not alive(child):
            return
        await asyncio.sleep(0.1)
    pytest.fail("the child goes on without its parent")


def test_the_parent_imports_no_solver_engine():
    code = (
        "import sys; import api.solver_pool, api.background, market.reactions, market.rounds.queries;"
        "print([m for m in ('ortools', 'numba', 'scipy') if m in sys.modules])"
    )
    answer = subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended and is not yet fetched does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 a file of the kernel's
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
