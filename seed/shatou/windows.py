"""When people are at home for it: one to three spans of the day, each long enough for the service."""

import numpy as np

from catalog.services.taxonomy import Service
from seed.shatou.crews import KINDS
from seed.world import WindowSpec

HALVES = ((510, 750), (840, 1080))
LONG_HALVES = ((480, 750), (780, 1080), (510, 1110))
TWO_HOURS = ((510, 630), (570, 690), (600, 720), (840, 960), (900, 1020), (960, 1080))
EVENINGS = ((1110, 1230), (1140, 1260))
LONG, TIGHT, HALF_DAY = 100, 0.08, 0.6
COUNTS = (0.42, 0.4, 0.18)


def draw_windows(chance: np.random.Generator, service: Service, *, weekend: bool) -> tuple[WindowSpec, ...]:
    """Half days and two-hour spans; a few people have hardly more time than the work takes."""
    evening = 0.05 if weekend or not by_neighbours(service) else 0.4
    count = 1 + int(chance.choice(len(COUNTS), p=COUNTS))
    spans = {draw_span(chance, service, evening) for _ in range(count)}
    if chance.random() < TIGHT:
        start, _ = min(spans)
        spans = {(start, start + service.duration_minutes + 5)}
    return tuple(WindowSpec(start_minute=a, end_minute=b) for a, b in apart(spans))


def draw_span(chance: np.random.Generator, service: Service, evening: float) -> tuple[int, int]:
    """One span, inside the service's own hours where it has some."""
    if service.windows:
        hours = service.windows[int(chance.integers(0, len(service.windows)))]
        return minute(hours.opens), minute(hours.closes)
    if service.duration_minutes > LONG:
        return LONG_HALVES[int(chance.integers(0, len(LONG_HALVES)))]
    if chance.random() < evening:
        return EVENINGS[int(chance.integers(0, len(EVENINGS)))]
    spans = HALVES if chance.random() < HALF_DAY else TWO_HOURS
    return spans[int(chance.integers(0, len(spans)))]


def apart(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, joined where they touch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def by_neighbours(service: Service) -> bool:
    """Whether people who work by day may give it."""
    return any(KINDS[kind].rhythm == "evenings" for kind in service.providers)


def minute(clock: str) -> int:
    """Minutes after midnight of an HH:MM."""
    return int(clock[:2]) * 60 + int(clock[3:])
