"""What callers fill in about households, people and roles."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from catalog.people.models import Role
from catalog.territory.limits import Command, CoordinateSystem, Lang, Lat, Lon, PhoneText, ShortName, Tag

Channel: TypeAlias = Literal["app", "phone", "paper", "relative"]
Gender: TypeAlias = Literal["female", "male"]
Language: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")]


class AddHousehold(Command, frozen=True, kw_only=True):
    """A door of a stairwell unit (or of a building without units); building and community follow from there."""

    id: UUID
    unit_id: UUID
    door: Annotated[str, Meta(min_length=1, max_length=32)]
    floor: Annotated[int, Meta(ge=-5, le=200)]
    lat: Lat
    lon: Lon
    coordinate_system: CoordinateSystem = "wgs84"
    tenure: Literal["owner", "tenant", "dormitory"] = "owner"


class ContactWishes(Command, frozen=True, kw_only=True):
    """How to reach a person; `reader_id` is who reads and answers in their stead."""

    channel: Channel = "app"
    lang: Lang = "zh"
    reader_id: UUID | None = None
    large_text: bool = False


class AddPerson(Command, frozen=True, kw_only=True):
    """A person, with or without a phone of their own."""

    id: UUID
    name: ShortName
    household_id: UUID | None = None
    phone: PhoneText | None = None
    birth_year: Annotated[int, Meta(ge=1900, le=2100)] | None = None
    gender: Gender | None = None
    languages: Annotated[tuple[Language, ...], Meta(max_length=10)] = ()
    tags: Annotated[tuple[Tag, ...], Meta(max_length=20)] = ()
    contact: ContactWishes = ContactWishes()


class UpdateContact(Command, frozen=True, kw_only=True):
    """How a person wants to be reached from now on."""

    person_id: UUID
    contact: ContactWishes


class SetPassword(Command, frozen=True, kw_only=True):
    """A password for staff; everybody else signs in by a code to the phone."""

    person_id: UUID
    password: Annotated[str, Meta(min_length=8, max_length=200)]


class GrantRole(Command, frozen=True, kw_only=True):
    """A role over a place and all below it."""

    id: UUID
    person_id: UUID
    role: Role
    territory_id: UUID


class RevokeRole(Command, frozen=True, kw_only=True):
    """The end of a grant."""

    grant_id: UUID
