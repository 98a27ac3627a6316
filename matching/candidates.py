"""Who could serve what alone, and for everybody else the first rule that says no.

One pass over the tasks, each a handful of array operations over all workers, so that the work stays far below one
Python step per pair. It assumes that travel obeys the triangle inequality: who fits into no shift alone fits into
no route.
"""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.people import People, ShiftTable
from matching.plan import CauseCount
from matching.problem import Problem, Task
from matching.rules import CAUSES
from matching.travel import IntArray

CODE = {cause: i + 1 for i, cause in enumerate(CAUSES)}
"""Small integers for causes; 0 is feasible."""

BLOCK = 256
"""Tasks whose travel is looked up at once: bounds memory at `BLOCK` x shifts."""

Causes = npt.NDArray[np.uint8]


class Option(NamedTuple):
    """A worker who could serve a task alone in one shift, starting inside one of `windows` (ticks, inclusive).

    `task`, `worker`: indices in the problem; `shift`: index in the worker's shifts, `row`: in the shift table.
    `out`, `back`: ticks from the shift's start place and to its end place.
    """

    task: int
    worker: int
    shift: int
    row: int
    windows: tuple[tuple[int, int], ...]
    out: int
    back: int


class Candidates(NamedTuple):
    """Sparse options per task, and the cause code of every other pair (`causes[task, worker]`, 0: feasible)."""

    options: tuple[tuple[Option, ...], ...]
    causes: Causes
    shifts: ShiftTable
    unseen: frozenset[int] = frozenset()
    """Tasks to which time did not suffice: nobody is excluded, and they may be worth their whole priority."""

    def excluded(self, task: int) -> tuple[CauseCount, ...]:
        """How many workers each cause excludes, in the order of `CAUSES`."""
        counts = np.bincount(self.causes[task], minlength=len(CAUSES) + 1)
        return tuple(
            CauseCount(cause=cause, count=int(counts[i + 1]))
            for i, cause in enumerate(CAUSES)
            if counts[i + 1]
        )

    def why_unserved(self, task: int) -> tuple[CauseCount, ...]:
        """As `excluded`; those who could come alone are busy elsewhere."""
        found = Counter({c.cause: c.count for c in self.excluded(task)})
        found["busy"] += int(np.count_nonzero(self.causes[task] == 0))
        return tuple(CauseCount(cause=cause, count=found[cause]) for cause in CAUSES if found[cause])


def candidates(problem: Problem, out_of_time: Callable[[], bool] = lambda: False) -> Candidates:
    """Options and causes of every task and worker, as far as time suffices."""
    people = People(problem)
    shifts = ShiftTable(problem)
    causes = np.zeros((len(problem.tasks), len(problem.workers)), dtype=np.uint8)
    options: list[tuple[Option, ...]] = []
    for first in range(0, len(problem.tasks), BLOCK):
        if out_of_time():
            break
        block = problem.tasks[first : first + BLOCK]
        travel = shifts.travel(problem, [task.place for task in block])
        for i, task in enumerate(block):
            if out_of_time():
                break
            finder = _Finder(problem, people, shifts, first + i, causes[first + i])
            out, back, metres = (table[i] for table in travel)
            options.append(finder.find(task, out, back, metres))
    unseen = range(len(options), len(problem.tasks))
    return Candidates((*options, *(() for _ in unseen)), causes, shifts, frozenset(unseen))


