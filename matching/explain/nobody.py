"""Where the rules leave nobody: which rules, dropped alone or in pairs, would let somebody come.

Each trial is the search for candidates of one task, without any plan.
"""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import msgspec

from matching.candidates import candidates
from matching.problem import Problem, StartWindow, Task
from matching.rules import CAUSES

Relaxed = Callable[[Problem], Problem]

PAIRS = 120
"""Pairs of rules tried at most."""


def alone(problem: Problem, task_id: str) -> Problem:
    """The problem as far as it decides who could come to one task."""
    return msgspec.structs.replace(
        problem,
        tasks=(problem.task_by_id[task_id],),
        pins=tuple(p for p in problem.pins if p.task == task_id),
        forbids=tuple(f for f in problem.forbids if f.task == task_id),
        precedences=(),
        deliveries=(),
        enrolments=(),
        gatherings=(),
        depots=(),
        venues=(),
    )


def possible(problem: Problem) -> bool:
    """Whether anybody could come to the one task of a problem."""
    return bool(len(candidates(problem).pairs.task))


def relaxations(problem: Problem, task_id: str) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of rules without which somebody could come: single ones, or else pairs."""
    lone = alone(problem, task_id)
    rules = [rule for rule in CAUSES if rule in DROPPED and _drop(lone, (rule,)) != lone]
    singles = _enough(lone, ((rule,) for rule in rules))
    return singles or _enough(lone, list(combinations(rules, 2))[:PAIRS])


def _enough(lone: Problem, sets: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(rules for rules in sets if possible(_drop(lone, rules)))


def _drop(lone: Problem, rules: tuple[str, ...]) -> Problem:
    """The problem without some rules."""
    for rule in rules:
        lone = DROPPED[rule](lone)
    return lone


def _task(**fields: Any) -> Relaxed:
    return lambda problem: msgspec.structs.replace(
        problem, tasks=(msgspec.structs.replace(problem.tasks[0], **fields),)
    )


def _workers(**fields: Any) -> Relaxed:
    return lambda problem: msgspec.structs.replace(
        problem, workers=tuple(msgspec.structs.replace(w, **fields) for w in problem.workers)
    )


def _providers(**fields: Any) -> Relaxed:
    return lambda problem: msgspec.structs.replace(
        problem, providers=tuple(msgspec.structs.replace(p, **fields) for p in problem.providers)
    )


def _any_time(problem: Problem) -> Problem:
    window = StartWindow(earliest=0, latest=problem.horizon.ticks)
    pins = tuple(msgspec.structs.replace(pin, start=None) for pin in problem.pins)
    return msgspec.structs.replace(_task(windows=(window,))(problem), pins=pins)


def _any_reach(problem: Problem) -> Problem:
    return _workers(reach_metres=None)(_task(reach_metres=None)(problem))


def _one(problem: Problem) -> Problem:
    """As if one person were enough."""
    task: Task = problem.tasks[0]
    return msgspec.structs.replace(
        problem, pins=problem.pins[:1], tasks=(msgspec.structs.replace(task, headcount=1),)
    )


DROPPED: dict[str, Relaxed] = {
    "provider_admitted": _providers(admitted=True, paused=False),
    "provider_kind": _task(allowed_kinds=()),
    "skill_level": _task(skills=()),
    "qualification_valid": _task(qualifications=()),
    "refused": _task(refused_workers=()),
    "forbidden": lambda problem: msgspec.structs.replace(problem, forbids=()),
    "gender": _task(required_gender=None),
    "language": _task(required_language=None),
    "pinned": lambda problem: msgspec.structs.replace(problem, pins=()),
    "start_in_window": _any_time,
    "within_reach": _any_reach,
    "leg_limit": _workers(max_leg_ticks=None),
    "worker_day_cap": _workers(max_tasks_day=None, max_ticks_day=None),
    "worker_week_cap": _workers(max_tasks_week=None, max_ticks_week=None),
    "provider_day_cap": _providers(max_tasks_day=None),
    "provider_week_cap": _providers(max_tasks_week=None),
    "price_cap": _task(price_cap_fen=None, fund=None),
    "two_adults": _task(safeguards=()),
    "atomic_team": _providers(atomic=False),
    "headcount": _one,
}
"""A problem without each rule; `start_in_window` and `inside_shift`, the safeguards, and money are one each."""
