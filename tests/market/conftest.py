"""The small world: `story` on SQLite for what the law says, `everywhere` on both databases for what they must do alike."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from tests.support.database import MONDAY_TEN
from tests.support.databases import sqlite_file_url
from tests.support.story import Story
from tests.support.world import World, small_world


async def written(url: str) -> World:
    """Write the small world into a database."""
    database = Database(url)
    async with database.write() as session:
        world = await small_world(session, FrozenClock(MONDAY_TEN))
    await database.dispose()
    return world


@pytest.fixture(scope="session")
def world_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A SQLite file with the small world that is only ever copied."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("world") / "linli.db"))
    with ThreadPoolExecutor(1) as thread:
        world = thread.submit(asyncio.run, written(sqlite_file_url(path))).result()
    return path, world


@pytest.fixture
async def world(database: Database, clock: FrozenClock) -> World:
    """The small world, written into `database`."""
    async with database.write() as session:
        return await small_world(session, clock)


@pytest.fixture
async def story(world_file: tuple[Path, World], tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Story]:
    """What happens in the small world, on SQLite."""
    path, world = world_file
    database = Database(sqlite_file_url(Path(shutil.copy(path, tmp_path / "story.db"))))
    yield Story(database, clock, world)
    await database.dispose()


@pytest.fixture
def everywhere(database: Database, clock: FrozenClock, world: World) -> Story:
    """The same on SQLite and on PostgreSQL."""
    return Story(database, clock, world)
