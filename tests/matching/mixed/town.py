"""A town of any size on real-looking coordinates: helpers who visit, carry and lead, with limits of ways and of tasks."""

import numpy as np

from matching.problem import (
    Delivery,
    Depot,
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
    StartWindow,
    Task,
    Venue,
    Worker,
)

NOON = 720


def town(visits=60, meals=30, children=20, helpers=20, seed=1) -> Problem:
    """Two kilometres across; ticks are minutes of one day."""
    rng = np.random.default_rng(seed)
    places: list[Place] = []

    def door(name: str) -> str:
        lat, lon = 22.52 + rng.random() * 0.018, 114.02 + rng.random() * 0.02
        places.append(Place(id=name, lat=lat, lon=lon, access_ticks=int(rng.integers(0, 4))))
        return name

    def window(low: int, high: int, length: int) -> tuple[StartWindow, ...]:
        start = int(rng.integers(low, high))
        return (StartWindow(earliest=start, latest=start + length),)

    halls, kitchens = [door(f"hall-{i}") for i in range(3)], [door(f"kitchen-{i}") for i in range(2)]
    return Problem(
        id="town",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        providers=(
            Provider(id="team", kind="volunteer_team"),
            Provider(id="firm", kind="property_firm", fallback=True, max_tasks_day=8),
        ),
        workers=tuple(
            Worker(
                id=f"w{i:04}",
                provider="firm" if i % 7 == 0 else "team",
                mode="ebike" if i % 2 else "walk",
                capacity=int(rng.integers(0, 6)),
                reach_metres=1500 if i % 3 == 0 else None,
                max_leg_ticks=25 if i % 4 == 0 else None,
                max_tasks_day=6 if i % 5 == 0 else None,
                skills=(SkillLevel(skill="teach", level=1),) if i % 3 == 0 else (),
                shifts=(
                    Shift(
                        start=480 + 30 * int(rng.integers(0, 4)),
                        end=960 + 30 * int(rng.integers(0, 4)),
                        start_place=(home := door(f"home-{i:04}")),
                        end_place=home,
                    ),
                ),
            )
            for i in range(helpers)
        ),
        tasks=tuple(
            Task(
                id=f"t{i:05}",
                place=door(f"visit-{i:05}"),
                duration=int(rng.integers(20, 60)),
                windows=window(500, 840, 90),
                headcount=2 if i % 15 == 0 else 1,
                priority=int(rng.integers(1, 9)),
                reach_metres=1800 if i % 6 == 0 else None,
            )
            for i in range(visits)
        ),
        depots=tuple(
            Depot(id=f"k{i}", place=place, ready=(StartWindow(earliest=630, latest=NOON),), load_ticks=3)
            for i, place in enumerate(kitchens)
        ),
        deliveries=tuple(
            Delivery(
                id=f"d{i:05}",
                place=door(f"meal-{i:05}"),
                windows=window(650, 690, 60),
                duration=2,
                fresh_ticks=45,
                priority=3,
                need=f"lunch-{i}" if i % 4 == 0 else "",
            )
            for i in range(meals)
        ),
        venues=tuple(Venue(id=f"v{i}", place=place, seats=8) for i, place in enumerate(halls)),
        gatherings=(
            *(
                Gathering(
                    id=f"class-{i}",
                    duration=60,
                    min_seats=3,
                    max_seats=8,
                    occasions=tuple(
                        Occasion(venue=f"v{h}", starts=(start,)) for h in range(3) for start in (600, 870)
                    ),
                    roles=(Role(skills=(SkillLevel(skill="teach", level=1),)), Role(per_seats=5)),
                )
                for i in range(2)
            ),
            Gathering(id="dine", duration=45, occasions=(Occasion(venue="v0", starts=(690,)),), roles=()),
        ),
        enrolments=(
            *(
                Enrolment(
                    id=f"c{i:04}",
                    place=door(f"child-{i:04}"),
                    gatherings=("class-0", "class-1"),
                    walk_metres=2500,
                    priority=4,
                )
                for i in range(children)
            ),
            *(
                Enrolment(
                    id=f"e{i:05}",
                    place=f"meal-{i:05}",
                    gatherings=("dine",),
                    walk_metres=900,
                    priority=3,
                    need=f"lunch-{i}",
                )
                for i in range(0, meals, 4)
            ),
        ),
        places=tuple(places),
    )
