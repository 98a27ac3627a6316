"""Tasks, and what ties them together: precedences, pins, forbids."""

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from matching.errors import ProblemError
from matching.invariants.basics import all_known, bounded, different, distinct, known, skills, windows
from matching.invariants.limits import (
    MAX_CAP,
    MAX_FEN,
    MAX_HEADCOUNT,
    MAX_METRES,
    MAX_NAMED,
    MAX_PRIORITY,
    MAX_TICKS,
)

if TYPE_CHECKING:
    from matching.problem import Problem


def check_tasks(problem: "Problem") -> None:
    """Tasks whose every reference is known."""
    distinct("tasks", (task.id for task in problem.tasks), ".id")
    places = {place.id for place in problem.places}
    workers = {worker.id for worker in problem.workers}
    funds = {fund.id for fund in problem.funds}
    for i, task in enumerate(problem.tasks):
        path = f"tasks[{i}]"
        known(f"{path}.place", task.place, places, "place")
        bounded(f"{path}.duration", task.duration, 1, MAX_TICKS)
        bounded(f"{path}.headcount", task.headcount, 1, MAX_HEADCOUNT)
        bounded(f"{path}.priority", task.priority, 1, MAX_PRIORITY)
        bounded(f"{path}.reach_metres", task.reach_metres, 0, MAX_METRES)
        bounded(f"{path}.days_waited", task.days_waited, 0, MAX_CAP)
        windows(f"{path}.windows", task.windows)
        skills(path, task.skills)
        bounded(f"{path}.price_cap_fen", task.price_cap_fen, 0, MAX_FEN * MAX_HEADCOUNT)
        if task.fund is not None:
            known(f"{path}.fund", task.fund, funds, "fund")
        for name in ("qualifications", "allowed_kinds", "groups", "zones", "safeguards"):
            distinct(f"{path}.{name}", getattr(task, name))
        named = (("refused_workers", task.refused_workers), ("known_workers", task.known_workers))
        for name, people in (*named, ("wishes.workers", task.wishes.workers)):
            all_known(f"{path}.{name}", people, workers, "worker")


def check_precedences(problem: "Problem") -> None:
    """Precedences without a circle."""
    tasks = {task.id for task in problem.tasks}
    different("precedences", ((p.before, p.after) for p in problem.precedences))
    follows: dict[str, set[str]] = {}
    for i, precedence in enumerate(problem.precedences):
        path = f"precedences[{i}]"
        known(f"{path}.before", precedence.before, tasks, "task")
        known(f"{path}.after", precedence.after, tasks, "task")
        bounded(f"{path}.min_lag", precedence.min_lag, 0, MAX_TICKS)
        bounded(f"{path}.max_lag", precedence.max_lag, precedence.min_lag, MAX_TICKS)
        follows.setdefault(precedence.after, set()).add(precedence.before)
    try:
        tuple(TopologicalSorter(follows).static_order())
    except CycleError as error:
        names = error.args[1]
        circle = " -> ".join(names if len(names) <= MAX_NAMED else [*names[:MAX_NAMED], "..."])
        raise ProblemError("precedences", f"Tasks wait for each other in a circle: {circle}") from error


def check_pins(problem: "Problem") -> None:
    """Pins and forbids that do not contradict each other."""
    tasks = {task.id: task for task in problem.tasks}
    people = {worker.id: worker.people for worker in problem.workers}
    workers = set(people)
    forbidden = {(forbid.task, forbid.worker) for forbid in problem.forbids}
    for i, forbid in enumerate(problem.forbids):
        known(f"forbids[{i}].task", forbid.task, tasks, "task")
        known(f"forbids[{i}].worker", forbid.worker, workers, "worker")
    distinct("pins", ((pin.task, pin.worker) for pin in problem.pins))
    starts: dict[str, int] = {}
    pinned: dict[str, list[int]] = {}
    for i, pin in enumerate(problem.pins):
        path = f"pins[{i}]"
        known(f"{path}.task", pin.task, tasks, "task")
        known(f"{path}.worker", pin.worker, workers, "worker")
        bounded(f"{path}.start", pin.start, 0, MAX_TICKS)
        if (pin.task, pin.worker) in forbidden:
            raise ProblemError(path, f"{pin.worker!r} is both pinned to and forbidden for {pin.task!r}")
        if pin.start is not None and starts.setdefault(pin.task, pin.start) != pin.start:
            raise ProblemError(f"{path}.start", f"{pin.task!r} is pinned to two different starts")
        team = pinned.setdefault(pin.task, [])
        team.append(people[pin.worker])
        if len(team) > tasks[pin.task].headcount:
            raise ProblemError(path, f"More people are pinned to {pin.task!r} than it takes")
        if len(team) > 1 and max(team) > 1:
            raise ProblemError(path, f"A crew comes alone, and others are pinned to {pin.task!r} beside it")
