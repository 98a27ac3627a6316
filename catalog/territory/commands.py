"""What callers fill in about places and grids."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

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


class PutTerritory(Command, frozen=True, kw_only=True):
    """A place as a list says it is, known by its code: added if there is none, else changed to what the list says.

    What the list does not speak of (UNSET) stays as it is; None and empty clear. `name_en` is the Chinese name if a new
    place has no other.
    """

    code: Code
    kind: PlaceKind
    parent_code: Code | None
    name_zh: Name
    name_en: Name | UnsetType = UNSET
    lat: Lat | UnsetType | None = UNSET
    lon: Lon | UnsetType | None = UNSET
    coordinate_system: CoordinateSystem = "wgs84"
    aliases: Annotated[tuple[Name, ...], Meta(max_length=20)] | UnsetType = UNSET
    tags: Annotated[tuple[Tag, ...], Meta(max_length=20)] | UnsetType = UNSET
    governance: Tag | UnsetType | None = UNSET
    theme: Annotated[str, Meta(max_length=64)] | UnsetType | None = UNSET
    floors: Annotated[int, Meta(ge=1, le=200)] | UnsetType | None = UNSET
    has_lift: bool | UnsetType | None = UNSET
    entry_notes: Note | UnsetType | None = UNSET
    phone: PhoneText | UnsetType | None = UNSET


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
