"""What falls due about jobs."""

from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.jobs.models import Job
from market.jobs.steps import load_job, people_on
from market.needs.access import both_sides
from market.needs.looking import named
from market.needs.models import Need
from market.notices.service import tell, tell_all
from market.states import JobState

BEFORE_THE_DOOR = frozenset({JobState.CONFIRMED, JobState.ON_THE_WAY})


async def remind(session: WriteSession, job_id: UUID, clock: Clock) -> None:
    """24 hours and 2 hours before: helpers and residents are reminded."""
    job, need = await _load(session, job_id)
    if job.state not in BEFORE_THE_DOOR:
        return
    people = [person.id for person in await people_on(session, job_id)] + both_sides(need)
    await tell_all(session, clock, people, "job.reminder", need.id, start_at=job.start_at, **named(need))


async def alarm(session: WriteSession, job_id: UUID, clock: Clock) -> None:
    """15 minutes after the start nobody has checked in: the responsible officer is told."""
    job, need = await _load(session, job_id)
    if job.state in BEFORE_THE_DOOR and need.responsible_id is not None:
        facts = named(need)
        await tell(
            session, clock, need.responsible_id, "job.not_arrived", need.id, start_at=job.start_at, **facts
        )


async def remind_to_confirm(session: WriteSession, job_id: UUID, clock: Clock) -> None:
    """A day after the work the resident is asked again whether it is done."""
    job, need = await _load(session, job_id)
    if job.state == JobState.CHECKED_OUT:
        await tell_all(session, clock, both_sides(need), "need.please_confirm", need.id, code=need.code)


async def _load(session: WriteSession, job_id: UUID) -> tuple[Job, Need]:
    job = await load_job(session, job_id)
    return job, await session.get_one(Need, job.need_id)
