"""The relay: in order, once, and one failure harms nobody else."""

import asyncio
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, FrozenClock
from market.events import Event, Timer, record, set_timer
from market.outbox import BATCH, MAX_ATTEMPTS, drain, fire_timers


async def _record(database: Database, clock: Clock, count: int, topic: str = "need.opened") -> None:
    async with database.write() as session:
        for number in range(count):
            record(session, clock, topic, new_id(), number=number)
            await session.flush()


class Seen:
    """A reaction that notes what it saw, and fails where it is told to."""

    def __init__(self, *bad: int) -> None:
        self.numbers: list[int] = []
        self.bad = set(bad)

    async def __call__(self, session: WriteSession, event: Event, clock: Clock) -> None:
        set_timer(session, "noted", event.subject_id, clock.now())
        await session.flush()
        self.numbers.append(event.payload["number"])
        if event.payload["number"] in self.bad:
            raise RuntimeError("told to fail")


async def _noted(database: Database) -> int:
    async with database.read() as session:
        return len((await session.execute(select(Timer.id).where(Timer.topic == "noted"))).all())


async def test_events_are_worked_off_in_order(database: Database, clock: FrozenClock) -> None:
    await _record(database, clock, BATCH + 5)
    seen = Seen()
    assert await drain(database, {"need.opened": (seen,)}, clock) == BATCH + 5
    assert seen.numbers == list(range(BATCH + 5))
    assert await drain(database, {"need.opened": (seen,)}, clock) == 0


async def test_several_relays_share_the_work_and_double_nothing(
    database: Database, clock: FrozenClock
) -> None:
    await _record(database, clock, 60)
    seen = Seen()
    done = await asyncio.gather(*(drain(database, {"need.opened": (seen,)}, clock) for _ in range(4)))
    assert sum(done) == 60
    assert sorted(seen.numbers) == list(range(60))
    assert await _noted(database) == 60


async def test_a_failing_reaction_undoes_itself_alone(database: Database, clock: FrozenClock) -> None:
    await _record(database, clock, 5)
    seen = Seen(2)
    await drain(database, {"need.opened": (seen,)}, clock)
    assert await _noted(database) == 4


async def test_a_failed_event_is_tried_again_later_and_set_aside_in_the_end(
    database: Database, clock: FrozenClock
) -> None:
    await _record(database, clock, 1)
    seen = Seen(0)
    for _ in range(MAX_ATTEMPTS + 3):
        await drain(database, {"need.opened": (seen,)}, clock)
        await drain(database, {"need.opened": (seen,)}, clock)  # at once: too early
        clock.advance(timedelta(hours=1))
    assert seen.numbers == [0] * MAX_ATTEMPTS
    async with database.read() as session:
        event = (await session.execute(select(Event))).scalar_one()
    assert (event.done_at, event.attempts) == (None, MAX_ATTEMPTS)
    assert "told to fail" in str(event.error)


async def test_a_timer_fires_once_however_many_schedulers_look(
    database: Database, clock: FrozenClock
) -> None:
    fired: list[UUID] = []

    async def note(_session: WriteSession, subject_id: UUID, _clock: Clock) -> None:
        fired.append(subject_id)

    async with database.write() as session:
        for minutes in (-5, 0, 5):
            set_timer(session, "test.due", new_id(), clock.now() + timedelta(minutes=minutes))
    counts = await asyncio.gather(*(fire_timers(database, {"test.due": note}, clock) for _ in range(4)))
    assert sum(counts) == 2
    assert len(set(fired)) == 2


async def test_a_failing_timer_stays_due(database: Database, clock: FrozenClock) -> None:
    calls = 0

    async def fail_first(_session: WriteSession, _subject_id: UUID, _clock: Clock) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("told to fail")

    async with database.write() as session:
        set_timer(session, "test.due", new_id(), clock.now())
    assert await fire_timers(database, {"test.due": fail_first}, clock) == 0
    assert await fire_timers(database, {"test.due": fail_first}, clock) == 1
