"""The background of one process: rounds are run, timers fire, evenings open rounds, and nothing is left behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api.background import Background, Line, open_background, open_line
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from market.events import Event
from market.rounds import service
from market.rounds.models import Trigger
from market.rounds.schedule import daily_round_id
from market.states import NeedState, OfferState, RoundState
from tests.support.rounds_world import (
    GreedySolver,
    all_rounds,
    ask_for,
    need_row,
    offers_of,
    round_row,
    start,
)
from tests.support.streets import futian_file
from tests.support.world import World, actor_of, ask, small_world

TICK = 0.05


@pytest.fixture
async def world(database: Database, clock: FrozenClock) -> World:
    async with database.write() as session:
        return await small_world(session, clock)


@pytest.fixture
async def line(redis_url_or_none: str | None) -> AsyncIterator[Line]:
    async with open_line(Settings(redis_url=redis_url_or_none)) as opened:
        yield opened


@asynccontextmanager
async def running(
    database: Database, clock: FrozenClock, line: Line, solver: Any = None
) -> AsyncIterator[Background]:
    background = Background(
        database, clock, solver or GreedySolver(), line, lease_seconds=0.6, tick_seconds=TICK
    )
    async with background:
        yield background


async def until(happened: Callable[[], Any], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await happened():  # noqa: ASYNC110 another process or task brings it about
            await asyncio.sleep(0.02)


def reaches(database: Database, round_id, state: RoundState) -> Callable[[], Any]:
    async def there() -> bool:
        return (await round_row(database, round_id)).state is state

    return there


async def test_a_round_that_is_opened_is_run(
    database: Database, clock: FrozenClock, world: World, line: Line
):
    [need_id] = await ask_for(database, clock, ask(clock))
    async with running(database, clock, line):
        round_id = await start(database, clock, world.community_id)
        await until(reaches(database, round_id, RoundState.PUBLISHED))
    assert len(await offers_of(database, need_id)) == 1


async def test_events_and_timers_are_worked_off(sqlite_database: Database, clock: FrozenClock, line: Line):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    async with running(sqlite_database, clock, line):
        [need_id] = await ask_for(sqlite_database, clock, ask(clock))
        round_id = await start(sqlite_database, clock, world.community_id)
        await until(reaches(sqlite_database, round_id, RoundState.PUBLISHED))
        [offer] = await offers_of(sqlite_database, need_id)
        clock.move_to(offer.deadline_at + timedelta(minutes=1))

        async def expired() -> bool:
            return (await offers_of(sqlite_database, need_id))[0].state is OfferState.EXPIRED

        await until(expired)


async def test_what_a_crash_left_behind_is_taken_up(
    sqlite_database: Database, clock: FrozenClock, line: Line
):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    waiting = [await start(sqlite_database, clock, world.community_id) for _ in range(3)]
    async with sqlite_database.write() as session:
        await service.freeze_round(session, clock, waiting[1])
        await service.freeze_round(session, clock, waiting[2])
        await service.seed_round(session, clock, waiting[2])
        await service.claim_round(session, clock, waiting[2], timedelta(seconds=1))
    clock.advance(timedelta(seconds=2))

    async with running(sqlite_database, clock, line):
        for round_id in waiting:
            await until(reaches(sqlite_database, round_id, RoundState.PUBLISHED))


async def test_every_evening_opens_one_round_in_every_street(sqlite_database: Database, clock: FrozenClock):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    clock.advance(timedelta(hours=8, minutes=1))  # 18:01
    expected = daily_round_id(world.street_id, date(2026, 3, 2))
    async with AsyncExitStack() as stack:
        for _ in range(2):
            line = await stack.enter_async_context(open_line(Settings()))
            await stack.enter_async_context(running(sqlite_database, clock, line))

        async def published() -> bool:
            found = await all_rounds(sqlite_database, trigger=Trigger.SCHEDULE)
            return [(r.id, r.state) for r in found] == [(expected, RoundState.PUBLISHED)]

        await until(published)
    assert (await round_row(sqlite_database, expected)).first_day == date(2026, 3, 3)


async def test_plans_that_nobody_published_in_time_are_dropped(
    sqlite_database: Database, clock: FrozenClock, line: Line
):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    [need_id] = await ask_for(sqlite_database, clock, ask(clock))
    async with running(sqlite_database, clock, line):
        round_id = await start(sqlite_database, clock, world.community_id, auto_publish=False)
        await until(reaches(sqlite_database, round_id, RoundState.CHECKED))
        clock.advance(timedelta(days=1, hours=1))
        await asyncio.sleep(TICK * 4)
        assert (await round_row(sqlite_database, round_id)).state is RoundState.CHECKED
        clock.advance(timedelta(days=1))
        await until(reaches(sqlite_database, round_id, RoundState.DISCARDED))
    assert (await need_row(sqlite_database, need_id)).state is not NeedState.OFFERED


async def test_many_backgrounds_publish_once(database: Database, clock: FrozenClock, world: World):
    needs = await ask_for(database, clock, ask(clock), ask(clock, name="Luo"))
    async with AsyncExitStack() as stack:
        for _ in range(3):
            line = await stack.enter_async_context(open_line(Settings()))
            await stack.enter_async_context(running(database, clock, line))
        round_id = await start(database, clock, world.community_id)
        await until(reaches(database, round_id, RoundState.PUBLISHED))
        await asyncio.sleep(TICK * 4)
    assert len(await offers_of(database, *needs)) == 2
    async with database.read() as session:
        statement = select(func.count()).where(Event.topic == "round.published")
        assert (await session.execute(statement)).scalar_one() == 1


async def test_it_ends_in_the_middle_of_a_solve(sqlite_database: Database, clock: FrozenClock, line: Line):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    begun = asyncio.Event()

    class Endless(GreedySolver):
        async def solve(self, *_: Any) -> bytes:
            begun.set()
            await asyncio.Event().wait()
            return b""

    async with asyncio.timeout(20):
        async with running(sqlite_database, clock, line, Endless()):
            round_id = await start(sqlite_database, clock, world.community_id)
            await begun.wait()
    assert (await round_row(sqlite_database, round_id)).state is RoundState.SOLVING


async def test_a_step_that_fails_does_not_end_the_background(
    sqlite_database: Database, clock: FrozenClock, line: Line
):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    calls = 0

    async with running(sqlite_database, clock, line) as background:
        whole = background.open_daily_rounds

        async def broken() -> None:
            nonlocal calls
            calls += 1
            if calls < 3:
                raise OSError("the database is away")
            await whole()

        background.open_daily_rounds = broken  # type: ignore[method-assign]
        await line.queue.push(new_id())  # there is no such round
        round_id = await start(sqlite_database, clock, world.community_id)
        await until(reaches(sqlite_database, round_id, RoundState.PUBLISHED))

        async def recovered() -> bool:
            return calls >= 3

        await until(recovered)


async def test_embedded_with_real_solver_processes(sqlite_database: Database, clock: FrozenClock):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    [need_id] = await ask_for(sqlite_database, clock, ask(clock))
    settings = Settings(database_url=sqlite_database.url, tick_seconds=TICK)
    async with (
        open_line(settings) as line,
        open_background(settings, sqlite_database, clock, line),
    ):
        officer = actor_of("Officer Fang")
        round_id = await start(sqlite_database, clock, world.community_id, actor=officer, seconds=5)
        async with line.progress.subscribe(round_id) as news:
            seen = []
            async for item in news:
                seen.append(item)
                if item["state"] == "published":
                    break
        assert [n["stage"] for n in seen if "stage" in n][-1] == "done"
    assert len(await offers_of(sqlite_database, need_id)) == 1
    assert (await round_row(sqlite_database, round_id)).summary["levels"][0]["status"] == "optimal"


@pytest.mark.parametrize("usable", [True, False], ids=["network", "damaged network"])
async def test_embedded_on_a_street_network(
    sqlite_database: Database, clock: FrozenClock, tmp_path: Path, usable: bool
):
    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    [need_id] = await ask_for(sqlite_database, clock, ask(clock))
    path = futian_file(tmp_path)
    if not usable:
        path.write_bytes(path.read_bytes()[:3000])
    settings = Settings(database_url=sqlite_database.url, tick_seconds=TICK, network=str(path))
    async with open_line(settings) as line, open_background(settings, sqlite_database, clock, line):
        round_id = await start(sqlite_database, clock, world.community_id, seconds=5)
        await until(reaches(sqlite_database, round_id, RoundState.PUBLISHED), 60)
    [offer] = await offers_of(sqlite_database, need_id)
    summary = (await round_row(sqlite_database, round_id)).summary
    assert offer.estimated is not usable
    assert ("network" in summary, "damaged" in summary.get("no_network", "")) == (usable, not usable)
