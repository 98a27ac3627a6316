"""What follows events here: a declined or expired offer looks for the next best, an urgent need does not wait."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, local_day
from catalog.services.models import Lane, Service
from market.actor import SYSTEM
from market.events import Event
from market.needs.models import Need, NeedWindow, Urgency
from market.outbox import Reaction, TimerAction
from market.rounds.claims import MATCHED_SHAPES
from market.rounds.commands import StartRound
from market.rounds.models import Trigger
from market.rounds.starting import start_round
from market.states import NeedState

SECONDS = 5
MOST_DAYS = 7


async def look_for_next_best(session: WriteSession, event: Event, clock: Clock) -> None:
    """Plan the missing person of a need anew; its other helpers and their start stay as they are."""
    need = await session.get(Need, UUID(event.payload["need_id"]), populate_existing=True)
    if need is not None and need.state in {NeedState.OFFERED, NeedState.LOOKING}:
        await _start(session, clock, need, Trigger.NEXT_BEST, event)


async def match_at_once(session: WriteSession, event: Event, clock: Clock) -> None:
    """Run a round for an urgent need as soon as it is there."""
    need = await session.get(Need, event.subject_id, populate_existing=True)
    if need is None or need.urgency != Urgency.URGENT or need.lane != Lane.SERVICE:
        return
    if await _matched(session, need) and need.state in {NeedState.RECEIVED, NeedState.LOOKING}:
        await _start(session, clock, need, Trigger.URGENT, event)


async def _matched(session: AsyncSession, need: Need) -> bool:
    found = await session.execute(select(Service.shape).where(Service.code == need.service_code))
    return found.scalar_one() in MATCHED_SHAPES


async def _start(session: WriteSession, clock: Clock, need: Need, trigger: Trigger, event: Event) -> None:
    first_day, days = await _days(session, need, local_day(clock.now()))
    command = StartRound(
        id=derived_id(trigger.value, event.id),
        territory_id=need.community_id,
        first_day=first_day,
        days=days,
        seconds=SECONDS,
        auto_publish=True,
        only_need_id=need.id,
    )
    await start_round(session, clock, SYSTEM, command, trigger=trigger)


async def _days(session: AsyncSession, need: Need, today: date) -> tuple[date, int]:
    """Return the days on which a need may still be served, a week at most; today alone if there are none."""
    span = select(func.min(NeedWindow.starts_at), func.max(NeedWindow.ends_at))
    first_at, last_at = (await session.execute(span.where(NeedWindow.need_id == need.id))).one()
    if first_at is None:
        return today, 1
    first = max(today, local_day(first_at))
    last = local_day(last_at - timedelta(microseconds=1))
    return first, min(MOST_DAYS, max(1, (last - first).days + 1))


REACTIONS: Mapping[str, tuple[Reaction, ...]] = {
    "offer.declined": (look_for_next_best,),
    "offer.expired": (look_for_next_best,),
    "need.opened": (match_at_once,),
}
TIMERS: Mapping[str, TimerAction] = {}
