"""Counting statements: list pages must not ask once for every row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from catalog.kernel.db import Database

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA", "COMMIT")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are executed within the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NOT_COUNTED):
            seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
