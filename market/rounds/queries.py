"""Reading rounds; every function issues a fixed number of statements."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock, local_day
from catalog.people.models import Person
from catalog.providers.models import Provider, Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.causes import Causes, deciding
from market.needs.models import Need
from market.offers.models import Offer
from market.rounds.digest import in_order
from market.rounds.models import Round, RoundNeed
from market.rounds.problem.ticks import Calendar
from market.rounds.ties import Ties
from market.rounds.views import Cause, PlanRow, RoundView, UnservedRow
from market.states import RoundState
from market.ties import TIES
from matching.plan import Assignment, Plan, Stop, decode_plan

OUTSTANDING = (RoundState.OPEN, RoundState.FROZEN, RoundState.SEEDED)


def _views() -> Select[Any]:
    taken = select(func.count()).where(RoundNeed.round_id == Round.id).correlate(Round)
    return select(
        *(getattr(Round, name) for name in RoundView.__struct_fields__ if hasattr(Round, name)),
        Territory.name_zh.label("territory_zh"),
        Territory.name_en.label("territory_en"),
        Territory.path.label("territory_path"),
        taken.scalar_subquery().label("needs"),
    ).join(Territory, Territory.id == Round.territory_id)


async def round_view(session: AsyncSession, round_id: UUID) -> RoundView:
    """Return one round; one statement.

    Raises:
        NotFound: there is none of that id.
    """
    row = (await session.execute(_views().where(Round.id == round_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing="round")
    return RoundView(**row._mapping)  # noqa: SLF001 the public name of a row's columns


async def rounds_of(
    session: AsyncSession, territory_id: UUID, *, alone: bool = False, limit: int = 50
) -> list[RoundView]:
    """Return the rounds of a territory and of all below it, newest first; one statement.

    Rounds for a single need (next best, urgent) are left out unless `alone`.
    """
    above = select(Territory.path).where(Territory.id == territory_id).scalar_subquery()
    statement = _views().where(Territory.path.like(above.op("||")("%")))
    if not alone:
        statement = statement.where(Round.only_need_id.is_(None))
    newest = statement.order_by(Round.created_at.desc(), Round.id).limit(limit)
    return [RoundView(**row._mapping) for row in await session.execute(newest)]  # noqa: SLF001 as above


async def outstanding_rounds(session: AsyncSession, clock: Clock, *, older_than: timedelta) -> list[UUID]:
    """Return rounds that nobody seems to work on: waiting since a while, or their solver was not heard of in time."""
    left = and_(Round.state.in_(OUTSTANDING), Round.created_at <= clock.now() - older_than)
    unpublished = and_(Round.state == RoundState.CHECKED, Round.auto_publish)
    abandoned = and_(Round.state == RoundState.SOLVING, Round.lease_until < clock.now())
    statement = select(Round.id).where(or_(left, unpublished, abandoned)).order_by(Round.created_at)
    return list((await session.execute(statement)).scalars())


async def outdated_rounds(session: AsyncSession, clock: Clock) -> list[UUID]:
    """Return checked rounds that nobody published before their days had passed."""
    statement = select(Round.id, Round.first_day, Round.days).where(
        Round.state == RoundState.CHECKED, Round.first_day < local_day(clock.now())
    )
    today = local_day(clock.now())
    rows = await session.execute(statement)
    return [row.id for row in rows if row.first_day + timedelta(days=row.days - 1) < today]


async def _documents(session: AsyncSession, round_id: UUID) -> Round:
    found = (await session.execute(select(Round).where(Round.id == round_id))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such {thing}", thing="round")
    return found


async def _needs(session: AsyncSession, round_id: UUID) -> dict[UUID, Any]:
    statement = (
        select(
            Need.id.label("need_id"),
            Need.code.label("need_code"),
            Need.service_code,
            Need.urgency,
            Need.rounds_missed,
            Need.duration_minutes,
            Service.name_zh.label("service_zh"),
            Service.name_en.label("service_en"),
            Territory.name_zh.label("community_zh"),
            Territory.name_en.label("community_en"),
            RoundNeed.planned,
            RoundNeed.causes,
        )
        .join(Need, Need.id == RoundNeed.need_id)
        .join(Service, Service.code == Need.service_code)
        .join(Territory, Territory.id == Need.community_id)
        .where(RoundNeed.round_id == round_id)
        .order_by(Need.code)
    )
    return {row.need_id: row for row in await session.execute(statement)}


async def unserved_of(session: AsyncSession, round_id: UUID) -> list[UnservedRow]:
    """Return the needs that a checked or published round could not place, with its causes; two statements."""
    held = await _documents(session, round_id)
    needs = await _needs(session, round_id)
    if held.state is RoundState.CHECKED and held.plan is not None:
        planned = _unserved(decode_plan(held.plan), held.summary.get("left_out", {}))
        found = {need_id: planned.get(need_id, row.causes) for need_id, row in needs.items()}
        served = {UUID(a.task) for a in decode_plan(held.plan).assignments}
        return [_unserved_row(row, found[i]) for i, row in needs.items() if i not in served]
    return [_unserved_row(row, row.causes) for row in needs.values() if row.planned is False]


def _unserved(plan: Plan, left_out: dict[str, int]) -> dict[UUID, Causes]:
    return {
        UUID(task.task): in_order({c.cause: c.count for c in task.causes}, left_out) for task in plan.unserved
    }


def _unserved_row(row: Any, causes: Causes) -> UnservedRow:
    return UnservedRow(
        **_named(row),
        urgency=row.urgency,
        rounds_missed=row.rounds_missed,
        deciding=deciding(causes),
        causes=tuple(Cause(**cause) for cause in causes),
    )


def _named(row: Any) -> dict[str, Any]:
    names = (
        "need_id",
        "need_code",
        "service_code",
        "service_zh",
        "service_en",
        "community_zh",
        "community_en",
    )
    return {name: getattr(row, name) for name in names}


async def plan_rows(session: AsyncSession, round_id: UUID) -> list[PlanRow]:
    """Return who is planned for what, by start; empty before the round is solved; four statements at most."""
    held = await _documents(session, round_id)
    if held.plan is None:
        return []
    plan, needs = decode_plan(held.plan), await _needs(session, round_id)
    teams = [a for a in plan.assignments if UUID(a.task) in needs]
    people = await _people(session, {UUID(worker) for team in teams for worker in team.workers})
    offers = await _offer_states(session, round_id)
    ties = await asyncio.to_thread(Ties.read, held.problem or b"{}")
    rows = _plan_rows(held, plan, teams, needs, people, offers, ties)
    return sorted(rows, key=lambda row: (row.start_at, row.need_code, row.worker_name))


def _plan_rows(
    held: Round,
    plan: Plan,
    teams: Sequence[Assignment],
    needs: dict[UUID, Any],
    people: dict[UUID, Any],
    offers: dict[tuple[UUID, UUID], Any],
    ties: Ties,
) -> Iterator[PlanRow]:
    stops = {(stop.task, route.worker): stop for route in plan.routes for stop in route.stops}
    calendar = Calendar(held.first_day, held.days)
    for team in teams:
        for worker in team.workers:
            need, person = needs[UUID(team.task)], people[UUID(worker)]
            state = offers.get((need.need_id, person.worker_id))
            bound = ties.between(team.task, worker)
            found = tuple(kind for kind in TIES if bound[kind])
            yield _plan_row(calendar, need, person, stops[team.task, worker], state, found)


def _plan_row(
    calendar: Calendar, need: Any, person: Any, stop: Stop, state: Any, ties: tuple[str, ...]
) -> PlanRow:
    return PlanRow(
        **_named(need),
        start_at=calendar.at(stop.start),
        end_at=calendar.at(stop.end),
        **person._mapping,  # noqa: SLF001 the public name of a row's columns
        travel_minutes=stop.travel_ticks,
        travel_metres=stop.travel_metres,
        offer_state=state,
        ties=ties,
    )


async def _people(session: AsyncSession, worker_ids: set[UUID]) -> dict[UUID, Any]:
    statement = (
        select(
            Worker.id.label("worker_id"),
            Person.name.label("worker_name"),
            Provider.id.label("provider_id"),
            Provider.name_zh.label("provider_zh"),
            Provider.name_en.label("provider_en"),
        )
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(Worker.id.in_(sorted(worker_ids)))
    )
    return {row.worker_id: row for row in await session.execute(statement)}


async def _offer_states(session: AsyncSession, round_id: UUID) -> dict[tuple[UUID, UUID], Any]:
    statement = select(Offer.need_id, Offer.worker_id, Offer.state).where(Offer.round_id == round_id)
    return {(row.need_id, row.worker_id): row.state for row in await session.execute(statement)}
