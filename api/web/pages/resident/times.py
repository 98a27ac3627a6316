"""Days and half-days to tap on, and the spans that they mean."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from api.i18n import N_
from api.web.forms import HALF_DAYS, FieldError, Form, FormErrors
from catalog.kernel.errors import Invalid
from catalog.kernel.time import HOME_ZONE, Clock, local_day
from catalog.services.models import Lane, Service
from market.needs.checks import check_windows, lead_hours
from market.needs.commands import MAX_WINDOWS, Window
from market.needs.models import Urgency
from market.needs.more_times import joined

DAYS_SHOWN = 5
DAYS_LISTED = 21  # in the list of exact hours
SOON = "soon"
SOON_DAYS = 3
ISSUE_DAYS = 7


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Half-days as "2026-11-24/morning", or "soon"; exact hours as windows."""

    times: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()


class Day(msgspec.Struct, frozen=True):
    """A day with the half-days that can still be had."""

    day: date
    halves: tuple[str, ...]
    away: int = 0  # days from today


def half_day(day: date, half: str) -> Window:
    """Return the span of a half-day."""
    start, end = (datetime.combine(day, clock, HOME_ZONE) for clock in HALF_DAYS[half])
    return Window(starts_at=start, ends_at=end)


def days_to_offer(service: Service, clock: Clock, count: int = DAYS_SHOWN) -> list[Day]:
    """Return the next days on which the service can be had, with their half-days."""
    today = local_day(clock.now())
    days = (today + timedelta(n) for n in range(count + 4))
    offered = (
        Day(
            day,
            tuple(h for h in HALF_DAYS if _possible(service, clock, half_day(day, h))),
            (day - today).days,
        )
        for day in days
    )
    return [day for day in offered if day.halves][:count]


def days_to_list(clock: Clock) -> list[date]:
    """Return the days of the list for exact hours."""
    return [local_day(clock.now()) + timedelta(n) for n in range(DAYS_LISTED)]


def read_times(service: Service, clock: Clock, typed: Times) -> tuple[Window, ...]:
    """Return what was tapped and typed as windows that the service accepts.

    Raises:
        Invalid: none, too many, over, too soon or too short.
    """
    if SOON in typed.times:
        return soon(service, clock)
    chosen = [_tapped(text) for text in typed.times] + list(typed.windows)
    if not chosen:
        raise Invalid("Please choose at least one time", field="times")
    windows = joined(chosen)
    if len(windows) > MAX_WINDOWS:
        raise Invalid("Please choose {most} times at most", field="times", most=MAX_WINDOWS)
    _check(service, clock, windows)
    return windows


def soon(service: Service, clock: Clock) -> tuple[Window, ...]:
    """Return all that is possible in the next days."""
    days = days_to_offer(service, clock, SOON_DAYS)
    return joined(half_day(day.day, half) for day in days for half in day.halves if half != "evening")


def later(service: Service, clock: Clock, windows: Sequence[Window]) -> tuple[Window, ...]:
    """Return the same hours on the first days on which they are possible again."""
    first = min((window.starts_at for window in windows), default=clock.now())
    shift = timedelta(days=max(0, (local_day(clock.now()) - local_day(first)).days))
    for _ in range(DAYS_LISTED):
        moved = tuple(Window(starts_at=w.starts_at + shift, ends_at=w.ends_at + shift) for w in windows)
        if moved and all(_possible(service, clock, window) for window in moved):
            return moved
        shift += timedelta(days=1)
    return soon(service, clock)


def whole_week(clock: Clock) -> tuple[Window, ...]:
    """Return the span for what is handed to an office: it has no appointment."""
    return (Window(starts_at=clock.now(), ends_at=clock.now() + timedelta(days=ISSUE_DAYS)),)


def shown(windows: Sequence[Window], days: Sequence[Day]) -> Form:
    """Return the form with the half-days ticked that lie within windows."""
    values = [
        f"{day.day.isoformat()}/{half}"
        for day in days
        for half in day.halves
        if any(_within(half_day(day.day, half), window) for window in windows)
    ]
    return Form({"times": values})


def mended(form: Form, refusal: Invalid) -> FormErrors:
    """Return the form with a refusal where the times were given, whatever the service called the field."""
    only_hours = bool(form.value("windows-0-date")) and not form.all("times")
    place = "windows-0" if only_hours else "times"
    return FormErrors(form.values, (FieldError(place, refusal.message, dict(refusal.params)),))


def needs_times(service: Service) -> bool:
    """Say whether somebody comes at a time; what is handed over has none."""
    return service.lane == Lane.SERVICE


def _tapped(text: str) -> Window:
    day, _, half = text.partition("/")
    try:
        return half_day(date.fromisoformat(day), half)
    except (ValueError, KeyError):
        raise Invalid(N_("Please choose a day and a time of day from the list"), field="times") from None


def _within(inner: Window, outer: Window) -> bool:
    return outer.starts_at <= inner.starts_at and inner.ends_at <= outer.ends_at


def _possible(service: Service, clock: Clock, window: Window) -> bool:
    try:
        _check(service, clock, (window,))
    except Invalid:
        return False
    return True


def _check(service: Service, clock: Clock, windows: Sequence[Window]) -> None:
    check_windows(
        windows,
        clock.now(),
        minutes=service.duration_minutes,
        lead_hours=lead_hours(service, Urgency(service.urgency_default)),
    )
