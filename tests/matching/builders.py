"""The smallest problem on which every rule can be kept or broken by one change."""

from typing import Any

import msgspec

from matching.plan import Plan
from matching.policy import Policy
from matching.problem import (
    Horizon,
    Place,
    Problem,
    Provider,
    Shift,
    SkillLevel,
    StartWindow,
    Task,
    Validity,
    Worker,
)

from .brute import write
from .strategies import grid_travel

TASK = Task(
    id="meal",
    place="p1",
    duration=2,
    windows=(StartWindow(earliest=9, latest=12),),
    skills=(SkillLevel(skill="care", level=2),),
    qualifications=("health",),
)
SHIFT = Shift(start=8, end=18, start_place="p0", end_place="p0")
WORKER = Worker(
    id="ann",
    provider="team",
    shifts=(SHIFT,),
    skills=(SkillLevel(skill="care", level=2),),
    qualifications=(Validity(code="health", valid_from=0, valid_until=24),),
    gender="f",
    languages=("yue",),
)
PROVIDER = Provider(id="team", kind="volunteers")


def change(struct, **fields: Any):
    return msgspec.structs.replace(struct, **fields)


def problem(tasks=(TASK,), workers=(WORKER,), providers=(PROVIDER,), **fields: Any) -> Problem:
    """Three places in a row, one step (one tick on foot, 100 metres) apart; ticks are hours."""
    return Problem(
        id="small",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=8, tick_seconds=3600),
        places=tuple(Place(id=f"p{i}", lat=0, lon=0) for i in range(3)),
        tasks=tasks,
        workers=workers,
        providers=providers,
        travel=grid_travel([(0, 0), (1, 0), (2, 0)]),
        **fields,
    )


def plan(of: Problem, **served: Any) -> Plan:
    """A plan document; `task=(start, "worker", ...)`, everybody in their first shift unless "worker:shift"."""
    choices = {
        task: (start, tuple((name.split(":")[0], int(name.partition(":")[2] or 0)) for name in names))
        for task, (start, *names) in served.items()
    }
    return write(of, Policy(), choices)


__all__ = ["Policy"]
