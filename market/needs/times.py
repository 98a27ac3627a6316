"""The times of a need: written, replaced, and moved on when they have passed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, local_day
from catalog.services.models import Service
from market.events import set_timer
from market.needs.checks import check_windows, lead_hours
from market.needs.commands import Window
from market.needs.models import Need, NeedWindow


def add_windows(session: WriteSession, need_id: UUID, windows: Sequence[Window]) -> None:
    """Write the times of a need, and ask for new ones when the last of them is over."""
    session.add_all(
        NeedWindow(id=new_id(), need_id=need_id, starts_at=window.starts_at, ends_at=window.ends_at)
        for window in windows
    )
    set_timer(session, "need.times_over", need_id, max(window.ends_at for window in windows))


async def replace_windows(session: WriteSession, clock: Clock, need: Need, windows: Sequence[Window]) -> None:
    """Put other times in place of the old ones; they are checked as those of a new need."""
    service = await session.get_one(Service, need.service_code)
    check_windows(
        windows, clock.now(), minutes=need.duration_minutes, lead_hours=lead_hours(service, need.urgency)
    )
    await _swap(session, need.id, windows)


async def windows_of(session: AsyncSession, need_id: UUID) -> list[Window]:
    """Return the times of a need, in order."""
    wanted = select(NeedWindow).where(NeedWindow.need_id == need_id).order_by(NeedWindow.starts_at)
    return [Window(starts_at=row.starts_at, ends_at=row.ends_at) for row in await session.scalars(wanted)]


async def times_are_over(session: WriteSession, clock: Clock, need_id: UUID) -> bool:
    """Say whether the last of a need's times has passed."""
    last = await session.scalar(select(func.max(NeedWindow.ends_at)).where(NeedWindow.need_id == need_id))
    return last is None or last <= clock.now()


async def renew_windows(session: WriteSession, clock: Clock, need: Need) -> None:
    """If all times have passed: the same hours again, the first of them tomorrow."""
    if not await times_are_over(session, clock, need.id):
        return
    past = await windows_of(session, need.id)
    shift = _until_tomorrow(past[0].starts_at, clock.now())
    moved = [Window(starts_at=span.starts_at + shift, ends_at=span.ends_at + shift) for span in past]
    await _swap(session, need.id, moved)


def _until_tomorrow(first: datetime, now: datetime) -> timedelta:
    return timedelta(days=(local_day(now) - local_day(first)).days + 1)


async def _swap(session: WriteSession, need_id: UUID, windows: Sequence[Window]) -> None:
    await session.execute(delete(NeedWindow).where(NeedWindow.need_id == need_id))
    add_windows(session, need_id, windows)
