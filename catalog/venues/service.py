"""Adding rooms."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, demand, get_row
from catalog.venues.commands import AddVenue, Opening
from catalog.venues.models import Venue

# Owners change these later.
FREE = ("idle", "fee_fen_hour", "opening", "uses")


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
