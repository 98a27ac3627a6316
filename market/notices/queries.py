"""Reading messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message to put into words: `text` is the English sentence and translation key, `params` fill it."""

    id: UUID
    person_id: UUID
    need_id: UUID | None
    channel: str
    template: str
    text: str
    params: dict[str, Any]
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None


class CallItem(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be telephoned, with what to say."""

    message: MessageView
    person_name: str
    phone: str | None
    need_code: str | None


async def messages_of(session: AsyncSession, person_id: UUID, *, limit: int = 100) -> list[MessageView]:
    """Return what was said to a person, newest first."""
    raise NotImplementedError


async def call_list(session: AsyncSession, territory_id: UUID, *, limit: int = 200) -> list[CallItem]:
    """Return what is still to be said by telephone to people of a place, oldest first."""
    raise NotImplementedError
