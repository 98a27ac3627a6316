"""A database with the schema in place, opened; on SQLite and, where a server is given, on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock

# A Monday, ten in the morning where people live.
MONDAY_TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of this test's own."""
    opened = Database(database_url, pool_size=25)
    yield opened
    await opened.dispose()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """The same on SQLite alone, for laws that are not about the database."""
    opened = Database(sqlite_url)
    yield opened
    await opened.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    """Monday morning, until the test moves it."""
    return FrozenClock(MONDAY_TEN)
