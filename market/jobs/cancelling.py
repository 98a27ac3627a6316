"""Jobs that do not take place."""

from typing import Literal
from uuid import UUID

from sqlalchemy import select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden, IllegalTransition
from catalog.kernel.time import Clock
from market.actor import Actor
from market.jobs.access import is_helper, is_staff, load_with_need
from market.jobs.models import Job, JobWorker
from market.jobs.steps import OVER, call_off, job_step, load_job
from market.needs.access import demand_staff, is_theirs
from market.needs.closing import close_absent, withdraw_need
from market.needs.looking import back_to_looking
from market.needs.models import Need
from market.needs.talking import some_words
from market.offers.models import LONGEST_REASON, Offer
from market.offers.withdrawing import end_offers
from market.states import STEPS, JobState

CANCELLABLE = (JobState.CONFIRMED, JobState.ON_THE_WAY, JobState.PROBLEM)


async def cancel_job(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, reason: str) -> Job:
    """By a helper or staff: need back to looking; by the resident: need withdrawn. Not after check-in."""
    job = await load_job(session, job_id)
    need = await load_with_need(session, job)
    why = some_words(reason, "reason")
    _refuse_unless_cancellable(job)
    if is_theirs(need, actor):
        await withdraw_need(session, clock, actor, need.id, why)
        return job
    if not (await is_helper(session, actor, job_id) or await is_staff(session, actor, need)):
        raise Forbidden("This job is somebody else's")
    if await is_helper(session, actor, job_id):
        await _note_given_back(session, job_id, actor, why)
    await call_off(session, clock, need, job, why)
    await _look_again(session, clock, need, why)
    return job


async def _note_given_back(session: WriteSession, job_id: UUID, actor: Actor, why: str) -> None:
    """Who gives a job back is not asked again for this need; helpers who came along with them may be."""
    mine = Offer.worker_id.in_(actor.worker_ids) | Offer.provider_id.in_(actor.provider_ids)
    of_job = select(JobWorker.offer_id).where(JobWorker.job_id == job_id)
    await session.execute(
        update(Offer)
        .where(Offer.id.in_(of_job), mine)
        .values(decline_reason=why[:LONGEST_REASON])
        .execution_options(synchronize_session=False)
    )


async def note_no_show(
    session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, side: Literal["helper", "resident"]
) -> Job:
    """Staff: the helper did not come (need back to looking) or nobody was home (closed, person absent)."""
    job = await load_job(session, job_id)
    need = await load_with_need(session, job)
    await demand_staff(session, actor, need)
    await job_step(session, clock, job, JobState.NO_SHOW)
    if side == "helper":
        await _look_again(session, clock, need, "no_show")
    else:
        await end_offers(session, clock, need.id)
        await close_absent(session, clock, actor, need)
    return job


async def _look_again(session: WriteSession, clock: Clock, need: Need, reason: str) -> None:
    await end_offers(session, clock, need.id)
    await back_to_looking(session, clock, need.id, reason)


def _refuse_unless_cancellable(job: Job) -> None:
    if job.state not in CANCELLABLE or job.state in OVER:
        allowed = [step.value for step in STEPS[JobState][job.state]]
        raise IllegalTransition("job", job.state.value, JobState.CANCELLED.value, allowed)
