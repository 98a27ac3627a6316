"""Adding places. A place lies below one of a wider kind; its path and its community follow from there."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.territory.commands import AddTerritory, SetTags
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.rows import add_rows, demand_free, get_row, rows_by

LEVELS = tuple(PlaceKind)
# A deployment may begin at any place that officers look after; what is inside a community needs one above it.
ROOTS = (PlaceKind.DISTRICT, PlaceKind.STREET, PlaceKind.COMMUNITY)
# Officers mend these later; repeating the first command must not undo it or be refused.
FREE = ("tags", "aliases", "theme", "governance", "entry_notes", "phone", "outline")


class Above(msgspec.Struct, frozen=True):
    """What a place takes from the one above it."""

    kind: PlaceKind
    path: str
    community_id: UUID | None


async def add_territory(session: WriteSession, clock: Clock, command: AddTerritory) -> Territory:
    """Add a place; see `add_territories` for what is refused."""
    await add_territories(session, clock, [command])
    return await get_row(session, Territory, command.id)


async def add_territories(session: WriteSession, clock: Clock, commands: Sequence[AddTerritory]) -> set[UUID]:
    """Add places, parents before their children; return the ids of the new ones.

    Raises:
        Invalid: no such parent, a parent that is not wider, or half a coordinate.
        Conflict: the id exists with other content, or the code is taken.
    """
    del clock
    await demand_free(session, Territory, {command.code: command.id for command in commands}, column="code")
    above = await _parents(session, commands)
    rows = []
    for command in commands:
        row = _row(command, above)
        above[command.id] = Above(command.kind, row["path"], row["community_id"])
        rows.append(row)
    return await add_rows(session, Territory, rows, free=FREE)


async def set_tags(session: WriteSession, clock: Clock, command: SetTags) -> Territory:
    """Replace the tags of a place."""
    del clock
    place = await get_row(session, Territory, command.territory_id)
    place.tags = list(dict.fromkeys(command.tags))
    await session.flush()
    return place


async def _parents(session: WriteSession, commands: Sequence[AddTerritory]) -> dict[UUID, Above]:
    asked = {command.parent_id for command in commands if command.parent_id} - {c.id for c in commands}
    rows: Mapping[UUID, Territory] = await rows_by(session, Territory, asked)
    return {key: Above(row.kind, row.path, row.community_id) for key, row in rows.items()}


def _row(command: AddTerritory, above: Mapping[UUID, Above]) -> dict[str, Any]:
    parent = _parent(command, above)
    if (command.lat is None) != (command.lon is None):
        raise Invalid("A place has both coordinates or none", field="lat")
    own = command.id if command.kind is PlaceKind.COMMUNITY else None
    row = msgspec.structs.asdict(command)
    row["path"] = (parent.path if parent else "") + command.code + "/"
    row["community_id"] = own or (parent.community_id if parent else None)
    row["aliases"], row["tags"] = list(command.aliases), list(command.tags)
    row["outline"] = [list(point) for point in command.outline] if command.outline else None
    return row


def _parent(command: AddTerritory, above: Mapping[UUID, Above]) -> Above | None:
    parent = above.get(command.parent_id) if command.parent_id else None
    if command.parent_id is not None and parent is None:
        raise Invalid(
            "There is no {thing} {key}", thing="territory", key=command.parent_id, field="parent_id"
        )
    check_level(command.kind, parent)
    return parent


def check_level(kind: PlaceKind, parent: Above | None) -> None:
    """Refuse a place that cannot lie where it shall: `parent` is what is right above it, None for a place on top."""
    if parent is None:
        if kind not in ROOTS:
            raise Invalid("A {kind} lies below another place", kind=kind.value, field="parent_id")
        return
    if LEVELS.index(parent.kind) >= LEVELS.index(kind):
        words = {"kind": kind.value, "parent": parent.kind.value}
        raise Invalid("A {kind} cannot lie below a {parent}", field="parent_id", **words)
    if kind not in ROOTS and parent.community_id is None:
        raise Invalid("A {kind} lies in a community", kind=kind.value, field="parent_id")
