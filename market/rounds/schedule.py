"""Rounds that nobody has to ask for: every evening, in every street, for the days ahead."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import HOME_ZONE, Clock
from catalog.territory.models import PlaceKind, Territory
from market.actor import SYSTEM
from market.rounds.commands import StartRound
from market.rounds.models import Round, Trigger
from market.rounds.starting import start_round

EVENING_HOUR = 18
DAYS_AHEAD = 3
SECONDS = 30


def daily_round_id(territory_id: UUID, day: date) -> UUID:
    """Return the id of a territory's round of an evening: whoever opens it again opens the same round."""
    return derived_id("daily_round", territory_id, day.isoformat())


def evening(now: datetime) -> date | None:
    """Return the local day whose evening has come, or None before 18:00."""
    local = now.astimezone(HOME_ZONE)
    return local.date() if local.hour >= EVENING_HOUR else None


async def due_daily_rounds(session: AsyncSession, clock: Clock) -> list[UUID]:
    """Return the territories whose round of this evening has not been opened yet."""
    day = evening(clock.now())
    if day is None:
        return []
    ids = (await session.execute(_territories())).scalars().all()
    wanted = {daily_round_id(territory_id, day): territory_id for territory_id in ids}
    opened = await session.execute(select(Round.id).where(Round.id.in_(list(wanted))))
    return sorted(wanted[round_id] for round_id in wanted.keys() - set(opened.scalars()))


def _territories() -> Any:
    """Streets, and communities that belong to none."""
    street = aliased(Territory)
    in_street = exists().where(street.id == Territory.parent_id, street.kind == PlaceKind.STREET)
    alone = and_(Territory.kind == PlaceKind.COMMUNITY, ~in_street)
    return select(Territory.id).where(or_(Territory.kind == PlaceKind.STREET, alone)).order_by(Territory.id)


async def open_daily_round(session: WriteSession, clock: Clock, territory_id: UUID) -> Round | None:
    """Open a territory's round of this evening, from tomorrow on; any number of schedulers may try."""
    day = evening(clock.now())
    if day is None:
        return None
    command = StartRound(
        id=daily_round_id(territory_id, day),
        territory_id=territory_id,
        first_day=day + timedelta(days=1),
        days=DAYS_AHEAD,
        seconds=SECONDS,
        auto_publish=True,
    )
    return await start_round(session, clock, SYSTEM, command, trigger=Trigger.SCHEDULE)
