"""Hours in which somebody can come, in minutes of the round: weekly hours, exceptions, and calls apart from visits."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from catalog.providers.models import Availability, AvailabilityException
from market.rounds.problem.ticks import DAY, Calendar
from matching.problem import Shift

CALL_MINUTES = 120
"""At most this much of a shift is kept for calls when its person could also visit."""

Stretch = tuple[int, int]


class Duties(NamedTuple):
    """What somebody could do (`visits`: any door; `calls`: when calls may be made) and has promised to do."""

    visits: bool
    calls: Sequence[Stretch]
    promised_visits: Sequence[Stretch]
    promised_calls: Sequence[Stretch]


def open_hours(
    weekly: Sequence[Availability], exceptions: Sequence[AvailabilityException], calendar: Calendar
) -> list[Stretch]:
    """Return the stretches in which a worker is available, joined and in order."""
    found = []
    for day in calendar.dates():
        midnight = calendar.midnight(day)
        found += [(midnight + start, midnight + end) for start, end in _hours(weekly, exceptions, day)]
    return joined(found)


def _hours(
    weekly: Sequence[Availability], exceptions: Sequence[AvailabilityException], day: date
) -> list[Stretch]:
    special = [e for e in exceptions if e.day == day]
    if special:
        hours = [(e.start_minute, e.end_minute) for e in special]
        return [(a, min(b, DAY)) for a, b in hours if a is not None and b is not None and a < b]
    return [(w.start_minute, min(w.end_minute, DAY)) for w in weekly if w.weekday == day.weekday()]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same minutes as disjoint stretches in order."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def shifts(stretches: Sequence[Stretch], duties: Duties, home: str, remote: str) -> list[Shift]:
    """Return hours as shifts from and to `home`, with the parts kept for calls at the place `remote`."""
    found = []
    for stretch in stretches:
        for call_part, (start, end) in _parts(stretch, duties):
            place = remote if call_part else home
            found.append(Shift(start=start, end=end, start_place=place, end_place=place))
    return found


def _parts(stretch: Stretch, duties: Duties) -> list[tuple[bool, Stretch]]:
    """Cut one stretch into parts for calls (True) and for visits (False)."""
    calls = [call for call in joined(duties.promised_calls) if _inside(call, stretch)]
    visits = [visit for visit in duties.promised_visits if _inside(visit, stretch)]
    if calls and (visits or duties.visits):
        return _around(stretch, calls)
    if calls or (duties.calls and not duties.visits and not visits):
        return [(True, stretch)]
    if duties.calls and not visits:
        return _shared(stretch, duties.calls)
    return [(False, stretch)]


def _inside(inner: Stretch, outer: Stretch) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _around(stretch: Stretch, calls: Sequence[Stretch]) -> list[tuple[bool, Stretch]]:
    parts, now = [], stretch[0]
    for call in calls:
        parts += [(False, (now, call[0])), (True, call)]
        now = call[1]
    parts.append((False, (now, stretch[1])))
    return [(is_call, (a, b)) for is_call, (a, b) in parts if a < b]


def _shared(stretch: Stretch, calls: Sequence[Stretch]) -> list[tuple[bool, Stretch]]:
    """Keep the end of the stretch, or its beginning where that suits the callers better, for calls."""
    start, end = stretch
    length = min(CALL_MINUTES, (end - start) // 2)
    early, late = (start, start + length), (end - length, end)
    if length == 0 or not (_overlap(early, calls) or _overlap(late, calls)):
        return [(False, stretch)]
    if _overlap(early, calls) > _overlap(late, calls):
        return [(True, early), (False, (start + length, end))]
    return [(False, (start, end - length)), (True, late)]


def _overlap(stretch: Stretch, others: Iterable[Stretch]) -> int:
    return sum(max(0, min(stretch[1], b) - max(stretch[0], a)) for a, b in others)
