"""One class in one room with one leader, and everything that may be changed about it; ticks are hours."""

from typing import Any

import msgspec

from matching.problem import (
    Enrolment,
    Gathering,
    Horizon,
    Occasion,
    Place,
    Problem,
    Provider,
    Role,
    Shift,
    SkillLevel,
    Validity,
    Venue,
    Worker,
)
from tests.matching.strategies import grid_travel

PLACES = ("p0", "p1", "p2")
TEACH = SkillLevel(skill="teach", level=2)
LEADER = Worker(
    id="ann",
    provider="school",
    shifts=(
        Shift(start=8, end=20, start_place="p0", end_place="p0"),
        Shift(start=32, end=44, start_place="p0", end_place="p0"),
    ),
    skills=(TEACH,),
    qualifications=(Validity(code="check"),),
)
ROOM = Venue(id="room", place="p1", seats=10)
CLASS = Gathering(
    id="chess",
    duration=2,
    occasions=(Occasion(venue="room", starts=(16,)),),
    min_seats=2,
    max_seats=6,
    service="class",
    roles=(Role(skills=(TEACH,), qualifications=("check",)),),
)
SCHOOL = Provider(id="school", kind="team")


def change(struct, **fields: Any):
    return msgspec.structs.replace(struct, **fields)


def child(i: int, **fields: Any) -> Enrolment:
    return Enrolment(id=f"e{i}", **{"place": "p2", "gatherings": ("chess",), **fields})


def problem(
    children=3, gatherings=(CLASS,), workers=(LEADER,), venues=(ROOM,), providers=(SCHOOL,)
) -> Problem:
    """Places in a row, one step (an hour on foot, 100 metres) apart; `children`: how many, or who."""
    people = tuple(child(i) for i in range(children)) if isinstance(children, int) else tuple(children)
    return Problem(
        id="classes",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=8, tick_seconds=3600),
        places=tuple(Place(id=place, lat=0, lon=0) for place in PLACES),
        workers=workers,
        providers=providers,
        venues=venues,
        gatherings=gatherings,
        enrolments=people,
        travel=grid_travel([(i, 0) for i in range(len(PLACES))]),
    )
