"""Lists of needs: a person's own, and the officer's queue."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.people.models import Person
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.jobs.models import Job
from market.jobs.steps import OVER
from market.needs.codes import tidy_code
from market.needs.deadlines import result_due
from market.needs.models import Need, Urgency
from market.needs.reading import service_name, windows_of
from market.needs.views import STEP_OF, NeedCard, Page, Queue, QueueFilter, QueueRow, WindowView
from market.offers.models import Offer
from market.states import NeedState, OfferState

EVERYTHING = QueueFilter()
FIRST = Page()
MOST = 200
Officer = aliased(Person)


async def needs_of(session: AsyncSession, person_id: UUID, *, limit: int = 100) -> list[NeedCard]:
    """Return what a person asked for, or has been asked for, newest first."""
    live = Job.state.not_in(OVER)
    statement = (
        select(Need, Service, Person.name, Job.start_at)
        .join(Service, Service.code == Need.service_code)
        .join(Person, Person.id == Need.beneficiary_id)
        .outerjoin(Job, (Job.need_id == Need.id) & live)
        .where(or_(Need.requester_id == person_id, Need.beneficiary_id == person_id))
        .order_by(Need.created_at.desc(), Need.id.desc())
        .limit(limit)
    )
    return [_card(*row) for row in await session.execute(statement)]


def _card(need: Need, service: Service, name: str, start_at: Any) -> NeedCard:
    return NeedCard(
        id=need.id,
        code=need.code,
        service=service_name(service),
        state=need.state,
        step=STEP_OF[need.state],
        outcome=need.outcome,
        beneficiary_id=need.beneficiary_id,
        beneficiary_name=name,
        created_at=need.created_at,
        start_at=start_at,
    )


async def queue(
    session: AsyncSession, path: str, filters: QueueFilter = EVERYTHING, page: Page = FIRST
) -> Queue:
    """Return the officer's queue below a place, urgent first, then the oldest; four statements for any page.

    `page.size` is at most 200. The caller has checked that the reader is staff of `path`.
    """
    size = max(1, min(page.size, MOST))
    number = max(1, page.number)
    wanted = _filtered(_below(select(Need, Service, Territory, Person.name, Officer.name), path), filters)
    ordered = wanted.order_by(URGENT_FIRST, Need.created_at, Need.id)
    rows = (await session.execute(ordered.limit(size).offset((number - 1) * size))).all()
    ids = [row[0].id for row in rows]
    windows, accepted = await windows_of(session, ids), await _accepted(session, ids)
    counts = await _counts(session, path)
    return Queue(
        rows=tuple(_row(row, windows.get(row[0].id, ()), accepted.get(row[0].id, 0)) for row in rows),
        total=await session.scalar(_filtered(_below(select(func.count(Need.id)), path), filters)) or 0,
        page=Page(number=number, size=size),
        counts=counts,
    )


URGENT_FIRST = case({Urgency.URGENT.value: 0, Urgency.SAME_DAY.value: 1}, value=Need.urgency, else_=2)


def _below(statement: Any, path: str) -> Any:
    return (
        statement.select_from(Need)
        .join(Territory, Territory.id == Need.community_id)
        .join(Service, Service.code == Need.service_code)
        .join(Person, Person.id == Need.beneficiary_id)
        .outerjoin(Officer, Officer.id == Need.responsible_id)
        .where(Territory.path.startswith(path, autoescape=True))
    )


def _filtered(statement: Any, filters: QueueFilter) -> Any:
    if filters.states:
        statement = statement.where(Need.state.in_(filters.states))
    elif filters.code is None:
        statement = statement.where(Need.state != NeedState.CLOSED)
    same = {
        Need.lane: filters.lane,
        Need.service_code: filters.service_code,
        Need.community_id: filters.community_id,
        Need.responsible_id: filters.responsible_id,
        Need.urgency: filters.urgency,
        Need.code: tidy_code(filters.code) if filters.code else None,
    }
    statement = statement.where(*(column == value for column, value in same.items() if value is not None))
    return statement.where(Need.rounds_missed > 0) if filters.missed else statement


def _row(row: Any, windows: tuple[WindowView, ...], accepted: int) -> QueueRow:
    need: Need = row[0]
    community: Territory = row[2]
    return QueueRow(
        id=need.id,
        code=need.code,
        lane=need.lane,
        channel=need.channel,
        service=service_name(row[1]),
        community_id=community.id,
        community_zh=community.name_zh,
        community_en=community.name_en,
        beneficiary_name=row[3],
        responsible_name=row[4],
        state=need.state,
        urgency=need.urgency,
        private=need.private,
        headcount=need.headcount,
        seats_accepted=accepted,
        rounds_missed=need.rounds_missed,
        last_causes=tuple(need.last_causes),
        first_window=windows[0] if windows else None,
        created_at=need.created_at,
        result_due_at=result_due(need.created_at),
    )


async def _accepted(session: AsyncSession, need_ids: list[UUID]) -> dict[UUID, int]:
    statement = (
        select(Offer.need_id, func.count(Offer.id))
        .where(Offer.need_id.in_(need_ids), Offer.state == OfferState.ACCEPTED)
        .group_by(Offer.need_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def _counts(session: AsyncSession, path: str) -> dict[str, int]:
    statement = (
        select(Need.state, func.count(Need.id))
        .join(Territory, Territory.id == Need.community_id)
        .where(Territory.path.startswith(path, autoescape=True))
        .group_by(Need.state)
    )
    found = {state.value: count for state, count in await session.execute(statement)}
    return {state.value: found.get(state.value, 0) for state in NeedState}
