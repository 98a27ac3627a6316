"""Compiled code is made ready, from the cache on disk if it is there, by bounding the smallest problem."""

from matching.policy import Policy
from matching.problem import Horizon, Place, Problem, Provider, Shift, StartWindow, Task, Worker
from matching.solvers.bounds.case import Case
from matching.solvers.bounds.descent import Descent
from matching.solvers.instance import Instance

SMALLEST = Problem(
    id="smallest",
    horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
    places=(Place(id="door", lat=0.0, lon=0.0),),
    providers=(Provider(id="team", kind="volunteer"),),
    workers=(
        Worker(
            id="one",
            provider="team",
            shifts=(Shift(start=480, end=720, start_place="door", end_place="door"),),
            max_leg_ticks=30,
        ),
    ),
    tasks=(Task(id="task", place="door", duration=30, windows=(StartWindow(earliest=480, latest=600),)),),
)

_done: list[bool] = []


def loaded() -> bool:
    """Whether the compiled code is ready."""
    return bool(_done)


def _never() -> bool:
    return False


def load() -> None:
    """Make it ready, once for all instances."""
    if not _done:
        case = Case(Instance(SMALLEST, Policy()), {}, "travel", 1, _never, _never)
        case.improve((), None, lambda _: False)
        Descent(case.layout, case.target, _never).solve(None)
        _done.append(True)
