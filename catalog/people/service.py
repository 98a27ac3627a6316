"""Adding people and households, and how people want to be reached."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.people.commands import AddHousehold, AddPerson, ContactWishes, UpdateContact
from catalog.people.models import Household, Person
from catalog.people.phones import normal_phone
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.rows import add_rows, demand, get_row, rows_by

HOMES = (PlaceKind.UNIT, PlaceKind.BUILDING)
# People move, change numbers and wishes; repeating the first command must not undo it or be refused.
FREE = ("household_id", "phone", "languages", "tags", "contact", "created_at")


async def add_household(session: WriteSession, clock: Clock, command: AddHousehold) -> Household:
    """Add a household behind a door."""
    await add_households(session, clock, [command])
    return await get_row(session, Household, command.id)


async def add_households(session: WriteSession, clock: Clock, commands: Sequence[AddHousehold]) -> set[UUID]:
    """Add households; return the ids of the new ones.

    Raises:
        Invalid: the place is neither a stairwell unit nor a building.
        Conflict: the id exists with other content.
    """
    del clock
    places = await rows_by(session, Territory, {command.unit_id for command in commands})
    return await add_rows(session, Household, [_home(c, places.get(c.unit_id)) for c in commands])


async def add_person(session: WriteSession, clock: Clock, command: AddPerson) -> Person:
    """Add a person."""
    await add_persons(session, clock, [command])
    return await get_row(session, Person, command.id)


async def add_persons(session: WriteSession, clock: Clock, commands: Sequence[AddPerson]) -> set[UUID]:
    """Add people; return the ids of the new ones. Several may have the same phone.

    Raises:
        Invalid: no such household, or a phone that is none.
        Conflict: the id exists with other content.
    """
    homes = {command.household_id for command in commands if command.household_id}
    await demand(session, Household, homes, field="household_id")
    return await add_rows(session, Person, [_person(c, clock) for c in commands], free=FREE)


async def update_contact(session: WriteSession, clock: Clock, command: UpdateContact) -> Person:
    """Change how a person wants to be reached."""
    del clock
    person = await get_row(session, Person, command.person_id)
    reader = command.contact.reader_id
    if reader == person.id:
        raise Invalid("The person who reads is somebody else", field="reader_id")
    await demand(session, Person, [reader] if reader else [], field="reader_id")
    person.contact = _contact(command.contact)
    await session.flush()
    return person


def _home(command: AddHousehold, place: Territory | None) -> dict[str, Any]:
    if place is None or place.kind not in HOMES:
        raise Invalid("A household lives in a stairwell unit or a building", field="unit_id")
    row = msgspec.structs.asdict(command)
    row["building_id"] = place.id if place.kind is PlaceKind.BUILDING else place.parent_id
    row["community_id"] = place.community_id
    return row


def _person(command: AddPerson, clock: Clock) -> dict[str, Any]:
    row = msgspec.structs.asdict(command)
    row["phone"] = normal_phone(command.phone) if command.phone else None
    row["languages"], row["tags"] = list(command.languages), list(dict.fromkeys(command.tags))
    row["contact"] = _contact(command.contact)
    row["created_at"] = clock.now()
    return row


def _contact(wishes: ContactWishes) -> dict[str, Any]:
    contact: dict[str, Any] = msgspec.to_builtins(wishes)
    return contact
