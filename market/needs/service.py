"""Writing needs. Every function works within the caller's transaction and never commits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.services.models import Lane
from market.actor import Actor
from market.needs.commands import OpenNeed, Window
from market.needs.models import Need
from market.states import Outcome


async def open_need(session: WriteSession, clock: Clock, actor: Actor, command: OpenNeed) -> Need:
    """Take a need in; the same command twice answers with the first row (Conflict if the content differs)."""
    raise NotImplementedError


async def open_needs(
    session: WriteSession, clock: Clock, actor: Actor, commands: Sequence[OpenNeed]
) -> list[Need]:
    """Take many needs in with few statements: all of them or none; rows in the order of the commands."""
    raise NotImplementedError


async def start_looking(session: WriteSession, clock: Clock, need_id: UUID) -> None:
    """Give a received need to an officer and let it be matched, or hand it over if it is in another lane."""
    raise NotImplementedError


async def mark_offered(session: WriteSession, clock: Clock, need_id: UUID, round_id: UUID) -> None:
    """Looking -> offered; nothing to do when it already is."""
    raise NotImplementedError


async def back_to_looking(session: WriteSession, clock: Clock, need_id: UUID, reason: str) -> None:
    """offered, arranged, under way or to confirm -> looking."""
    raise NotImplementedError


async def note_unserved(
    session: WriteSession, clock: Clock, need_id: UUID, round_id: UUID, causes: list[dict[str, Any]]
) -> None:
    """A round could not place it: rounds_missed + 1; the person is told when the first cause is new."""
    raise NotImplementedError


async def withdraw_need(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, reason: str | None = None
) -> Need:
    """Close it as withdrawn, by requester, beneficiary or staff, before anybody is at the door."""
    raise NotImplementedError


async def ask_resident(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, question: str
) -> Need:
    """Staff: -> waiting for the resident, with a message that carries the question."""
    raise NotImplementedError


async def answer_question(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    answer: str,
    windows: tuple[Window, ...] = (),
) -> Need:
    """Waiting for the resident -> looking; `windows`, if given, replace the old ones."""
    raise NotImplementedError


async def hand_over(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, lane: Lane, reason: str
) -> Need:
    """Staff: move it to another lane; the resident is told."""
    raise NotImplementedError


async def close_need(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    outcome: Outcome,
    reason: str | None = None,
) -> Need:
    """Staff: close with outcome and message; live offers and jobs end, their people are told."""
    raise NotImplementedError


async def confirm_done(session: WriteSession, clock: Clock, actor: Actor, need_id: UUID) -> Need:
    """Requester, beneficiary or staff: it is done; job and need close, outcome served."""
    raise NotImplementedError


async def reopen_need(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    reason: str | None = None,
    windows: tuple[Window, ...] = (),
) -> Need:
    """Not solved: -> looking, within 7 days of closing; past windows move to the same hours from tomorrow."""
    raise NotImplementedError
