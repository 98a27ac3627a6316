"""Solver processes: real solves, crashes, time-outs, and children that do not outlive their parent."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from api import solver_pool as solver_pool_module
from api.settings import Settings
from api.solver_pool import SolverPool, router_of, solver_pool
from market.ports import NoWays, SolveOptions, SolverFailed
from matching import codec
from matching.explain import decode_explanation
from matching.plan import decode_plan
from matching.policy import Policy, encode_policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    StartWindow,
    TableTravel,
    Task,
    Worker,
    decode_problem,
    encode,
)
from matching.rules import check
from matching.travel.network.single import route
from tests.support.streets import futian, futian_file

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


async def test_one_child_solves_explains_and_looks_for_fairs(pool: SolverPool):
    small = problem(4, 2)
    plan = await pool.solve(small, POLICY, QUICK, ignore)
    found = decode_explanation(await pool.explain(small, plan, POLICY, b'{"task": "t1"}'))
    assert ("t1", "task", True) == (found.task, found.kind, found.served)
    with pytest.raises(SolverFailed, match="no such"):
        await pool.explain(small, plan, POLICY, b'{"task": "no such"}')
    assert [] == msgspec.json.decode(await pool.pool(small, POLICY, b'{"poolable": [], "starts": [600]}'))
    assert 1 == len(pool.pids)


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
    monkeypatch.setattr(solver_pool_module, "_limit", lambda _: 0.5)
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


@pytest.fixture
async def router(tmp_path: Path) -> AsyncIterator[SolverPool]:
    opened = SolverPool(1, futian_file(tmp_path), tmp_path / "cache")
    yield opened
    await opened.close()


def street(*doors: tuple[float, float]) -> bytes:
    """Helpers and tasks in turn at these doors."""
    places = tuple(Place(id=f"p{i}", lat=lat, lon=lon) for i, (lat, lon) in enumerate(doors))
    return encode(
        Problem(
            id="street",
            horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
            places=places,
            tasks=tuple(_task(i) for i in range(1, len(doors), 2)),
            workers=tuple(_at(_worker(i), f"p{i}") for i in range(0, len(doors), 2)),
            providers=(Provider(id="team", kind="volunteer_team"),),
        )
    )


def _at(worker: Worker, home: str) -> Worker:
    shift = structs.replace(worker.shifts[0], start_place=home, end_place=home)
    return structs.replace(worker, shifts=(shift,))


A, B, SEA = (22.5301, 114.0302), (22.5260, 114.0270), (22.40, 114.03)


async def test_ways_are_measured_in_another_process_and_kept_on_disk(router: SolverPool):
    problem = street(A, B)
    answer = codec.decode_struct(await router.travel(problem) or b"", TableTravel)

    places = decode_problem(problem).place_by_id
    expected = route(futian(), "walk", A, B).metres
    assert answer.metres(places["p0"], places["p1"], "walk") == expected > 0
    assert (answer.network, answer.guesses) == (futian().facts.version, ())
    assert list(router.cache.iterdir())


async def test_one_child_solves_and_routes(router: SolverPool):
    problem = street(A, B)
    travel = codec.decode_struct(await router.travel(problem) or b"", TableTravel)
    routed = structs.replace(decode_problem(problem), travel=travel)
    plan = decode_plan(await router.solve(encode(routed), POLICY, QUICK, ignore))
    assert check(routed, plan) == ()
    assert plan.routes[0].stops[0].travel_metres == route(futian(), "walk", A, B).metres
    assert len(router.pids) == 1


async def test_doors_in_the_sea_are_named(router: SolverPool):
    answer = codec.decode_struct(await router.travel(street(A, SEA)) or b"", TableTravel)
    assert answer.guesses == ("p1",)


async def test_without_a_network_nobody_is_asked(pool: SolverPool):
    assert await pool.travel(street(A, B)) is None
    assert pool.pids == []


async def test_a_network_that_cannot_be_used_is_a_sentence_and_costs_no_child(router: SolverPool):
    await router.start()
    [child] = router.pids
    good = router.network.read_bytes()
    for content, said in (
        (None, "cannot be read"),
        (b"hello", "not a prepared network"),
        (good[:5000], "damaged"),
    ):
        router.network.unlink(missing_ok=True)
        if content is not None:
            router.network.write_bytes(content)
        with pytest.raises(NoWays, match=f"futian.network: {said}"):
            await router.travel(street(A, B))
    aside = router.network.with_name("aside")
    aside.write_bytes(good)
    aside.replace(router.network)  # as `linli travel prepare` does it
    assert await router.travel(street(A, B))
    assert router.pids == [child]


async def test_a_child_killed_while_it_routes_is_replaced(router: SolverPool):
    await router.start()
    [first] = router.pids
    task = asyncio.create_task(router.travel(street(*ROUND)))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(SolverFailed, match="died"):
        await task
    assert await router.travel(street(A, B))
    assert first not in router.pids


ROUND = tuple((22.52 + (i * 37 % 300) / 10_000, 114.0 + (i * 53 % 390) / 10_000) for i in range(600))


async def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path):
    (tmp_path / "cache").write_text("in the way")
    pool = SolverPool(1, futian_file(tmp_path), tmp_path / "cache")
    try:
        assert await pool.travel(street(A, B))
    finally:
        await pool.close()


def test_measured_ways_are_kept_beside_the_file(tmp_path: Path):
    chosen = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/linli.db", network="city.network")
    made = solver_pool(chosen)
    assert (made.network, made.cache) == (Path("city.network"), tmp_path / "cache")
    elsewhere = solver_pool(Settings(database_url="postgresql+asyncpg://x@127.0.0.1/y"))
    assert (elsewhere.network, elsewhere.cache) == (None, solver_pool_module.CACHE)
    assert (router_of(made), router_of(elsewhere)) == (made, None)


def test_the_parent_imports_no_solver_engine(tmp_path: Path):
    """Nor does it when it draws ways on a network."""
    code = (
        "import sys; import api.solver_pool, api.background, market.reactions, market.rounds.queries;"
        "from api.streets import Streets; from matching.travel.network.single import route;"
        f"print(route(Streets({str(futian_file(tmp_path))!r}).required(), 'walk', {A}, {B}).metres);"
        "print([m for m in ('ortools', 'numba', 'scipy', 'osmium') if m in sys.modules])"
    )
    answer = subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == [str(route(futian(), "walk", A, B).metres), "[]"]


def alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended and is not yet fetched does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 a file of the kernel's
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
