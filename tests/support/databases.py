"""Databases for tests: every test gets its own, on SQLite and on PostgreSQL.

The schema is migrated once in a session, into a template, and copied for each test. These fixtures hand out URLs only;
what opens them is in `tests/support/database.py`.
"""

import asyncio
import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.support.requirements import lacking

VARIABLE = "LINLI_TEST_DATABASE_URL"
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def sqlite_file_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def migrate(url: str) -> None:
    """Bring a database to head; in a thread, since it starts an event loop and a test may have one."""
    from market.migrations import upgrade  # noqa: PLC0415 - tests of `matching` need no database

    with ThreadPoolExecutor(1) as thread:
        thread.submit(upgrade, url).result()


class PostgresServer:
    """Makes and drops databases beside the one that the given URL names, which itself is left alone."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url).set(drivername="postgresql+asyncpg")
        self.made: set[str] = set()

    def create(self, template: str | None = None) -> str:
        """Return the name of a new database, empty or a copy of another that nobody is connected to."""
        name = f"linli_test_{uuid.uuid4().hex}"
        self.made.add(name)
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
        return name

    def drop(self, *names: str) -> None:
        """Drop databases, with whatever connections a failed test left open."""
        self.execute(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names))
        self.made.difference_update(names)

    def url_of(self, name: str) -> str:
        """Return the SQLAlchemy URL of one of the databases."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        """Run statements outside a transaction; blocks, and works whether or not an event loop runs."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._execute(statements)).result()

    async def _execute(self, statements: tuple[str, ...]) -> None:
        dsn = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server behind LINLI_TEST_DATABASE_URL. What was made there in this session is dropped at its end."""
    url = os.environ.get(VARIABLE)
    if not url:
        raise lacking("postgres", f"{VARIABLE} is not set")
    server = PostgresServer(url)
    yield server
    if server.made:
        server.drop(*server.made)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of a migrated database that is only ever copied."""
    name = postgres_server.create()
    migrate(postgres_server.url_of(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that is only ever copied."""
    path = tmp_path_factory.mktemp("template") / "linli.db"
    migrate(sqlite_file_url(path))
    return path


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url_of(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    return sqlite_file_url(Path(shutil.copy(sqlite_template, tmp_path / "linli.db")))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test's own: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, for tests of the migrations; on both kinds."""
    if request.param == "sqlite":
        yield sqlite_file_url(tmp_path / "empty.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url_of(name)
    server.drop(name)
