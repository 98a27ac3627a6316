"""The small world, on both databases."""

import pytest

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from tests.support.story import Story
from tests.support.world import World, small_world


@pytest.fixture
async def world(database: Database, clock: FrozenClock) -> World:
    """The small world, written."""
    async with database.write() as session:
        return await small_world(session, clock)


@pytest.fixture
async def story(database: Database, clock: FrozenClock, world: World) -> Story:
    """Short words for what happens in the small world."""
    return Story(database, clock, world)
