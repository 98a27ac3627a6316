"""What callers fill in about places and grids."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from catalog.territory.limits import Code, Command, CoordinateSystem, Lat, Lon, Name, Note, PhoneText, Tag
from catalog.territory.models import GridKind, PlaceKind


class AddTerritory(Command, frozen=True, kw_only=True):
    """A place below `parent_id`; its path and community follow from the parent. `outline` is a ring of (lat, lon)."""

    id: UUID
    kind: PlaceKind
    code: Code
    name_zh: Name
    name_en: Name
    parent_id: UUID | None = None
    aliases: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()
    lat: Lat | None = None
    lon: Lon | None = None
    coordinate_system: CoordinateSystem = "wgs84"
    tags: Annotated[tuple[Tag, ...], Meta(max_length=20)] = ()
    governance: Tag | None = None
    theme: Annotated[str, Meta(max_length=64)] | None = None
    floors: Annotated[int, Meta(ge=1, le=200)] | None = None
    has_lift: bool | None = None
    entry_notes: Note | None = None
    phone: PhoneText | None = None
    outline: Annotated[tuple[tuple[Lat, Lon], ...], Meta(min_length=3, max_length=10_000)] | None = None


class SetTags(Command, frozen=True, kw_only=True):
    """Tags that a place shall have from now on."""

    territory_id: UUID
    tags: Annotated[tuple[Tag, ...], Meta(max_length=20)]


class AddGrid(Command, frozen=True, kw_only=True):
    """A grid of compounds or a micro-grid of buildings."""

    id: UUID
    kind: GridKind
    community_id: UUID
    code: Code
    name_zh: Name
    name_en: Name
    parent_id: UUID | None = None
    leader_id: UUID | None = None
    backup_leader_id: UUID | None = None
    member_ids: tuple[UUID, ...] = ()


class SetGridMembers(Command, frozen=True, kw_only=True):
    """The compounds or buildings that a grid shall have from now on; each may be in other grids too."""

    grid_id: UUID
    member_ids: Annotated[tuple[UUID, ...], Meta(max_length=1_000)]
