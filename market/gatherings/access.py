"""Who may touch gatherings and enrolments, and how they are loaded."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden, NotFound
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.gatherings.models import Enrolment, Gathering, GatheringStaff
from market.needs.access import FILERS


async def load_gathering(session: WriteSession, gathering_id: UUID) -> Gathering:
    """Return a gathering, locked until the end of the transaction, so that steps on one follow one another."""
    statement = (
        select(Gathering)
        .where(Gathering.id == gathering_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such {thing}", thing="gathering")
    return found


async def load_enrolment(session: WriteSession, enrolment_id: UUID) -> tuple[Enrolment, Gathering]:
    """Lock the gathering of an enrolment, then return both as they are."""
    found = await session.get(Enrolment, enrolment_id)
    if found is None:
        raise NotFound("There is no such {thing}", thing="enrolment")
    gathering = await load_gathering(session, found.gathering_id)
    await session.refresh(found)
    return found, gathering


async def path_of(session: AsyncSession, gathering: Gathering) -> str:
    """Return the code path of a gathering's community."""
    statement = select(Territory.path).where(Territory.id == gathering.community_id)
    return (await session.execute(statement)).scalar_one()


async def demand_staff(session: AsyncSession, actor: Actor, gathering: Gathering) -> None:
    """Refuse who is not staff of the gathering's community."""
    if not actor.is_system:
        actor.demand(await path_of(session, gathering), *STAFF)


async def demand_leader(session: AsyncSession, actor: Actor, gathering: Gathering) -> None:
    """Refuse who neither runs a gathering nor is staff of its community."""
    runs = exists().where(
        GatheringStaff.gathering_id == gathering.id, GatheringStaff.worker_id.in_(actor.worker_ids)
    )
    if not actor.is_system and not (await session.execute(select(runs))).scalar_one():
        actor.demand(await path_of(session, gathering), *STAFF)


async def demand_side(
    session: AsyncSession, actor: Actor, enrolment: Enrolment, gathering: Gathering
) -> None:
    """Refuse who is neither one of an enrolment's people nor somebody of the gathering's place."""
    if actor.is_system or actor.person_id in {enrolment.person_id, enrolment.requester_id}:
        return
    if not actor.may(await path_of(session, gathering), *FILERS):
        raise Forbidden("This is for the person concerned and for staff")
