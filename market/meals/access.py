"""Who may touch orders and runs, and how they are loaded."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden, NotFound
from catalog.territory.models import Territory
from catalog.venues.models import Canteen, Venue
from market.actor import STAFF, Actor
from market.meals.models import DeliveryRun, StandingOrder
from market.needs.access import FILERS


async def load_order(session: WriteSession, order_id: UUID) -> StandingOrder:
    """Return an order, locked until the end of the transaction."""
    statement = (
        select(StandingOrder)
        .where(StandingOrder.id == order_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    order = (await session.execute(statement)).scalar_one_or_none()
    if order is None:
        raise NotFound("There is no such {thing}", thing="standing_order")
    return order


async def load_run(session: WriteSession, run_id: UUID) -> DeliveryRun:
    """Return a run, locked until the end of the transaction."""
    statement = (
        select(DeliveryRun)
        .where(DeliveryRun.id == run_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    run = (await session.execute(statement)).scalar_one_or_none()
    if run is None:
        raise NotFound("There is no such {thing}", thing="delivery_run")
    return run


async def path_of_place(session: AsyncSession, territory_id: UUID) -> str:
    """Return the code path of a place."""
    return (
        await session.execute(select(Territory.path).where(Territory.id == territory_id))
    ).scalar_one_or_none() or ""


async def room_of(session: AsyncSession, canteen_id: UUID) -> Venue:
    """Return the room of a canteen."""
    statement = select(Venue).join(Canteen, Canteen.venue_id == Venue.id).where(Canteen.id == canteen_id)
    return (await session.execute(statement)).scalar_one()


async def demand_eater(session: AsyncSession, actor: Actor, order: StandingOrder) -> None:
    """Refuse who is neither one of the two people of an order nor somebody of their place."""
    if actor.is_system or actor.person_id in {order.person_id, order.requester_id}:
        return
    if not actor.may(await path_of_place(session, order.community_id), *FILERS):
        raise Forbidden("This is for the person concerned and for staff")


async def demand_carrier(session: AsyncSession, actor: Actor, run: DeliveryRun) -> None:
    """Refuse who is neither the helper of a run, nor of the provider, nor staff of the canteen's place."""
    if actor.is_system or run.worker_id in actor.worker_ids or run.provider_id in actor.provider_ids:
        return
    room = await room_of(session, run.canteen_id)
    if not actor.may(await path_of_place(session, room.territory_id), *STAFF):
        raise Forbidden("This round is somebody else's")
