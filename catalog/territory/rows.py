"""Rows that are added once: the same id with the same content is the same row, with other content a conflict.

The whole catalogue adds through these; `add_rows` takes thousands with a handful of statements.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.base import Base
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid, NotFound

CHUNK = 2_000
Row = TypeVar("Row", bound=Base)
Item = TypeVar("Item")
Values = Mapping[str, Any]


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """Cut into pieces that both databases take as parameters of one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))


async def add_row(
    session: WriteSession, table: type[Row], values: Values, *, free: Collection[str] = ()
) -> Row:
    """Add one row and return it, or the one of the same id and content; `free` columns may have changed since."""
    await add_rows(session, table, [values], free=free)
    return await get_row(session, table, values["id"])


async def add_rows(
    session: WriteSession, table: type[Base], rows: Sequence[Values], *, free: Collection[str] = ()
) -> set[UUID]:
    """Add rows that are not there yet; return their ids.

    Raises:
        Conflict: an id is taken by other content (but for `free` columns), or comes twice.
    """
    new: set[UUID] = set()
    for part in chunks(rows):
        new |= await _add_chunk(session, table, {row["id"]: row for row in part}, free)
    if len({row["id"] for row in rows}) != len(rows):
        raise Conflict("The same id is used twice", field="id")
    return new


async def _add_chunk(
    session: WriteSession, table: type[Base], rows: Mapping[UUID, Values], free: Collection[str]
) -> set[UUID]:
    there = await _compare(session, table, rows, free)
    missing = [row for key, row in rows.items() if key not in there]
    if not missing:
        return set()
    await session.execute(_insert(session, table).on_conflict_do_nothing(index_elements=["id"]), missing)
    if len(missing) == 1:  # somebody else may have added it meanwhile; batches are not raced for
        await _compare(session, table, {missing[0]["id"]: missing[0]}, free)
    return {row["id"] for row in missing}


async def _compare(
    session: AsyncSession, table: type[Base], rows: Mapping[UUID, Values], free: Collection[str]
) -> set[UUID]:
    columns = [name for name in next(iter(rows.values())) if name not in free]
    found = await session.execute(
        select(*(getattr(table, name) for name in columns)).where(getattr(table, "id").in_(rows))  # noqa: B009
    )
    there = set()
    for row in found.mappings():
        _same(table, row, rows[row["id"]], columns)
        there.add(row["id"])
    return there


def _same(table: type[Base], old: Any, new: Values, columns: Sequence[str]) -> None:
    for name in columns:
        if old[name] != new[name]:
            raise Conflict("This {thing} exists with other content", thing=table.__tablename__, field=name)


def _insert(session: AsyncSession, table: type[Base]) -> Any:
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if postgres else sqlite.insert)(Base.metadata.tables[table.__tablename__])


async def upsert_rows(
    session: WriteSession, table: type[Base], rows: Sequence[Values], *, key: str = "code"
) -> None:
    """Write rows of a packaged list: add what is new, renew what is there."""
    if not rows:
        return
    statement = _insert(session, table)
    renewed = {name: statement.excluded[name] for name in rows[0] if name != key}
    await session.execute(statement.on_conflict_do_update(index_elements=[key], set_=renewed), rows)


async def insert_rows(session: WriteSession, table: type[Base], rows: Sequence[Values]) -> None:
    """Insert rows that hang on a new or just emptied parent."""
    if rows:
        await session.execute(_insert(session, table), rows)


async def get_row(session: AsyncSession, table: type[Row], row_id: UUID) -> Row:
    """Return a row; `NotFound` if there is none."""
    row = await session.get(table, row_id)
    if row is None:
        raise NotFound("There is no such {thing}", thing=table.__tablename__)
    return row


async def rows_by(
    session: AsyncSession, table: type[Row], keys: Collection[Any], key: str = "id"
) -> dict[Any, Row]:
    """Return rows by their key, with one statement for up to `CHUNK` keys."""
    found: dict[Any, Row] = {}
    column = getattr(table, key)
    for part in chunks(sorted(set(keys))):
        rows = (await session.execute(select(table).where(column.in_(part)))).scalars()
        found.update((getattr(row, key), row) for row in rows)
    return found


async def demand(
    session: AsyncSession, table: type[Base], keys: Collection[Any], *, field: str, key: str = "id"
) -> None:
    """Refuse keys that name no row."""
    column = getattr(table, key)
    for part in chunks(sorted(set(keys))):
        known = set((await session.execute(select(column).where(column.in_(part)))).scalars())
        if missing := next((value for value in part if value not in known), None):
            raise Invalid("There is no {thing} {key}", thing=table.__tablename__, key=missing, field=field)


async def demand_free(
    session: AsyncSession, table: type[Base], values: Mapping[str, UUID], *, column: str
) -> None:
    """Refuse values of a unique column that a row of another id has (`values`: value -> id of its row)."""
    mark, key = getattr(table, column), getattr(table, "id")  # noqa: B009
    for part in chunks(sorted(values)):
        for value, row_id in await session.execute(select(mark, key).where(mark.in_(part))):
            if values[value] != row_id:
                raise Conflict("{value} is taken", value=value, field=column)
