"""Haircuts in one building, a room next door, and barbers who live some streets away."""

from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Venue,
    Worker,
)

METRE = 1 / 111_000
MORNING, NOON, EVENING = 480, 720, 1_080
STARTS = (540, 840)
CUT = SkillLevel(skill="hair", level=1)


def haircuts(people=40, barbers=6, seats=60, far=0, until=EVENING) -> Problem:
    """`far` of the people live two kilometres away; ticks are minutes."""
    houses = [Place(id=f"p{i:02}", lat=22.52 + (i % 7) * METRE, lon=114.03) for i in range(people)]
    for i in range(people - far, people):
        houses[i] = Place(id=f"p{i:02}", lat=22.52, lon=114.03 + (2_000 + i) * METRE)
    return Problem(
        id="haircuts",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=(
            *houses,
            Place(id="hall", lat=22.52 - 60 * METRE, lon=114.03),
            Place(id="shop", lat=22.52, lon=114.03 - 500 * METRE),
        ),
        providers=(Provider(id="guild", kind="volunteer_team"),),
        workers=tuple(
            Worker(
                id=f"b{i}",
                provider="guild",
                shifts=(Shift(start=MORNING, end=until, start_place="shop", end_place="shop"),),
                skills=(CUT,),
            )
            for i in range(barbers)
        ),
        tasks=tuple(
            Task(
                id=f"t{i:02}",
                place=f"p{i:02}",
                duration=30,
                windows=(StartWindow(earliest=MORNING, latest=until),),
                priority=10,
                service="haircut",
                skills=(CUT,),
            )
            for i in range(people)
        ),
        venues=(Venue(id="room", place="hall", seats=seats),),
    )
