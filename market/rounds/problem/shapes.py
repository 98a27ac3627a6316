"""What a round reads about meals and gatherings before it computes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.time import local_day
from catalog.people.models import Household
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.venues.models import Canteen, Venue, VenueDay
from catalog.venues.queries import canteens, closings
from market.gatherings.models import Enrolment, Gathering, GatheringStaff, Occasion
from market.meals.days import Wanted, load_wanted
from market.meals.models import Meal
from market.needs.models import Need
from market.rounds.problem.blocks import Block, load_blocks
from market.rounds.problem.ticks import Calendar
from market.states import EnrolmentState, MealState, NeedState, SessionState

NEAREST = 3
"""Canteens from which a meal may come: the nearest ones, by line."""

SETTLED = (MealState.PLANNED, MealState.DONE)


class Stairs(NamedTuple):
    """How far from the street a household's door is."""

    floor: int | None = None
    has_lift: bool | None = None


class Shapes(NamedTuple):
    """Meals that are wanted, canteens, open gatherings with what they need, and time that is spoken for."""

    meals: Sequence[Wanted] = ()
    canteens: Mapping[UUID, tuple[Canteen, Venue]] = {}
    sources: Mapping[UUID, Sequence[UUID]] = {}
    gatherings: Sequence[Gathering] = ()
    occasions: Mapping[UUID, Sequence[Occasion]] = {}
    enrolments: Sequence[Enrolment] = ()
    rooms: Mapping[UUID, Venue] = {}
    closed: Sequence[VenueDay] = ()
    taken: Sequence[Gathering] = ()
    known: Mapping[UUID, Sequence[UUID]] = {}
    services: Mapping[str, Service] = {}
    stairs: Mapping[UUID, Stairs] = {}
    communities: Mapping[UUID, str] = {}
    blocks: Sequence[Block] = ()

    @property
    def skills(self) -> set[str]:
        """Skills that somebody who runs a gathering must have."""
        return {s["skill"] for held in self.gatherings for role in held.roles for s in role["skills"]}

    @property
    def anybody(self) -> bool:
        """Whether a gathering wants people without naming a skill."""
        return any(not role["skills"] for held in self.gatherings for role in held.roles)

    @property
    def carrying(self) -> set[str]:
        """Skills of bringing meals."""
        codes = {meal.order.service_code for meal in self.meals}
        return {s["skill"] for code in codes for s in self.services[code].skills}

    def points(self) -> list[tuple[float, float]]:
        """Return where carriers load and gatherings are held."""
        return [(room.lat, room.lon) for _, room in self.canteens.values() if self.meals] + [
            (room.lat, room.lon) for room in self.rooms.values()
        ]


async def load_shapes(
    session: AsyncSession, calendar: Calendar, path: str | None, needs: Sequence[Need], now: datetime
) -> Shapes:
    """Read meals and gatherings below a path; none of them for a round of a single need (`path` None)."""
    blocks = await load_blocks(session, calendar.start, calendar.end)
    if path is None:
        return Shapes(blocks=blocks)
    meals = await open_meals(session, calendar, path)
    places = await _canteens(session) if meals else {}
    meals, sources = _sources(meals, places)
    used = {canteen_id for ids in sources.values() for canteen_id in ids}
    gatherings, occasions = await _gatherings(session, calendar, path, now)
    if not meals and not gatherings:
        return Shapes(blocks=blocks)
    enrolments = await _enrolments(session, gatherings, needs)
    rooms = await _rooms(session, {o.venue_id for some in occasions.values() for o in some})
    asked = {held.service_code for held in gatherings} | {meal.order.service_code for meal in meals}
    homes = {meal.order.household_id for meal in meals}
    communities = {meal.order.community_id for meal in meals} | {held.community_id for held in gatherings}
    return Shapes(
        meals=meals,
        canteens={key: place for key, place in places.items() if key in used},
        sources=sources,
        gatherings=gatherings,
        occasions=occasions,
        enrolments=enrolments,
        rooms=rooms,
        closed=await load_closed(session, calendar, [*rooms, *(places[key][1].id for key in used)]),
        taken=await taken(session, list(rooms), calendar.start, calendar.end),
        known=await _known(session, gatherings),
        services=await _services(session, asked),
        stairs=await _stairs(session, {home for home in homes if home is not None}),
        communities=await _communities(session, communities),
        blocks=blocks,
    )


async def open_meals(session: AsyncSession, calendar: Calendar, path: str) -> list[Wanted]:
    """Return the meals below a path that are wanted on the days of a round and not planned yet."""
    found = await load_wanted(session, path, calendar.first_day, calendar.days)
    settled = select(Meal.id).where(Meal.id.in_([one.id for one in found]), Meal.state.in_(SETTLED))
    done = set((await session.execute(settled)).scalars()) if found else set()
    return [one for one in found if one.id not in done]


async def _canteens(session: AsyncSession) -> dict[UUID, tuple[Canteen, Venue]]:
    return {canteen.id: (canteen, room) for canteen, room in await canteens(session)}


