"""Weekly hours of helpers and the papers they hold."""

from datetime import date, timedelta

import numpy as np

from seed.shatou.dice import named
from seed.world import AvailabilitySpec, CredentialSpec

WEEK, FRIDAY = 7, 5
EVENING, MORNING, AFTERNOON, ALL_DAY, OFFICE = (1110, 1275), (450, 765), (810, 1110), (510, 1140), (510, 1080)
MISSING, EXPIRED = 0.02, 0.05
DAYS_PER_MONTH = 30


def draw_hours(chance: np.random.Generator, rhythm: str) -> tuple[AvailabilitySpec, ...]:
    """At least two spans a week in one of four rhythms: evenings and weekends, mornings, shop hours, office hours."""
    rolls = chance.random((WEEK, 2)).tolist()
    closed = int(chance.integers(0, 2 * WEEK))
    spans = [
        (day, span)
        for day in range(WEEK)
        for span in day_spans(rhythm, day, rolls[day], closed=day == closed)
    ]
    if len(spans) < 2:  # noqa: PLR2004
        spans = [(1, EVENING), (FRIDAY, MORNING)]
    return tuple(AvailabilitySpec(weekday=day, start_minute=a, end_minute=b) for day, (a, b) in spans)


def day_spans(rhythm: str, day: int, rolls: list[float], *, closed: bool) -> list[tuple[int, int]]:
    """The spans of one weekday."""
    weekend = day >= FRIDAY
    if rhythm == "shop":
        return [] if closed else [ALL_DAY]
    if rhythm == "office":
        return [OFFICE] if not weekend or rolls[0] < 0.35 else []  # noqa: PLR2004 weekend duty
    if rhythm == "evenings" and not weekend:
        return [EVENING] if rolls[0] < 0.55 else []  # noqa: PLR2004
    busy = (0.65, 0.5) if rhythm == "evenings" else (0.4, 0.2) if weekend else (0.75, 0.45)
    return [span for span, roll, share in zip((MORNING, AFTERNOON), rolls, busy, strict=True) if roll < share]


def draw_papers(
    chance: np.random.Generator, holder: object, wanted: list[tuple[str, int | None]], day: date
) -> tuple[CredentialSpec, ...]:
    """Most papers are held and valid, some have run out, a few are missing."""
    rolls = chance.random((len(wanted), 2)).tolist()
    return tuple(
        paper(holder, code, months, day, luck, age)
        for (code, months), (luck, age) in zip(wanted, rolls, strict=True)
        if luck > MISSING
    )


def paper(
    holder: object, code: str, months: int | None, day: date, luck: float, age: float
) -> CredentialSpec:
    """One paper, valid on the day unless luck says that it ran out within the last three months."""
    if months is None:
        start, end = day - timedelta(days=200 + int(age * 2000)), None
    else:
        life = months * DAYS_PER_MONTH
        gone = life + 1 + int(age * 90) if luck < MISSING + EXPIRED else 1 + int(age * (life - 2))
        start = day - timedelta(days=gone)
        end = start + timedelta(days=life)
    return CredentialSpec(
        id=named("credential", holder, code), qualification=code, valid_from=start, valid_until=end
    )
