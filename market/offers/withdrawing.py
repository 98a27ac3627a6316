"""Ending offers that are no longer wanted."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.events import record
from market.needs.models import Need
from market.notices.service import write
from market.offers.models import Offer
from market.states import OfferState, sources

STANDING = (OfferState.SENT, OfferState.SEEN, OfferState.ACCEPTED)


async def withdraw_offers(
    session: WriteSession, clock: Clock, need_id: UUID, to_state: OfferState = OfferState.WITHDRAWN
) -> list[Offer]:
    """End the live offers (sent, seen, accepted) of a need as withdrawn or superseded, and tell their people."""
    ended = await end_offers(session, clock, need_id, to_state)
    if not ended:
        return []
    need = await session.get_one(Need, need_id)
    helpers = await helpers_of(session, [offer.worker_id for offer in ended])
    for offer in ended:
        person = helpers[offer.worker_id]
        facts = {"service": need.service_code, "start_at": offer.start_at}
        write(session, clock, person.id, person.contact, "offer.withdrawn", need_id, **facts)
    return ended


async def end_offers(
    session: WriteSession,
    clock: Clock,
    need_id: UUID,
    to_state: OfferState = OfferState.WITHDRAWN,
    states: Sequence[OfferState] = STANDING,
) -> list[Offer]:
    """End offers of a need that are in one of `states`, without a word to anybody."""
    ids = (
        await session.scalars(
            update(Offer)
            .where(Offer.need_id == need_id, Offer.state.in_(states), Offer.state.in_(sources(to_state)))
            .values(state=to_state)
            .returning(Offer.id)
            .execution_options(synchronize_session=False)
        )
    ).all()
    for offer_id in sorted(ids):
        record(session, clock, f"offer.{to_state.value}", offer_id, need_id=str(need_id))
    wanted = select(Offer).where(Offer.id.in_(ids)).order_by(Offer.seat)
    return list(await session.scalars(wanted.execution_options(populate_existing=True))) if ids else []


async def helpers_of(session: WriteSession, worker_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Return the people behind workers."""
    statement = (
        select(Worker.id, Person)
        .join(Person, Person.id == Worker.person_id)
        .where(Worker.id.in_(set(worker_ids)))
    )
    return {row[0]: row[1] for row in await session.execute(statement)}
