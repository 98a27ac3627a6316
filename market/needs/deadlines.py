"""What is promised by when. A working day is Monday to Friday where people live."""

from datetime import datetime, timedelta

from catalog.kernel.time import HOME_ZONE

CONTACT_DAYS = 1
RESULT_DAYS = 5
REOPEN = timedelta(days=7)
CONFIRM = timedelta(days=7)
SATURDAY = 5


def working_days_after(at: datetime, days: int) -> datetime:
    """Return the same time of day, `days` working days later."""
    local = at.astimezone(HOME_ZONE)
    while days:
        local += timedelta(days=1)
        days -= local.weekday() < SATURDAY
    return local.astimezone(at.tzinfo)


def contact_due(created_at: datetime) -> datetime:
    """Return by when a human being has spoken to the person."""
    return working_days_after(created_at, CONTACT_DAYS)


def result_due(created_at: datetime) -> datetime:
    """Return by when there is a result."""
    return working_days_after(created_at, RESULT_DAYS)
