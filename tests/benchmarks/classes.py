"""A school district's four-thirty classes 四点半课堂: many children, few rooms and leaders, terms of two weeks.

`classes(500, seed=1)`: 24 classes with 60 occasions in 20 venues, 40 leaders and helpers. A class takes a leader with its
skill, a helper for every twelve children begun, and a background check of everybody; some checks end within the two weeks.
Rooms, hours and skills are scarce: not all children can have a seat.
"""

import numpy as np

from matching.gathering import Enrolment, Gathering, Occasion, Role, Venue
from matching.policy import Policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    Span,
    Validity,
    Worker,
)
from matching.travel import IntArray

POLICY = Policy(levels=("service", "experience"), hundred_yuan_ticks=2)
METRE = 1 / 111_000
DAY = 1_440
SKILLS = ("homework", "chess", "drawing", "dance", "english", "robots")
DAYS = ((0, 2), (1, 3), (4,), (0,), (2,), (3,), (5,))
"""Weekdays of an occasion; each of them in both weeks."""

KNOWN = 12
"""Classes nearby of which parents choose some."""


def classes(
    children: int = 500,
    *,
    seed: int,
    occasions: int = 60,
    venues: int = 20,
    leaders: int = 40,
    size_metres: int = 2_400,
) -> Problem:
    """Two weeks of classes in a district of `size_metres` squared."""
    rng = np.random.default_rng([seed, children, occasions, venues, leaders])
    spots = rng.integers(0, size_metres, (venues + leaders + children, 2))
    rooms = [_venue(rng, i) for i in range(venues)]
    offered = _gatherings(rng, occasions, rooms, leaders)
    return Problem(
        id=f"classes-{children}x{occasions}-{seed}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=14),
        places=tuple(
            Place(id=f"p{i:05}", lat=22.52 + y * METRE, lon=114.03 + x * METRE, access_ticks=1)
            for i, (x, y) in enumerate(spots.tolist())
        ),
        providers=(
            Provider(id="school", kind="social_organisation", max_tasks_day=40),
            Provider(id="students", kind="volunteer_team", fallback=True),
            Provider(id="neighbours", kind="volunteer_team"),
        ),
        workers=tuple(_worker(rng, i, venues) for i in range(leaders)),
        venues=tuple(rooms),
        gatherings=tuple(offered),
        enrolments=tuple(
            _child(rng, i, venues + leaders + i, _nearest(spots, venues + leaders + i, offered), leaders)
            for i in range(children)
        ),
    )


def _venue(rng: np.random.Generator, i: int) -> Venue:
    return Venue(
        id=f"v{i:03}",
        place=f"p{i:05}",
        seats=int(rng.choice([12, 16, 20, 24, 30])),
        step_free=rng.random() < 0.6,
        uses=("class",) if i % 5 else (),
        fee_fen_hour=int(rng.choice([0, 0, 5_000, 8_000])),
    )


def _gatherings(
    rng: np.random.Generator, occasions: int, rooms: list[Venue], leaders: int
) -> list[Gathering]:
    """Classes of two and three occasions in turn."""
    found: list[Gathering] = []
    left = occasions
    while left > 0:
        i = len(found)
        count = min(left, 2 + i % 2)
        left -= count
        skill = SKILLS[i % len(SKILLS)]
        options = {_occasion(rng, rooms) for _ in range(count)}
        while len(options) < count:
            options.add(_occasion(rng, rooms))
        known = rng.choice(leaders, size=2, replace=False).tolist() if i % 3 == 0 else []
        found.append(
            Gathering(
                id=f"g{i:03}",
                duration=int(rng.choice([60, 75, 90])),
                occasions=tuple(sorted(options, key=lambda o: (o.venue, o.starts))),
                min_seats=int(rng.choice([5, 6, 8])),
                max_seats=int(rng.choice([12, 18, 24, 30])),
                service="class",
                roles=(
                    Role(skills=(SkillLevel(skill=skill, level=2),), qualifications=("check",)),
                    Role(count=1, per_seats=12, qualifications=("check",)),
                ),
                consent=True,
                known_workers=tuple(f"w{w:03}" for w in sorted(known)),
            )
        )
    return found


def _occasion(rng: np.random.Generator, rooms: list[Venue]) -> Occasion:
    days = DAYS[int(rng.integers(len(DAYS)))]
    at = 570 if days == (5,) else int(rng.choice([990, 990, 1_005, 1_080]))
    starts = sorted((week * 7 + day) * DAY + at for week in range(2) for day in days)
    return Occasion(venue=rooms[int(rng.integers(len(rooms)))].id, starts=tuple(starts))


def _worker(rng: np.random.Generator, i: int, venues: int) -> Worker:
    days = [day for day in range(6) if rng.random() < (0.7 if i % 4 else 0.4)]
    place = f"p{venues + i:05}"
    shifts = (
        Shift(
            start=(week * 7 + day) * DAY + (510 if day == 5 else 930),
            end=(week * 7 + day) * DAY + (780 if day == 5 else 1_230),
            start_place=place,
            end_place=place,
        )
        for week in range(2)
        for day in days
    )
    has = sorted(rng.choice(len(SKILLS), size=int(rng.integers(1, 4)), replace=False).tolist())
    until = 8 * DAY if rng.random() < 0.1 else None
    return Worker(
        id=f"w{i:03}",
        provider=("school", "students", "neighbours")[i % 3],
        shifts=tuple(shifts),
        mode=("walk", "ebike")[i % 2],
        skills=tuple(SkillLevel(skill=SKILLS[s], level=int(rng.integers(1, 4))) for s in has),
        qualifications=(Validity(code="check", valid_until=until),) if rng.random() < 0.9 else (),
        max_tasks_week=int(rng.choice([4, 6, 8])),
        max_tasks_day=2,
        reach_metres=3_000,
    )


def _nearest(spots: IntArray, home: int, offered: list[Gathering]) -> list[str]:
    """Classes in order of their nearest venue, as far as parents look."""
    away = np.hypot(*(spots - spots[home]).T)
    near = sorted((min(away[int(o.venue[1:])] for o in one.occasions), one.id) for one in offered)
    return [name for _, name in near[:KNOWN]]


def _child(rng: np.random.Generator, i: int, place: int, known: list[str], leaders: int) -> Enrolment:
    wanted = rng.choice(len(known), size=int(rng.integers(1, 5)), replace=False).tolist()
    days = [day for day in range(6) if rng.random() < 0.75]
    free = tuple(
        Span(start=(week * 7 + day) * DAY + 480, end=(week * 7 + day) * DAY + 1_260)
        for week in range(2)
        for day in days
    )
    refused = (f"w{int(rng.integers(leaders)):03}",) if rng.random() < 0.04 else ()
    return Enrolment(
        id=f"e{i:05}",
        place=f"p{place:05}",
        gatherings=tuple(sorted(known[g] for g in wanted)),
        walk_metres=int(rng.choice([1_200, 1_800, 2_600])),
        step_free=rng.random() < 0.03,
        consent=rng.random() < 0.95,
        free=free if i % 2 else (),
        refused_workers=refused,
        priority=int(rng.choice([10, 10, 10, 20, 40, 80])),
        days_waited=int(rng.integers(0, 15)),
    )
