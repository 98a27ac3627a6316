"""Reading rooms and canteens."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.territory.models import Territory
from catalog.territory.rows import get_row
from catalog.venues.models import Canteen, Venue, VenueDay


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


async def closings(
    session: AsyncSession, venue_ids: Collection[UUID], first: date, last: date
) -> Sequence[VenueDay]:
    """Return the days from `first` to `last` on which rooms cannot be had, in order."""
    found = await session.execute(
        select(VenueDay)
        .where(VenueDay.venue_id.in_(sorted(venue_ids)), VenueDay.day >= first, VenueDay.day <= last)
        .order_by(VenueDay.day, VenueDay.id)
    )
    return found.scalars().all()


async def canteens(session: AsyncSession, path: str = "") -> Sequence[tuple[Canteen, Venue]]:
    """Return the canteens below a path with their rooms, in order of their ids."""
    found = await session.execute(
        select(Canteen, Venue)
        .join(Venue, Venue.id == Canteen.venue_id)
        .join(Territory, Territory.id == Venue.territory_id)
        .where(Territory.path.startswith(path, autoescape=True))
        .order_by(Canteen.id)
    )
    return [(canteen, room) for canteen, room in found]
