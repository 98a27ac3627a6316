"""Reading jobs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from market.actor import Actor
from market.needs.views import ServiceName
from market.offers.views import Place
from market.states import JobState


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its helpers see it; the door code is the resident's to tell."""

    id: UUID
    need_id: UUID
    need_code: str
    state: JobState
    service: ServiceName
    description: str
    start_at: datetime
    end_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    problem: str | None
    place: Place
    resident_name: str
    resident_phone: str | None
    worker_ids: tuple[UUID, ...]
    worker_names: tuple[str, ...]
    travel_minutes: int
    travel_metres: int


async def today(session: AsyncSession, worker_ids: Sequence[UUID], day: date) -> list[JobView]:
    """Return the jobs of a local day in the order of their start."""
    raise NotImplementedError


async def job_view(session: AsyncSession, job_id: UUID, actor: Actor) -> JobView:
    """Return one job for its helpers, their colleagues, its resident or staff; NotFound for anybody else."""
    raise NotImplementedError
