"""Reading those who could come: a fixed number of statements, each over the same sub-query, no long lists of ids."""

from collections import defaultdict
from collections.abc import Sequence
from math import cos, radians
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.models import Household, Person
from catalog.providers.models import (
    Availability,
    AvailabilityException,
    Credential,
    CredentialState,
    Provider,
    ProviderState,
    Worker,
    WorkerSkill,
)
from catalog.services.models import Service, Shape
from catalog.territory.models import Territory
from market.needs.models import Need
from market.offers.models import Offer
from market.rounds.problem.bonds import is_new
from market.rounds.problem.commitments import LIVE_SEATS
from market.rounds.problem.shapes import Shapes, near
from market.rounds.problem.ticks import Calendar

METRES_PER_DEGREE = 111_000.0
Ids = Select[UUID]


class Helper(NamedTuple):
    """A worker with the person behind it; `floor` and `has_lift` of their home, if they start from there.

    `is_new`: nobody has seen them work yet.
    """

    worker: Worker
    provider: Provider
    gender: str | None
    languages: list[str]
    floor: int | None = None
    has_lift: bool | None = None
    is_new: bool = False


class People(NamedTuple):
    """Candidates and what is known of them; `left_out` counts active workers that were never looked at, by cause."""

    helpers: list[Helper]
    skills: dict[UUID, dict[str, int]]
    papers: list[Credential]
    weekly: dict[UUID, list[Availability]]
    exceptions: dict[UUID, list[AvailabilityException]]
    left_out: dict[str, int]


async def load_people(
    session: AsyncSession,
    calendar: Calendar,
    needs: Sequence[Need],
    services: dict[str, Service],
    shapes: Shapes | None = None,
) -> People:
    """Read workers of active providers who have a wanted skill within their reach, or a promise to keep.

    Also those who could bring the meals or run the gatherings of `shapes`.
    """
    skilled, close = _skilled(needs, services), _near(needs, services)
    wanted = or_(and_(Worker.active, skilled, close), _promised(calendar, needs))
    more = None if shapes is None else near(shapes, Worker, _has_skill, _box)
    wanted = wanted if more is None else or_(wanted, more)
    ids = _active().where(wanted).scalar_subquery()
    helpers = await _helpers(session, ids)
    known = await _skills(session, ids)
    return People(
        helpers,
        known,
        await _papers(session, ids),
        await _weekly(session, ids),
        await _exceptions(session, ids, calendar),
        await _left_out(session, skilled, _able(needs, services, helpers, known), helpers),
    )


def _active() -> Ids:
    joined = select(Worker.id).join(Provider, Provider.id == Worker.provider_id)
    return joined.where(Provider.state == ProviderState.ACTIVE)


def _skilled(needs: Sequence[Need], services: dict[str, Service]) -> Any:
    """Has one of the skills that any of the services asks for."""
    asked = [services[need.service_code] for need in needs]
    if any(not service.skills for service in asked):
        return Worker.active
    return _has_skill({skill["skill"] for service in asked for skill in service.skills})


def _has_skill(codes: set[str]) -> Any:
    return exists().where(WorkerSkill.worker_id == Worker.id, WorkerSkill.skill_code.in_(sorted(codes)))


def _near(needs: Sequence[Need], services: dict[str, Service]) -> Any:
    """Lives within the worker's own reach of the needs' bounding box, or can help by telephone."""
    asked = [(need, services[need.service_code]) for need in needs]
    visits = [need for need, service in asked if service.shape != Shape.REMOTE]
    by_phone = {s["skill"] for _, service in asked if service.shape == Shape.REMOTE for s in service.skills}
    return or_(_boxed(visits), _has_skill(by_phone))


def _able(
    needs: Sequence[Need],
    services: dict[str, Service],
    helpers: Sequence[Helper],
    known: dict[UUID, dict[str, int]],
) -> int:
    """Count the active helpers who have one of the skills that any of the services asks for."""
    asked = [services[need.service_code] for need in needs]
    anybody = any(not service.skills for service in asked)
    codes = {skill["skill"] for service in asked for skill in service.skills}
    return sum(
        helper.worker.active and (anybody or not codes.isdisjoint(known.get(helper.worker.id, {})))
        for helper in helpers
    )


def _boxed(needs: Sequence[Need]) -> Any:
    return _box([(need.lat, need.lon) for need in needs])


