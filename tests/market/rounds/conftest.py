"""The small world in the test's own database, on both kinds."""

import pytest

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from tests.support.world import World, small_world


@pytest.fixture
async def world(database: Database, clock: FrozenClock) -> World:
    """The small world, written."""
    async with database.write() as session:
        return await small_world(session, clock)
