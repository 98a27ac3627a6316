"""Until when an offer waits for its answer. Numbers are the product's defaults."""

from datetime import date, datetime, timedelta

from catalog.kernel.time import at_local, local_day
from market.needs.models import Urgency

OPENS, CLOSES = 8 * 60, 21 * 60  # quiet hours lie outside, in minutes after local midnight
SPAN = {
    Urgency.URGENT: timedelta(minutes=10),
    Urgency.SAME_DAY: timedelta(minutes=30),
    Urgency.NORMAL: timedelta(hours=4),
}
LEAST = {Urgency.URGENT: timedelta(minutes=10)}
LEAST_OTHERWISE = timedelta(minutes=30)
BEFORE_START = timedelta(hours=2)


def offer_deadline(now: datetime, start_at: datetime, urgency: Urgency) -> datetime:
    """Return when an offer made now for a visit at `start_at` lapses.

    Urgent 10 minutes, same day 30 active minutes, else 4 active hours (08:00-21:00); 2 hours before the start where that
    leaves time enough to answer; outside quiet hours unless urgent; and 10 (urgent) or 30 minutes from now at least.
    """
    if urgency == Urgency.URGENT:
        return now + LEAST[urgency]
    wished = min(active_after(now, SPAN[urgency]), _out_of_quiet(start_at - BEFORE_START))
    if wished >= now + LEAST_OTHERWISE:
        return wished
    soonest = active_after(now, LEAST_OTHERWISE)
    return soonest if soonest <= start_at else max(start_at, now + LEAST_OTHERWISE)


def active_after(at: datetime, span: timedelta) -> datetime:
    """Return the instant when `span` of active hours has passed."""
    day, left = local_day(at), span
    while True:
        opens, closes = _hours(day)
        start = max(at, opens)
        if start + left <= closes:
            return start + left
        left -= max(closes - start, timedelta())
        day += timedelta(days=1)


def _out_of_quiet(at: datetime) -> datetime:
    opens, closes = _hours(local_day(at))
    if at < opens:
        return _hours(local_day(at) - timedelta(days=1))[1]
    return min(at, closes)


def _hours(day: date) -> tuple[datetime, datetime]:
    return at_local(day, OPENS), at_local(day, CLOSES)
