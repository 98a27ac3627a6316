"""Table of venues: rooms for classes, fairs and canteens, idle ones 幸福链接 included."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, source_system


class Venue(Base):
    """A room with owner, fee in fen per hour, weekly opening minutes and permitted uses."""

    __tablename__ = "venue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    lat: Mapped[float]
    lon: Mapped[float]
    coordinate_system: Mapped[str] = source_system()
    capacity: Mapped[int]
    step_free: Mapped[bool]
    idle: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str] = mapped_column(String(120))
    fee_fen_hour: Mapped[int] = mapped_column(default=0)
    opening: Mapped[list[dict[str, Any]]]
    uses: Mapped[list[str]]


class VenueDay(Base):
    """A day on which a room is closed, or taken by somebody else from one minute to another (none: all day)."""

    __tablename__ = "venue_day"
    __table_args__ = (CheckConstraint("(start_minute IS NULL) = (end_minute IS NULL)", name="both_or_none"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    start_minute: Mapped[int | None]
    end_minute: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(200))


class Canteen(Base):
    """A canteen for older people 长者食堂 in a room: when meals are ready, and how many leave it or are eaten there.

    `ready`: weekly spans as for opening. Loading takes `load_minutes`; meals stay good for `fresh_minutes` in the bag.
    """

    __tablename__ = "canteen"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), unique=True)
    ready: Mapped[list[dict[str, Any]]]
    load_minutes: Mapped[int]
    fresh_minutes: Mapped[int]
    meals_day: Mapped[int]
    pick_up_seats: Mapped[int]
    dine_in_seats: Mapped[int]
