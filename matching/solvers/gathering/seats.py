"""Who could take part in what: consent, steps, ways and free time of everybody who asks for a seat."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from matching.gathering import Enrolment, Gathering, Occasion, Venue
from matching.problem import Problem
from matching.solvers.gathering.rooms import all_within
from matching.travel import UNREACHABLE, IntArray


class Ways(NamedTuple):
    """Ticks and metres from everybody who asks for one gathering (rows) to its venues (columns, by id)."""

    ticks: IntArray
    metres: IntArray
    column: dict[str, int]

    def to(self, venue: str) -> list[tuple[int, int]]:
        """Ticks and metres of everybody to one venue."""
        here = self.column[venue]
        return list(zip(self.ticks[:, here].tolist(), self.metres[:, here].tolist(), strict=True))


def asking(problem: Problem) -> dict[str, list[int]]:
    """Enrolments (indices) of each gathering (id) that anybody asks for."""
    found: dict[str, list[int]] = {}
    for i, enrolment in enumerate(problem.enrolments):
        for gathering in enrolment.gatherings:
            found.setdefault(gathering, []).append(i)
    return found


def ways(problem: Problem, gathering: Gathering, asked: list[int]) -> Ways:
    """Ways of those who ask for a gathering to all of its venues."""
    venues = sorted({occasion.venue for occasion in gathering.occasions})
    there = [problem.place_by_id[problem.venue_by_id[venue].place] for venue in venues]
    shape = (len(asked), len(venues))
    ticks, metres = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    modes: dict[str, list[int]] = {}
    for row, i in enumerate(asked):
        modes.setdefault(problem.enrolments[i].mode, []).append(row)
    for _, rows in sorted(modes.items()):
        mode = problem.enrolments[asked[rows[0]]].mode
        here = [problem.place_by_id[problem.enrolments[asked[row]].place] for row in rows]
        ticks[rows], metres[rows] = problem.travel.block(here, there, mode)
    return Ways(ticks, metres, {venue: column for column, venue in enumerate(venues)})


def seat_cause(
    gathering: Gathering, occasion: Occasion, venue: Venue, enrolment: Enrolment, way: tuple[int, int]
) -> str | None:
    """The first rule by which somebody cannot take part, whoever runs it; `way`: ticks and metres to the venue."""
    ticks, metres = way
    if gathering.consent and not enrolment.consent:
        return "consent"
    if enrolment.step_free and not venue.step_free:
        return "step_free"
    limit = enrolment.walk_metres
    if ticks >= UNREACHABLE or (limit is not None and metres > limit):
        return "walk_limit"
    return None if all_within(enrolment.free, occasion.starts, gathering.duration) else "free"


def able(
    problem: Problem, gathering: Gathering, occasion: Occasion, asked: list[int], way: Ways
) -> list[tuple[int, int]]:
    """Who of `asked` could take part, with the ticks of their ways."""
    venue = problem.venue_by_id[occasion.venue]
    return [
        (i, leg[0])
        for i, leg in zip(asked, way.to(occasion.venue), strict=True)
        if seat_cause(gathering, occasion, venue, problem.enrolments[i], leg) is None
    ]


def most_of(people: Iterable[int], need: list[str]) -> int:
    """How many of these can have a seat at once: those of one need are one."""
    alone, shared = 0, set()
    for i in people:
        if need[i]:
            shared.add(need[i])
        else:
            alone += 1
    return alone + len(shared)
