"""Single steps of a job and the ways by which a need's closing ends it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.providers.models import Worker
from market.events import record
from market.jobs.models import Job, JobWorker
from market.needs.models import Need
from market.notices.service import write
from market.states import JobState, move

J = JobState
OVER = (J.CLOSED, J.CANCELLED, J.NO_SHOW)

DONE: dict[JobState, tuple[JobState, ...]] = {
    J.CONFIRMED: (J.CHECKED_IN, J.CHECKED_OUT, J.PERSON_CONFIRMED, J.CLOSED),
    J.ON_THE_WAY: (J.CHECKED_IN, J.CHECKED_OUT, J.PERSON_CONFIRMED, J.CLOSED),
    J.CHECKED_IN: (J.CHECKED_OUT, J.PERSON_CONFIRMED, J.CLOSED),
    J.CHECKED_OUT: (J.PERSON_CONFIRMED, J.CLOSED),
    J.PERSON_CONFIRMED: (J.CLOSED,),
    J.PROBLEM: (J.CLOSED,),
}
CALLED_OFF: dict[JobState, tuple[JobState, ...]] = {
    J.CONFIRMED: (J.CANCELLED,),
    J.ON_THE_WAY: (J.CANCELLED,),
    J.CHECKED_IN: (J.PROBLEM, J.CANCELLED),
    J.CHECKED_OUT: (J.PROBLEM, J.CLOSED),
    J.PERSON_CONFIRMED: (J.CLOSED,),
    J.PROBLEM: (J.CANCELLED,),
}
STAMPS = {
    J.PERSON_CONFIRMED: "confirmed_at",
    J.CLOSED: "closed_at",
    J.CANCELLED: "closed_at",
    J.NO_SHOW: "closed_at",
}


async def load_job(session: WriteSession, job_id: UUID) -> Job:
    """Return a job."""
    job = await session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such {thing}", thing="job")
    return job


async def job_step(session: WriteSession, clock: Clock, job: Job, to: JobState, **values: Any) -> None:
    """Move a job and record the event `job.<state>`."""
    stamp = {STAMPS[to]: clock.now()} if to in STAMPS else {}
    await move(session, Job, job.id, to, **stamp, **values)
    record(session, clock, f"job.{to.value}", job.id, need_id=str(job.need_id))


async def live_job(session: WriteSession, need_id: UUID) -> Job | None:
    """Return the job of a need that is not over; there is at most one."""
    statement = select(Job).where(Job.need_id == need_id, Job.state.not_in(OVER))
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()


async def complete(session: WriteSession, clock: Clock, job: Job) -> None:
    """The work was done: go on to closed by the steps that are missing."""
    for to in DONE[job.state]:
        await job_step(session, clock, job, to)


async def call_off(session: WriteSession, clock: Clock, need: Need, job: Job, reason: str) -> None:
    """The work is not wanted any more, or not as it was: end the job and tell its helpers."""
    for to in CALLED_OFF[job.state]:
        await job_step(session, clock, job, to)
    if job.state != J.CANCELLED:
        return
    for person in await people_on(session, job.id):
        facts = {"service": need.service_code, "code": need.code, "start_at": job.start_at, "reason": reason}
        write(session, clock, person.id, person.contact, "job.cancelled", need.id, **facts)


async def people_on(session: WriteSession, job_id: UUID) -> list[Person]:
    """Return the people of a job's workers, by name."""
    statement = (
        select(Person)
        .join(Worker, Worker.person_id == Person.id)
        .join(JobWorker, JobWorker.worker_id == Worker.id)
        .where(JobWorker.job_id == job_id)
        .order_by(Person.name, Person.id)
    )
    return list(await session.scalars(statement))
