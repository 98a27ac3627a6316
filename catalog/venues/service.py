"""Adding rooms and canteens, and the days on which a room cannot be had."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid
from catalog.kernel.time import Clock
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, demand, get_row
from catalog.venues.commands import AddCanteen, AddVenue, CloseVenue, Opening
from catalog.venues.models import Canteen, Venue, VenueDay

# Owners change these later.
FREE = ("idle", "fee_fen_hour", "opening", "uses")
CANTEEN_FREE = ("ready", "load_minutes", "fresh_minutes", "meals_day", "pick_up_seats", "dine_in_seats")


async def add_venue(session: WriteSession, clock: Clock, command: AddVenue) -> Venue:
    """Add a room."""
    await add_venues(session, clock, [command])
    return await get_row(session, Venue, command.id)


async def add_venues(session: WriteSession, clock: Clock, commands: Sequence[AddVenue]) -> set[UUID]:
    """Add rooms; return the ids of the new ones.

    Raises:
        Invalid: no such place or service, or opening hours that cannot be.
        Conflict: the id exists with other content.
    """
    del clock
    for command in commands:
        _check_opening(command.opening)
    await demand(session, Territory, {command.territory_id for command in commands}, field="territory_id")
    uses = {code for command in commands for code in command.uses}
    await demand(session, Service, uses, field="uses", key="code")
    return await add_rows(session, Venue, [_row(command) for command in commands], free=FREE)


async def close_venue(session: WriteSession, clock: Clock, command: CloseVenue) -> VenueDay:
    """Note that a room cannot be had on a day; the same command twice is one note.

    Raises:
        Invalid: no such room, or minutes that cannot be.
        Conflict: the id exists with other content.
    """
    del clock
    start, end = command.start_minute, command.end_minute
    if (start is None) != (end is None):
        raise Invalid("Say both when it begins and when it ends", field="end_minute")
    if start is not None and end is not None and start >= end:
        raise Invalid("Hours end after they begin, within one day", field="end_minute")
    await demand(session, Venue, {command.venue_id}, field="venue_id")
    await add_rows(session, VenueDay, [msgspec.structs.asdict(command)])
    return await get_row(session, VenueDay, command.id)


async def reopen_venue(session: WriteSession, clock: Clock, day_id: UUID) -> None:
    """A noted day is free again; twice is once."""
    del clock
    await session.execute(delete(VenueDay).where(VenueDay.id == day_id))


async def add_canteens(session: WriteSession, clock: Clock, commands: Sequence[AddCanteen]) -> set[UUID]:
    """Add canteens to rooms, one each; return the ids of the new ones.

    Raises:
        Invalid: no such room, or ready times that cannot be.
        Conflict: the id exists with other content, or the room has a canteen.
    """
    del clock
    for command in commands:
        _check_opening(command.ready)
    await demand(session, Venue, {command.venue_id for command in commands}, field="venue_id")
    rooms = {str(command.venue_id): command.id for command in commands}
    taken = select(Canteen.venue_id, Canteen.id).where(Canteen.venue_id.in_([c.venue_id for c in commands]))
    for venue_id, canteen_id in await session.execute(taken):
        if rooms[str(venue_id)] != canteen_id:
            raise Conflict("{value} is taken", value=str(venue_id), field="venue_id")
    rows = [
        msgspec.structs.asdict(command) | {"ready": [msgspec.to_builtins(span) for span in command.ready]}
        for command in commands
    ]
    return await add_rows(session, Canteen, rows, free=CANTEEN_FREE)


def _check_opening(opening: Sequence[Opening]) -> None:
    last: dict[int, int] = defaultdict(int)
    for span in sorted(opening, key=lambda span: (span.weekday, span.start_minute)):
        if span.start_minute >= span.end_minute:
            raise Invalid("Hours end after they begin, within one day", field="opening")
        if span.start_minute < last[span.weekday]:
            raise Invalid("Two spans of hours overlap", field="opening")
        last[span.weekday] = span.end_minute


def _row(command: AddVenue) -> dict[str, Any]:
    row = msgspec.structs.asdict(command)
    row["opening"] = [msgspec.to_builtins(span) for span in command.opening]
    row["uses"] = list(dict.fromkeys(command.uses))
    return row
