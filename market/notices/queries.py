"""Reading messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.people.models import Household, Person
from catalog.territory.models import Territory
from market.needs.models import Need
from market.notices.models import Message
from market.notices.templates import TEMPLATES


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
    statement = select(Message).where(Message.person_id == person_id).order_by(*_newest()).limit(limit)
    return [view(message) for message in await session.scalars(statement)]


async def messages_about(session: AsyncSession, need_id: UUID, person_ids: set[UUID]) -> list[MessageView]:
    """Return what was said to some people about a need, newest first."""
    statement = (
        select(Message)
        .where(Message.need_id == need_id, Message.person_id.in_(person_ids))
        .order_by(*_newest())
    )
    return [view(message) for message in await session.scalars(statement)]


async def call_list(session: AsyncSession, territory_id: UUID, *, limit: int = 200) -> list[CallItem]:
    """Return what is still to be said by telephone to people of a place, oldest first."""
    asked_in, lives_in = aliased(Territory), aliased(Territory)
    path = select(Territory.path).where(Territory.id == territory_id).scalar_subquery()
    statement = (
        select(Message, Person.name, Person.phone, Need.code)
        .join(Person, Person.id == Message.person_id)
        .outerjoin(Need, Need.id == Message.need_id)
        .outerjoin(asked_in, asked_in.id == Need.community_id)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(lives_in, lives_in.id == Household.community_id)
        .where(Message.channel == "call", Message.delivered_at.is_(None))
        .where(or_(asked_in.path.startswith(path), Need.id.is_(None) & lives_in.path.startswith(path)))
        .order_by(Message.created_at, Message.id)
        .limit(limit)
    )
    return [
        CallItem(message=view(message), person_name=name, phone=phone, need_code=code)
        for message, name, phone, code in await session.execute(statement)
    ]


def view(message: Message) -> MessageView:
    """Return what a reader gets of a message."""
    return MessageView(
        id=message.id,
        person_id=message.person_id,
        need_id=message.need_id,
        channel=message.channel,
        template=message.template,
        text=TEMPLATES[message.template],
        params=message.params,
        created_at=message.created_at,
        delivered_at=message.delivered_at,
        read_at=message.read_at,
    )


def _newest() -> tuple[Any, ...]:
    return Message.created_at.desc(), Message.id.desc()
