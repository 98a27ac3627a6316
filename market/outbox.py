"""The outbox relay: each event's reactions and its mark `done` are in one transaction, so each happens once.

Any number of relays may run: on PostgreSQL an event is locked while it is worked on and others skip it; SQLite has one
writer. An event that keeps failing is set aside with its error after `MAX_ATTEMPTS` (a dead letter, kept and replayable).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.time import Clock
from market.events import Event, Timer

MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=5)  # then 20 s, 80 s, 5 min: a database that is away for a moment comes back
BATCH = 25  # a transaction of this many keeps other writers waiting for some tens of milliseconds

Reaction = Callable[[WriteSession, Event, Clock], Awaitable[None]]
Reactions = Mapping[str, Sequence[Reaction]]

log = structlog.get_logger()


async def drain(database: Database, reactions: Reactions, clock: Clock, *, limit: int = 1000) -> int:
    """Work off open events in order; return how many were done, set aside or passed over since nobody reacts to them."""
    done = 0
    while done < limit:
        worked = await _batch(database, reactions, clock, min(BATCH, limit - done))
        if worked == 0:
            break
        done += worked
    return done


async def _batch(database: Database, reactions: Reactions, clock: Clock, most: int) -> int:
    """Work off a few events in one transaction, each behind a savepoint of its own: one that fails undoes itself alone."""
    async with database.write() as session:
        silent = await _pass_over(session, clock.now(), reactions)
        events = await _take(session, clock.now(), most)
        for seq, event in events:
            try:
                async with session.begin_nested():
                    for react in reactions.get(event.topic, ()):
                        await react(session, event, clock)
                    event.done_at = clock.now()
            except Exception as error:  # noqa: BLE001 whatever a reaction raises must not stop the relay
                log.warning("reaction failed", seq=seq, error=repr(error))
                await _note_failure(session, clock.now(), seq, error)
        return len(events) + silent


async def _pass_over(session: WriteSession, now: datetime, reactions: Reactions) -> int:
    """Mark events to which nobody reacts: most facts are only kept."""
    marked = await session.execute(
        update(Event)
        .where(Event.done_at.is_(None), Event.topic.not_in(sorted(reactions)))
        .values(done_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(marked, "rowcount", 0))


async def _take(session: WriteSession, now: datetime, most: int) -> list[tuple[int, Event]]:
    statement = (
        select(Event)
        .where(
            Event.done_at.is_(None),
            Event.attempts < MAX_ATTEMPTS,
            or_(Event.retry_at.is_(None), Event.retry_at <= now),
        )
        .order_by(Event.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [(event.seq, event) for event in (await session.execute(statement)).scalars()]


async def _note_failure(session: WriteSession, now: datetime, seq: int, error: Exception) -> None:
    attempts = (await session.execute(select(Event.attempts).where(Event.seq == seq))).scalar_one()
    await session.execute(
        update(Event)
        .where(Event.seq == seq)
        .values(attempts=attempts + 1, retry_at=now + FIRST_RETRY * 4**attempts, error=repr(error)[:2000])
        .execution_options(synchronize_session=False)
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
