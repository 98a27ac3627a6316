"""Sessions: the type says whether a function writes; one edge block is one transaction."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

BUSY_MS = 30_000


class ReadSession(AsyncSession):
    """For functions that only read; a flush of changes is refused."""


class WriteSession(AsyncSession):
    """For functions that write; the edge commits."""


class Database:
    """An engine with its two kinds of session.

    `postgresql+asyncpg://` and `sqlite+aiosqlite:///file` only: other drivers differ in ways that matter here.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url, pool_size)
        self._writer = self.engine.execution_options(linli_write=True)
        self.after_commit: list[Callable[[], None]] = []

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """Open a session that sees one consistent picture and changes nothing."""
        async with ReadSession(self.engine, expire_on_commit=False) as session:
            event.listen(session.sync_session, "before_flush", _refuse_flush)
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """Open a transaction; it commits when the block ends and rolls back when it raises."""
        async with WriteSession(self._writer, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            if session.info.get("events"):
                for wake in self.after_commit:
                    wake()

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a read session was asked to write")


def _postgres_engine(url: str, pool_size: int) -> AsyncEngine:
    return create_async_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)


def _sqlite_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine.sync_engine, "connect", _sqlite_connect)
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: DBAPIConnection, _record: object) -> None:
    # The driver's own transactions start too late and lose updates; we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("linli_write") else "BEGIN")
