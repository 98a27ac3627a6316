"""Fairs instead of visits: where enough needs of a service lie close together, the engine compares both for an officer."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import Database
from catalog.kernel.errors import NotFound
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from catalog.people.models import Person
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.venues.models import Venue
from catalog.venues.queries import venues
from market.actor import STAFF, Actor
from market.gatherings.models import Enrolment, Fair
from market.gatherings.seats import LIVE
from market.gatherings.service import propose_fairs
from market.needs.models import Need
from market.ports import Pooler
from market.rounds.claims import open_needs
from market.rounds.models import Round, Trigger
from market.rounds.policy import POLICY
from market.rounds.problem.build import build_problem
from market.rounds.problem.facts import load_facts
from market.rounds.problem.groups import Groups
from market.rounds.problem.places import Places
from market.rounds.problem.shapes import Shapes, load_closed, taken
from market.rounds.problem.ticks import Calendar
from market.states import FairState, RoundState
from matching.policy import encode_policy
from matching.problem import Problem, encode

LEAST = 8
"""Fewer people than this are visited."""

WALK_METRES = 800
"""How far people come: by the estimate, which is cautious."""

WORK, MOST = 0.2, 1
"""Deterministic seconds of each solve, and how many fairs are tried."""

FIRST_HOUR, LAST_HOUR = 8, 18
AT_HOME = frozenset({"disabled", "bedridden"})
"""Who cannot walk keeps the visit at home."""


class Crowd(NamedTuple):
    """The visits of one day that could be pooled, the rooms, and who stays at home."""

    problem: Problem
    options: bytes
    needs: dict[UUID, Need]
    home: frozenset[UUID]


async def find_fairs(
    database: Database, pooler: Pooler, clock: Clock, actor: Actor, territory_id: UUID, day: date
) -> list[UUID]:
    """Officer: look for fairs below a territory on a day; return those that are new.

    Raises:
        Forbidden: the actor is no officer of the territory.
        SolverFailed: the process that compares died.
    """
    async with database.read() as session:
        path = await _path(session, territory_id)
        if not actor.is_system:
            actor.demand(path, *STAFF)
        crowd = await crowd_of(session, clock.now(), territory_id, path, day)
    if crowd is None:
        return []
    document = await asyncio.to_thread(encode, crowd.problem)
    answer = await pooler.pool(document, encode_policy(POLICY), crowd.options)
    proposals: list[dict[str, Any]] = msgspec.json.decode(answer)
    async with database.write() as session:
        rows = [await _fair(session, clock, crowd, one, day) for one in proposals]
        return [fair.id for fair in await propose_fairs(session, clock, rows)]


async def _path(session: AsyncSession, territory_id: UUID) -> str:
    found = await session.execute(select(Territory.path).where(Territory.id == territory_id))
    path = found.scalar_one_or_none()
    if path is None:
        raise NotFound("There is no such {thing}", thing="territory")
    return path


async def crowd_of(
    session: AsyncSession, now: datetime, territory_id: UUID, path: str, day: date
) -> Crowd | None:
    """Return the poolable visits of a day below a path beside the rooms that may be used; None if they are few."""
    asked = Round(
        id=derived_id("crowd", territory_id, day.isoformat()),
        territory_id=territory_id,
        state=RoundState.OPEN,
        trigger=Trigger.OFFICER,
        first_day=day,
        days=1,
        only_need_id=None,
    )
    halls = await venues(session, path)
    uses = {code for room in halls for code in room.uses}
    needs = await _poolable(session, await open_needs(session, asked, path, now), uses)
    if not needs:
        return None
    facts = await load_facts(session, asked, needs, now, path)
    facts = facts._replace(shapes=Shapes(blocks=facts.shapes.blocks))
    problem = await asyncio.to_thread(lambda: build_problem(facts).problem)
    codes = sorted({need.service_code for need in needs})
    rooms = [room for room in halls if set(codes) & set(room.uses)]
    calendar = Calendar(day, 1)
    shapes = Shapes(
        rooms={room.id: room for room in rooms},
        closed=await load_closed(session, calendar, [room.id for room in rooms]),
        taken=await taken(session, [room.id for room in rooms], calendar.start, calendar.end),
    )
    places = Places(calendar.ticks)
    offered = Groups(facts._replace(shapes=shapes), places).venues()
    home = await _at_home(session, needs)
    options = {
        "poolable": codes,
        "starts": [hour * 60 for hour in range(FIRST_HOUR, LAST_HOUR)],
        "home": sorted(str(need_id) for need_id in home),
        "least": LEAST,
        "walk_metres": WALK_METRES,
        "stop": {"deterministic": WORK},
        "most": MOST,
    }
    known = {place.id for place in problem.places}
    more = tuple(place for place in places.all() if place.id not in known)
    whole = msgspec.structs.replace(problem, venues=offered, places=(*problem.places, *more))
    return Crowd(whole, msgspec.json.encode(options), {need.id: need for need in needs}, home)


async def _poolable(session: AsyncSession, needs: Sequence[Need], uses: set[str]) -> list[Need]:
    """Return needs of services that may be pooled, in a room too, and are asked for often enough; not who is invited."""
    codes = {need.service_code for need in needs} & uses
    found = await session.execute(
        select(Service.code).where(Service.code.in_(sorted(codes)), Service.poolable)
    )
    poolable = set(found.scalars())
    invited = select(Enrolment.need_id).where(
        Enrolment.need_id.in_([need.id for need in needs]), Enrolment.state.in_(LIVE)
    )
    busy = set((await session.execute(invited)).scalars())
    left = [need for need in needs if need.service_code in poolable and need.id not in busy]
    counts = Counter(need.service_code for need in left)
    return [need for need in left if counts[need.service_code] >= LEAST]


async def _at_home(session: AsyncSession, needs: Sequence[Need]) -> frozenset[UUID]:
    people = sorted({need.beneficiary_id for need in needs})
    found = await session.execute(select(Person.id, Person.tags).where(Person.id.in_(people)))
    stay = {row.id for row in found if AT_HOME.intersection(row.tags)}
    return frozenset(need.id for need in needs if need.beneficiary_id in stay)


async def _fair(session: AsyncSession, clock: Clock, crowd: Crowd, one: dict[str, Any], day: date) -> Fair:
    room = await session.get_one(Venue, UUID(one["venue"]))
    place = await session.get_one(Territory, room.territory_id)
    stay = [str(key) for key in crowd.home if crowd.needs[key].service_code == one["service"]]
    return Fair(
        id=derived_id("fair", one["service"], room.id, day.isoformat(), one["start"], *sorted(one["tasks"])),
        state=FairState.PROPOSED,
        community_id=place.community_id or place.id,
        service_code=one["service"],
        venue_id=room.id,
        start_at=Calendar(day, 1).at(one["start"]),
        duration_minutes=one["duration"],
        staff=max(1, len(one["workers"])),
        need_ids=sorted(one["tasks"]),
        home_ids=sorted(stay),
        comparison={"visits": one["visits"], "fair": one["fair"]},
        created_at=clock.now(),
    )
