from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from catalog.kernel.base import Base
from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict
from catalog.kernel.time import FrozenClock, at_local
from catalog.people.models import Person
from catalog.people.queries import people_by_phone
from catalog.providers.models import Credential, CredentialState, Provider
from catalog.providers.profiles import load_workers
from catalog.territory.models import PlaceKind
from catalog.territory.queries import is_example, subtree
from market.needs.models import Need
from market.states import NeedState
from seed.load import NoOffice, load_world
from seed.shatou import build_world
from seed.world import World

DAY = date(2026, 11, 23)
EVE = at_local(DAY - timedelta(days=1), 18 * 60)
TABLES = {
    "territories": "territory",
    "households": "household",
    "persons": "person",
    "roles": "role_grant",
    "grids": "grid",
    "providers": "provider",
    "workers": "worker",
    "credentials": "credential",
    "venues": "venue",
    "canteens": "canteen",
    "orders": "standing_order",
    "classes": "gathering",
    "enrolments": "enrolment",
    "needs": "need",
}


@cache
def world() -> World:
    """The street at scale 1, with one need in four: what is tested is the same for every need."""
    whole = build_world(1, 1, DAY)
    return replace(whole, needs=whole.needs[::4])


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(EVE)


async def sizes(database: Database) -> dict[str, int]:
    async with database.read() as session:
        return {
            name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


class Interrupted(Exception):
    pass


async def test_a_world_goes_in_as_it_is_and_twice_is_once(database: Database, clock: FrozenClock):
    told: list[tuple[str, int, int]] = []
    loaded = await load_world(database, clock, world(), lambda *news: told.append(news))
    first = await sizes(database)
    assert loaded == {label: first[table] for label, table in TABLES.items()}
    assert {(label, total, total) for label, total in loaded.items()} <= set(told)
    # A class is proposed, then open for enrolment.
    others = first["standing_order"] + 2 * first["gathering"] + first["enrolment"]
    assert first["event"] - others == first["need"] == len(world().needs)
    await load_world(database, clock, world())
    assert await sizes(database) == first


async def test_what_was_loaded_can_be_worked_with(sqlite_database: Database, clock: FrozenClock):
    await load_world(sqlite_database, clock, world())
    spec = world()
    async with sqlite_database.read() as session:
        assert await is_example(session)
        streets = [place.kind for place in await subtree(session, "440304/440304005/")]
        states = Counter(str(p) for p in (await session.execute(select(Provider.state))).scalars())
        alone = select(func.count()).where(Provider.first_approver_id == Provider.second_approver_id)
        assert (await session.execute(alone)).scalar_one() == 0
        papers = set((await session.execute(select(Credential.state))).scalars())
        needs = (await session.execute(select(Need))).scalars().all()
        shared = next(person for person in spec.persons if person.phone_owner_id)
        family = await people_by_phone(session, shared.phone or "")
        told = await session.get_one(Person, shared.id)
        profiles = await load_workers(session)
    assert streets.count(PlaceKind.COMMUNITY) == 12
    assert states == Counter(provider.state for provider in spec.providers)
    assert papers == {CredentialState.VERIFIED}
    assert {need.state for need in needs} == {NeedState.RECEIVED}
    assert all(need.created_at <= EVE for need in needs)
    assert {shared.id, shared.phone_owner_id} <= {person.id for person in family}
    assert told.contact["reader_id"] == str(shared.relative_id)
    active = {provider.id for provider in spec.providers if provider.state == "active"}
    assert {one.worker.id for one in profiles} == {w.id for w in spec.workers if w.provider_id in active}


async def test_an_interrupted_load_goes_on_where_it_stopped(sqlite_database: Database, clock: FrozenClock):
    def stop(label: str, done: int, total: int) -> None:
        if label == "workers" and done:
            raise Interrupted

    with pytest.raises(Interrupted):
        await load_world(sqlite_database, clock, world(), stop)
    half = await sizes(sqlite_database)
    assert (half["worker"], half["need"]) == (len(world().workers), 0)
    loaded = await load_world(sqlite_database, clock, world())
    full = await sizes(sqlite_database)
    assert loaded == {label: full[table] for label, table in TABLES.items()}


async def test_another_world_under_the_same_ids_is_refused(sqlite_database: Database, clock: FrozenClock):
    await load_world(sqlite_database, clock, world())
    before = await sizes(sqlite_database)
    with pytest.raises(Conflict):
        await load_world(sqlite_database, clock, build_world(1, 2, DAY))
    assert await sizes(sqlite_database) == before


async def test_without_an_office_nobody_is_admitted(sqlite_database: Database, clock: FrozenClock):
    with pytest.raises(NoOffice):
        await load_world(sqlite_database, clock, replace(world(), staff=(), needs=()))
    assert (await sizes(sqlite_database))["provider"] == 0
