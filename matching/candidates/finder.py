"""Tests of many tasks at once, in the order of `CAUSES`; each marks whom it excludes first."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.candidates.codes import CODE, Causes
from matching.candidates.starts import Starts, Windows, merged, possible, qualified, windows_of
from matching.candidates.teams import Teams
from matching.people import NO_LIMIT, Mask, People, ShiftTable
from matching.problem import Problem, Task
from matching.travel import IntArray

BLOCK = 256
"""Tasks looked at together at most."""

CELLS = 4_000_000
"""Pairs of task and shift looked at together at most: bounds memory."""

FEW = 32
"""So many tasks that ask for different things are better looked at together than one by one."""


class Found(NamedTuple):
    """Possible visits of some tasks: `sizes` rows of `window` (as in `Pairs`) each, in order."""

    task: IntArray
    row: IntArray
    out: IntArray
    back: IntArray
    sizes: IntArray
    window: IntArray


class Cells(NamedTuple):
    """Pairs that are still possible: `place` of the task in its chunk, `row` of the shift table."""

    place: IntArray
    row: IntArray
    worker: IntArray
    out: IntArray
    back: IntArray

    def only(self, kept: Mask) -> "Cells":
        """Some of these pairs."""
        return Cells(*(column[kept] for column in self))


def _asked(task: Task) -> tuple[object, ...]:
    """What of a task decides who could come at all."""
    return (
        task.allowed_kinds,
        tuple((skill.skill, skill.level) for skill in task.skills),
        task.qualifications,
        task.required_gender,
        task.required_language,
    )


def chunks(problem: Problem) -> Iterator[list[int]]:
    """Tasks (indices) in groups; those that ask for the same stand together."""
    rows = sum(len(worker.shifts) for worker in problem.workers)
    most = max(1, min(BLOCK, CELLS // max(rows, 1)))
    alike: dict[tuple[object, ...], list[int]] = {}
    for i, task in enumerate(problem.tasks):
        alike.setdefault(_asked(task), []).append(i)
    chunk: list[int] = []
    for group in alike.values():
        for i in group:
            chunk.append(i)
            if len(chunk) == most:
                yield chunk
                chunk = []
        if len(chunk) >= FEW:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class Finder:
    """Everything that the tests of all chunks share, and the causes found so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.people, self.shifts = problem, People(problem), ShiftTable(problem)
        self.causes: Causes = np.zeros((len(problem.tasks), len(problem.workers)), dtype=np.uint8)
        self.teams = Teams(problem, self.people)

    def find(self, chunk: list[int]) -> Found:
        """Possible visits of the tasks of a chunk; everybody else gets a cause."""
        tasks = [self.problem.tasks[i] for i in chunk]
        causes = self._personal(tasks)
        windows = windows_of(tasks, [self.people.pins.get(task.id, {}).values() for task in tasks])
        for place in np.flatnonzero(np.diff(windows.first) == 0).tolist():
            causes[place][causes[place] == 0] = CODE["start_in_window"]
        duration = np.array([task.duration for task in tasks], dtype=np.int64)
        cells = self._in_space(tasks, causes)
        cells, starts = self._in_time(tasks, cells, windows, duration, causes)
        self._capped(cells, duration, causes)
        cells, starts = _left(cells, starts, causes)
        self.teams.test(tasks, cells.place, cells.worker, starts, causes)
        cells, starts = _left(cells, starts, causes)
        self.causes[chunk] = causes
        return Found(
            np.array(chunk, dtype=np.int64)[cells.place],
            cells.row,
            cells.out,
            cells.back,
            np.bincount(starts.pair, minlength=len(cells.row)),
            _columns(starts, windows),
        )

    def _personal(self, tasks: list[Task]) -> Causes:
        causes = np.zeros((len(tasks), len(self.people.people)), dtype=np.uint8)
        before: tuple[object, ...] | None = None
        for place, task in enumerate(tasks):
            asked = _asked(task)
            causes[place] = causes[place - 1] if asked == before else self._alike(task)
            before = asked
        # Wishes of single tasks come last, such that the row before can be copied.
        for place, task in enumerate(tasks):
            self._named(task, causes[place])
        return causes

    def _alike(self, task: Task) -> Causes:
        """Causes that all tasks with the same demands share."""
        people = self.people
        causes = np.zeros(len(people.people), dtype=np.uint8)
        _exclude(causes, ~people.admitted, "provider_admitted")
        if task.allowed_kinds:
            allowed = np.any([people.of_kind(kind) for kind in task.allowed_kinds], axis=0)
            _exclude(causes, ~allowed, "provider_kind")
        for skill in task.skills:
            _exclude(causes, people.level(skill.skill) < skill.level, "skill_level")
        for code in task.qualifications:
            _exclude(causes, ~people.ever_valid(code), "qualification_valid")
        if task.required_gender is not None:
            _exclude(causes, ~people.of_gender(task.required_gender), "gender")
        if task.required_language is not None:
            _exclude(causes, ~people.speaks(task.required_language), "language")
        return causes

    def _named(self, task: Task, causes: Causes) -> None:
        """Who is refused, forbidden or kept away by a pin: those who were excluded by a later rule until now, too."""
        people = self.people
        for cause, ids in (
            ("refused", task.refused_workers),
            ("forbidden", people.forbidden.get(task.id, ())),
        ):
            who = np.array(people.numbers(ids), dtype=np.int64)
            causes[who[(causes[who] == 0) | (causes[who] > CODE[cause])]] = CODE[cause]
        pins = people.pins.get(task.id)
        if pins:
            _exclude(causes, ~self.teams.beside_pins(task, people.numbers(pins)), "pinned")

    def _in_space(self, tasks: list[Task], causes: Causes) -> Cells:
        rows = np.flatnonzero((causes == 0).any(axis=0)[self.shifts.worker])
        worker = self.shifts.worker[rows]
        out, back, metres = self.shifts.travel(self.problem, [task.place for task in tasks], rows)
        reach = [NO_LIMIT if task.reach_metres is None else task.reach_metres for task in tasks]
        limit = np.minimum(self.people.reach[worker], np.array(reach, dtype=np.int64)[:, None])
        asked = (causes == 0)[:, worker]
        place, column = np.nonzero(asked & (metres <= limit))
        cells = Cells(place, rows[column], worker[column], out[place, column], back[place, column])
        gone = np.zeros(causes.shape, dtype=bool)
        gone[:, worker] = asked
        gone[cells.place, cells.worker] = False
        causes[gone] = CODE["within_reach"]
        longest = np.maximum(cells.out, cells.back)
        return _keep(cells, longest <= self.people.max_leg[cells.worker], causes, "leg_limit")

    def _in_time(
        self, tasks: list[Task], cells: Cells, windows: Windows, duration: IntArray, causes: Causes
    ) -> tuple[Cells, Starts]:
        earliest = self.shifts.start[cells.row] + cells.out
        latest = self.shifts.end[cells.row] - cells.back - duration[cells.place]
        starts = possible(windows, cells.place, earliest, latest)
        cells, starts = _startable(cells, starts, causes, "inside_shift")
        codes = sorted({code for task in tasks for code in task.qualifications})
        for code in codes:
            needed = np.array([code in task.qualifications for task in tasks])[cells.place]
            valid = self.people.validities(code)
            starts = qualified(starts, needed[starts.pair], cells.worker, duration[cells.place], valid)
        if codes:
            cells, starts = _startable(cells, starts, causes, "qualification_valid")
        return cells, merged(starts, windows.kind)

    def _capped(self, cells: Cells, duration: IntArray, causes: Causes) -> None:
        caps = self.people.caps
        worker, ticks = cells.worker, duration[cells.place]
        for period in ("day", "week"):
            none = (caps[f"max_tasks_{period}"] < 1)[worker] | (caps[f"max_ticks_{period}"][worker] < ticks)
            _exclude_cells(causes, cells.place[none], worker[none], f"worker_{period}_cap")
        for period in ("day", "week"):
            none = (caps[f"provider_{period}"] < 1)[worker]
            _exclude_cells(causes, cells.place[none], worker[none], f"provider_{period}_cap")


