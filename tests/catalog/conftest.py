"""A small quarter for the catalogue's tests: one street, two communities, a compound with a building and a unit."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from catalog.kernel.db import Database, WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import FrozenClock
from catalog.people.commands import AddPerson
from catalog.people.service import add_persons
from catalog.services.service import load_catalogue
from catalog.territory.commands import AddTerritory
from catalog.territory.models import PlaceKind
from catalog.territory.service import add_territories

PLACES = (
    ("district", None),
    ("street", "district"),
    ("community", "street"),
    ("neighbour", "street"),
    ("compound", "community"),
    ("building", "compound"),
    ("unit", "building"),
)
PEOPLE = ("ann", "bo", "chen", "deng")


def key(name: str) -> UUID:
    """The id of something in the tests' quarter."""
    return derived_id("test", name)


def place(name: str, parent: str | None, **more: object) -> AddTerritory:
    """A command for a place; its kind is its name, or a community."""
    kind = PlaceKind(name) if name in tuple(PlaceKind) else PlaceKind.COMMUNITY
    fields = {"code": name[:4], "name_zh": name, "name_en": name, "lat": 22.5, "lon": 114.0} | more
    return AddTerritory(id=key(name), kind=kind, parent_id=key(parent) if parent else None, **fields)


@pytest.fixture
async def quarter(database: Database, clock: FrozenClock) -> Database:
    """Places, four people and the packaged services."""
    async with database.write() as session:
        await load_catalogue(session, clock)
        await add_territories(session, clock, [place(*pair) for pair in PLACES])
        await add_persons(session, clock, [AddPerson(id=key(name), name=name) for name in PEOPLE])
    return database


@pytest.fixture
def do(quarter: Database, clock: FrozenClock) -> Callable[..., Awaitable[object]]:
    """Run one writing service in a transaction of its own."""

    async def run(service: Callable[..., Awaitable[object]], *args: object, **kwargs: object) -> object:
        async with quarter.write() as session:
            assert isinstance(session, WriteSession)
            return await service(session, clock, *args, **kwargs)

    return run
