"""What helpers have already promised: live offers and jobs, which the next plan works around."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.services.models import Service, Shape
from market.jobs.models import Job, JobWorker
from market.needs.models import Need
from market.offers.models import Offer
from market.rounds.problem.ticks import Calendar
from market.states import JobState, OfferState

LIVE_SEATS = (OfferState.SENT, OfferState.SEEN, OfferState.ACCEPTED)
OVER = (JobState.CLOSED, JobState.CANCELLED, JobState.NO_SHOW)


class Commitment(NamedTuple):
    """One seat of one need that a worker was offered or has accepted."""

    need_id: UUID
    worker_id: UUID
    provider_id: UUID
    seat: int
    start_at: datetime
    end_at: datetime
    lat: float
    lon: float
    shape: Shape


def live_seats() -> Select[UUID, UUID, UUID, int, datetime, datetime, float, float, Shape]:
    """Select open offers and accepted ones whose job, if there is one yet, is not over."""
    return (
        select(
            Offer.need_id,
            Offer.worker_id,
            Offer.provider_id,
            Offer.seat,
            Offer.start_at,
            Offer.end_at,
            Need.lat,
            Need.lon,
            Service.shape,
        )
        .join(Need, Need.id == Offer.need_id)
        .join(Service, Service.code == Need.service_code)
        .outerjoin(JobWorker, JobWorker.offer_id == Offer.id)
        .outerjoin(Job, Job.id == JobWorker.job_id)
        .where(Offer.state.in_(LIVE_SEATS), or_(Job.id.is_(None), Job.state.not_in(OVER)))
        .order_by(Offer.need_id, Offer.seat)
    )


async def load_commitments(session: AsyncSession, calendar: Calendar) -> list[Commitment]:
    """Read every promise of the weeks that a round touches: visits inside it are pinned, the others use up limits."""
    begin, end = calendar.week
    statement = live_seats().where(Offer.start_at >= begin, Offer.start_at < end)
    return [Commitment(*row) for row in await session.execute(statement)]


async def load_refusals(
    session: AsyncSession, need_ids: list[UUID], *, expired_too: bool
) -> list[tuple[UUID, UUID]]:
    """Return (need, worker) of offers that were declined or given back, and of those that ran out if wanted."""
    states = [OfferState.DECLINED, OfferState.EXPIRED] if expired_too else [OfferState.DECLINED]
    statement = (
        select(Offer.need_id, Offer.worker_id)
        .where(Offer.need_id.in_(need_ids), Offer.state.in_(states) | Offer.decline_reason.is_not(None))
        .distinct()
    )
    return sorted((row[0], row[1]) for row in await session.execute(statement))
