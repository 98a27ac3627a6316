"""Grids 网格 and micro-grids 微网格: a second partition over the tree, many to many."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.territory.commands import AddGrid, SetGridMembers
from catalog.territory.models import Grid, GridKind, GridMember, PlaceKind, Territory
from catalog.territory.rows import add_rows, demand, demand_free, get_row, insert_rows, rows_by

MEMBERS = {GridKind.GRID: PlaceKind.COMPOUND, GridKind.MICRO_GRID: PlaceKind.BUILDING}
FREE = ("leader_id", "backup_leader_id")


async def add_grid(session: WriteSession, clock: Clock, command: AddGrid) -> Grid:
    """Add a grid with its members."""
    await add_grids(session, clock, [command])
    return await get_row(session, Grid, command.id)


async def add_grids(session: WriteSession, clock: Clock, commands: Sequence[AddGrid]) -> set[UUID]:
    """Add grids, parents before their children; return the ids of the new ones.

    Raises:
        Invalid: a member of the wrong kind, a parent or community that is not there.
        Conflict: the id exists with other content, or the code is taken.
    """
    del clock
    own = {command.id for command in commands}
    parents = {command.parent_id for command in commands if command.parent_id} - own
    await demand(session, Grid, parents, field="parent_id")
    await demand(session, Territory, {command.community_id for command in commands}, field="community_id")
    await demand_free(session, Grid, {command.code: command.id for command in commands}, column="code")
    await _check_members(session, [(command.kind, command.member_ids) for command in commands])
    new = await add_rows(session, Grid, [_row(command) for command in commands], free=FREE)
    await _write_members(session, [(c.id, c.member_ids) for c in commands if c.id in new])
    return new


async def set_grid_members(session: WriteSession, clock: Clock, command: SetGridMembers) -> Grid:
    """Replace the members of a grid."""
    del clock
    grid = await get_row(session, Grid, command.grid_id)
    await _check_members(session, [(grid.kind, command.member_ids)])
    await session.execute(delete(GridMember).where(GridMember.grid_id == grid.id))
    await _write_members(session, [(grid.id, command.member_ids)])
    return grid


def _row(command: AddGrid) -> dict[str, object]:
    row = msgspec.structs.asdict(command)
    del row["member_ids"]
    return row


async def _check_members(session: WriteSession, wanted: Sequence[tuple[GridKind, Sequence[UUID]]]) -> None:
    places = await rows_by(session, Territory, {member for _, members in wanted for member in members})
    for kind, members in wanted:
        for member in members:
            if member not in places or places[member].kind is not MEMBERS[kind]:
                words = {"grid": kind.value, "member": MEMBERS[kind].value}
                raise Invalid("A {grid} is made of places of kind {member}", field="member_ids", **words)


async def _write_members(session: WriteSession, members: Sequence[tuple[UUID, Sequence[UUID]]]) -> None:
    pairs = [(grid, place) for grid, places in members for place in dict.fromkeys(places)]
    await insert_rows(session, GridMember, [{"grid_id": g, "territory_id": place} for g, place in pairs])
