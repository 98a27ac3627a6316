"""Telling people things. Every function works within the caller's transaction and never commits."""

from typing import Any
from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.notices.models import Message


async def tell(
    session: WriteSession,
    clock: Clock,
    person_id: UUID,
    template: str,
    need_id: UUID | None = None,
    **params: Any,
) -> Message:
    """Say `template` (a key of TEMPLATES) to a person: in the app at once, or on the telephone list."""
    raise NotImplementedError


async def mark_called(session: WriteSession, clock: Clock, actor: Actor, message_id: UUID) -> Message:
    """Staff: a message of the telephone list has been said."""
    raise NotImplementedError
