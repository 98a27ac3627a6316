"""A plan with everything that a page can show: a pair, a crew, lateness, waiting, days, unserved tasks, hostile names."""

from typing import Any

from msgspec import structs

from matching.plan import CauseCount, LevelReport, Plan, Unserved
from matching.policy import Policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    StartWindow,
    Task,
    Worker,
    problem_hash,
)
from tests.matching.brute import write

HOSTILE = '</script><img src=x onerror="window.hacked=1">{{7*7}}\'[[data]]'
DAY = 1440


def asked(name: str, place: str, *, day: int = 0, **fields: Any) -> Task:
    begin = day * DAY
    windows = (StartWindow(earliest=begin + 540, latest=begin + 600, late_until=begin + 720),)
    return Task(**{"id": name, "place": place, "duration": 30, "windows": windows} | fields)


def works(name: str, provider: str = "team", days: tuple[int, ...] = (0, 1), **fields: Any) -> Worker:
    shifts = [
        Shift(start=d * DAY + 480, end=d * DAY + 780, start_place="hall", end_place="hall") for d in days
    ]
    return Worker(id=name, provider=provider, shifts=tuple(shifts), **fields)


def example() -> Problem:
    """Three days, five workers, seven tasks; the name of one task is hostile."""
    return Problem(
        id=f"Example {HOSTILE}",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=3),
        places=tuple(
            Place(id=name, lat=22.52 + n / 500, lon=114.03 + n * n / 900)
            for n, name in enumerate(("hall", "a", "b", "c", HOSTILE))
        ),
        providers=(Provider(id="team", kind="volunteers"), Provider(id=f"firm {HOSTILE}", kind=HOSTILE)),
        workers=(
            works("ann"),
            works("bob"),
            works(f"eve {HOSTILE}", provider=f"firm {HOSTILE}"),
            works("movers", people=3, days=(1,)),
            works("zoe", days=(2,)),
        ),
        tasks=(
            asked("meal", "a", priority=5),
            asked("lift", "b", headcount=2, priority=8),
            asked("piano", "c", day=1, headcount=3),
            asked("walk", "b", day=1),
            asked(f"task {HOSTILE}", HOSTILE, service=HOSTILE, priority=3),
            asked("lost", "a", mandatory=True),
            asked("far", HOSTILE, priority=9, service="moon trip"),
        ),
    )


def answer(of: Problem) -> Plan:
    """`meal` starts 20 ticks late, `piano` has a crew; the levels have a gap."""
    served = {
        "meal": (620, (("ann", 0),)),
        "lift": (560, (("ann", 0), ("bob", 0))),
        "piano": (DAY + 560, (("movers", 0),)),
        "walk": (DAY + 560, (("bob", 1),)),
        f"task {HOSTILE}": (590, ((f"eve {HOSTILE}", 0),)),
    }
    plan = write(of, Policy(), served)
    unserved = (
        Unserved(
            task="lost",
            causes=(CauseCount(cause="skill_level", count=4), CauseCount(cause="busy", count=1)),
        ),
        Unserved(task="far", causes=(CauseCount(cause="within_reach", count=5),)),
    )
    levels = (
        LevelReport(name="service", value=18, bound=20, gap_ppm=100_000, status="feasible"),
        LevelReport(name="experience", value=150, bound=90, gap_ppm=400_000, status="unproven"),
    )
    return structs.replace(plan, problem=problem_hash(of), unserved=unserved, levels=levels)
