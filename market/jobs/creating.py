"""A job comes about when every seat of a need has been accepted."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.people.models import Person
from market.events import record, set_timer
from market.jobs.models import Job, JobWorker
from market.needs.access import both_sides
from market.needs.looking import mark_arranged, named
from market.needs.models import Need
from market.notices.service import tell_all, write
from market.offers.models import Offer
from market.offers.withdrawing import helpers_of
from market.states import JobState

REMIND = (timedelta(hours=24), timedelta(hours=2))
ALARM = timedelta(minutes=15)


async def create_job(session: WriteSession, clock: Clock, need: Need, offers: Sequence[Offer]) -> Job:
    """All seats are accepted: agree the work, arrange the need, tell both sides."""
    job = Job(
        id=new_id(),
        need_id=need.id,
        state=JobState.CONFIRMED,
        start_at=max(offer.start_at for offer in offers),
        end_at=max(offer.end_at for offer in offers),
        door_code=f"{secrets.randbelow(10_000):04}",
        created_at=clock.now(),
    )
    session.add(job)
    await session.flush()
    session.add_all(
        JobWorker(job_id=job.id, worker_id=offer.worker_id, offer_id=offer.id) for offer in offers
    )
    await mark_arranged(session, clock, need)
    record(session, clock, "job.confirmed", job.id, need_id=str(need.id))
    _set_timers(session, clock, job)
    await _tell(session, clock, need, job, offers)
    return job


def _set_timers(session: WriteSession, clock: Clock, job: Job) -> None:
    for before in REMIND:
        if job.start_at - before > clock.now():
            set_timer(session, "job.remind", job.id, job.start_at - before)
    set_timer(session, "job.no_show", job.id, job.start_at + ALARM)


async def _tell(session: WriteSession, clock: Clock, need: Need, job: Job, offers: Sequence[Offer]) -> None:
    helpers = await helpers_of(session, [offer.worker_id for offer in offers])
    people = [helpers[offer.worker_id] for offer in offers]
    facts = named(need) | {"start_at": job.start_at.isoformat()}
    for person in people:
        write(session, clock, person.id, person.contact, "job.confirmed", need.id, **facts)
    await tell_all(session, clock, both_sides(need), "need.arranged", need.id, helpers=names(people), **facts)


def names(people: Sequence[Person]) -> str:
    """Return names as a message shows them."""
    return ", ".join(person.name for person in people)
