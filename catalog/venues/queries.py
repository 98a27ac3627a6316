"""Reading rooms."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.territory.models import Territory
from catalog.territory.rows import get_row
from catalog.venues.models import Venue


async def venue(session: AsyncSession, venue_id: UUID) -> Venue:
    """Return a room; `NotFound` if there is none."""
    return await get_row(session, Venue, venue_id)


async def venues(
    session: AsyncSession, path: str = "", *, use: str | None = None, seats: int = 0
) -> Sequence[Venue]:
    """Return the rooms below a path, for a service code and a number of people if given."""
    found = await session.execute(
        select(Venue)
        .join(Territory, Venue.territory_id == Territory.id)
        .where(Territory.path.startswith(path, autoescape=True), Venue.capacity >= seats)
        .order_by(Territory.path, Venue.name_zh, Venue.id)
    )
    return [room for room in found.scalars() if use is None or use in room.uses]
