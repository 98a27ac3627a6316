"""Positions for maps. Who may see them is decided by the page that asks."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.web.maps.data import Point
from api.web.maps.ways import Start, mode_of
from catalog.providers.models import Worker
from market.jobs.models import JobWorker
from market.needs.models import Need
from market.offers.models import Offer


async def starts_of(session: AsyncSession, worker_ids: Collection[UUID]) -> dict[UUID, Start]:
    """Return where workers set out from; one statement."""
    statement = select(Worker.id, Worker.lat, Worker.lon, Worker.travel_mode).where(
        Worker.id.in_(sorted(worker_ids))
    )
    rows = await session.execute(statement)
    return {row.id: Start(at=(row.lat, row.lon), mode=mode_of(row.travel_mode)) for row in rows}


async def places_of(session: AsyncSession, need_ids: Collection[UUID]) -> dict[UUID, Point]:
    """Return where needs are, exactly; one statement."""
    statement = select(Need.id, Need.lat, Need.lon).where(Need.id.in_(sorted(need_ids)))
    return {row.id: (row.lat, row.lon) for row in await session.execute(statement)}


async def minutes_to(session: AsyncSession, job_id: UUID) -> tuple[int, bool] | None:
    """Return how long the last helper of a job needs to come, and whether that is an estimate; one statement."""
    statement = (
        select(Offer.travel_minutes, Offer.estimated)
        .join(JobWorker, JobWorker.offer_id == Offer.id)
        .where(JobWorker.job_id == job_id)
        .order_by(Offer.travel_minutes.desc())
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    return (row.travel_minutes, row.estimated) if row else None
