"""Which open needs a round takes: one statement for the needs, one for their windows."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.services.models import Lane, Service, Shape
from catalog.territory.models import Territory
from catalog.territory.queries import prefixes
from market.needs.models import Need, NeedWindow
from market.rounds.models import Round, RoundNeed
from market.rounds.problem.ticks import Calendar
from market.states import NeedState, RoundState

MATCHED_SHAPES = (Shape.VISIT, Shape.REMOTE)
PENDING = (RoundState.FROZEN, RoundState.SEEDED, RoundState.SOLVING, RoundState.CHECKED)
OPEN_NEEDS = (NeedState.LOOKING,)
REPLANNED = (NeedState.LOOKING, NeedState.OFFERED)

Span = tuple[datetime, datetime]


async def serialise_freezes(session: WriteSession, path: str) -> None:
    """Let one freeze at a time run below the same root: two rounds must not take the same need."""
    widest = (
        select(Territory.id).where(Territory.path.in_(prefixes(path))).order_by(func.length(Territory.path))
    )
    await session.execute(widest.limit(1).with_for_update(key_share=True))


async def open_needs(session: AsyncSession, opened: Round, path: str, now: datetime) -> list[Need]:
    """Return needs below `path` that look for somebody on the days of the round and sit in no other pending round."""
    statement = _matchable().order_by(Need.id)
    if opened.only_need_id is not None:
        statement = statement.where(Need.id == opened.only_need_id, Need.state.in_(REPLANNED))
    else:
        statement = statement.where(
            Need.state.in_(OPEN_NEEDS),
            Territory.path.startswith(path, autoescape=True),
            ~_pending(opened.id),
            _has_window(Calendar(opened.first_day, opened.days), now),
        )
    return list((await session.execute(statement)).scalars())


def _matchable() -> Select[Need]:
    return (
        select(Need)
        .join(Service, Service.code == Need.service_code)
        .join(Territory, Territory.id == Need.community_id)
        .where(Need.lane == Lane.SERVICE, Service.shape.in_(MATCHED_SHAPES))
    )


def _pending(round_id: UUID) -> Any:
    return exists().where(
        RoundNeed.need_id == Need.id,
        RoundNeed.round_id != round_id,
        Round.id == RoundNeed.round_id,
        Round.state.in_(PENDING),
    )


def _has_window(calendar: Calendar, now: datetime) -> Any:
    return exists().where(
        NeedWindow.need_id == Need.id,
        NeedWindow.starts_at < calendar.end,
        NeedWindow.ends_at > max(now, calendar.start),
    )


async def windows_of(session: AsyncSession, needs: Sequence[Need]) -> dict[UUID, list[Span]]:
    """Return the spans of each need in order."""
    statement = (
        select(NeedWindow.need_id, NeedWindow.starts_at, NeedWindow.ends_at)
        .where(NeedWindow.need_id.in_([need.id for need in needs]))
        .order_by(NeedWindow.starts_at)
    )
    spans: dict[UUID, list[Span]] = defaultdict(list)
    for need_id, starts_at, ends_at in await session.execute(statement):
        spans[need_id].append((starts_at, ends_at))
    return spans
