"""Time: one clock that is handed in, stored instants in UTC, days as the community counts them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

HOME_ZONE = ZoneInfo("Asia/Shanghai")


@runtime_checkable  # handlers are given one by type
class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 the one place that may ask


class FrozenClock:
    """A clock that stands still until it is moved: for tests and for the demo's story."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the frozen instant in UTC."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward by a span."""
        self._now += by

    def move_to(self, at: datetime) -> None:
        """Jump to an instant."""
        self._now = at.astimezone(UTC)


class ShiftedClock:
    """The machine's clock moved by a span: the demo's tomorrow, in which seconds still pass."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return the shifted instant in UTC."""
        return self._base.now() + self._shift

    def move_to(self, at: datetime) -> None:
        """Let it be `at` now; going back is refused, since deadlines and leases would come alive again."""
        if at < self.now():
            raise ValueError("time does not run backwards, not even in a story")
        self._shift += at - self.now()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; SQLite would hand it back naive and PostgreSQL in the session's zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Hand back aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo = HOME_ZONE) -> date:
    """Return the calendar day on which an instant falls where people live."""
    return at.astimezone(zone).date()


def at_local(day: date, minute: int, zone: ZoneInfo = HOME_ZONE) -> datetime:
    """Return the instant `minute` minutes after local midnight of `day`, in UTC."""
    return (datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=minute)).astimezone(UTC)
