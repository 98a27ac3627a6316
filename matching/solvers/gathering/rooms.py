"""Venues: on which occasions a gathering could be held at all, and what a venue costs."""

from collections.abc import Iterable
from itertools import pairwise

from matching.gathering import Gathering, Occasion, Venue
from matching.parts import Span
from matching.policy import Policy
from matching.problem import Problem

HUNDRED_YUAN = 10_000
HOUR_SECONDS = 3_600


def within(spans: Iterable[Span], start: int, end: int) -> bool:
    """Whether one of the spans holds `start` to `end`; no spans hold everything."""
    spans = tuple(spans)
    return not spans or any(span.start <= start and end <= span.end for span in spans)


def all_within(spans: Iterable[Span], starts: Iterable[int], duration: int) -> bool:
    """Whether every start with its duration is `within` the spans."""
    spans = tuple(spans)
    return all(within(spans, start, start + duration) for start in starts)


def seats(gathering: Gathering, venue: Venue) -> int:
    """The most participants of a gathering in a venue."""
    return min(gathering.max_seats, venue.seats)


def room_cause(problem: Problem, gathering: Gathering, occasion: Occasion) -> str | None:
    """The first rule by which nobody can ever hold the gathering on this occasion."""
    venue = problem.venue_by_id[occasion.venue]
    if venue.uses and gathering.service not in venue.uses:
        return "venue_use"
    if not all_within(venue.open, occasion.starts, gathering.duration):
        return "venue_open"
    if any(b - a < gathering.duration for a, b in pairwise(sorted(occasion.starts))):
        return "venue_free"
    return "venue_seats" if seats(gathering, venue) < gathering.min_seats else None


def fee_fen(problem: Problem, gathering: Gathering, occasion: Occasion) -> int:
    """What the venue costs for all starts, rounded up to the next fen."""
    seconds = gathering.duration * problem.horizon.tick_seconds * len(occasion.starts)
    return -(-problem.venue_by_id[occasion.venue].fee_fen_hour * seconds // HOUR_SECONDS)


def fee_ticks(problem: Problem, policy: Policy, gathering: Gathering, occasion: Occasion) -> int:
    """Ticks of the level experience for each whole 100 yuan of the fee."""
    return policy.hundred_yuan_ticks * (fee_fen(problem, gathering, occasion) // HUNDRED_YUAN)