def _exclude(causes: Causes, mask: Mask, cause: str) -> None:
    causes[mask & (causes == 0)] = CODE[cause]


def _exclude_cells(causes: Causes, place: IntArray, worker: IntArray, cause: str) -> None:
    free = causes[place, worker] == 0
    causes[place[free], worker[free]] = CODE[cause]


def _keep(cells: Cells, good: Mask, causes: Causes, cause: str) -> Cells:
    """The good pairs; workers who had pairs before and have none left are excluded."""
    left = np.zeros(causes.shape, dtype=bool)
    kept = cells.only(good)
    left[kept.place, kept.worker] = True
    gone = ~left[cells.place, cells.worker]
    causes[cells.place[gone], cells.worker[gone]] = CODE[cause]
    return kept


def _startable(cells: Cells, starts: Starts, causes: Causes, cause: str) -> tuple[Cells, Starts]:
    """Pairs that have a start; everybody else who was possible until now is excluded."""
    cells, starts = _numbered(cells, starts, np.bincount(starts.pair, minlength=len(cells.row)) > 0)
    left = np.zeros(causes.shape, dtype=bool)
    left[cells.place, cells.worker] = True
    _exclude(causes, ~left, cause)
    return cells, starts


def _left(cells: Cells, starts: Starts, causes: Causes) -> tuple[Cells, Starts]:
    """Pairs of workers who are not excluded."""
    return _numbered(cells, starts, causes[cells.place, cells.worker] == 0)


def _numbered(cells: Cells, starts: Starts, kept: Mask) -> tuple[Cells, Starts]:
    if kept.all():
        return cells, starts
    number = np.cumsum(kept) - 1
    starts = starts.only(kept[starts.pair])
    return cells.only(kept), starts._replace(pair=number[starts.pair])


def _columns(starts: Starts, windows: Windows) -> IntArray:
    """Starts as rows of `Pairs.window`."""
    due, price = windows.due[starts.source], windows.price[starts.source]
    return np.column_stack([starts.low, starts.high, due, price])
