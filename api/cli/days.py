"""The day that `--day` names."""

from datetime import date, timedelta

from api.cli.console import refuse
from catalog.kernel.time import Clock, local_day


def day_of(text: str | None, clock: Clock) -> date:
    """Read `--day`; None is tomorrow."""
    if text is None:
        return local_day(clock.now()) + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"--day: {text!r} is not a date like 2026-11-23")
