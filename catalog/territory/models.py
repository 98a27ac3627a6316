"""Tables of the territory: one tree of places, and grids as a second partition laid over it."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of, source_system


class PlaceKind(StrEnum):
    """Levels of the tree, from the widest."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    UNIT = "unit"


class GridKind(StrEnum):
    """Grid 网格 and micro-grid 微网格, the smallest routing unit."""

    GRID = "grid"
    MICRO_GRID = "micro_grid"


class Territory(Base):
    """A place in the tree 区 - 街道 - 社区 - 小区 - 楼栋 - 单元; `path` lists the codes above it, each ended by a slash."""

    __tablename__ = "territory"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(one_of(PlaceKind))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("territory.id"), index=True)
    community_id: Mapped[UUID | None] = mapped_column(ForeignKey("territory.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(400), index=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    coordinate_system: Mapped[str] = source_system()
    tags: Mapped[list[str]] = mapped_column(default=list)
    governance: Mapped[str | None] = mapped_column(String(32))
    theme: Mapped[str | None] = mapped_column(String(64))
    floors: Mapped[int | None]
    has_lift: Mapped[bool | None]
    entry_notes: Mapped[str | None] = mapped_column(String(400))
    phone: Mapped[str | None] = mapped_column(String(32))
    # Ground that the street network covers, as a ring of [lat, lon]; set on streets, asked by needs.
    outline: Mapped[list[list[float]] | None]


class Grid(Base):
    """A grid or micro-grid; one leader may serve several."""

    __tablename__ = "grid"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[GridKind] = mapped_column(one_of(GridKind))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("grid.id"), index=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    backup_leader_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class GridMember(Base):
    """A compound (of a grid) or a building (of a micro-grid): many to many."""

    __tablename__ = "grid_member"

    grid_id: Mapped[UUID] = mapped_column(ForeignKey("grid.id"), primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), primary_key=True, index=True)