class _Finder:
    """The tests of one task, in the order of `CAUSES`; each marks whom it excludes first."""

    def __init__(
        self, problem: Problem, people: People, shifts: ShiftTable, task: int, causes: Causes
    ) -> None:
        self.problem, self.people, self.shifts = problem, people, shifts
        self.task, self.causes = task, causes
        self.pins = people.pins.get(problem.tasks[task].id, {})

    def find(self, task: Task, out: IntArray, back: IntArray, metres: IntArray) -> tuple[Option, ...]:
        self._personal(task)
        windows = self._windows(task)
        if not windows:
            self._exclude(np.ones(len(self.causes), dtype=bool), "start_in_window")
        rows = self._in_space(task, out, back, metres)
        options = self._qualified(task, self._in_time(task, rows, windows, out, back))
        self._capped(task)
        options = [option for option in options if not self.causes[option.worker]]
        self._teams(task, options)
        return tuple(option for option in options if not self.causes[option.worker])

    def _exclude(self, mask: npt.NDArray[np.bool_], cause: str) -> None:
        self.causes[mask & (self.causes == 0)] = CODE[cause]

    def _personal(self, task: Task) -> None:
        people = self.people
        self._exclude(~people.admitted, "provider_admitted")
        if task.allowed_kinds:
            self._exclude(~np.isin(people.kind, task.allowed_kinds), "provider_kind")
        for skill in task.skills:
            self._exclude(people.level(skill.skill) < skill.level, "skill_level")
        for code in task.qualifications:
            self._exclude(~people.ever_valid(code), "qualification_valid")
        self._exclude(people.mask(task.refused_workers), "refused")
        self._exclude(people.mask(people.forbidden.get(task.id, ())), "forbidden")
        if task.required_gender is not None:
            self._exclude(people.gender != task.required_gender, "gender")
        if task.required_language is not None:
            self._exclude(~people.speaks(task.required_language), "language")
        if len(self.pins) == task.headcount:
            self._exclude(~people.mask(tuple(self.pins)), "pinned")

    def _windows(self, task: Task) -> list[tuple[int, int]]:
        windows = [(w.earliest, w.latest) for w in task.windows]
        for start in sorted({start for start in self.pins.values() if start is not None}):
            windows = [(start, start) for low, high in windows if low <= start <= high][:1]
        return merged(windows)

    def _in_space(self, task: Task, out: IntArray, back: IntArray, metres: IntArray) -> IntArray:
        worker = self.shifts.worker
        rows = np.flatnonzero(self.causes[worker] == 0)
        limit = self.people.reach[worker[rows]]
        if task.reach_metres is not None:
            limit = np.minimum(limit, task.reach_metres)
        rows = self._keep(rows, metres[rows] <= limit, "within_reach")
        leg = self.people.max_leg[worker[rows]]
        return self._keep(rows, np.maximum(out[rows], back[rows]) <= leg, "leg_limit")

    def _keep(self, rows: IntArray, good: npt.NDArray[np.bool_], cause: str) -> IntArray:
        """Exclude the workers who had rows before and have none left."""
        before = np.zeros(len(self.causes), dtype=bool)
        after = before.copy()
        before[self.shifts.worker[rows]] = True
        after[self.shifts.worker[rows[good]]] = True
        self._exclude(before & ~after, cause)
        return rows[good]

    def _in_time(
        self, task: Task, rows: IntArray, windows: list[tuple[int, int]], out: IntArray, back: IntArray
    ) -> list[Option]:
        earliest = self.shifts.start[rows] + out[rows]
        latest = self.shifts.end[rows] - back[rows] - task.duration
        fits: dict[int, list[tuple[int, int]]] = {}
        for low, high in windows:
            lows, highs = np.maximum(earliest, low), np.minimum(latest, high)
            for i in np.flatnonzero(lows <= highs).tolist():
                fits.setdefault(int(rows[i]), []).append((int(lows[i]), int(highs[i])))
        good = np.zeros(len(self.causes), dtype=bool)
        good[self.shifts.worker[sorted(fits)]] = True
        self._exclude(~good, "inside_shift")
        return [self._option(row, tuple(fits[row]), out, back) for row in sorted(fits)]

    def _option(
        self, row: int, windows: tuple[tuple[int, int], ...], out: IntArray, back: IntArray
    ) -> Option:
        worker, shift = int(self.shifts.worker[row]), int(self.shifts.index[row])
        return Option(self.task, worker, shift, row, windows, int(out[row]), int(back[row]))

    def _qualified(self, task: Task, options: list[Option]) -> list[Option]:
        if not task.qualifications:
            return options
        kept = []
        for option in options:
            windows = list(option.windows)
            for code in task.qualifications:
                valid = self.people.validities(option.worker, code)
                windows = _intersected(windows, valid, task.duration)
            if windows:
                kept.append(option._replace(windows=tuple(merged(windows))))
        good = np.zeros(len(self.causes), dtype=bool)
        good[[option.worker for option in kept]] = True
        self._exclude(~good, "qualification_valid")
        return kept

    def _capped(self, task: Task) -> None:
        caps = self.people.caps
        for period in ("day", "week"):
            none = caps[f"max_tasks_{period}"] < 1
            self._exclude(none | (caps[f"max_ticks_{period}"] < task.duration), f"worker_{period}_cap")
        for period in ("day", "week"):
            self._exclude(caps[f"provider_{period}"] < 1, f"provider_{period}_cap")

    def _teams(self, task: Task, options: list[Option]) -> None:
        """Exclude whom no team of the right size can include; an atomic provider is a pool of its own."""
        pools: dict[int, list[Option]] = {}
        for option in options:
            pools.setdefault(int(self.people.pool[option.worker]), []).append(option)
        pinned = set(np.flatnonzero(self.people.mask(tuple(self.pins))).tolist())
        for pool, members in sorted(pools.items()):
            if not pinned <= {option.worker for option in members}:
                cause = "pinned"
            elif _together(members) < task.headcount:
                cause = "headcount" if pool < 0 else "atomic_team"
            else:
                continue
            self.causes[[option.worker for option in members]] = CODE[cause]


def merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same ticks as disjoint windows in order."""
    result: list[tuple[int, int]] = []
    for low, high in sorted(windows):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return result


def _intersected(
    windows: list[tuple[int, int]], valid: list[tuple[int, int]], duration: int
) -> list[tuple[int, int]]:
    pairs = [(max(low, a), min(high, b - duration)) for low, high in windows for a, b in valid]
    return [(low, high) for low, high in pairs if low <= high]


def _together(options: list[Option]) -> int:
    """How many different workers could start at the same tick, at most."""
    free: dict[int, list[tuple[int, int]]] = {}
    for option in options:
        free.setdefault(option.worker, []).extend(option.windows)
    changes: Counter[int] = Counter()
    for windows in free.values():
        for low, high in merged(windows):
            changes[low] += 1
            changes[high + 1] -= 1
    best = now = 0
    for tick in sorted(changes):
        now += changes[tick]
        best = max(best, now)
    return best
