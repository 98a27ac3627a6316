"""Requests that an officer may read, and names of helpers and requests that documents of the matching hold by id."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.people.models import Person
from catalog.providers.models import Provider, Worker
from catalog.services.models import Service
from catalog.territory.queries import territory
from market.actor import STAFF, Actor
from market.needs.models import Need
from market.needs.queries import status_of
from market.needs.views import NeedStatus


class HelperName(msgspec.Struct, frozen=True, kw_only=True):
    """A helper with the provider that answers for them."""

    name: str
    provider_zh: str
    provider_en: str


async def need_of(session: AsyncSession, need_id: UUID, actor: Actor) -> NeedStatus:
    """Return a need that an officer may see.

    Raises:
        NotFound: there is no such need.
        Forbidden: the actor is no officer of its community.
    """
    need = await session.get(Need, need_id)
    if need is None:
        raise NotFound("There is no such {thing}", thing="need")
    actor.demand((await territory(session, need.community_id)).path, *STAFF)
    return await status_of(session, need_id, actor)


async def helper_names(session: AsyncSession, ids: Collection[str]) -> dict[str, HelperName]:
    """Return helpers by the id of their worker; one statement."""
    statement = (
        select(Worker.id, Person.name, Provider.name_zh, Provider.name_en)
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(Worker.id.in_(sorted(map(UUID, ids))))
    )
    return {
        str(id_): HelperName(name=name, provider_zh=zh, provider_en=en)
        for id_, name, zh, en in await session.execute(statement)
    }


async def need_names(session: AsyncSession, ids: Collection[str]) -> dict[str, Any]:
    """Return id, code and names of the service of needs; one statement. Other things of a plan are left out."""
    wanted = [found for found in map(_uuid, ids) if found is not None]
    statement = (
        select(Need.id, Need.code, Service.name_zh, Service.name_en)
        .join(Service, Service.code == Need.service_code)
        .where(Need.id.in_(sorted(wanted)))
    )
    return {str(row.id): row for row in await session.execute(statement)}


def known(people: Mapping[str, HelperName], workers: Iterable[str]) -> tuple[HelperName, ...]:
    """Return the names of those who are still known, in order."""
    return tuple(people[worker] for worker in workers if worker in people)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
