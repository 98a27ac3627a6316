"""The runner finishes a round from wherever it was left, and publishes it once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from market.events import Event
from market.ports import SolverFailed
from market.rounds import service
from market.rounds.runner import run_round
from market.states import OfferState, RoundState
from tests.support.rounds_world import (
    FailingSolver,
    GreedySolver,
    Told,
    ask_for,
    offers_of,
    round_row,
    run,
    start,
)
from tests.support.world import World, actor_of, ask

# Freeze, seed, claim, record the plan, publish.
STEPS = 5


class Crash(BaseException):
    """As a kill: nothing catches it."""


class CrashingDatabase:
    """Passes on to a database and dies at its n-th transaction, before or after the commit."""

    def __init__(self, database: Database, at: int, *, after: bool) -> None:
        self._database, self._at, self._after, self._count = database, at, after, 0
        self.read = database.read

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        self._count += 1
        async with self._database.write() as session:
            yield session
            if self._count == self._at and not self._after:
                raise Crash
        if self._count == self._at:
            raise Crash


async def published(database: Database, round_id) -> int:
    async with database.read() as session:
        statement = select(func.count()).where(Event.topic == "round.published", Event.subject_id == round_id)
        return (await session.execute(statement)).scalar_one()


@pytest.mark.parametrize("after", [False, True], ids=["before commit", "after commit"])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_a_crash_at_any_step_ends_in_one_set_of_offers(
    database: Database, clock: FrozenClock, world: World, step: int, after: bool
):
    needs = await ask_for(database, clock, ask(clock), ask(clock, name="Luo"))
    round_id = await start(database, clock, world.community_id)
    crashing = CrashingDatabase(database, step, after=after)
    with pytest.raises(Crash):
        await run_round(crashing, GreedySolver(), Told(), clock, round_id)  # type: ignore[arg-type]

    clock.advance(timedelta(minutes=1))  # leases run out
    assert await run(database, clock, round_id) is RoundState.PUBLISHED

    offers = await offers_of(database, *needs)
    assert len(offers) == 2
    assert {offer.state for offer in offers} == {OfferState.SENT}
    assert await published(database, round_id) == 1


async def test_two_runners_at_once_publish_once(database: Database, clock: FrozenClock, world: World):
    needs = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)

    await asyncio.gather(*(run(database, clock, round_id) for _ in range(4)))

    assert (await round_row(database, round_id)).state is RoundState.PUBLISHED
    assert len(await offers_of(database, *needs)) == 1
    assert await published(database, round_id) == 1


async def test_a_round_fails_after_three_tries_and_can_be_retried(
    database: Database, clock: FrozenClock, world: World
):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    broken = FailingSolver()

    assert await run(database, clock, round_id, broken) is RoundState.FAILED
    assert broken.asked == 3
    failed = await round_row(database, round_id)
    assert failed.error == "the solver process has died"

    async with database.write() as session:
        await service.retry_round(session, clock, actor_of("Officer Fang"), round_id)
    assert await run(database, clock, round_id) is RoundState.PUBLISHED
    again = await round_row(database, round_id)
    assert (again.problem, again.input_root, again.attempt) == (failed.problem, failed.input_root, 4)


async def test_a_solver_that_was_never_heard_of_again_is_given_up_after_three_tries(
    database: Database, clock: FrozenClock, world: World
):
    round_id = await start(database, clock, world.community_id)
    async with database.write() as session:
        await service.freeze_round(session, clock, round_id)
        await service.seed_round(session, clock, round_id)
    for _ in range(3):
        async with database.write() as session:
            assert await service.claim_round(session, clock, round_id, timedelta(seconds=5))
        clock.advance(timedelta(seconds=6))

    assert await run(database, clock, round_id) is RoundState.FAILED
    assert (await round_row(database, round_id)).error == "The solver was not heard of again"


async def test_who_lost_the_lease_stops_and_writes_nothing(
    database: Database, clock: FrozenClock, world: World
):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    stopped = asyncio.Event()

    others = []

    class Slow(GreedySolver):
        async def solve(self, *_: Any) -> bytes:
            clock.advance(timedelta(minutes=1))
            others.append(asyncio.create_task(run(database, clock, round_id)))
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                stopped.set()
                raise
            raise SolverFailed("was not stopped")

    await run_round(database, Slow(), Told(), clock, round_id, lease_seconds=6)

    assert await asyncio.gather(*others) == [RoundState.PUBLISHED]
    assert stopped.is_set()
    assert await published(database, round_id) == 1


async def test_without_publishing_by_itself_a_round_waits_for_an_officer(
    sqlite_database: Database, clock: FrozenClock
):
    from tests.support.world import small_world  # noqa: PLC0415

    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    [need_id] = await ask_for(sqlite_database, clock, ask(clock))
    round_id = await start(
        sqlite_database, clock, world.community_id, actor=actor_of("Officer Fang"), auto_publish=False
    )
    assert await run(sqlite_database, clock, round_id) is RoundState.CHECKED
    checked = await round_row(sqlite_database, round_id)
    assert (checked.summary["asked"], checked.summary["served"]) == (1, 1)
    assert await offers_of(sqlite_database, need_id) == []

    async with sqlite_database.write() as session:
        await service.publish_round(session, clock, actor_of("Officer Fang"), round_id)
    assert len(await offers_of(sqlite_database, need_id)) == 1


async def test_watchers_hear_every_state(database: Database, clock: FrozenClock, world: World):
    round_id = await start(database, clock, world.community_id)
    told = Told()
    await run_round(database, GreedySolver(), told, clock, round_id)
    assert told.states == ["open", "frozen", "seeded", "solving", "checked", "published"]


async def test_there_is_no_such_round(database: Database, clock: FrozenClock):
    assert await run(database, clock, new_id()) is None
