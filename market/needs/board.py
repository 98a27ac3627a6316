"""The public board: asked, served, waiting. Small numbers are not shown, nor what would give them away."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.kernel.time import at_local
from catalog.services.models import Category, Service
from catalog.territory.models import Territory
from market.needs.models import Need
from market.needs.views import Board, BoardRow
from market.states import NeedState, Outcome

SMALLEST = 10
COLUMNS = ("asked", "served", "waiting")
SERVED = (Outcome.SERVED, Outcome.SOLVED_ON_THE_SPOT)
DAY = 24 * 60


class Cell(NamedTuple):
    """Needs of one community and service."""

    community: str
    service: str
    category: str
    asked: int
    served: int
    waiting: int


async def board(session: AsyncSession, territory_id: UUID, first_day: date, last_day: date) -> Board:
    """Return the public figures of a place for needs that came in on some days, both ends included.

    Three statements. None stands for a number below 10 (but zero is shown), and for the next smallest of the column where
    a single None could be worked out from the total.
    """
    place = await session.get(Territory, territory_id)
    if place is None:
        raise NotFound("There is no such {thing}", thing="place")
    cells, named = await _cells(session, place.path, first_day, last_day), await _names(session)
    total = _add("", place.name_zh, place.name_en, cells)
    communities = _rows(cells, [cell.community for cell in cells], named)
    categories = _rows(cells, [cell.category for cell in cells], named)
    services = _rows(cells, [cell.service for cell in cells], named)
    return Board(
        first_day=first_day,
        last_day=last_day,
        total=_shy(total),
        communities=suppressed(communities),
        categories=suppressed(categories),
        services=suppressed(services),
        smallest_shown=SMALLEST,
    )


def suppressed(rows: Sequence[BoardRow]) -> tuple[BoardRow, ...]:
    """Hide small numbers; where a column hides one number only, hide its next smallest as well."""
    shown = [_shy(row) for row in rows]
    for column in COLUMNS:
        hidden = [row for row in shown if getattr(row, column) is None]
        others = [row for row in shown if getattr(row, column)]
        if len(hidden) == 1 and others:
            least = min(others, key=lambda row: (getattr(row, column), row.code))
            shown[shown.index(least)] = msgspec.structs.replace(least, **{column: None})
    return tuple(shown)


def _shy(row: BoardRow) -> BoardRow:
    # Within a row as well: the parts give each other away, and what ended otherwise, so they are hidden together.
    small = {column: 0 < (getattr(row, column) or 0) < SMALLEST for column in COLUMNS}
    if small["asked"]:
        return msgspec.structs.replace(row, asked=None, served=None, waiting=None)
    otherwise = (row.asked or 0) - (row.served or 0) - (row.waiting or 0)
    if small["served"] or small["waiting"] or 0 < otherwise < SMALLEST:
        return msgspec.structs.replace(row, served=None, waiting=None)
    return row


def _rows(cells: Sequence[Cell], codes: list[str], named: dict[str, tuple[str, str]]) -> list[BoardRow]:
    return [
        _add(code, *named[code], [cell for cell in cells if code in cell[:3]]) for code in sorted(set(codes))
    ]


def _add(code: str, name_zh: str, name_en: str, cells: Sequence[Cell]) -> BoardRow:
    return BoardRow(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        asked=sum(cell.asked for cell in cells),
        served=sum(cell.served for cell in cells),
        waiting=sum(cell.waiting for cell in cells),
    )


async def _cells(session: AsyncSession, path: str, first_day: date, last_day: date) -> list[Cell]:
    served = func.sum(case((Need.outcome.in_(SERVED), 1), else_=0))
    waiting = func.sum(case((Need.state != NeedState.CLOSED, 1), else_=0))
    statement = (
        select(Territory.code, Need.service_code, Service.category_code, func.count(Need.id), served, waiting)
        .join(Service, Service.code == Need.service_code)
        .join(Territory, Territory.id == Need.community_id)
        .where(Territory.path.startswith(path, autoescape=True))
        .where(Need.created_at >= at_local(first_day, 0), Need.created_at < at_local(last_day, DAY))
        .where(Need.outcome.is_distinct_from(Outcome.DUPLICATE))
        .group_by(Territory.code, Need.service_code, Service.category_code)
    )
    return [Cell(*row) for row in await session.execute(statement)]


async def _names(session: AsyncSession) -> dict[str, tuple[str, str]]:
    both = select(Service.code, Service.name_zh, Service.name_en).union_all(
        select(Category.code, Category.name_zh, Category.name_en),
        select(Territory.code, Territory.name_zh, Territory.name_en).where(
            Territory.id == Territory.community_id
        ),
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(both)}
