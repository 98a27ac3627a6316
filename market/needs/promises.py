"""Promised times: a receipt at once, a human being within a working day, a result within five."""

from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.needs.looking import named
from market.needs.models import Need
from market.notices.service import tell
from market.states import NeedState

UNSETTLED = frozenset(
    {
        NeedState.RECEIVED,
        NeedState.LOOKING,
        NeedState.OFFERED,
        NeedState.WAITING_RESIDENT,
        NeedState.HANDED_OVER,
    }
)


async def contact_due(session: WriteSession, need_id: UUID, clock: Clock) -> None:
    """Timer: one working day, and nothing is arranged yet; the responsible officer is told."""
    await _tell_officer(session, clock, need_id, "need.contact_due")


async def result_due(session: WriteSession, need_id: UUID, clock: Clock) -> None:
    """Timer: five working days, and nothing is arranged yet; the responsible officer is told."""
    await _tell_officer(session, clock, need_id, "need.result_due")


async def _tell_officer(session: WriteSession, clock: Clock, need_id: UUID, template: str) -> None:
    need = await session.get_one(Need, need_id)
    if need.state in UNSETTLED and need.responsible_id is not None:
        await tell(session, clock, need.responsible_id, template, need.id, **named(need))
