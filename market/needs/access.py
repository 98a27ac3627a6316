"""Who may touch a need, and how it is loaded."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden, NotFound
from catalog.people.models import Role
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.needs.models import Need

FILERS = (*STAFF, Role.GRID_LEADER, Role.BUILDING_CONTACT)


async def load_need(session: WriteSession, need_id: UUID) -> Need:
    """Return a need, locked until the end of the transaction, so that steps on one need follow one another."""
    statement = (
        select(Need)
        .where(Need.id == need_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    need = (await session.execute(statement)).scalar_one_or_none()
    if need is None:
        raise NotFound("There is no such {thing}", thing="need")
    return need


async def path_of(session: AsyncSession, need: Need) -> str:
    """Return the code path of a need's community."""
    return (
        await session.execute(select(Territory.path).where(Territory.id == need.community_id))
    ).scalar_one()


def is_theirs(need: Need, actor: Actor) -> bool:
    """Say whether somebody is on the resident's side of a need."""
    return actor.person_id is not None and actor.person_id in {need.requester_id, need.beneficiary_id}


async def demand_staff(session: AsyncSession, actor: Actor, need: Need) -> None:
    """Refuse who is not staff of the need's community."""
    if not actor.is_system:
        actor.demand(await path_of(session, need), *STAFF)


async def demand_side(session: AsyncSession, actor: Actor, need: Need) -> None:
    """Refuse who is neither on the resident's side nor staff of the community."""
    if not (actor.is_system or is_theirs(need, actor)) and not actor.may(
        await path_of(session, need), *STAFF
    ):
        raise Forbidden("This is for the person concerned and for staff")


def both_sides(need: Need) -> list[UUID]:
    """Return requester and beneficiary; both hear everything."""
    return [need.requester_id, need.beneficiary_id]
