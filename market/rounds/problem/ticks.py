"""Minutes of a round: tick 0 is local midnight of its first day."""

from datetime import date, datetime, timedelta

import msgspec

from catalog.kernel.time import HOME_ZONE, at_local
from matching.problem import Horizon

DAY = 24 * 60
MINUTE = timedelta(minutes=1)


class Calendar(msgspec.Struct, frozen=True):
    """The days of a round."""

    first_day: date
    days: int

    @property
    def start(self) -> datetime:
        """First instant of the round, UTC."""
        return at_local(self.first_day, 0)

    @property
    def end(self) -> datetime:
        """First instant after the round, UTC."""
        return at_local(self.first_day, self.days * DAY)

    @property
    def ticks(self) -> int:
        """Minutes of the whole round."""
        return self.days * DAY

    def horizon(self) -> Horizon:
        """Return the days as the matching library counts them."""
        return Horizon(start=self.start.astimezone(HOME_ZONE).isoformat(), days=self.days)

    def floor(self, at: datetime) -> int:
        """Return the whole minute at or before an instant."""
        return (at - self.start) // MINUTE

    def ceil(self, at: datetime) -> int:
        """Return the whole minute at or after an instant."""
        return -((self.start - at) // MINUTE)

    def at(self, tick: int) -> datetime:
        """Return the instant of a minute, UTC."""
        return self.start + tick * MINUTE

    def midnight(self, day: date) -> int:
        """Return the minute at which a day begins, before or after the round."""
        return (day - self.first_day).days * DAY

    def dates(self) -> list[date]:
        """Return the days in order."""
        return [self.first_day + timedelta(days=n) for n in range(self.days)]

    @property
    def week(self) -> tuple[datetime, datetime]:
        """Return the span of the calendar weeks (from Monday) that the round touches."""
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        last = self.first_day + timedelta(days=self.days - 1)
        sunday = last + timedelta(days=6 - last.weekday())
        return at_local(monday, 0), at_local(sunday, DAY)
