"""The day of a job: set out, check in, check out, and what may go wrong."""

from secrets import compare_digest
from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Forbidden, Invalid
from catalog.kernel.time import Clock
from market.actor import Actor
from market.events import set_timer
from market.jobs.access import demand_helper, is_helper, is_staff, load_with_need
from market.jobs.creating import names
from market.jobs.models import Job
from market.jobs.steps import job_step, load_job, people_on
from market.needs.access import both_sides, is_theirs
from market.needs.deadlines import CONFIRM
from market.needs.looking import mark_to_confirm, mark_under_way, named
from market.needs.models import Need
from market.needs.talking import some_words
from market.notices.service import tell, tell_all
from market.states import JobState

J = JobState
ARRIVED = frozenset({J.CHECKED_IN, J.CHECKED_OUT, J.PERSON_CONFIRMED, J.CLOSED})
FINISHED = frozenset({J.CHECKED_OUT, J.PERSON_CONFIRMED, J.CLOSED})


async def set_out(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID) -> Job:
    """Confirmed -> on the way. Twice is once."""
    job, need = await _open(session, job_id)
    await demand_helper(session, actor, job, need)
    if job.state != J.ON_THE_WAY:
        await job_step(session, clock, job, J.ON_THE_WAY)
    return job


async def check_in(
    session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, door_code: str | None = None
) -> Job:
    """At the door: helpers give the resident's code, staff may do without. Twice is once.

    Raises:
        Invalid: the code is missing or wrong.
    """
    job, need = await _open(session, job_id)
    staff = await demand_helper(session, actor, job, need)
    if job.checked_in_at is not None and job.state in ARRIVED:
        return job
    if not staff and not compare_digest((door_code or "").strip().encode(), job.door_code.encode()):
        raise Invalid("The door code is wrong; the resident has it", field="door_code")
    await job_step(session, clock, job, J.CHECKED_IN, checked_in_at=clock.now())
    await mark_under_way(session, clock, need)
    helpers = names(await people_on(session, job.id))
    await tell_all(
        session, clock, both_sides(need), "need.under_way", need.id, helpers=helpers, code=need.code
    )
    return job


async def check_out(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID) -> Job:
    """Work is finished; the resident is asked to confirm. Twice is once."""
    job, need = await _open(session, job_id)
    await demand_helper(session, actor, job, need)
    if job.state in FINISHED:
        return job
    await job_step(session, clock, job, J.CHECKED_OUT, checked_out_at=clock.now())
    await mark_to_confirm(session, clock, need)
    await tell_all(session, clock, both_sides(need), "need.please_confirm", need.id, code=need.code)
    set_timer(session, "job.confirm_reminder", job.id, clock.now() + CONFIRM / CONFIRM.days)
    set_timer(session, "need.auto_close", need.id, clock.now() + CONFIRM)
    return job


async def report_problem(session: WriteSession, clock: Clock, actor: Actor, job_id: UUID, reason: str) -> Job:
    """Helper, resident or staff: something is wrong; a person decides."""
    job, need = await _open(session, job_id)
    concerned = is_theirs(need, actor) or await is_helper(session, actor, job_id)
    if not (concerned or await is_staff(session, actor, need)):
        raise Forbidden("This job is somebody else's")
    why = some_words(reason, "reason")
    await job_step(session, clock, job, J.PROBLEM, problem=why)
    if need.responsible_id is not None:
        facts = named(need) | {"reason": why}
        await tell(session, clock, need.responsible_id, "job.problem", need.id, **facts)
    return job


async def _open(session: WriteSession, job_id: UUID) -> tuple[Job, Need]:
    job = await load_job(session, job_id)
    return job, await load_with_need(session, job)
