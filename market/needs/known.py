"""What must be known before needs can be checked, fetched for many commands with few statements."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.models import Household, Person
from catalog.providers.models import Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.needs.commands import OpenNeed
from market.needs.ground import Community, load_communities

MANY = 5_000


class Resident(NamedTuple):
    """A person as far as opening a need is concerned."""

    household_id: UUID | None
    contact: dict[str, Any]


class Home(NamedTuple):
    """A household and the path of its building."""

    community_id: UUID
    lat: float
    lon: float
    path: str


class Known(msgspec.Struct, frozen=True):
    """The catalogue, as far as some commands refer to it."""

    services: dict[str, Service]
    people: dict[UUID, Resident]
    homes: dict[UUID, Home]
    workers: frozenset[UUID]
    communities: dict[UUID, Community]


async def load_known(session: AsyncSession, commands: Sequence[OpenNeed]) -> Known:
    """Fetch what `commands` refer to."""
    people = await _people(session, {id_ for c in commands for id_ in (c.requester_id, c.beneficiary_id)})
    homes = {c.household_id or _home_of(people, c.beneficiary_id) for c in commands}
    helpers = {c.wishes.same_helper for c in commands}
    return Known(
        services=await _services(session, {c.service_code for c in commands}),
        people=people,
        homes=await _homes(session, homes),
        workers=frozenset(await _some(session, select(Worker.id, Worker.id), Worker.id, helpers)),
        communities=await load_communities(session),
    )


def _home_of(people: dict[UUID, Resident], person_id: UUID) -> UUID | None:
    person = people.get(person_id)
    return person.household_id if person else None


async def _services(session: AsyncSession, codes: set[str]) -> dict[str, Service]:
    found = await session.scalars(select(Service).where(Service.code.in_(codes)))
    return {service.code: service for service in found}


async def _people(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Resident]:
    rows = await _some(session, select(Person.id, Person.household_id, Person.contact), Person.id, ids)
    return {key: Resident(*rest) for key, rest in rows.items()}


async def _homes(session: AsyncSession, ids: set[UUID | None]) -> dict[UUID, Home]:
    columns = (Household.id, Household.community_id, Household.lat, Household.lon, Territory.path)
    statement = select(*columns).join(Territory, Territory.id == Household.building_id)
    rows = await _some(session, statement, Household.id, ids)
    return {key: Home(*rest) for key, rest in rows.items()}


async def _some(session: AsyncSession, statement: Any, column: Any, ids: Any) -> dict[UUID, tuple[Any, ...]]:
    # In pieces, since both databases limit the parameters of one statement.
    wanted = sorted(id_ for id_ in ids if id_ is not None)
    found: dict[UUID, tuple[Any, ...]] = {}
    for start in range(0, len(wanted), MANY):
        rows = await session.execute(statement.where(column.in_(wanted[start : start + MANY])))
        found.update((row[0], tuple(row[1:])) for row in rows)
    return found
