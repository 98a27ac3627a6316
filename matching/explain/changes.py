"""What somebody could change of their own need: one change each, in order of effort, as tasks beside the first."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from matching.explain.document import Code
from matching.problem import Problem, StartWindow, Task

HALF_HOUR_SECONDS = 1_800
HOUR_SECONDS = 3_600
FROM_HOUR, TO_HOUR = 7, 21
"""Nobody is asked to take a visit earlier or later in the day."""

SHORTER = ((3, 4), (1, 2))
"""Parts of a visit that might be enough, as fractions."""


class Change(NamedTuple):
    """A task as it would be after a change."""

    code: Code
    task: Task
    amount: int = 0
    kinds: tuple[str, ...] = ()


def changes_of(problem: Problem, task: Task) -> tuple[Change, ...]:
    """Every change of a task that its own person could make, the least effort first."""
    return tuple(
        change for make in (_sooner_or_later, _times, _people, _shorter) for change in make(problem, task)
    )


def with_changes(
    problem: Problem, changes: Iterable[tuple[Task, Change]]
) -> tuple[Problem, dict[str, Change]]:
    """The problem with changed tasks beside the others, and which id is which; all rules on the first hold for them."""
    asked = sorted(changes, key=lambda pair: pair[0].id)
    taken = problem.task_by_id.keys() | problem.delivery_by_id.keys() | problem.enrolment_by_id.keys()
    mark = "~"
    while any(mark in known for known in taken):
        mark += "~"
    names: dict[str, Change] = {}
    new: dict[str, list[str]] = {}
    for task, change in asked:
        name = f"{task.id}{mark}{len(new.setdefault(task.id, []))}"
        new[task.id].append(name)
        names[name] = change
    tasks = (msgspec.structs.replace(change.task, id=name) for name, change in names.items())
    replace = msgspec.structs.replace
    return replace(
        problem,
        tasks=(*problem.tasks, *tasks),
        pins=(*problem.pins, *(replace(p, task=name) for p in problem.pins for name in new.get(p.task, ()))),
        forbids=(
            *problem.forbids,
            *(replace(f, task=name) for f in problem.forbids for name in new.get(f.task, ())),
        ),
        precedences=(
            *problem.precedences,
            *(replace(p, after=name) for p in problem.precedences for name in new.get(p.after, ())),
        ),
    ), names


def _sooner_or_later(problem: Problem, task: Task) -> Iterator[Change]:
    """Half an hour more after, or before, each window."""
    more = max(1, HALF_HOUR_SECONDS // problem.horizon.tick_seconds)
    last = problem.horizon.ticks
    later = [(w.earliest, min(last, w.end + more)) for w in task.windows]
    earlier = [(max(0, w.earliest - more), w.end) for w in task.windows]
    yield Change("later", _at(task, later), more)
    yield Change("earlier", _at(task, earlier), more)


def _times(problem: Problem, task: Task) -> Iterator[Change]:
    """Any time by day on the days asked for; then any time on the others."""
    days = {w.earliest // problem.horizon.day_ticks for w in task.windows}
    own = [_daytime(problem, day) for day in sorted(days)]
    others = [_daytime(problem, day) for day in range(problem.horizon.days) if day not in days]
    given = [(w.earliest, w.end) for w in task.windows]
    yield Change("slot", _at(task, [*given, *own]))
    if others:
        yield Change("day", _at(task, [*given, *others]))


def _daytime(problem: Problem, day: int) -> tuple[int, int]:
    horizon = problem.horizon
    hour = HOUR_SECONDS / horizon.tick_seconds
    begin = day * horizon.day_ticks
    return begin + round(FROM_HOUR * hour), min(horizon.ticks, begin + round(TO_HOUR * hour))


def _at(task: Task, spans: list[tuple[int, int]]) -> Task:
    """The task with these spans as its windows, joined where they meet."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    windows = tuple(StartWindow(earliest=low, latest=high) for low, high in joined)
    return msgspec.structs.replace(task, windows=windows)


def _people(problem: Problem, task: Task) -> Iterator[Change]:
    """Other people than those asked for: another kind of provider, any gender, any language."""
    if task.allowed_kinds:
        for kind in sorted({p.kind for p in problem.providers} - set(task.allowed_kinds)):
            allowed = tuple(sorted((*task.allowed_kinds, kind)))
            yield Change("kind", msgspec.structs.replace(task, allowed_kinds=allowed), kinds=(kind,))
    if task.required_gender is not None:
        yield Change("gender", msgspec.structs.replace(task, required_gender=None))
    if task.required_language is not None:
        yield Change("language", msgspec.structs.replace(task, required_language=None))


def _shorter(problem: Problem, task: Task) -> Iterator[Change]:
    """A shorter visit, as far as it is still more than a quarter of an hour."""
    least = max(1, HALF_HOUR_SECONDS // 2 // problem.horizon.tick_seconds)
    for part, whole in SHORTER:
        duration = task.duration * part // whole
        if least <= duration < task.duration:
            shorter = msgspec.structs.replace(task, duration=duration)
            yield Change("shorter", shorter, task.duration - duration)
