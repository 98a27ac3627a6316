"""Everything that coverage is worked out from, read in a number of statements that does not grow with the world."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.people.models import Household, Person
from catalog.providers.models import (
    Credential,
    CredentialState,
    Provider,
    ProviderKind,
    ProviderState,
    Worker,
    WorkerSkill,
)
from catalog.services.models import Lane, Service
from catalog.services.queries import services
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.queries import subtree
from catalog.venues.models import Venue
from catalog.venues.queries import venues
from market.needs.models import Need
from market.states import NeedState, Outcome

OLDER = 60  # years
DAYS = 30
AROUND = 0.03  # degrees, about 3 km: further than 15 minutes on foot, whatever the roads

NOBODY_YET = (NeedState.RECEIVED, NeedState.LOOKING, NeedState.OFFERED, NeedState.WAITING_RESIDENT)
UNSERVED = (Outcome.NOT_POSSIBLE, Outcome.SERVED_ELSEWHERE)
GROUPS = (PlaceKind.COMPOUND, PlaceKind.COMMUNITY)

Above, Block = aliased(Territory), aliased(Territory)


class Building(NamedTuple):
    """A building with its middle in WGS-84, households, and residents of 60 or more years."""

    place: Territory
    lat: float
    lon: float
    households: int
    older: int


class Box(NamedTuple):
    """South, west, north, east in degrees."""

    south: float
    west: float
    north: float
    east: float


class Ground(NamedTuple):
    """A territory: its buildings in path order, what they belong to, how many more have no coordinates, unmet needs.

    `unmet` counts by (compound, service); the compound is None where the place of a need is no known building.
    """

    buildings: tuple[Building, ...]
    groups: Mapping[UUID, Territory]
    unplaced: int
    unmet: Mapping[tuple[UUID | None, str], int]


class Helper(NamedTuple):
    """A worker of an active provider, with skills (level by code) and the papers valid today, the provider's included."""

    worker_id: UUID
    person_id: UUID
    lat: float
    lon: float
    provider_id: UUID
    kind: ProviderKind
    offered: frozenset[str]  # empty: whatever the skills allow
    name_zh: str
    name_en: str
    at: tuple[float, float]  # the provider's own address
    skills: Mapping[str, int]
    papers: frozenset[str]


class Around(NamedTuple):
    """Who and what could serve: services that need a way, helpers and rooms in and around a box."""

    services: tuple[Service, ...]
    helpers: tuple[Helper, ...]
    venues: tuple[Venue, ...]


async def load_ground(session: AsyncSession, path: str, now: datetime, today: date) -> Ground:
    """Read the buildings below a path and what was asked there in vain; three statements."""
    places = await subtree(session, path, (*GROUPS, PlaceKind.BUILDING))
    people = await _people(session, path, today)
    blocks = [place for place in places if place.kind == PlaceKind.BUILDING]
    placed = [place for place in blocks if place.lat is not None and place.lon is not None]
    return Ground(
        buildings=tuple(
            Building(place, float(place.lat or 0), float(place.lon or 0), *people.get(place.id, (0, 0)))
            for place in placed
        ),
        groups={place.id: place for place in places if place.kind in GROUPS},
        unplaced=len(blocks) - len(placed),
        unmet=await _unmet(session, path, now),
    )


def box_of(points: Sequence[tuple[float, float]]) -> Box:
    """Return the box of some (lat, lon), with room for whatever may be walked from there."""
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    return Box(min(lats) - AROUND, min(lons) - AROUND, max(lats) + AROUND, max(lons) + AROUND)


async def load_around(session: AsyncSession, box: Box, today: date) -> Around:
    """Read services, helpers and rooms in a box; five statements."""
    skills, papers = await _skills(session, box), await _papers(session, today)
    helpers = await _helpers(session, box, skills, papers)
    rooms = [room for room in await venues(session) if _inside(box, room.lat, room.lon)]
    return Around(tuple(await services(session, Lane.SERVICE)), helpers, tuple(rooms))


