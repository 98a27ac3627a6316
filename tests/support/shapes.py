"""What tests of meals, classes and fairs add to the small world: a canteen, carriers, a room, teachers, children."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock, at_local, local_day
from catalog.people.models import Person
from catalog.providers.models import Credential, CredentialState, Worker, WorkerSkill
from catalog.venues.commands import AddCanteen, AddVenue, Opening
from catalog.venues.service import add_canteens, add_venue
from market.gatherings.commands import Enrol, ProposeGathering, RoleSkill, RoleWanted
from market.meals.commands import OpenOrder
from market.needs.commands import Consent
from tests.support.world import LAT, LON, WEEK, id_of

CLASS, HAIRCUT = "after-school-class", "bedside-haircut"
ALL_DAY = tuple(Opening(weekday=day, start_minute=480, end_minute=1260) for day in WEEK)
LUNCH = tuple(Opening(weekday=day, start_minute=660, end_minute=780) for day in WEEK)


async def add_room(session: WriteSession, clock: Clock, name: str = "room", **changes: Any) -> UUID:
    """Add a room near the lake, open all day, for anything."""
    fields: dict[str, Any] = {
        "id": id_of(name),
        "territory_id": id_of("lakeside"),
        "kind": "hall",
        "name_zh": "湖边活动室",
        "name_en": "Lakeside Room",
        "lat": LAT + 0.0004,
        "lon": LON + 0.0002,
        "capacity": 30,
        "step_free": True,
        "idle": True,
        "owner": "社区",
        "opening": ALL_DAY,
    }
    return (await add_venue(session, clock, AddVenue(**fields | changes))).id


async def add_canteen(session: WriteSession, clock: Clock, **changes: Any) -> UUID:
    """Add a canteen beside the lake with meals from eleven to one."""
    room = await add_room(
        session, clock, "canteen room", kind="canteen", name_zh="长者食堂", name_en="Canteen"
    )
    fields: dict[str, Any] = {
        "id": id_of("canteen"),
        "venue_id": room,
        "ready": LUNCH,
        "load_minutes": 5,
        "fresh_minutes": 40,
        "meals_day": 100,
        "pick_up_seats": 10,
        "dine_in_seats": 10,
    }
    await add_canteens(session, clock, [AddCanteen(**fields | changes)])
    return id_of("canteen")


async def may_carry(session: WriteSession, name: str, meals: int = 6) -> None:
    """Let a worker bring meals round: skill, papers and a bag."""
    worker = await session.get_one(Worker, id_of(f"worker {name}"))
    worker.carries = meals
    await knows(session, name, {"delivery": 1}, ("food_licence", "health_certificate"))


async def knows(
    session: WriteSession, name: str, skills: dict[str, int], papers: tuple[str, ...] = ()
) -> None:
    """Give a worker skills and papers that hold."""
    key = id_of(f"worker {name}")
    session.add_all(WorkerSkill(worker_id=key, skill_code=code, level=n) for code, n in skills.items())
    session.add_all(
        Credential(
            id=id_of(f"{paper} {name}"),
            worker_id=key,
            qualification_code=paper,
            state=CredentialState.VERIFIED,
            valid_from=date(2020, 1, 1),
        )
        for paper in papers
    )
    await session.flush()


async def add_child(session: WriteSession, clock: Clock, name: str, home: str = "home") -> UUID:
    """Add a child of eight to a household."""
    session.add(
        Person(
            id=id_of(name),
            household_id=id_of(home),
            name=name,
            birth_year=local_day(clock.now()).year - 8,
            languages=["zh"],
            tags=["child"],
            contact={"channel": "app", "lang": "zh", "reader_id": None},
            created_at=clock.now(),
        )
    )
    await session.flush()
    return id_of(name)


async def add_neighbours(session: WriteSession, clock: Clock, count: int, home: str = "home") -> list[str]:
    """Add grown neighbours to a household; return their names."""
    names = [f"Neighbour {number}" for number in range(count)]
    session.add_all(
        Person(
            id=id_of(name),
            household_id=id_of(home),
            name=name,
            birth_year=1950,
            languages=["zh"],
            contact={"channel": "app", "lang": "zh", "reader_id": None},
            created_at=clock.now(),
        )
        for name in names
    )
    await session.flush()
    return names


async def everybody(session: WriteSession) -> set[UUID]:
    """Return all people."""
    return set((await session.execute(select(Person.id))).scalars())


def order_for(clock: Clock, name: str = "Chen", **changes: Any) -> OpenOrder:
    """Return a standing order of somebody for every day from tomorrow on, at home."""
    fields: dict[str, Any] = {
        "id": id_of(f"order {name}"),
        "person_id": id_of(name),
        "requester_id": id_of(name),
        "weekdays": tuple(WEEK),
        "from_day": tomorrow(clock),
    }
    return OpenOrder(**fields | changes)


def tomorrow(clock: Clock) -> date:
    """Return the day after the clock's."""
    return local_day(clock.now()) + timedelta(days=1)


def lesson(clock: Clock, *, days: tuple[int, ...] = (1,), **changes: Any) -> ProposeGathering:
    """Return an after-school class at half past four, so many days from now: one date, or a term of several."""
    dates = tuple(at_local(local_day(clock.now()) + timedelta(days=n), 990) for n in days)
    role = RoleWanted(skills=(RoleSkill(skill="childcare", level=2),), qualifications=("background_check",))
    fields: dict[str, Any] = {
        "id": id_of("lesson"),
        "title": "四点半课堂",
        "service_code": CLASS,
        "community_id": id_of("lakeside"),
        "venue_ids": (id_of("room"),),
        "dates": (dates,),
        "min_seats": 2,
        "max_seats": 3,
        "roles": (role,),
    }
    return ProposeGathering(**fields | changes)


def seat_for(child: str, parent: str = "Chen", **changes: Any) -> Enrol:
    """Return a guardian's wish for a seat in the class."""
    fields: dict[str, Any] = {
        "id": id_of(f"seat {child}"),
        "gathering_id": id_of("lesson"),
        "person_id": id_of(child),
        "requester_id": id_of(parent),
        "guardian": Consent(how="guardian"),
    }
    return Enrol(**fields | changes)


class ThreadPooler:
    """Looks for fairs in a thread of this process: the library itself."""

    async def pool(self, problem: bytes, policy: bytes, options: bytes) -> bytes:
        from matching.pooling import pool_bytes  # noqa: PLC0415

        return await asyncio.to_thread(pool_bytes, problem, policy, options)
