"""Kill -9 of the process that solves, in the middle of a round: another one finishes the round, once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from api.background import open_line
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.time import SystemClock
from market.events import Event
from market.rounds import service
from market.states import OfferState, RoundState
from tests.support.rounds_world import ask_for, offers_of, round_row, start
from tests.support.world import PLUMBING, ask, by_day, small_world

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = (
    "import asyncio, os; from api.background import worker_main; from api.settings import settings_from;"
    "asyncio.run(worker_main(settings_from(os.environ)))"
)
PATIENCE = 120
LEASE_SECONDS = 3


@asynccontextmanager
async def worker(database_url: str, redis_url: str | None) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, as `linli worker` starts it."""
    served = {"LINLI_REDIS_URL": redis_url, "LINLI_SECRET": "0" * 32} if redis_url else {}
    environment = {
        "LINLI_DATABASE_URL": database_url,
        "LINLI_LEASE_SECONDS": str(LEASE_SECONDS),
        "LINLI_TICK_SECONDS": "0.3",
        "PYTHONPATH": str(ROOT),
        **served,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, env={**os.environ, **environment}, cwd=ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 60)


async def frozen_round(database: Database) -> tuple[UUID, list[UUID]]:
    """A street whose round has taken its needs; frozen, so that the round of the evening cannot take them first."""
    clock = SystemClock()
    async with database.write() as session:
        world = await small_world(session, clock)
    needs = await ask_for(
        database,
        clock,
        *(ask(clock, name=n, service=PLUMBING, windows=by_day(clock)) for n in ("Chen", "Luo", "He")),
    )
    round_id = await start(database, clock, world.street_id, seconds=15, days=2)
    async with database.write() as session:
        await service.freeze_round(session, clock, round_id)
    return round_id, needs


async def solving_pid(database: Database, round_id: UUID) -> int:
    """Wait until somebody solves the round; return who."""
    statement = select(Event.payload).where(Event.topic == "round.solving", Event.subject_id == round_id)
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.read() as session:
                found = (await session.execute(statement)).scalars().first()
            if found is not None:
                return int(found["owner"].rsplit(":", 1)[1])
            await asyncio.sleep(0.01)


async def finished(database: Database, round_id: UUID) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await round_row(database, round_id)).state is not RoundState.PUBLISHED:  # noqa: ASYNC110 other processes
            await asyncio.sleep(0.1)


async def demand_once(database: Database, round_id: UUID, needs: list[UUID]) -> None:
    """One set of offers, published once, by the second try."""
    held = await round_row(database, round_id)
    assert held.attempt == 2
    offers = await offers_of(database, *needs)
    assert [offer.state for offer in offers] == [OfferState.SENT] * len(offers)
    assert len({offer.need_id for offer in offers}) == len(offers) == held.summary["served"] > 0
    async with database.read() as session:
        statement = select(func.count()).where(Event.topic == "round.published", Event.subject_id == round_id)
        assert (await session.execute(statement)).scalar_one() == 1


@pytest.fixture
async def served(postgres_url: str, redis_url: str) -> AsyncIterator[tuple[Database, str]]:
    database = Database(postgres_url)
    yield database, redis_url
    await database.dispose()


async def test_served_another_worker_finishes_the_round_once(served: tuple[Database, str]):
    database, redis_url = served
    round_id, needs = await frozen_round(database)
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(worker(database.url, redis_url)) for _ in range(2)]
        line = await stack.enter_async_context(open_line(Settings(redis_url=redis_url)))
        await line.queue.push(round_id)

        killed = await solving_pid(database, round_id)
        os.kill(killed, signal.SIGKILL)
        assert killed in {process.pid for process in workers}

        await finished(database, round_id)
        assert [process.returncode for process in workers if process.pid != killed] == [None]
    await demand_once(database, round_id, needs)


async def test_embedded_the_next_start_finishes_the_round_once(sqlite_url: str):
    database = Database(sqlite_url)
    round_id, needs = await frozen_round(database)
    async with worker(sqlite_url, None) as first:
        assert await solving_pid(database, round_id) == first.pid
        first.kill()
        await first.wait()
    assert (await round_row(database, round_id)).state is RoundState.SOLVING

    async with worker(sqlite_url, None) as second:
        await finished(database, round_id)
        second.terminate()
        assert await asyncio.wait_for(second.wait(), 30) == 0
    await demand_once(database, round_id, needs)
    await database.dispose()
