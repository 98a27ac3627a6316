"""Reading offers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.people.models import Household, Person
from catalog.providers.models import Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.jobs.models import JobWorker
from market.needs.models import Need
from market.needs.reading import PLACE, Community, Helper, place_view, service_name, with_place
from market.offers.models import Offer
from market.offers.views import OfferView
from market.states import LIVE_OFFERS, NeedState, OfferState
from market.ties import AT_A_DOOR, WISHED


async def offers_for(session: AsyncSession, worker_ids: Sequence[UUID]) -> list[OfferView]:
    """Return the offers that wait for an answer, and accepted ones whose colleagues have not answered yet.

    Soonest deadline first, in one statement.
    """
    unsettled = (Offer.state == OfferState.ACCEPTED) & (Need.state == NeedState.OFFERED)
    statement = (
        _views()
        .where(Offer.worker_id.in_(worker_ids), Offer.state.in_(LIVE_OFFERS) | unsettled)
        .order_by(Offer.deadline_at, Offer.id)
    )
    return [_view(*row) for row in await session.execute(statement)]


async def offer_view(session: AsyncSession, offer_id: UUID, actor: Actor) -> OfferView:
    """Return one offer in any state, for its helper, a colleague or staff; NotFound for anybody else."""
    row = (await session.execute(_views().where(Offer.id == offer_id))).one_or_none()
    if row is None or not _may_see(actor, row[0], row[5].path):
        raise NotFound("There is no such {thing}", thing="offer")
    return _view(*row)


def _may_see(actor: Actor, offer: Offer, path: str) -> bool:
    helper = offer.worker_id in actor.worker_ids or offer.provider_id in actor.provider_ids
    return helper or actor.may(path, *STAFF)


def _views() -> Any:
    columns = (Offer, Need, Service, Person, Helper.name, Community, JobWorker.job_id, *PLACE)
    statement = (
        select(*columns)
        .join(Need, Need.id == Offer.need_id)
        .join(Service, Service.code == Need.service_code)
        .join(Person, Person.id == Need.beneficiary_id)
        .join(Worker, Worker.id == Offer.worker_id)
        .join(Helper, Helper.id == Worker.person_id)
        .join(Community, Community.id == Need.community_id)
        .outerjoin(JobWorker, JobWorker.offer_id == Offer.id)
    )
    return with_place(statement)


def _told(offer: Offer, *, private: bool) -> dict[str, Any]:
    """Return the reasons that a helper may read: before accepting, none that says whose door it is."""
    if offer.state == OfferState.ACCEPTED:
        return offer.reasons
    held_back = (*AT_A_DOOR, *WISHED) if private else AT_A_DOOR
    return {name: fact for name, fact in offer.reasons.items() if name not in held_back}


def _view(
    offer: Offer,
    need: Need,
    service: Service,
    resident: Person,
    worker_name: str,
    _community: Territory,
    job_id: UUID | None,
    home: Household | None,
    *places: Territory | None,
) -> OfferView:
    exact = offer.state == OfferState.ACCEPTED
    return OfferView(
        id=offer.id,
        round_id=offer.round_id,
        need_id=need.id,
        need_code=need.code,
        worker_id=offer.worker_id,
        worker_name=worker_name,
        provider_id=offer.provider_id,
        seat=offer.seat,
        headcount=need.headcount,
        state=offer.state,
        service=service_name(service),
        price_kind=service.price_kind,
        price_cap_fen=service.price_cap_fen,
        urgency=need.urgency,
        description=need.description if exact or not need.private else "",
        start_at=offer.start_at,
        end_at=offer.end_at,
        travel_minutes=offer.travel_minutes,
        travel_metres=offer.travel_metres if exact else None,
        estimated=offer.estimated,
        reasons=_told(offer, private=need.private),
        sent_at=offer.sent_at,
        deadline_at=offer.deadline_at,
        answered_at=offer.answered_at,
        decline_reason=offer.decline_reason,
        place=place_view(need, home, *places, exact=exact),
        resident_name=resident.name if exact else None,
        resident_phone=resident.phone if exact else None,
        job_id=job_id,
    )
