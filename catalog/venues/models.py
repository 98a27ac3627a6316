"""Table of venues: rooms for classes, fairs and canteens, idle ones 幸福链接 included."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
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
