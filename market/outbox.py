"""The outbox relay: each event's reactions and its mark `done` are one transaction, so each happens once.

Any number of relays may run: on PostgreSQL an event is locked while it is worked on and others skip it; SQLite has one
writer. An event that keeps failing is set aside with its error after `MAX_ATTEMPTS` (a dead letter, kept and replayable).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy import select, update

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.time import Clock
from market.events import Event, Timer

MAX_ATTEMPTS = 5

Reaction = Callable[[WriteSession, Event, Clock], Awaitable[None]]
Reactions = Mapping[str, Sequence[Reaction]]

log = structlog.get_logger()


async def drain(database: Database, reactions: Reactions, clock: Clock, *, limit: int = 1000) -> int:
    """Work off open events in order; return how many were done."""
    done = 0
    while done < limit and await _one(database, reactions, clock):
        done += 1
    return done


async def _one(database: Database, reactions: Reactions, clock: Clock) -> bool:
    taken: int | None = None
    try:
        async with database.write() as session:
            event = await _take(session)
            if event is None:
                return False
            taken = event.seq
            for react in reactions.get(event.topic, ()):
                await react(session, event, clock)
            event.done_at = clock.now()
    except Exception as error:
        if taken is None:
            raise
        log.warning("reaction failed", seq=taken, error=repr(error))
        await _note_failure(database, taken, error)
    return True


async def _take(session: WriteSession) -> Event | None:
    statement = (
        select(Event)
        .where(Event.done_at.is_(None), Event.attempts < MAX_ATTEMPTS)
        .order_by(Event.attempts, Event.seq)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _note_failure(database: Database, seq: int, error: Exception) -> None:
    async with database.write() as session:
        await session.execute(
            update(Event)
            .where(Event.seq == seq, Event.done_at.is_(None))
            .values(attempts=Event.attempts + 1, error=repr(error)[:2000])
        )


TimerAction = Callable[[WriteSession, UUID, Clock], Awaitable[None]]


async def fire_timers(
    database: Database, actions: Mapping[str, TimerAction], clock: Clock, *, limit: int = 500
) -> int:
    """Fire what has fallen due; claim and action are one transaction, so each timer acts once."""
    fired = 0
    async with database.read() as session:
        due = (
            await session.execute(
                select(Timer.id, Timer.topic, Timer.subject_id)
                .where(Timer.fired_at.is_(None), Timer.due_at <= clock.now())
                .order_by(Timer.due_at)
                .limit(limit)
            )
        ).all()
    for timer_id, topic, subject_id in due:
        fired += await _fire(database, actions, clock, timer_id, topic, subject_id)
    return fired


async def _fire(
    database: Database,
    actions: Mapping[str, TimerAction],
    clock: Clock,
    timer_id: UUID,
    topic: str,
    subject_id: UUID,
) -> int:
    try:
        async with database.write() as session:
            claimed = await session.execute(
                update(Timer)
                .where(Timer.id == timer_id, Timer.fired_at.is_(None))
                .values(fired_at=clock.now())
            )
            if getattr(claimed, "rowcount", 0) != 1:
                return 0
            await actions[topic](session, subject_id, clock)
    except Exception as error:  # noqa: BLE001 one bad timer must not hold up the others; it stays due
        log.warning("timer failed", topic=topic, subject=str(subject_id), error=repr(error))
        return 0
    return 1