async def _people(session: AsyncSession, path: str, today: date) -> dict[UUID, tuple[int, int]]:
    """Return households and older residents by building."""
    older = func.sum(case((Person.birth_year <= today.year - OLDER, 1), else_=0))
    statement = (
        select(Household.building_id, func.count(Household.id.distinct()), older)
        .join(Territory, Territory.id == Household.building_id)
        .outerjoin(Person, Person.household_id == Household.id)
        .where(Territory.path.startswith(path, autoescape=True))
        .group_by(Household.building_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in await session.execute(statement)}


async def _unmet(session: AsyncSession, path: str, now: datetime) -> dict[tuple[UUID | None, str], int]:
    below = or_(
        Block.path.startswith(path, autoescape=True),
        and_(Block.id.is_(None), Above.path.startswith(path, autoescape=True)),
    )
    statement = (
        select(Block.parent_id, Need.service_code, func.count(Need.id))
        .select_from(Need)
        .join(Above, Above.id == Need.community_id)
        .outerjoin(Household, Household.id == Need.household_id)
        .outerjoin(Block, Block.id == Household.building_id)
        .where(below, Need.lane == Lane.SERVICE, Need.created_at >= now - timedelta(days=DAYS))
        .where(or_(Need.state.in_(NOBODY_YET), Need.outcome.in_(UNSERVED)))
        .group_by(Block.parent_id, Need.service_code)
    )
    return {(row[0], row[1]): row[2] for row in await session.execute(statement)}


async def _skills(session: AsyncSession, box: Box) -> dict[UUID, dict[str, int]]:
    statement = (
        select(WorkerSkill.worker_id, WorkerSkill.skill_code, WorkerSkill.level)
        .join(Worker, Worker.id == WorkerSkill.worker_id)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(*_working(box))
    )
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for worker_id, code, level in await session.execute(statement):
        found[worker_id][code] = level
    return found


async def _papers(session: AsyncSession, today: date) -> dict[UUID, set[str]]:
    """Return the codes of papers that are valid today, by who holds them: a worker or a provider."""
    statement = (
        select(func.coalesce(Credential.worker_id, Credential.provider_id), Credential.qualification_code)
        .where(Credential.state == CredentialState.VERIFIED, Credential.valid_from <= today)
        .where(or_(Credential.valid_until.is_(None), Credential.valid_until >= today))
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for holder, code in await session.execute(statement):
        found[holder].add(code)
    return found


async def _helpers(
    session: AsyncSession, box: Box, skills: Mapping[UUID, Mapping[str, int]], papers: Mapping[UUID, set[str]]
) -> tuple[Helper, ...]:
    statement = (
        select(Worker, Provider)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(*_working(box))
        .order_by(Worker.id)
    )
    return tuple(
        Helper(
            worker_id=worker.id,
            person_id=worker.person_id,
            lat=worker.lat,
            lon=worker.lon,
            provider_id=provider.id,
            kind=provider.kind,
            offered=frozenset(provider.services),
            name_zh=provider.name_zh,
            name_en=provider.name_en,
            at=(provider.lat, provider.lon),
            skills=skills.get(worker.id, {}),
            papers=frozenset(papers.get(worker.id, set()) | papers.get(provider.id, set())),
        )
        for worker, provider in await session.execute(statement)
    )


def _working(box: Box) -> Any:
    """Active, and the worker or the provider's own address lies in the box."""
    at_home = and_(Worker.lat.between(box.south, box.north), Worker.lon.between(box.west, box.east))
    at_work = and_(Provider.lat.between(box.south, box.north), Provider.lon.between(box.west, box.east))
    return (Worker.active, Provider.state == ProviderState.ACTIVE, or_(at_home, at_work))


def _inside(box: Box, lat: float, lon: float) -> bool:
    return box.south <= lat <= box.north and box.west <= lon <= box.east
