"""The smallest plan in which something can be moved: compiled code is loaded with it."""

from matching.online.live import Live
from matching.plan import Assignment, CauseCount, Plan, Route, Stop, Unserved
from matching.policy import Policy, policy_hash
from matching.problem import Horizon, Place, Problem, Provider, Shift, StartWindow, Task, Worker, problem_hash


def rehearse() -> int:
    """Ask for options of every kind once; how many there were."""
    problem = _problem()
    live = Live(problem, _plan(problem), Policy())
    return sum(len(live.recommend(task.id)) for task in problem.tasks if task.id != "a")


def _problem() -> Problem:
    window = (StartWindow(earliest=10, latest=12),)
    return Problem(
        id="rehearsal",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1),
        places=(Place(id="p", lat=22.5, lon=114.0),),
        providers=(Provider(id="o", kind="volunteer"),),
        workers=(
            Worker(
                id="w",
                provider="o",
                shifts=(Shift(start=0, end=60, start_place="p", end_place="p"),),
                max_tasks_day=1,
            ),
        ),
        tasks=(
            Task(id="a", place="p", duration=5, windows=window),
            Task(id="b", place="p", duration=5, windows=window, priority=2),
            Task(id="c", place="p", duration=5, windows=window, headcount=2),
        ),
    )


def _plan(problem: Problem) -> Plan:
    stop = Stop(task="a", arrive=10, start=10, end=15, travel_ticks=0, travel_metres=0)
    busy = (CauseCount(cause="busy", count=1),)
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(Policy()),
        solver="rehearsal",
        seed=0,
        assignments=(Assignment(task="a", start=10, workers=("w",)),),
        routes=(Route(worker="w", shift=0, stops=(stop,), return_ticks=0, return_metres=0),),
        unserved=(Unserved(task="b", causes=busy), Unserved(task="c", causes=busy)),
    )
