"""The status page of one need."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.kernel.errors import NotFound
from catalog.people.models import Person
from catalog.providers.models import Provider, Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.actor import STAFF, Actor
from market.jobs.models import Job, JobWorker
from market.needs.access import is_theirs
from market.needs.codes import tidy_code
from market.needs.deadlines import REOPEN
from market.needs.models import Need
from market.needs.reading import service_name, windows_of
from market.needs.views import STEP_OF, Contact, NeedStatus
from market.notices.queries import messages_about
from market.offers.models import Offer
from market.states import JobState, NeedState
from market.ties import TIES

GONE = (JobState.CANCELLED, JobState.NO_SHOW)


async def status_of(session: AsyncSession, code_or_id: str | UUID, actor: Actor) -> NeedStatus:
    """Return one need for its people, its helpers or staff; NotFound for anybody else.

    The door code is for the resident's side and staff alone; helpers do not see the residents' messages.
    """
    need, service, beneficiary, officer, path = await _need(session, code_or_id)
    side = is_theirs(need, actor) or actor.may(path, *STAFF)
    job, helpers, on_it = await _job(session, need, actor)
    if not (side or on_it):
        raise NotFound("There is no such {thing}", thing="need")
    windows = await windows_of(session, [need.id])
    people = {need.requester_id, need.beneficiary_id}
    closed_at = need.closed_at
    return NeedStatus(
        id=need.id,
        code=need.code,
        lane=need.lane,
        service=service_name(service),
        state=need.state,
        step=STEP_OF[need.state],
        outcome=need.outcome,
        outcome_reason=need.outcome_reason,
        requester_id=need.requester_id,
        beneficiary_id=need.beneficiary_id,
        beneficiary_name=beneficiary.name,
        urgency=need.urgency,
        description=need.description,
        windows=windows.get(need.id, ()),
        responsible=Contact(name=officer.name, phone=officer.phone) if officer else None,
        helpers=helpers,
        job_id=job.id if job else None,
        job_state=job.state if job else None,
        start_at=job.start_at if job else None,
        end_at=job.end_at if job else None,
        door_code=job.door_code if job and side else None,
        rounds_missed=need.rounds_missed,
        last_causes=tuple(need.last_causes),
        last_round_id=need.last_round_id,
        messages=tuple(await messages_about(session, need.id, people)) if side else (),
        created_at=need.created_at,
        closed_at=closed_at,
        may_reopen_until=closed_at + REOPEN if closed_at else None,
    )


async def _need(
    session: AsyncSession, code_or_id: str | UUID
) -> tuple[Need, Service, Person, Person | None, str]:
    beneficiary, officer = aliased(Person), aliased(Person)
    statement = (
        select(Need, Service, beneficiary, officer, Territory.path)
        .join(Service, Service.code == Need.service_code)
        .join(beneficiary, beneficiary.id == Need.beneficiary_id)
        .join(Territory, Territory.id == Need.community_id)
        .outerjoin(officer, officer.id == Need.responsible_id)
        .where(_named(code_or_id))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing="need")
    return row[0], row[1], row[2], row[3], row[4]


def _named(code_or_id: str | UUID) -> Any:
    if isinstance(code_or_id, UUID):
        return Need.id == code_or_id
    try:
        return Need.id == UUID(code_or_id)
    except ValueError:
        return Need.code == tidy_code(code_or_id)


async def _job(
    session: AsyncSession, need: Need, actor: Actor
) -> tuple[Job | None, tuple[Contact, ...], bool]:
    if need.state in {NeedState.RECEIVED, NeedState.LOOKING, NeedState.OFFERED}:
        return None, (), False
    statement = (
        select(Job, Person.name, Provider.phone, JobWorker.worker_id, Offer.provider_id, Offer.reasons)
        .join(JobWorker, JobWorker.job_id == Job.id)
        .join(Offer, Offer.id == JobWorker.offer_id)
        .join(Worker, Worker.id == JobWorker.worker_id)
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == Offer.provider_id)
        .where(Job.need_id == need.id, Job.state.not_in(GONE))
        .order_by(Job.created_at.desc(), Job.id.desc(), Person.name)
    )
    rows = (await session.execute(statement)).all()
    if not rows:
        return None, (), False
    job = rows[0][0]
    ours = [row for row in rows if row[0].id == job.id]
    helpers = tuple(Contact(name=row[1], phone=row[2], ties=_ties(row[5])) for row in ours)
    return job, helpers, any(row[3] in actor.worker_ids or row[4] in actor.provider_ids for row in ours)


def _ties(reasons: dict[str, Any]) -> tuple[str, ...]:
    return tuple(kind for kind in TIES if reasons.get(kind))
