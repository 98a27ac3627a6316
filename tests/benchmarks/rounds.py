"""Seeded rounds of the size of one street's day, for figures."""

import numpy as np

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

SKILLS = ("care", "repair", "meals", "teach", "clean", "escort")
KINDS = ("volunteer team", "red partner", "in-service member", "social organisation")
METRE = 1 / 111_000


def street_round(tasks: int, workers: int, *, seed: int, size_metres: int = 3_000) -> Problem:
    """A street of `size_metres` squared: 20-90 minute tasks in half-day windows, people with one to four a day."""
    rng = np.random.default_rng(seed)
    places = [
        Place(id=f"p{i:05}", lat=22.52 + y * METRE, lon=114.03 + x * METRE, access_ticks=2)
        for i, (x, y) in enumerate(rng.integers(0, size_metres, (tasks + workers, 2)).tolist())
    ]
    providers = [
        Provider(id=f"o{i:03}", kind=KINDS[i % 4], atomic=i % 8 == 1, fallback=i == 0)
        for i in range(max(4, workers // 12))
    ]
    return Problem(
        id=f"street-{tasks}x{workers}-{seed}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(places),
        providers=tuple(providers),
        tasks=tuple(_task(rng, i) for i in range(tasks)),
        workers=tuple(_worker(rng, i, tasks, len(providers)) for i in range(workers)),
    )


def _task(rng: np.random.Generator, i: int) -> Task:
    morning = int(rng.integers(0, 2)) * 300
    return Task(
        id=f"t{i:05}",
        place=f"p{i:05}",
        duration=int(rng.integers(20, 91)),
        windows=(StartWindow(earliest=480 + morning, latest=690 + morning),),
        headcount=2 if rng.random() < 0.1 else 1,
        priority=int(rng.choice([1, 1, 1, 2, 3, 5])),
        skills=(SkillLevel(skill=SKILLS[int(rng.integers(len(SKILLS)))], level=int(rng.integers(1, 3))),),
        required_language="yue" if rng.random() < 0.1 else None,
    )


def _worker(rng: np.random.Generator, i: int, tasks: int, providers: int) -> Worker:
    begin = int(rng.choice([480, 480, 780]))
    place = f"p{tasks + i:05}"
    skills = sorted(rng.choice(len(SKILLS), size=int(rng.integers(1, 4)), replace=False).tolist())
    return Worker(
        id=f"w{i:05}",
        provider=f"o{int(rng.integers(providers)):03}",
        shifts=(
            Shift(start=begin, end=begin + int(rng.choice([240, 300])), start_place=place, end_place=place),
        ),
        skills=tuple(SkillLevel(skill=SKILLS[s], level=int(rng.integers(1, 4))) for s in skills),
        mode=("walk", "walk", "ebike")[i % 3],
        reach_metres=int(rng.choice([1500, 2000, 3000])),
        max_tasks_day=int(rng.integers(1, 5)),
        languages=("yue", "zh") if rng.random() < 0.4 else ("zh",),
    )
