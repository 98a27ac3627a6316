"""What callers fill in to ask for something."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from catalog.services.models import Lane
from market.needs.models import Channel, Urgency

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Latitude: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]

MAX_WINDOWS = 8
DAYS_AHEAD = 60


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Root of what callers fill in: frozen, named fields only, no unknown ones."""


class Window(Command, frozen=True, kw_only=True):
    """A span, both ends aware, in which the whole service must fit."""

    starts_at: Moment
    ends_at: Moment


class Wishes(Command, frozen=True, kw_only=True):
    """Who should come, if possible."""

    same_helper: UUID | None = None
    gender: Literal["female", "male"] | None = None
    language: Annotated[str, Meta(min_length=2, max_length=16)] | None = None


class Consent(Command, frozen=True, kw_only=True):
    """How the beneficiary agreed that somebody else asks."""

    how: Literal["spoken", "written", "phone", "guardian"]


class OpenNeed(Command, frozen=True, kw_only=True):
    """Ask for one service.

    `urgency` defaults to the service's, `household_id` to the beneficiary's, `lat` and `lon` to the household's.
    `relation` is what the beneficiary is to the requester (a daughter who asks for her mother: "parent").
    `consent` is needed when requester and beneficiary are two people.
    """

    id: UUID
    lane: Lane = Lane.SERVICE
    channel: Channel
    service_code: Annotated[str, Meta(min_length=1, max_length=64)]
    requester_id: UUID
    beneficiary_id: UUID
    relation: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    consent: Consent | None = None
    windows: Annotated[tuple[Window, ...], Meta(min_length=1, max_length=MAX_WINDOWS)]
    urgency: Urgency | None = None
    description: Annotated[str, Meta(max_length=2000)] = ""
    wishes: Wishes = Wishes()
    access_notes: Annotated[str, Meta(max_length=400)] | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    household_id: UUID | None = None
    private: bool = False
