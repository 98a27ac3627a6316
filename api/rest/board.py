"""Public figures."""

from datetime import date, timedelta
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from catalog.kernel.db import ReadSession
from catalog.kernel.errors import Invalid, NotFound
from catalog.kernel.time import Clock, local_day
from catalog.territory.queries import roots
from market.needs.queries import board
from market.needs.views import Board

MOST_DAYS = 366
DEFAULT_DAYS = 30


@get("/board", operation_id="board", opt={"problems": (404, 422)})
async def get_board(
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    territory_id: FromQuery[UUID | None] = None,
    first_day: FromQuery[date | None] = None,
    last_day: FromQuery[date | None] = None,
) -> Board:
    """Say what was asked, served and still waits, by community and service; small numbers are not shown.

    The whole deployment and the last thirty days unless said otherwise; a year at most.
    """
    last = last_day or local_day(clock.now())
    first = first_day or _before(last, DEFAULT_DAYS)
    if first > last or (last - first).days > MOST_DAYS:
        raise Invalid("Choose a span of one day to one year", field="first_day")
    if territory_id is None:
        places = await roots(read)
        if not places:
            raise NotFound("There is no such {thing}", thing="territory")
        territory_id = places[0].id
    return await board(read, territory_id, first, last)


def _before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, (day - date.min).days))


ROUTES = [get_board]
