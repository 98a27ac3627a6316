"""The file of one need: what its status page does not say because only the office may read it. Ten statements at most."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.people.models import Person
from catalog.people.queries import Address, addresses, persons
from catalog.providers.models import Provider, Worker
from catalog.territory.queries import territory
from market.actor import STAFF, Actor
from market.jobs.models import Job
from market.needs.models import Need
from market.needs.queries import status_of
from market.needs.views import NeedStatus
from market.offers.models import Offer
from market.states import OfferState


class OfferLine(msgspec.Struct, frozen=True, kw_only=True):
    """One offer in the history of a need."""

    id: UUID
    worker_name: str
    provider_zh: str
    provider_en: str
    provider_phone: str | None
    state: OfferState
    start_at: datetime
    end_at: datetime
    travel_minutes: int
    travel_metres: int
    sent_at: datetime
    deadline_at: datetime
    answered_at: datetime | None
    decline_reason: str | None
    round_id: UUID


class NeedFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on one need; the rows are the database's own."""

    status: NeedStatus
    need: Any  # Need
    community: Any  # Territory
    requester: Any  # Person
    beneficiary: Any  # Person
    filed_by: Any  # Person or None
    address: Any  # Address or None
    offers: Sequence[OfferLine]
    job: Any  # Job or None: the newest, called off or not
    same_as: str | None
    wanted_helper: str | None


async def need_file(session: AsyncSession, need_id: UUID, actor: Actor) -> NeedFile:
    """Return the file of a need.

    Raises:
        NotFound: there is no such need.
        Forbidden: the actor is no officer of its community.
    """
    need = await session.get(Need, need_id)
    if need is None:
        raise NotFound("There is no such {thing}", thing="need")
    community = await territory(session, need.community_id)
    actor.demand(community.path, *STAFF)
    people = await persons(session, {need.requester_id, need.beneficiary_id} | _some(need.filed_by_id))
    return NeedFile(
        status=await status_of(session, need_id, actor),
        need=need,
        community=community,
        requester=people[need.requester_id],
        beneficiary=people[need.beneficiary_id],
        filed_by=people.get(need.filed_by_id) if need.filed_by_id else None,
        address=await _address(session, need),
        offers=await _offers(session, need_id),
        job=await _job(session, need_id),
        same_as=await _code(session, need.duplicate_of_id),
        wanted_helper=await _worker_name(session, need.wishes.get("same_helper")),
    )


def _some(found: UUID | None) -> set[UUID]:
    return {found} if found else set()


async def _address(session: AsyncSession, need: Need) -> Address | None:
    if need.household_id is None:
        return None
    return (await addresses(session, [need.household_id])).get(need.household_id)


async def _offers(session: AsyncSession, need_id: UUID) -> list[OfferLine]:
    statement = (
        select(
            *(getattr(Offer, name) for name in OfferLine.__struct_fields__ if hasattr(Offer, name)),
            Person.name.label("worker_name"),
            Provider.name_zh.label("provider_zh"),
            Provider.name_en.label("provider_en"),
            Provider.phone.label("provider_phone"),
        )
        .join(Worker, Worker.id == Offer.worker_id)
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Offer.need_id == need_id)
        .order_by(Offer.sent_at.desc(), Offer.seat, Offer.id)
        .limit(50)
    )
    return [OfferLine(**row._mapping) for row in await session.execute(statement)]  # noqa: SLF001 public name


async def _job(session: AsyncSession, need_id: UUID) -> Job | None:
    statement = select(Job).where(Job.need_id == need_id).order_by(Job.created_at.desc(), Job.id.desc())
    return (await session.execute(statement.limit(1))).scalar_one_or_none()


async def _code(session: AsyncSession, need_id: UUID | None) -> str | None:
    if need_id is None:
        return None
    return (await session.execute(select(Need.code).where(Need.id == need_id))).scalar_one_or_none()


async def _worker_name(session: AsyncSession, worker_id: str | None) -> str | None:
    if worker_id is None:
        return None
    statement = select(Person.name).join(Worker, Worker.person_id == Person.id)
    return (await session.execute(statement.where(Worker.id == UUID(worker_id)))).scalar_one_or_none()
