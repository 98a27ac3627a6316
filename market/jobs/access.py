"""Who may touch a job."""

from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden
from market.actor import STAFF, Actor
from market.jobs.models import Job, JobWorker
from market.needs.access import load_need, path_of
from market.needs.models import Need
from market.offers.models import Offer


async def load_with_need(session: WriteSession, job: Job) -> Need:
    """Lock the job's need, then read the job again: all steps on one need follow one another."""
    need = await load_need(session, job.need_id)
    await session.refresh(job)
    return need


async def is_helper(session: WriteSession, actor: Actor, job_id: UUID) -> bool:
    """Say whether somebody is on the job, or of the provider of one who is."""
    rows = await session.execute(
        select(JobWorker.worker_id, Offer.provider_id)
        .join(Offer, Offer.id == JobWorker.offer_id)
        .where(JobWorker.job_id == job_id)
    )
    return any(row.worker_id in actor.worker_ids or row.provider_id in actor.provider_ids for row in rows)


async def is_staff(session: WriteSession, actor: Actor, need: Need) -> bool:
    """Say whether somebody is staff of the need's community (or the system itself)."""
    return actor.is_system or actor.may(await path_of(session, need), *STAFF)


async def demand_helper(session: WriteSession, actor: Actor, job: Job, need: Need) -> bool:
    """Refuse who is neither helper nor staff; return whether it is staff."""
    if await is_helper(session, actor, job.id):
        return False
    if await is_staff(session, actor, need):
        return True
    raise Forbidden("This job is somebody else's")
