"""Reading jobs."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.kernel.time import at_local
from catalog.people.models import Household, Person
from catalog.providers.models import Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.jobs.models import Job, JobWorker
from market.needs.access import is_theirs
from market.needs.models import Need
from market.needs.reading import PLACE, Community, Helper, place_view, service_name, with_place
from market.needs.views import ServiceName
from market.offers.models import Offer
from market.offers.views import Place
from market.states import JobState

DAY = 24 * 60
GONE = (JobState.CANCELLED, JobState.NO_SHOW)


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its helpers see it; the door code is the resident's to tell. `estimated`: the way was not routed."""

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
    estimated: bool


async def today(session: AsyncSession, worker_ids: Sequence[UUID], day: date) -> list[JobView]:
    """Return the jobs of a local day in the order of their start, in two statements; called-off ones are left out."""
    mine = select(JobWorker.job_id).where(JobWorker.worker_id.in_(worker_ids))
    statement = (
        _jobs()
        .where(Job.id.in_(mine), Job.state.not_in(GONE))
        .where(Job.start_at >= at_local(day, 0), Job.start_at < at_local(day, DAY))
        .order_by(Job.start_at, Job.id)
    )
    rows = (await session.execute(statement)).all()
    helpers = await _helpers(session, [row[0].id for row in rows])
    return [_view(row, helpers[row[0].id], worker_ids) for row in rows]


async def job_view(session: AsyncSession, job_id: UUID, actor: Actor) -> JobView:
    """Return one job for its helpers, their colleagues, its resident or staff; NotFound for anybody else."""
    row = (await session.execute(_jobs().where(Job.id == job_id))).one_or_none()
    helpers = (await _helpers(session, [job_id])).get(job_id, [])
    if row is None or not _may_see(actor, row, helpers):
        raise NotFound("There is no such {thing}", thing="job")
    return _view(row, helpers, actor.worker_ids)


def _may_see(actor: Actor, row: Any, helpers: list[Any]) -> bool:
    on_it = any(h.worker_id in actor.worker_ids or h.provider_id in actor.provider_ids for h in helpers)
    return on_it or is_theirs(row[1], actor) or actor.may(row[4].path, *STAFF)


def _jobs() -> Any:
    statement = (
        select(Job, Need, Service, Person, Community, *PLACE)
        .join(Need, Need.id == Job.need_id)
        .join(Service, Service.code == Need.service_code)
        .join(Person, Person.id == Need.beneficiary_id)
        .join(Community, Community.id == Need.community_id)
    )
    return with_place(statement)


async def _helpers(session: AsyncSession, job_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    statement = (
        select(
            JobWorker.job_id,
            JobWorker.worker_id,
            Helper.name,
            Offer.provider_id,
            Offer.travel_minutes,
            Offer.travel_metres,
            Offer.estimated,
        )
        .join(Offer, Offer.id == JobWorker.offer_id)
        .join(Worker, Worker.id == JobWorker.worker_id)
        .join(Helper, Helper.id == Worker.person_id)
        .where(JobWorker.job_id.in_(job_ids))
        .order_by(Offer.seat)
    )
    found: dict[UUID, list[Any]] = {}
    for row in await session.execute(statement):
        found.setdefault(row.job_id, []).append(row)
    return found


def _view(row: Any, helpers: list[Any], worker_ids: Collection[UUID]) -> JobView:
    job: Job = row[0]
    need: Need = row[1]
    service: Service = row[2]
    resident: Person = row[3]
    home: Household | None = row[5]
    places: Sequence[Territory | None] = row[6:]
    own = next((helper for helper in helpers if helper.worker_id in worker_ids), helpers[0])
    return JobView(
        id=job.id,
        need_id=need.id,
        need_code=need.code,
        state=job.state,
        service=service_name(service),
        description=need.description,
        start_at=job.start_at,
        end_at=job.end_at,
        checked_in_at=job.checked_in_at,
        checked_out_at=job.checked_out_at,
        problem=job.problem,
        place=place_view(need, home, *places, exact=job.state not in GONE),
        resident_name=resident.name,
        resident_phone=resident.phone if job.state not in GONE else None,
        worker_ids=tuple(helper.worker_id for helper in helpers),
        worker_names=tuple(helper.name for helper in helpers),
        travel_minutes=own.travel_minutes,
        travel_metres=own.travel_metres,
        estimated=own.estimated,
    )
