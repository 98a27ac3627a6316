"""Opening, retrying and giving up rounds: what officers and timers ask for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid, NotFound
from catalog.kernel.time import Clock, local_day
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.events import record
from market.rounds.commands import StartRound
from market.rounds.models import Round, Trigger
from market.states import RoundState, move

TRIES = 3
"""How often a round is solved before it fails; `Round.attempt` only ever grows, so tries count in threes."""


async def start_round(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    command: StartRound,
    *,
    trigger: Trigger | None = None,
) -> Round:
    """Open a round; the same command again answers with the first round.

    Raises:
        NotFound: no such territory.
        Forbidden: the actor is no officer of the territory.
        Invalid: all its days have passed.
        Conflict: the id belongs to a round with other content.
    """
    await demand_officer(session, actor, command.territory_id)
    held = await session.get(Round, command.id)
    if held is not None:
        return _same(held, command)
    if command.first_day + timedelta(days=command.days - 1) < local_day(clock.now()):
        raise Invalid("The days of this round have passed", field="first_day")
    opened = _new(command, clock, actor, trigger)
    try:
        async with session.begin_nested():
            session.add(opened)
    except IntegrityError:
        return _same(await round_of(session, command.id), command)
    _tell_opened(session, clock, opened)
    return opened


def _new(command: StartRound, clock: Clock, actor: Actor, trigger: Trigger | None) -> Round:
    return Round(
        id=command.id,
        territory_id=command.territory_id,
        state=RoundState.OPEN,
        trigger=trigger or (Trigger.SCHEDULE if actor.is_system else Trigger.OFFICER),
        first_day=command.first_day,
        days=command.days,
        auto_publish=command.auto_publish,
        seconds=command.seconds,
        deterministic=command.deterministic,
        only_need_id=command.only_need_id,
        requested_by_id=actor.person_id,
        attempt=0,
        summary={},
        created_at=clock.now(),
    )


def _tell_opened(session: WriteSession, clock: Clock, opened: Round) -> None:
    record(
        session,
        clock,
        "round.opened",
        opened.id,
        actor_id=opened.requested_by_id,
        territory_id=str(opened.territory_id),
        trigger=opened.trigger.value,
    )


def _same(held: Round, command: StartRound) -> Round:
    fields = (name for name in command.__struct_fields__ if name != "id")
    if any(getattr(held, name) != getattr(command, name) for name in fields):
        raise Conflict("A round with this id exists and asks for something else")
    return held


async def round_of(session: AsyncSession, round_id: UUID) -> Round:
    """Return a round as it is now.

    Raises:
        NotFound: there is none of that id.
    """
    found = await session.get(Round, round_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such {thing}", thing="round")
    return found


async def demand_officer(session: WriteSession, actor: Actor, territory_id: UUID) -> None:
    """Refuse who is no officer of the territory.

    Raises:
        NotFound: no such territory.
        Forbidden: the actor's roles do not cover it.
    """
    found = select(Territory.path).where(Territory.id == territory_id)
    path = (await session.execute(found)).scalar_one_or_none()
    if path is None:
        raise NotFound("There is no such {thing}", thing="territory")
    actor.demand(path, *STAFF)


async def retry_round(session: WriteSession, clock: Clock, actor: Actor, round_id: UUID) -> None:
    """Let a failed round run again: on the input it was frozen with, or from the start if it never froze."""
    failed = await round_of(session, round_id)
    await demand_officer(session, actor, failed.territory_id)
    back: dict[str, Any] = {
        "attempt": -(-failed.attempt // TRIES) * TRIES,
        "error": None,
        "lease_until": None,
    }
    to = RoundState.OPEN if failed.problem is None else RoundState.FROZEN
    await move(session, Round, round_id, to, Round.state == RoundState.FAILED, **back)
    record(session, clock, "round.retried", round_id, actor_id=actor.person_id)


async def fail_round(session: WriteSession, clock: Clock, round_id: UUID, error: str) -> None:
    """Set a round aside with the reason; what it froze is kept."""
    await move(session, Round, round_id, RoundState.FAILED, error=error[:2000], lease_until=None)
    record(session, clock, "round.failed", round_id, error=error[:2000])


async def discard_round(
    session: WriteSession, clock: Clock, actor: Actor, round_id: UUID, reason: str
) -> None:
    """Drop a round that has not been published; its needs are free for the next one."""
    if not reason.strip():
        raise Invalid("Please say why", field="reason")
    held = await round_of(session, round_id)
    await demand_officer(session, actor, held.territory_id)
    await move(session, Round, round_id, RoundState.DISCARDED, error=reason[:2000], lease_until=None)
    record(session, clock, "round.discarded", round_id, actor_id=actor.person_id, reason=reason[:2000])