def _box(points: Sequence[tuple[float, float]]) -> Any:
    """Lives within the worker's own reach of the points' bounding box."""
    if not points:
        return Worker.id.is_(None)
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    up = Worker.reach_metres / METRES_PER_DEGREE
    # Nearer the pole a degree of longitude is shorter.
    side = Worker.reach_metres / (METRES_PER_DEGREE * max(0.01, cos(radians(max(map(abs, lats))))))
    return and_(
        Worker.lat.between(min(lats) - up, max(lats) + up),
        Worker.lon.between(min(lons) - side, max(lons) + side),
    )


def _promised(calendar: Calendar, needs: Sequence[Need]) -> Any:
    """Has promised a visit that this round must respect: to one of the needs, or within a provider's joint limit."""
    live = [Offer.worker_id == Worker.id, Offer.state.in_(LIVE_SEATS)]
    begin, end = calendar.week
    in_time = and_(Offer.start_at >= begin, Offer.start_at < end)
    limited = or_(Provider.max_tasks_day.is_not(None), Provider.max_tasks_week.is_not(None))
    return or_(
        exists().where(*live, Offer.need_id.in_([need.id for need in needs])),
        and_(limited, exists().where(*live, in_time)),
    )


async def _helpers(session: AsyncSession, ids: Any) -> list[Helper]:
    from_home = and_(
        Household.id == Person.household_id, Household.lat == Worker.lat, Household.lon == Worker.lon
    )
    home = (Household.floor, Territory.has_lift)
    statement = (
        select(Worker, Provider, Person.gender, Person.languages, *home, is_new())
        .join(Provider, Provider.id == Worker.provider_id)
        .join(Person, Person.id == Worker.person_id)
        .outerjoin(Household, from_home)
        .outerjoin(Territory, Territory.id == Household.building_id)
        .where(Worker.id.in_(ids))
        .order_by(Worker.id)
    )
    return [Helper(*row) for row in await session.execute(statement)]


async def _skills(session: AsyncSession, ids: Any) -> dict[UUID, dict[str, int]]:
    statement = select(WorkerSkill.worker_id, WorkerSkill.skill_code, WorkerSkill.level)
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for worker_id, code, level in await session.execute(statement.where(WorkerSkill.worker_id.in_(ids))):
        found[worker_id][code] = level
    return found


async def _papers(session: AsyncSession, ids: Any) -> list[Credential]:
    providers = select(Worker.provider_id).where(Worker.id.in_(ids))
    statement = select(Credential).where(
        Credential.state == CredentialState.VERIFIED,
        or_(Credential.worker_id.in_(ids), Credential.provider_id.in_(providers)),
    )
    return list((await session.execute(statement.order_by(Credential.id))).scalars())


async def _weekly(session: AsyncSession, ids: Any) -> dict[UUID, list[Availability]]:
    found: dict[UUID, list[Availability]] = defaultdict(list)
    statement = select(Availability).where(Availability.worker_id.in_(ids))
    for hours in (await session.execute(statement)).scalars():
        found[hours.worker_id].append(hours)
    return found


async def _exceptions(
    session: AsyncSession, ids: Any, calendar: Calendar
) -> dict[UUID, list[AvailabilityException]]:
    found: dict[UUID, list[AvailabilityException]] = defaultdict(list)
    statement = select(AvailabilityException).where(
        AvailabilityException.worker_id.in_(ids), AvailabilityException.day.in_(calendar.dates())
    )
    for exception in (await session.execute(statement)).scalars():
        found[exception.worker_id].append(exception)
    return found


async def _left_out(
    session: AsyncSession, skilled: Any, able: int, helpers: Sequence[Helper]
) -> dict[str, int]:
    """Count whom the problem does not hold: `able` of those it holds have a wanted skill."""
    everyone = _active().where(Worker.active).subquery()
    with_skill = _active().where(Worker.active, skilled).subquery()
    statement = select(
        select(func.count()).select_from(everyone).scalar_subquery(),
        select(func.count()).select_from(with_skill).scalar_subquery(),
    )
    total, all_able = (await session.execute(statement)).one()
    others = sum(helper.worker.active for helper in helpers) - able
    counts = {"skill_level": total - all_able - others, "within_reach": all_able - able}
    return {cause: count for cause, count in counts.items() if count > 0}
