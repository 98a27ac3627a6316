"""Reading people: by id for lists, by phone for signing in, and the roles they hold."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import Invalid
from catalog.people.models import Household, Person, Role, RoleGrant
from catalog.people.phones import normal_phone
from catalog.territory.models import Territory
from catalog.territory.rows import get_row, rows_by


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A role held over the place of a code path, and thereby over all whose path begins so."""

    grant_id: UUID
    role: Role
    territory_id: UUID
    path: str
    territory_zh: str
    territory_en: str


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a household is, in both languages; for those who may know it."""

    household: Household
    compound: Territory | None
    building: Territory
    unit: Territory


async def person(session: AsyncSession, person_id: UUID) -> Person:
    """Return a person; `NotFound` if there is none."""
    return await get_row(session, Person, person_id)


async def household(session: AsyncSession, household_id: UUID) -> Household:
    """Return a household; `NotFound` if there is none."""
    return await get_row(session, Household, household_id)


async def persons(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return people by id, for lists."""
    return await rows_by(session, Person, ids)


async def households(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Household]:
    """Return households by id, for lists."""
    return await rows_by(session, Household, ids)


async def people_by_phone(session: AsyncSession, phone: str) -> Sequence[Person]:
    """Return everybody who is reached by a phone, however it is written; nobody for what is no number."""
    try:
        number = normal_phone(phone)
    except Invalid:
        return []
    statement = select(Person).where(Person.phone == number).order_by(Person.birth_year, Person.id)
    return (await session.execute(statement)).scalars().all()


async def people_of(session: AsyncSession, household_id: UUID) -> Sequence[Person]:
    """Return the people of a household, the eldest first."""
    statement = select(Person).where(Person.household_id == household_id)
    return (await session.execute(statement.order_by(Person.birth_year, Person.id))).scalars().all()


async def read_for(session: AsyncSession, reader_id: UUID) -> Sequence[Person]:
    """Return the people whose messages somebody reads in their stead."""
    reader = Person.contact["reader_id"].as_string()
    statement = select(Person).where(reader == str(reader_id)).order_by(Person.birth_year, Person.id)
    return (await session.execute(statement)).scalars().all()


async def grants_of(session: AsyncSession, person_id: UUID) -> Sequence[Held]:
    """Return the roles that a person holds, with the code paths of their places."""
    found = await session.execute(
        select(
            RoleGrant.id.label("grant_id"),
            RoleGrant.role,
            RoleGrant.territory_id,
            Territory.path,
            Territory.name_zh.label("territory_zh"),
            Territory.name_en.label("territory_en"),
        )
        .join(Territory, RoleGrant.territory_id == Territory.id)
        .where(RoleGrant.person_id == person_id)
        .order_by(Territory.path, RoleGrant.role)
    )
    return [Held(**row._mapping) for row in found]  # noqa: SLF001 the public name of a row's columns


async def holders(session: AsyncSession, path: str, *roles: Role) -> Sequence[Person]:
    """Return who holds one of the roles over the place of a path (granted there or above it)."""
    codes = path.rstrip("/").split("/")
    above = ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
    who = (
        select(RoleGrant.person_id)
        .join(Territory, RoleGrant.territory_id == Territory.id)
        .where(RoleGrant.role.in_(roles), Territory.path.in_(above))
    )
    statement = select(Person).where(Person.id.in_(who)).order_by(Person.name, Person.id)
    return (await session.execute(statement)).scalars().all()


async def addresses(session: AsyncSession, household_ids: Collection[UUID]) -> dict[UUID, Address]:
    """Return addresses by household, for lists: three statements however many."""
    homes = await households(session, household_ids)
    asked = {place for home in homes.values() for place in (home.unit_id, home.building_id)}
    places = await rows_by(session, Territory, asked)
    above = {parent for home in homes.values() if (parent := places[home.building_id].parent_id)}
    places |= await rows_by(session, Territory, above)
    return {key: _address(home, places) for key, home in homes.items()}


def _address(home: Household, places: dict[UUID, Territory]) -> Address:
    building = places[home.building_id]
    compound = places.get(building.parent_id) if building.parent_id else None
    return Address(household=home, compound=compound, building=building, unit=places[home.unit_id])
