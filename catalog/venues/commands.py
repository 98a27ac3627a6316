"""What callers fill in about rooms."""

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
