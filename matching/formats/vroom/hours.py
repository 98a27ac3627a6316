"""VROOM's times are plain seconds, often since 1970 and without end; ours begin at 0 and are bounded."""

from datetime import UTC, datetime
from typing import NamedTuple

from matching.errors import ProblemError
from matching.formats.vroom.document import Document, Window
from matching.problem import DAY_SECONDS, MAX_TICKS, Horizon, StartWindow

LONGEST = MAX_TICKS // DAY_SECONDS * DAY_SECONDS
"""Seconds of the longest horizon: 115 days."""

EVER = 2**33
NEVER = (StartWindow(earliest=MAX_TICKS, latest=MAX_TICKS),)
ANY_TIME = (StartWindow(earliest=0, latest=MAX_TICKS),)


class Hours(NamedTuple):
    """Second `base` of VROOM is our second 0, and `length` seconds follow."""

    base: int
    length: int

    def horizon(self) -> Horizon:
        """The days that hold all hours."""
        start = datetime.fromtimestamp(self.base, tz=UTC).isoformat()
        return Horizon(start=start, days=max(1, -(-self.length // DAY_SECONDS)), tick_seconds=1)

    def shift(self, window: Window | None) -> tuple[int, int] | None:
        """Our start and end of a vehicle's hours; None if there are none."""
        start, end = (0, EVER) if window is None else window
        start, end = max(0, start - self.base), min(self.length, end - self.base)
        return (start, end) if start < end else None

    def windows(self, windows: tuple[Window, ...] | None) -> tuple[StartWindow, ...]:
        """Our windows of a job; those outside all hours are left out."""
        if windows is None:
            return ANY_TIME
        moved = [(max(0, low - self.base), min(MAX_TICKS, high - self.base)) for low, high in windows]
        kept = tuple(StartWindow(earliest=low, latest=high) for low, high in moved if low <= high)
        return kept or NEVER


def hours_of(document: Document) -> Hours:
    """The hours of all vehicles; where these are endless, as much around the windows of the jobs as fits.

    Raises:
        ProblemError: windows more than 115 days apart.
    """
    low = min(0 if v.time_window is None else v.time_window[0] for v in document.vehicles)
    high = max(EVER if v.time_window is None else v.time_window[1] for v in document.vehicles)
    if high - low <= LONGEST:
        return Hours(low, high - low)
    windows = [window for job in document.jobs for window in job.time_windows or ()]
    if not windows:
        return Hours(low, LONGEST)
    first, last = min(start for start, _ in windows), max(end for _, end in windows)
    last = min(last, high)
    spare = LONGEST - (last - max(first, low))
    if spare < 0:
        days = (last - first) // DAY_SECONDS
        raise ProblemError("jobs", f"Time windows span {days} days; at most {LONGEST // DAY_SECONDS} fit")
    return Hours(max(low, first - spare // 2), LONGEST)
