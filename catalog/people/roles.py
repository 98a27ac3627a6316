"""Roles over places. Who may grant them is decided by the caller, which knows who acts."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.people.commands import GrantRole, RevokeRole
from catalog.people.models import Person, Role, RoleGrant
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, chunks, demand

Key = tuple[UUID, Role, UUID]


async def grant_role(session: WriteSession, clock: Clock, command: GrantRole) -> RoleGrant:
    """Grant a role; who holds it already keeps the first grant."""
    await grant_roles(session, clock, [command])
    held = await session.execute(
        select(RoleGrant).where(
            RoleGrant.person_id == command.person_id,
            RoleGrant.role == command.role,
            RoleGrant.territory_id == command.territory_id,
        )
    )
    return held.scalar_one()


async def grant_roles(session: WriteSession, clock: Clock, commands: Sequence[GrantRole]) -> set[UUID]:
    """Grant roles; return the ids of the new grants.

    Raises:
        Invalid: no such person or place.
        Conflict: the id is taken by another grant.
    """
    await demand(session, Person, {command.person_id for command in commands}, field="person_id")
    await demand(session, Territory, {command.territory_id for command in commands}, field="territory_id")
    held = await _held(session, [command.person_id for command in commands])
    wanted: dict[Key, GrantRole] = {}
    for command in commands:
        key = (command.person_id, command.role, command.territory_id)
        if held.get(key, command.id) == command.id:
            wanted.setdefault(key, command)
    rows = [msgspec.structs.asdict(command) | {"granted_at": clock.now()} for command in wanted.values()]
    return await add_rows(session, RoleGrant, rows, free=("granted_at",))


async def revoke_role(session: WriteSession, clock: Clock, command: RevokeRole) -> None:
    """End a grant; ending it twice is harmless."""
    del clock
    await session.execute(delete(RoleGrant).where(RoleGrant.id == command.grant_id))


async def _held(session: WriteSession, person_ids: Sequence[UUID]) -> dict[Key, UUID]:
    held: dict[Key, UUID] = {}
    for part in chunks(sorted(set(person_ids))):
        rows = await session.execute(select(RoleGrant).where(RoleGrant.person_id.in_(part)))
        held.update(((row.person_id, row.role, row.territory_id), row.id) for row in rows.scalars())
    return held
