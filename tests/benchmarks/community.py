"""A community's day in everything that the model knows: pairs, crews, teams of one house, one visit after another, wishes.

`community(300, 150, seed=1)`: about 15 in 100 tasks need two people, every tenth comes after another task with a lag, every
fifteenth worker is a crew, a third of the providers send their own people only. Hours are scarce: not all can be served.
"""

from typing import Any

import numpy as np

from matching.policy import Policy
from matching.problem import (
    Fund,
    Horizon,
    Place,
    Precedence,
    Problem,
    Provider,
    Rate,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Wishes,
    Worker,
)

POLICY = Policy(levels=("service", "experience"), hundred_yuan_ticks=2)
METRE = 1 / 111_000
COMPOUNDS = 40
SKILLS = ("care", "repair", "meals", "teach", "clean", "escort")
KINDS = ("volunteer_team", "red_partner", "social_organisation")
NOON = 720


def community(tasks: int = 300, workers: int = 150, *, seed: int, size_metres: int = 2_500) -> Problem:
    """One day of a community of `size_metres` squared."""
    rng = np.random.default_rng([seed, tasks, workers])
    houses = rng.integers(0, size_metres, (COMPOUNDS, 2))
    homes = houses[rng.integers(0, COMPOUNDS, tasks + workers)] + rng.integers(-80, 81, (tasks + workers, 2))
    providers = [_provider(i) for i in range(max(6, workers // 10))]
    asked = [_task(rng, i, workers) for i in range(tasks)]
    after = _pairs(rng, asked)
    return Problem(
        id=f"community-{tasks}x{workers}-{seed}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=tuple(
            Place(id=f"p{i:05}", lat=22.52 + y * METRE, lon=114.03 + x * METRE, access_ticks=2)
            for i, (x, y) in enumerate(homes.tolist())
        ),
        providers=tuple(providers),
        workers=tuple(_worker(rng, i, tasks, len(providers)) for i in range(workers)),
        tasks=tuple(asked),
        precedences=after,
        funds=(Fund(id="awards", fen=20_000),),
    )


def _provider(i: int) -> Provider:
    rates = (Rate(visit_fen=2_000, hour_fen=3_000),) if i % 3 == 1 else ()
    return Provider(id=f"o{i:03}", kind=KINDS[i % 3], atomic=i % 3 == 1, fallback=i == 0, rates=rates)


def _task(rng: np.random.Generator, i: int, workers: int) -> Task:
    begin = int(rng.integers(16, 33)) * 30
    length = int(rng.choice([60, 120, 180]))
    late = begin + length + 60 if rng.random() < 0.3 else None
    skill = SKILLS[int(rng.integers(len(SKILLS)))]
    return Task(
        id=f"t{i:05}",
        place=f"p{i:05}",
        duration=int(rng.integers(2, 10)) * 10,
        windows=(StartWindow(earliest=begin, latest=begin + length, late_until=late, late_price=2),),
        headcount=2 if rng.random() < 0.15 else 1,
        priority=int(rng.choice([10, 10, 10, 20, 40, 80])),
        service=skill,
        skills=(SkillLevel(skill=skill, level=int(rng.integers(1, 3))),),
        zones=(f"zone{i % 20}",),
        **_particulars(rng, workers),
    )


def _particulars(rng: np.random.Generator, workers: int) -> dict[str, Any]:
    """Wishes, who is known, money and safeguards: each with some."""
    some = [f"w{n:05}" for n in rng.choice(workers, size=3, replace=False).tolist()]
    found: dict[str, Any] = {}
    if rng.random() < 0.3:
        found["wishes"] = Wishes(language="yue", gender=str(rng.choice(["f", "m"])))
    elif rng.random() < 0.2:
        found["wishes"] = Wishes(workers=tuple(some))
    if rng.random() < 0.3:
        found["known_workers"] = tuple(some)
    if rng.random() < 0.15:
        found["price_cap_fen"], found["fund"] = 3_000, "awards"
    if rng.random() < 0.05:
        found["safeguards"] = ("experienced",)
    elif rng.random() < 0.03:
        found["safeguards"] = ("two_adults",)
    return found


def _pairs(rng: np.random.Generator, tasks: list[Task]) -> tuple[Precedence, ...]:
    """Every tenth task follows another that may end before it must start."""
    found = []
    for i in range(1, len(tasks), 10):
        before, after = tasks[i - 1], tasks[i]
        lag = int(rng.integers(0, 3)) * 15
        if before.windows[0].earliest + before.duration + lag > after.windows[0].latest:
            before, after = after, before
        if before.windows[0].earliest + before.duration + lag <= after.windows[0].latest:
            found.append(Precedence(before=before.id, after=after.id, min_lag=lag, max_lag=lag + 360))
    return tuple(found)


def _worker(rng: np.random.Generator, i: int, tasks: int, providers: int) -> Worker:
    begin, place = int(rng.choice([480, 540, NOON, 780])), f"p{tasks + i:05}"
    skills = sorted(rng.choice(len(SKILLS), size=int(rng.integers(1, 4)), replace=False).tolist())
    end = begin + int(rng.choice([180, 240, 360]))
    return Worker(
        id=f"w{i:05}",
        provider=f"o{int(rng.integers(providers)):03}",
        shifts=(Shift(start=begin, end=end, start_place=place, end_place=place),),
        skills=tuple(SkillLevel(skill=SKILLS[s], level=int(rng.integers(1, 4))) for s in skills),
        mode=("walk", "walk", "ebike")[i % 3],
        reach_metres=int(rng.choice([1_500, 2_500, 4_000])),
        max_tasks_day=int(rng.integers(2, 6)),
        gender=str(rng.choice(["f", "m"])),
        languages=("yue", "zh") if rng.random() < 0.4 else ("zh",),
        people=2 if i % 15 == 7 else 1,
        newcomer=rng.random() < 0.15,
        anchors=tuple(f"zone{z}" for z in sorted(rng.choice(20, size=4, replace=False).tolist()))
        if i % 4 == 0
        else (),
    )
