"""Telling people things. Every function works within the caller's transaction and never commits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.people.models import Household, Person
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.needs.models import Need
from market.notices.models import Message
from market.notices.templates import TEMPLATES

CALLED = frozenset({"phone", "paper", "relative"})
MANY = 5_000


async def tell(
    session: WriteSession,
    clock: Clock,
    person_id: UUID,
    template: str,
    need_id: UUID | None = None,
    **params: Any,
) -> Message:
    """Say `template` (a key of TEMPLATES) to a person: in the app at once, or on the telephone list.

    Parameters are plain JSON; times are handed in aware and kept as ISO text. KeyError when the template or one of its
    parameters is unknown: a message that cannot be put into words is a mistake of ours, found where it is made.
    """
    contact = (await contacts(session, [person_id])).get(person_id)
    if contact is None:
        raise NotFound("There is no such {thing}", thing="person")
    return write(session, clock, person_id, contact, template, need_id, **params)


async def tell_all(
    session: WriteSession,
    clock: Clock,
    person_ids: Iterable[UUID],
    template: str,
    need_id: UUID | None = None,
    **params: Any,
) -> list[Message]:
    """Say the same to several people, each once; in the order given."""
    people = list(dict.fromkeys(person_ids))
    known = await contacts(session, people)
    return [write(session, clock, person, known[person], template, need_id, **params) for person in people]


def write(
    session: WriteSession,
    clock: Clock,
    person_id: UUID,
    contact: dict[str, Any],
    template: str,
    need_id: UUID | None = None,
    **params: Any,
) -> Message:
    """Write a message to somebody whose contact preferences are at hand (for those who write many)."""
    plain = {name: _plain(value) for name, value in params.items()}
    TEMPLATES[template].format(**plain)
    called = contact.get("channel") in CALLED
    message = Message(
        id=new_id(),
        person_id=person_id,
        need_id=need_id,
        channel="call" if called else "app",
        template=template,
        params=plain,
        created_at=clock.now(),
        delivered_at=None if called else clock.now(),
    )
    session.add(message)
    return message


async def contacts(session: WriteSession, person_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the contact preferences of people."""
    found: dict[UUID, dict[str, Any]] = {}
    wanted = list(person_ids)
    for start in range(0, len(wanted), MANY):
        some = select(Person.id, Person.contact).where(Person.id.in_(wanted[start : start + MANY]))
        found.update((row.id, row.contact or {}) for row in await session.execute(some))
    return found


async def mark_called(session: WriteSession, clock: Clock, actor: Actor, message_id: UUID) -> Message:
    """Staff: a message of the telephone list has been said; twice is once."""
    message = await session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such {thing}", thing="message")
    actor.demand(await _path_of(session, message), *STAFF)
    await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.delivered_at.is_(None))
        .values(delivered_at=clock.now())
    )
    await session.refresh(message)
    return message


async def mark_read(session: WriteSession, clock: Clock, actor: Actor, message_ids: Iterable[UUID]) -> None:
    """Note that a person has seen messages to her; others' are left alone."""
    await session.execute(
        update(Message)
        .where(
            Message.id.in_(list(message_ids)), Message.person_id == actor.person_id, Message.read_at.is_(None)
        )
        .values(read_at=clock.now())
    )


async def _path_of(session: WriteSession, message: Message) -> str:
    place = select(Territory.path).limit(1)
    if message.need_id is not None:
        of_need = place.join(Need, Need.community_id == Territory.id).where(Need.id == message.need_id)
        return (await session.execute(of_need)).scalar_one()
    of_home = (
        place.join(Household, Household.community_id == Territory.id)
        .join(Person, Person.household_id == Household.id)
        .where(Person.id == message.person_id)
    )
    return (await session.execute(of_home)).scalar_one_or_none() or ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
