"""Weekly hours and days that differ: checked here, so that nobody is in two places by their own word."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.providers.commands import DayOff, Hours, SetDay, SetHours
from catalog.providers.models import Availability, AvailabilityException, Worker
from catalog.territory.rows import get_row, insert_rows

DAY = 1_440
Span = tuple[int, int]


async def set_hours(session: WriteSession, clock: Clock, command: SetHours) -> None:
    """Replace the weekly hours of a worker.

    Raises:
        Invalid: hours that end before they begin, or overlap.
    """
    del clock
    check_week(command.hours)
    worker = await get_row(session, Worker, command.worker_id)
    await session.execute(delete(Availability).where(Availability.worker_id == worker.id))
    await insert_rows(session, Availability, week_rows(worker.id, command.hours))


async def set_day(session: WriteSession, clock: Clock, command: SetDay) -> None:
    """Replace what a worker said about one day: away, other hours, or as usual again."""
    del clock
    check_spans(command.hours)
    worker = await get_row(session, Worker, command.worker_id)
    table = AvailabilityException
    await session.execute(delete(table).where(table.worker_id == worker.id, table.day == command.day))
    if not command.usual:
        spans = [DayOff(day=command.day, start_minute=s, end_minute=e) for s, e in command.hours]
        await insert_rows(session, table, day_rows(worker.id, spans or [DayOff(day=command.day)]))


def check_week(hours: Sequence[Hours]) -> None:
    """Refuse weekly hours outside the day, backwards or overlapping."""
    days: dict[int, list[Span]] = defaultdict(list)
    for span in hours:
        days[span.weekday].append((span.start_minute, span.end_minute))
    for spans in days.values():
        check_spans(spans)


def check_days(days_off: Sequence[DayOff]) -> None:
    """Refuse days that are both away and not, half a span, or overlapping hours."""
    days: dict[date, list[DayOff]] = defaultdict(list)
    for entry in days_off:
        days[entry.day].append(entry)
    for entries in days.values():
        spans = [
            (entry.start_minute, entry.end_minute)
            for entry in entries
            if entry.start_minute is not None and entry.end_minute is not None
        ]
        away = [entry for entry in entries if entry.start_minute is None and entry.end_minute is None]
        if len(spans) + len(away) != len(entries) or (away and len(entries) > 1):
            raise Invalid("A day is either off or has hours with beginning and end", field="days_off")
        check_spans(spans)


def check_spans(spans: Iterable[Span]) -> None:
    """Refuse spans of one day that run backwards, leave the day or overlap; touching is fine."""
    last = 0
    for start, end in sorted(spans):
        if not 0 <= start < end <= DAY:
            raise Invalid("Hours end after they begin, within one day", field="hours")
        if start < last:
            raise Invalid("Two spans of hours overlap", field="hours")
        last = end


def week_rows(worker_id: UUID, hours: Sequence[Hours]) -> list[dict[str, Any]]:
    """Return rows of weekly hours."""
    return [
        {
            "id": new_id(),
            "worker_id": worker_id,
            "weekday": span.weekday,
            "start_minute": span.start_minute,
            "end_minute": span.end_minute,
        }
        for span in hours
    ]


def day_rows(worker_id: UUID, days_off: Sequence[DayOff]) -> list[dict[str, Any]]:
    """Return rows of days that differ."""
    return [
        {
            "id": new_id(),
            "worker_id": worker_id,
            "day": entry.day,
            "start_minute": entry.start_minute,
            "end_minute": entry.end_minute,
        }
        for entry in days_off
    ]
