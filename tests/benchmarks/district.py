"""A district's day: doors on the streets of Jinan, volunteers for a task or three, and staff of businesses.

district(10_000, 7_300, supply="ample", seed=1)
"""

from functools import cache
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Worker,
)
from matching.travel.network.model import DEGREE
from matching.travel.network.tables import travel_of
from tests.support.streets import jinan

Supply = Literal["ample", "scarce"]
Doors = list[tuple[float, float]]

SKILLS = ("care", "repair", "meals", "teach", "clean", "escort")
VOLUNTEERS = 0.6
"""Share of the workers; the rest are staff of businesses."""

WALK_METRES, RIDE_METRES = 990, 2_000
DENSITY = 10_000
"""Tasks on the whole network; a smaller district is a smaller part of the town, as dense."""


def district(tasks: int, workers: int, *, supply: Supply, seed: int) -> Problem:
    """A problem with the ways along its streets; `scarce`: the same people have half the time."""
    rng = np.random.default_rng([seed, tasks, workers])
    doors = _doors(rng, tasks + workers, min(1.0, tasks / DENSITY))
    teams = max(4, workers // 60)
    problem = Problem(
        id=f"district-{tasks}x{workers}-{supply}-{seed}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(
            Place(id=f"p{i:05}", lat=lat, lon=lon, access_ticks=2) for i, (lat, lon) in enumerate(doors)
        ),
        providers=tuple(
            Provider(id=f"o{i:03}", kind="volunteers" if i < teams * VOLUNTEERS else "business")
            for i in range(teams)
        ),
        tasks=tuple(_task(rng, i) for i in range(tasks)),
        workers=tuple(_worker(rng, i, tasks, workers, teams, supply) for i in range(workers)),
    )
    return msgspec.structs.replace(problem, travel=travel_of(problem, jinan()))


@cache
def _streets() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Ends of all streets, in degrees: (edges, 2) each."""
    network = jinan()
    ends = (network.tail, network.head)
    lat = np.stack([network.lat[end] / DEGREE for end in ends], axis=1)
    lon = np.stack([network.lon[end] / DEGREE for end in ends], axis=1)
    return lat, lon


def _doors(rng: np.random.Generator, count: int, share: float) -> Doors:
    """Random spots beside the streets nearest to the middle, a `share` of all streets."""
    lat, lon = _streets()
    away = np.hypot(lat.mean(axis=1) - np.median(lat), 0.8 * (lon.mean(axis=1) - np.median(lon)))
    near = np.argsort(away, kind="stable")[: max(1, int(share * len(away)))]
    edge = near[rng.integers(0, len(near), count)]
    along, aside = rng.random(count), rng.normal(0, 1e-4, (2, count))
    found = [
        ends[edge, 0] + along * (ends[edge, 1] - ends[edge, 0]) + noise
        for ends, noise in zip((lat, lon), aside, strict=True)
    ]
    return list(zip(np.round(found[0], 6).tolist(), np.round(found[1], 6).tolist(), strict=True))


def _task(rng: np.random.Generator, i: int) -> Task:
    begin = 480 + int(rng.integers(0, 3)) * 180
    return Task(
        id=f"t{i:05}",
        place=f"p{i:05}",
        duration=int(rng.integers(4, 19)) * 5,
        windows=(StartWindow(earliest=begin, latest=begin + int(rng.integers(2, 5)) * 60),),
        headcount=2 if rng.random() < 0.05 else 1,
        priority=int(rng.choice([1, 1, 1, 2, 3, 5])),
        skills=(SkillLevel(skill=SKILLS[int(rng.integers(len(SKILLS)))], level=int(rng.integers(1, 3))),),
        required_language="jnp" if rng.random() < 0.05 else None,
    )


def _worker(rng: np.random.Generator, i: int, tasks: int, workers: int, teams: int, supply: Supply) -> Worker:
    place = f"p{tasks + i:05}"
    volunteer = i < workers * VOLUNTEERS
    skills = rng.choice(len(SKILLS), size=int(rng.integers(1, 4 if volunteer else 5)), replace=False)
    hours = (2, 4) if volunteer else (5, 9)
    if supply == "scarce":
        hours = (1, 2) if volunteer else (2, 4)
    begin = 480 + int(rng.integers(0, 7 if volunteer else 3)) * 60
    end = begin + int(rng.integers(hours[0], hours[1] + 1)) * 60
    own = int(teams * VOLUNTEERS) + 1
    return Worker(
        id=f"w{i:05}",
        provider=f"o{int(rng.integers(0, own) if volunteer else rng.integers(own, teams)):03}",
        shifts=(Shift(start=begin, end=end, start_place=place, end_place=place),),
        mode="walk" if volunteer else "ebike",
        skills=tuple(
            SkillLevel(skill=SKILLS[s], level=int(rng.integers(1, 4))) for s in sorted(skills.tolist())
        ),
        reach_metres=WALK_METRES if volunteer else RIDE_METRES,
        max_tasks_day=int(rng.integers(1, 4)) if volunteer else int(rng.integers(4, 9)),
        languages=("jnp", "zh") if rng.random() < 0.7 else ("zh",),
    )
