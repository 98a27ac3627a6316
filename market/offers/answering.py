"""Answers to offers. Whoever answers locks the need first, so that the last two seats never miss each other."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, NotFound
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.actor import STAFF, Actor
from market.jobs.creating import create_job
from market.needs.access import load_need, path_of
from market.needs.looking import back_to_looking
from market.needs.models import Need
from market.needs.talking import some_words
from market.offers.models import LONGEST_REASON, Offer
from market.offers.sending import note
from market.offers.withdrawing import STANDING
from market.states import LIVE_OFFERS, STEPS, NeedState, OfferState


async def see_offer(session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID) -> Offer:
    """Note that the helper has seen it: sent -> seen; nothing to do in any other state, or when staff look."""
    offer = await _load(session, offer_id)
    await _demand_helper(session, actor, offer)
    if _is_helper(actor, offer) and await _step(
        session, offer, OfferState.SEEN, Offer.state == OfferState.SENT
    ):
        note(session, clock, offer, "offer.seen", actor.person_id)
    return offer


async def accept_offer(session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID) -> Offer:
    """Take the seat; the last seat makes the job. The same person twice gets the same answer.

    Raises:
        Conflict: somebody else was faster (who, when), the deadline has passed, or the times clash (with what).
        Forbidden: the offer is another provider's.
    """
    offer = await _load(session, offer_id)
    await _demand_helper(session, actor, offer)
    need = await load_need(session, offer.need_id)
    await session.refresh(offer)
    if offer.state == OfferState.ACCEPTED and offer.answered_by_id == actor.person_id:
        return offer
    if offer.state in LIVE_OFFERS:
        await _refuse_clash(session, offer)
    answer = {"answered_at": clock.now(), "answered_by_id": actor.person_id}
    in_time = Offer.deadline_at >= clock.now()
    if not await _step(session, offer, OfferState.ACCEPTED, Offer.state.in_(LIVE_OFFERS), in_time, **answer):
        raise await _too_late(session, offer, OfferState.ACCEPTED)
    note(session, clock, offer, "offer.accepted", actor.person_id)
    await _settle_if_complete(session, clock, need)
    return offer


async def decline_offer(
    session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID, reason: str
) -> Offer:
    """Say no, at no penalty. The same person twice gets the same answer."""
    offer = await _load(session, offer_id)
    await _demand_helper(session, actor, offer)
    await load_need(session, offer.need_id)
    await session.refresh(offer)
    if offer.state == OfferState.DECLINED and offer.answered_by_id == actor.person_id:
        return offer
    why = some_words(reason, "reason")[:LONGEST_REASON]
    answer = {"answered_at": clock.now(), "answered_by_id": actor.person_id, "decline_reason": why}
    if not await _step(session, offer, OfferState.DECLINED, Offer.state.in_(LIVE_OFFERS), **answer):
        raise await _too_late(session, offer, OfferState.DECLINED)
    note(session, clock, offer, "offer.declined", actor.person_id, reason=why)
    await _release_if_deserted(session, clock, offer.need_id, "declined")
    return offer


async def expire_offer(session: WriteSession, offer_id: UUID, clock: Clock) -> None:
    """Timer: the deadline has passed without an answer."""
    offer = await _load(session, offer_id)
    await load_need(session, offer.need_id)
    lapsed = Offer.deadline_at <= clock.now()
    if await _step(session, offer, OfferState.EXPIRED, Offer.state.in_(LIVE_OFFERS), lapsed):
        note(session, clock, offer, "offer.expired")
        await _release_if_deserted(session, clock, offer.need_id, "expired")


async def _load(session: WriteSession, offer_id: UUID) -> Offer:
    offer = await session.get(Offer, offer_id)
    if offer is None:
        raise NotFound("There is no such {thing}", thing="offer")
    return offer


def _is_helper(actor: Actor, offer: Offer) -> bool:
    return offer.worker_id in actor.worker_ids or offer.provider_id in actor.provider_ids


async def _demand_helper(session: WriteSession, actor: Actor, offer: Offer) -> None:
    if actor.is_system or _is_helper(actor, offer):
        return
    need = await session.get_one(Need, offer.need_id)
    if not actor.may(await path_of(session, need), *STAFF):
        raise Forbidden("This offer is somebody else's")


async def _step(session: WriteSession, offer: Offer, to: OfferState, *conditions: Any, **values: Any) -> bool:
    # One conditional UPDATE decides the race; who comes second is told by _too_late, not by the state table.
    done = await session.execute(
        update(Offer)
        .where(Offer.id == offer.id, *conditions)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(offer)
    return isinstance(done, CursorResult) and done.rowcount == 1


async def _too_late(session: WriteSession, offer: Offer, wanted: OfferState) -> Conflict:
    if offer.state in {*LIVE_OFFERS, OfferState.EXPIRED}:
        return Conflict(
            "This offer has expired; its deadline was {deadline_at}", deadline_at=offer.deadline_at
        )
    if offer.state == OfferState.ACCEPTED and wanted == OfferState.ACCEPTED:
        name = await session.scalar(select(Person.name).where(Person.id == offer.answered_by_id))
        return Conflict("{name} took this at {at}", name=name or "Linli", at=offer.answered_at)
    allowed = [step.value for step in STEPS[OfferState][offer.state]]
    return IllegalTransition("offer", offer.state.value, wanted.value, allowed)


async def _refuse_clash(session: WriteSession, offer: Offer) -> None:
    # The worker's row is the lock: two of her offers accepted at once must see each other.
    await session.execute(
        select(Worker.id).where(Worker.id == offer.worker_id).with_for_update(key_share=True)
    )
    clash = (
        await session.execute(
            select(Offer.start_at, Offer.end_at, Need.code, Need.service_code)
            .join(Need, Need.id == Offer.need_id)
            .where(Offer.worker_id == offer.worker_id, Offer.id != offer.id)
            .where(Offer.state == OfferState.ACCEPTED)
            .where(Offer.start_at < offer.end_at, Offer.end_at > offer.start_at)
            .order_by(Offer.start_at)
            .limit(1)
        )
    ).first()
    if clash is not None:
        raise Conflict(
            "This overlaps with {service} ({code}) from {start_at} to {end_at}",
            service=clash.service_code,
            code=clash.code,
            start_at=clash.start_at,
            end_at=clash.end_at,
        )


async def _settle_if_complete(session: WriteSession, clock: Clock, need: Need) -> None:
    accepted = list(
        await session.scalars(
            select(Offer)
            .where(Offer.need_id == need.id, Offer.state == OfferState.ACCEPTED)
            .order_by(Offer.seat)
        )
    )
    if len(accepted) == need.headcount:
        await create_job(session, clock, need, accepted)


async def _release_if_deserted(session: WriteSession, clock: Clock, need_id: UUID, reason: str) -> None:
    need = await session.get_one(Need, need_id)
    standing = select(func.count(Offer.id)).where(Offer.need_id == need_id, Offer.state.in_(STANDING))
    if need.state == NeedState.OFFERED and not await session.scalar(standing):
        await back_to_looking(session, clock, need_id, reason)
