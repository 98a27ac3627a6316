"""Offering seats to workers."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, NotFound
from catalog.kernel.time import Clock
from market.events import record, set_timer
from market.needs.models import Need
from market.notices.service import write
from market.offers.commands import NewOffer
from market.offers.deadlines import offer_deadline
from market.offers.models import Offer
from market.offers.withdrawing import helpers_of
from market.states import NeedState, OfferState

MANY = 5_000
OFFERABLE = frozenset({NeedState.LOOKING, NeedState.OFFERED})


async def send_offer(session: WriteSession, clock: Clock, new: NewOffer) -> Offer:
    """Offer one seat; the same id twice answers with the first row. Conflict when the need is past offering."""
    return (await send_offers(session, clock, (new,)))[0]


async def send_offers(session: WriteSession, clock: Clock, news: Sequence[NewOffer]) -> list[Offer]:
    """Offer many seats with few statements, in the order given. The needs' own step is `mark_offered`."""
    sent: list[Offer] = []
    for start in range(0, len(news), MANY):
        sent += await _send(session, clock, news[start : start + MANY])
    return sent


async def _send(session: WriteSession, clock: Clock, news: Sequence[NewOffer]) -> list[Offer]:
    there = {
        offer.id: offer
        for offer in await session.scalars(select(Offer).where(Offer.id.in_([new.id for new in news])))
    }
    fresh = {new.id: new for new in news if new.id not in there}
    needs = await _needs(session, {new.need_id for new in fresh.values()})
    helpers = await helpers_of(session, [new.worker_id for new in fresh.values()])
    for new in fresh.values():
        if new.worker_id not in helpers:
            raise NotFound("There is no such {thing}", thing="helper")
        there[new.id] = _offer(session, clock, new, needs[new.need_id])
    await session.flush()
    for new in fresh.values():
        offer, person = there[new.id], helpers[new.worker_id]
        facts = {
            "service": needs[new.need_id].service_code,
            "start_at": offer.start_at,
            "deadline_at": offer.deadline_at,
        }
        write(session, clock, person.id, person.contact, "offer.new", offer.need_id, **facts)
        note(session, clock, offer, "offer.sent")
        set_timer(session, "offer.expires", offer.id, offer.deadline_at)
    return [there[new.id] for new in news]


def note(
    session: WriteSession,
    clock: Clock,
    offer: Offer,
    topic: str,
    actor_id: UUID | None = None,
    **facts: str,
) -> None:
    """Record an event about an offer, with what its followers need to know."""
    about = {"need_id": str(offer.need_id), "round_id": str(offer.round_id), "seat": offer.seat}
    record(
        session, clock, topic, offer.id, actor_id=actor_id, **about, worker_id=str(offer.worker_id), **facts
    )


def _offer(session: WriteSession, clock: Clock, new: NewOffer, need: Need) -> Offer:
    if need.state not in OFFERABLE:
        raise Conflict(
            "The need {code} is {state}: nothing can be offered", code=need.code, state=need.state.value
        )
    offer = Offer(
        **msgspec.structs.asdict(new),
        state=OfferState.SENT,
        sent_at=clock.now(),
        deadline_at=offer_deadline(clock.now(), new.start_at, need.urgency),
    )
    session.add(offer)
    return offer


async def _needs(session: WriteSession, ids: set[UUID]) -> dict[UUID, Need]:
    statement = (
        select(Need)
        .where(Need.id.in_(ids))
        .order_by(Need.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    needs = {need.id: need for need in await session.scalars(statement)}
    if ids - needs.keys():
        raise NotFound("There is no such {thing}", thing="need")
    return needs
