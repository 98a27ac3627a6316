"""Places from a list, known by their codes: what is new is added, what differs is changed, the rest is left alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import or_, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid, LinliError
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from catalog.people.models import Household
from catalog.territory.commands import AddTerritory, PutTerritory
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.rows import rows_by
from catalog.territory.service import LEVELS, Above, add_territories, check_level

SAME_DEGREES = 2e-7
"""Coordinates that differ by less (2 cm) are the same: they went through another system and came back."""

POINT = ("lat", "lon", "coordinate_system")
HOUSES = (PlaceKind.UNIT, PlaceKind.BUILDING)


class Fault(NamedTuple):
    """A command of the list, by its number from 0, that cannot be done."""

    number: int
    error: LinliError


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: codes added; codes changed, with the columns; how many were as before; homes moved along."""

    added: tuple[str, ...] = ()
    changed: dict[str, tuple[str, ...]] = {}
    same: int = 0
    homes_moved: int = 0


async def faults(session: WriteSession, commands: Sequence[PutTerritory]) -> list[Fault]:
    """Return everything that keeps a list from being put, in its order; empty if it can be."""
    stored = await _stored(session, commands)
    by_code = {command.code: command for command in commands}
    found = []
    for number, command in enumerate(commands):
        try:
            if by_code[command.code] is not command:
                raise Conflict("{value} is taken", value=command.code, field="code")
            _check(command, by_code, stored)
        except LinliError as error:
            found.append(Fault(number, error))
    return found


async def put_territories(session: WriteSession, clock: Clock, commands: Sequence[PutTerritory]) -> Put:
    """Add and change places, in any order of the list. Repeating it changes nothing.

    A place keeps its kind and what it lies in. Households that were noted at the old coordinates of a house move along.

    Raises:
        Invalid, Conflict: the first of the `faults`.
    """
    for fault in await faults(session, commands):
        raise fault.error
    stored = await _stored(session, commands)
    new = [command for command in commands if command.code not in stored]
    ids = {code: row.id for code, row in stored.items()} | {c.code: _id(c.code) for c in new}
    # Wide before narrow: a parent is always wider than its children.
    await add_territories(session, clock, [_added(command, ids) for command in sorted(new, key=_level)])
    changed, homes = {}, 0
    for command in sorted(commands, key=_level, reverse=True):
        if command.code in stored and (values := _changes(stored[command.code], command)):
            homes += await _move_homes(session, stored[command.code], values)
            for name, value in values.items():
                setattr(stored[command.code], name, value)
            changed[command.code] = tuple(values)
    await session.flush()
    return Put(
        added=tuple(command.code for command in new),
        changed={command.code: changed[command.code] for command in commands if command.code in changed},
        same=len(commands) - len(new) - len(changed),
        homes_moved=homes,
    )


async def _stored(session: WriteSession, commands: Sequence[PutTerritory]) -> dict[str, Territory]:
    """Return the places of the list that are there already, and those right above the new ones."""
    codes = {command.code for command in commands} | {c.parent_code for c in commands if c.parent_code}
    rows: dict[str, Territory] = await rows_by(session, Territory, codes, key="code")
    return rows


def _check(
    command: PutTerritory, by_code: Mapping[str, PutTerritory], stored: Mapping[str, Territory]
) -> None:
    if (command.lat is None or command.lat is UNSET) != (command.lon is None or command.lon is UNSET):
        raise Invalid("A place has both coordinates or none", field="lat")
    row = stored.get(command.code)
    if row is None:
        check_level(command.kind, _above(command, by_code, stored))
        return
    if row.kind is not command.kind:
        was = {"code": command.code, "kind": row.kind.value}
        raise Conflict("{code} is a {kind} already, and stays one", field="kind", **was)
    parent = stored.get(command.parent_code) if command.parent_code else None
    if row.parent_id != (parent.id if parent else None):
        raise Conflict("{code} lies below another place already", code=command.code, field="parent_id")


def _above(
    command: PutTerritory, by_code: Mapping[str, PutTerritory], stored: Mapping[str, Territory]
) -> Above | None:
    """Return what is right above a new place, as it is or as the list will make it; only what levels need."""
    if command.parent_code is None:
        return None
    if row := stored.get(command.parent_code):
        return Above(row.kind, row.path, row.community_id)
    parent = by_code.get(command.parent_code)
    if parent is None:
        raise Invalid(
            "There is no {thing} {key}", thing="territory", key=command.parent_code, field="parent_id"
        )
    # Being inside a community follows from the kinds: what may not be on top must lie in one.
    inside = _id(parent.code) if parent.kind in _INSIDE else None
    return Above(parent.kind, "", inside)


_INSIDE = frozenset(LEVELS[LEVELS.index(PlaceKind.COMMUNITY) :])


def _level(command: PutTerritory) -> int:
    return LEVELS.index(command.kind)


def _id(code: str) -> UUID:
    return derived_id("territory", code)


def _added(command: PutTerritory, ids: Mapping[str, UUID]) -> AddTerritory:
    given = dict(_spoken(command))
    return AddTerritory(
        id=ids[command.code],
        kind=command.kind,
        code=command.code,
        parent_id=ids[command.parent_code] if command.parent_code else None,
        **({"name_en": command.name_zh} | given),
    )


def _spoken(command: PutTerritory) -> Iterator[tuple[str, Any]]:
    """Yield the columns that the list speaks of, but for what makes the place what it is."""
    for name, value in msgspec.structs.asdict(command).items():
        if name not in {"code", "kind", "parent_code"} and value is not UNSET:
            yield name, value


def _changes(row: Territory, command: PutTerritory) -> dict[str, Any]:
    """Return the columns that shall differ from now on."""
    wanted = {k: list(v) if isinstance(v, tuple) else v for k, v in _spoken(command)}
    if "lat" not in wanted or _same_point(row, wanted):
        wanted = {name: value for name, value in wanted.items() if name not in POINT}
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _same_point(row: Territory, wanted: Mapping[str, Any]) -> bool:
    old, new = (row.lat, row.lon), (wanted["lat"], wanted["lon"])
    if None in old or None in new:
        return old == new
    return all(abs(a - b) <= SAME_DEGREES for a, b in zip(old, new, strict=True))


async def _move_homes(session: WriteSession, row: Territory, values: Mapping[str, Any]) -> int:
    """Move the households of a house that stand at its old coordinates; return how many."""
    there = {name: values.get(name, getattr(row, name)) for name in POINT}
    if row.kind not in HOUSES or row.lat is None or there["lat"] is None:
        return 0
    if (row.lat, row.lon) == (there["lat"], there["lon"]):
        return 0
    moved = await session.execute(
        update(Household)
        .where(or_(Household.unit_id == row.id, Household.building_id == row.id))
        .where(Household.lat == row.lat, Household.lon == row.lon)
        .values(**there)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(moved, "rowcount", 0))