def _sources(
    meals: Sequence[Wanted], places: Mapping[UUID, tuple[Canteen, Venue]]
) -> tuple[list[Wanted], dict[UUID, list[UUID]]]:
    """Return the meals that have a canteen, and from which ones each may come."""
    found: dict[UUID, list[UUID]] = {}
    for meal in meals:
        order = meal.order
        if order.canteen_id is not None:
            found[meal.id] = [order.canteen_id] if order.canteen_id in places else []
            continue
        ranked = sorted(places, key=lambda key: (_apart(places[key][1], order.lat, order.lon), key))
        found[meal.id] = sorted(ranked[:NEAREST])
    return [meal for meal in meals if found[meal.id]], {key: ids for key, ids in found.items() if ids}


def _apart(room: Venue, lat: float, lon: float) -> float:
    return (room.lat - lat) ** 2 + (room.lon - lon) ** 2


async def _gatherings(
    session: AsyncSession, calendar: Calendar, path: str, now: datetime
) -> tuple[list[Gathering], dict[UUID, list[Occasion]]]:
    """Return what takes enrolments, with the occasions whose dates all lie in the round."""
    soonest = max(now, calendar.start)
    statement = (
        select(Gathering, Occasion)
        .join(Occasion, Occasion.gathering_id == Gathering.id)
        .join(Territory, Territory.id == Gathering.community_id)
        .where(
            Gathering.state == SessionState.ENROLLING,
            Territory.path.startswith(path, autoescape=True),
            Occasion.first_at > soonest,
            Occasion.last_at < calendar.end,
        )
        .order_by(Gathering.id, Occasion.first_at, Occasion.id)
    )
    found: dict[UUID, Gathering] = {}
    occasions: dict[UUID, list[Occasion]] = defaultdict(list)
    for held, occasion in await session.execute(statement):
        if occasion.last_at + timedelta(minutes=held.duration_minutes) <= calendar.end:
            found[held.id] = held
            occasions[held.id].append(occasion)
    return list(found.values()), occasions


async def _enrolments(
    session: AsyncSession, gatherings: Sequence[Gathering], needs: Sequence[Need]
) -> list[Enrolment]:
    """Return who asks for a seat; for a need only while it is looked for in this round."""
    looked_for = {need.id for need in needs if need.state == NeedState.LOOKING}
    statement = (
        select(Enrolment)
        .where(
            Enrolment.gathering_id.in_([held.id for held in gatherings]),
            Enrolment.state == EnrolmentState.REQUESTED,
        )
        .order_by(Enrolment.id)
    )
    rows = (await session.execute(statement)).scalars()
    return [row for row in rows if row.need_id is None or row.need_id in looked_for]


async def _rooms(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Venue]:
    found = await session.execute(select(Venue).where(Venue.id.in_(sorted(ids))).order_by(Venue.id))
    return {room.id: room for room in found.scalars()}


async def load_closed(session: AsyncSession, calendar: Calendar, ids: Collection[UUID]) -> list[VenueDay]:
    """Return the days of a round on which rooms cannot be had."""
    last = local_day(calendar.end - timedelta(minutes=1))
    return list(await closings(session, ids, calendar.first_day, last))


async def taken(
    session: AsyncSession, venue_ids: Sequence[UUID], since: datetime, until: datetime
) -> list[Gathering]:
    """Return the confirmed gatherings in some rooms that may have a date between two instants."""
    statement = select(Gathering).where(
        Gathering.state == SessionState.CONFIRMED,
        Gathering.venue_id.in_(sorted(venue_ids)),
        Gathering.first_at < until,
        Gathering.last_at > since - timedelta(days=1),
    )
    return list((await session.execute(statement.order_by(Gathering.id))).scalars())


async def _known(session: AsyncSession, gatherings: Sequence[Gathering]) -> dict[UUID, list[UUID]]:
    """Return who ran the term before, by gathering."""
    before = {held.follows_id: held.id for held in gatherings if held.follows_id}
    statement = select(GatheringStaff.gathering_id, GatheringStaff.worker_id).where(
        GatheringStaff.gathering_id.in_(sorted(before))
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for gathering_id, worker_id in await session.execute(statement.order_by(GatheringStaff.worker_id)):
        found[before[gathering_id]].append(worker_id)
    return found


async def _services(session: AsyncSession, codes: Collection[str]) -> dict[str, Service]:
    found = await session.execute(select(Service).where(Service.code.in_(sorted(codes))))
    return {service.code: service for service in found.scalars()}


async def _stairs(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Stairs]:
    statement = (
        select(Household.id, Household.floor, Territory.has_lift)
        .join(Territory, Territory.id == Household.building_id)
        .where(Household.id.in_(sorted(ids)))
    )
    return {row[0]: Stairs(row[1], row[2]) for row in await session.execute(statement)}


async def _communities(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    found = await session.execute(select(Territory.id, Territory.code).where(Territory.id.in_(sorted(ids))))
    return {row.id: row.code for row in found}


def near(shapes: Shapes, worker: Any, has_skill: Any, boxed: Any) -> Any:
    """Return who could bring meals or run a gathering, as a condition on workers."""
    wanted = []
    if shapes.meals:
        able = has_skill(shapes.carrying) if shapes.carrying else worker.active
        wanted.append(and_(worker.carries > 0, able))
    if shapes.gatherings:
        wanted.append(worker.active if shapes.anybody else has_skill(shapes.skills))
    return and_(worker.active, or_(*wanted), boxed(shapes.points())) if wanted else None
