"""Venues, gatherings and those who ask for a seat."""

from itertools import pairwise
from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.basics import all_known, at_most, bounded, distinct, known, skills, spans
from matching.invariants.limits import (
    MAX_CAP,
    MAX_FEN,
    MAX_HEADCOUNT,
    MAX_METRES,
    MAX_OCCASIONS,
    MAX_PRIORITY,
    MAX_ROLES,
    MAX_SEATS,
    MAX_TICKS,
    MAX_WINDOWS,
)

if TYPE_CHECKING:
    from matching.gathering import Gathering, Occasion
    from matching.problem import Problem


def check_venues(problem: "Problem") -> None:
    """Venues at known places."""
    distinct("venues", (venue.id for venue in problem.venues), ".id")
    places = {place.id for place in problem.places}
    for i, venue in enumerate(problem.venues):
        path = f"venues[{i}]"
        known(f"{path}.place", venue.place, places, "place")
        bounded(f"{path}.seats", venue.seats, 1, MAX_SEATS)
        spans(f"{path}.open", venue.open)
        distinct(f"{path}.uses", venue.uses)
        bounded(f"{path}.fee_fen_hour", venue.fee_fen_hour, 0, MAX_FEN)


def check_gatherings(problem: "Problem") -> None:
    """Gatherings with different occasions in known venues, for a number of seats that can be."""
    distinct("gatherings", (gathering.id for gathering in problem.gatherings), ".id")
    workers = {worker.id for worker in problem.workers}
    venues = {venue.id for venue in problem.venues}
    for i, gathering in enumerate(problem.gatherings):
        path = f"gatherings[{i}]"
        bounded(f"{path}.duration", gathering.duration, 1, MAX_TICKS)
        bounded(f"{path}.min_seats", gathering.min_seats, 1, MAX_SEATS)
        bounded(f"{path}.max_seats", gathering.max_seats, gathering.min_seats, MAX_SEATS)
        _roles(path, gathering)
        distinct(f"{path}.allowed_kinds", gathering.allowed_kinds)
        all_known(f"{path}.known_workers", gathering.known_workers, workers, "worker")
        _occasions(path, gathering, venues, problem.horizon.ticks)


def _roles(path: str, gathering: "Gathering") -> None:
    at_most(f"{path}.roles", len(gathering.roles), MAX_ROLES)
    for j, role in enumerate(gathering.roles):
        at = f"{path}.roles[{j}]"
        bounded(f"{at}.count", role.count, 1, MAX_HEADCOUNT)
        bounded(f"{at}.per_seats", role.per_seats, 1, MAX_SEATS)
        skills(at, role.skills)
        distinct(f"{at}.qualifications", role.qualifications)


def _occasions(path: str, gathering: "Gathering", venues: set[str], horizon_ticks: int) -> None:
    at_most(f"{path}.occasions", len(gathering.occasions), MAX_OCCASIONS)
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for j, occasion in enumerate(gathering.occasions):
        at = f"{path}.occasions[{j}]"
        known(f"{at}.venue", occasion.venue, venues, "venue")
        _starts(at, occasion, gathering.duration, horizon_ticks)
        key = occasion.venue, tuple(sorted(occasion.starts))
        if key in seen:
            raise ProblemError(at, "Is the same as one before it")
        seen.add(key)


def _starts(path: str, occasion: "Occasion", duration: int, horizon_ticks: int) -> None:
    """Inside the horizon, and one after another: the same people run all of them."""
    if not occasion.starts:
        raise ProblemError(f"{path}.starts", "At least one start is needed")
    at_most(f"{path}.starts", len(occasion.starts), MAX_WINDOWS)
    for j, start in enumerate(occasion.starts):
        bounded(f"{path}.starts[{j}]", start, 0, horizon_ticks - 1)
    order = sorted(range(len(occasion.starts)), key=occasion.starts.__getitem__)
    for a, b in pairwise(order):
        if occasion.starts[b] < occasion.starts[a] + duration:
            raise ProblemError(f"{path}.starts[{b}]", "Starts before the one before it has ended")


def check_enrolments(problem: "Problem") -> None:
    """People at known places who ask for known gatherings."""
    distinct("enrolments", (enrolment.id for enrolment in problem.enrolments), ".id")
    places = {place.id for place in problem.places}
    gatherings = {gathering.id for gathering in problem.gatherings}
    workers = {worker.id for worker in problem.workers}
    for i, enrolment in enumerate(problem.enrolments):
        path = f"enrolments[{i}]"
        known(f"{path}.place", enrolment.place, places, "place")
        if not enrolment.gatherings:
            raise ProblemError(f"{path}.gatherings", "At least one gathering is needed")
        all_known(f"{path}.gatherings", enrolment.gatherings, gatherings, "gathering")
        bounded(f"{path}.walk_metres", enrolment.walk_metres, 0, MAX_METRES)
        spans(f"{path}.free", enrolment.free)
        all_known(f"{path}.refused_workers", enrolment.refused_workers, workers, "worker")
        bounded(f"{path}.priority", enrolment.priority, 1, MAX_PRIORITY)
        bounded(f"{path}.days_waited", enrolment.days_waited, 0, MAX_CAP)
        distinct(f"{path}.groups", enrolment.groups)
