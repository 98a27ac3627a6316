"""What callers fill in about rooms."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from catalog.territory.limits import Code, Command, CoordinateSystem, DayMinutes, Lat, Lon, Name, Tag, Weekday


class Opening(Command, frozen=True, kw_only=True):
    """Weekly opening: weekday 0 (Monday) to 6, minutes after local midnight."""

    weekday: Weekday
    start_minute: DayMinutes
    end_minute: DayMinutes


class AddVenue(Command, frozen=True, kw_only=True):
    """A room with its owner and fee in fen per hour (0: lent); `uses` are service codes, `idle` 闲置."""

    id: UUID
    territory_id: UUID
    kind: Tag
    name_zh: Name
    name_en: Name
    lat: Lat
    lon: Lon
    coordinate_system: CoordinateSystem = "wgs84"
    capacity: Annotated[int, Meta(ge=1, le=100_000)]
    step_free: bool
    idle: bool = False
    owner: Name
    fee_fen_hour: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    opening: Annotated[tuple[Opening, ...], Meta(max_length=70)] = ()
    uses: Annotated[tuple[Code, ...], Meta(max_length=200)] = ()


class CloseVenue(Command, frozen=True, kw_only=True):
    """One day on which a room cannot be had: closed, or booked by somebody else; no minutes: all day."""

    id: UUID
    venue_id: UUID
    day: date
    start_minute: DayMinutes | None = None
    end_minute: DayMinutes | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class AddCanteen(Command, frozen=True, kw_only=True):
    """A canteen in a room: weekly spans in which meals are `ready`, minutes of loading and of staying fresh, meals a day.

    `pick_up_seats`: meals fetched by people themselves; `dine_in_seats`: people who eat there at a time.
    """

    id: UUID
    venue_id: UUID
    ready: Annotated[tuple[Opening, ...], Meta(min_length=1, max_length=70)]
    load_minutes: Annotated[int, Meta(ge=0, le=60)] = 5
    fresh_minutes: Annotated[int, Meta(ge=5, le=240)] = 40
    meals_day: Annotated[int, Meta(ge=1, le=10_000)]
    pick_up_seats: Annotated[int, Meta(ge=0, le=10_000)] = 0
    dine_in_seats: Annotated[int, Meta(ge=0, le=10_000)] = 0
