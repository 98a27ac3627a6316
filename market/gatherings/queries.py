"""Reading gatherings; every function issues a fixed number of statements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.people.models import Person
from catalog.providers.models import Provider, Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.venues.models import Venue
from market.gatherings.models import Enrolment, Fair, Gathering, GatheringStaff, Occasion
from market.gatherings.proposing import moments
from market.gatherings.seats import OPEN_SEATS
from market.gatherings.views import EnrolmentView, FairView, GatheringView, OccasionView, StaffView
from market.meals.views import Cause
from market.states import EnrolmentState, FairState, SessionState

Counts = dict[UUID, Counter[EnrolmentState]]
CAME = (*OPEN_SEATS, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)


async def gatherings(
    session: AsyncSession,
    path: str = "",
    states: Collection[SessionState] = tuple(SessionState),
    *,
    limit: int = 200,
) -> list[GatheringView]:
    """Return gatherings of communities below a path, or of those above it, the latest first; four statements."""
    below = Territory.path.startswith(path, autoescape=True)
    statement = _gatherings().where(below, Gathering.state.in_(list(states)))
    return await _views(session, statement.limit(limit))


async def gathering_view(session: AsyncSession, gathering_id: UUID) -> GatheringView:
    """Return one gathering.

    Raises:
        NotFound: there is none of that id.
    """
    found = await _views(session, _gatherings().where(Gathering.id == gathering_id))
    if not found:
        raise NotFound("There is no such {thing}", thing="gathering")
    return found[0]


async def sessions_of_workers(session: AsyncSession, worker_ids: Collection[UUID]) -> list[GatheringView]:
    """Return the confirmed and held gatherings that some workers run, the latest first."""
    runs = select(GatheringStaff.gathering_id).where(GatheringStaff.worker_id.in_(sorted(worker_ids)))
    states = (SessionState.CONFIRMED, SessionState.HELD)
    return await _views(session, _gatherings().where(Gathering.id.in_(runs), Gathering.state.in_(states)))


def _gatherings() -> Any:
    return (
        select(Gathering, Service.name_zh, Service.name_en, Venue)
        .join(Service, Service.code == Gathering.service_code)
        .join(Territory, Territory.id == Gathering.community_id)
        .outerjoin(Venue, Venue.id == Gathering.venue_id)
        .order_by(Gathering.created_at.desc(), Gathering.id)
    )


async def _views(session: AsyncSession, statement: Any) -> list[GatheringView]:
    rows = (await session.execute(statement)).all()
    ids = [row[0].id for row in rows]
    counts, options = await _counts(session, ids), await _occasions(session, ids)
    staff = await _staff(session, ids)
    return [_view(row, counts[row[0].id], options[row[0].id], staff[row[0].id]) for row in rows]


def _view(
    row: Any, counts: Counter[EnrolmentState], options: list[OccasionView], staff: list[StaffView]
) -> GatheringView:
    held, service_zh, service_en, room = row
    own = {"starts", "occasions", "staff"}
    columns = set(held.__table__.columns.keys()) - own
    plain = {n: getattr(held, n) for n in GatheringView.__struct_fields__ if n in columns}
    place = {} if room is None else {"venue_zh": room.name_zh, "venue_en": room.name_en}
    where = {} if room is None else {"lat": room.lat, "lon": room.lon, "step_free": room.step_free}
    return GatheringView(
        **plain,
        **place,
        **where,
        service_zh=service_zh,
        service_en=service_en,
        asked=counts.total() - counts[EnrolmentState.WITHDRAWN],
        seated=sum(counts[state] for state in CAME),
        waiting=counts[EnrolmentState.WAITING],
        starts=tuple(moments(held.starts)),
        occasions=tuple(options),
        staff=tuple(staff),
    )


async def _counts(session: AsyncSession, ids: Sequence[UUID]) -> Counts:
    statement = select(Enrolment.gathering_id, Enrolment.state, func.count()).where(
        Enrolment.gathering_id.in_(ids)
    )
    found: Counts = defaultdict(Counter)
    grouped = statement.group_by(Enrolment.gathering_id, Enrolment.state)
    for gathering_id, state, count in await session.execute(grouped):
        found[gathering_id][state] = count
    return found


async def _occasions(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[OccasionView]]:
    statement = (
        select(Occasion.gathering_id, Venue.id, Venue.name_zh, Venue.name_en, Occasion.starts)
        .join(Venue, Venue.id == Occasion.venue_id)
        .where(Occasion.gathering_id.in_(ids))
        .order_by(Occasion.first_at, Venue.name_zh, Occasion.id)
    )
    found: dict[UUID, list[OccasionView]] = defaultdict(list)
    for gathering_id, venue_id, zh, en, starts in await session.execute(statement):
        view = OccasionView(venue_id=venue_id, venue_zh=zh, venue_en=en, starts=tuple(moments(starts)))
        found[gathering_id].append(view)
    return found


async def _staff(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[StaffView]]:
    statement = (
        select(GatheringStaff, Person.name, Provider.name_zh, Provider.name_en)
        .join(Worker, Worker.id == GatheringStaff.worker_id)
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == GatheringStaff.provider_id)
        .where(GatheringStaff.gathering_id.in_(ids))
        .order_by(GatheringStaff.role, Person.name)
    )
    found: dict[UUID, list[StaffView]] = defaultdict(list)
    for one, name, zh, en in await session.execute(statement):
        found[one.gathering_id].append(
            StaffView(role=one.role, worker_id=one.worker_id, name=name, provider_zh=zh, provider_en=en)
        )
    return found


async def enrolments_of(session: AsyncSession, person_ids: Collection[UUID]) -> list[EnrolmentView]:
    """Return the enrolments of people and those that they asked for somebody else, the latest first."""
    ids = sorted(person_ids)
    mine = Enrolment.person_id.in_(ids) | Enrolment.requester_id.in_(ids)
    statement = _enrolments().where(mine).order_by(Enrolment.created_at.desc(), Enrolment.id)
    return [_enrolment(row) for row in await session.execute(statement)]


async def enrolments_in(session: AsyncSession, gathering_id: UUID) -> list[EnrolmentView]:
    """Return who asks for a seat in a gathering: waiting ones by position, the others by when they asked."""
    statement = _enrolments().where(Enrolment.gathering_id == gathering_id)
    rows = await session.execute(statement.order_by(Enrolment.position, Enrolment.created_at, Enrolment.id))
    return [_enrolment(row) for row in rows]


async def enrolment_view(session: AsyncSession, enrolment_id: UUID) -> EnrolmentView:
    """Return one enrolment.

    Raises:
        NotFound: there is none of that id.
    """
    row = (await session.execute(_enrolments().where(Enrolment.id == enrolment_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing="enrolment")
    return _enrolment(row)


async def seat_of_need(session: AsyncSession, need_id: UUID) -> EnrolmentView | None:
    """Return the enrolment that would serve, or serves, a need; None if there is none that lives."""
    statement = _enrolments().where(Enrolment.need_id == need_id, Enrolment.state != EnrolmentState.WITHDRAWN)
    row = (await session.execute(statement.order_by(Enrolment.created_at.desc()).limit(1))).one_or_none()
    return None if row is None else _enrolment(row)


def _enrolments() -> Any:
    return (
        select(Enrolment, Gathering.title, Person.name)
        .join(Gathering, Gathering.id == Enrolment.gathering_id)
        .join(Person, Person.id == Enrolment.person_id)
    )


def _enrolment(row: Any) -> EnrolmentView:
    held, title, name = row
    return EnrolmentView(
        id=held.id,
        state=held.state,
        gathering_id=held.gathering_id,
        title=title,
        person_id=held.person_id,
        person_name=name,
        requester_id=held.requester_id,
        need_id=held.need_id,
        position=held.position,
        promoted_until=held.promoted_until,
        consented=held.consent is not None,
        walk_metres=held.walk_metres,
        step_free=held.step_free,
        causes=tuple(Cause(**cause) for cause in held.last_causes),
        created_at=held.created_at,
    )


async def fairs(
    session: AsyncSession, path: str = "", states: Collection[FairState] = tuple(FairState)
) -> list[FairView]:
    """Return proposed and decided fairs of communities below a path, the latest first."""
    statement = _fairs().where(Territory.path.startswith(path, autoescape=True), Fair.state.in_(list(states)))
    return [_fair(row) for row in await session.execute(statement)]


async def fair_view(session: AsyncSession, fair_id: UUID) -> FairView:
    """Return one fair.

    Raises:
        NotFound: there is none of that id.
    """
    row = (await session.execute(_fairs().where(Fair.id == fair_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing="fair")
    return _fair(row)


def _fairs() -> Any:
    return (
        select(Fair, Service.name_zh, Service.name_en, Venue.name_zh, Venue.name_en)
        .join(Territory, Territory.id == Fair.community_id)
        .join(Service, Service.code == Fair.service_code)
        .join(Venue, Venue.id == Fair.venue_id)
        .order_by(Fair.created_at.desc(), Fair.id)
    )


def _fair(row: Any) -> FairView:
    fair, service_zh, service_en, venue_zh, venue_en = row
    columns = fair.__table__.columns.keys()
    plain = {name: getattr(fair, name) for name in FairView.__struct_fields__ if name in columns}
    return FairView(
        **plain,
        service_zh=service_zh,
        service_en=service_en,
        venue_zh=venue_zh,
        venue_en=venue_en,
        people=len(fair.need_ids),
        at_home=len(fair.home_ids),
    )
