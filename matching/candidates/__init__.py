"""Who could serve what alone or in a team, and for everybody else the first rule that says no.

Tasks that ask for the same are looked at together: a handful of array operations over all that could come, so that
the work stays far below one Python step per pair. It assumes that travel obeys the triangle inequality: who fits
into no shift alone fits into no route.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from matching.candidates.codes import CODE, Causes
from matching.candidates.finder import Finder, Found, chunks
from matching.candidates.sequence import behind_others
from matching.pairs import Pairs, indexed, order_of
from matching.people import ShiftTable
from matching.plan import CauseCount
from matching.problem import Problem
from matching.rules import CAUSES

__all__ = ["CODE", "Candidates", "Causes", "Option", "candidates"]


class Option(NamedTuple):
    """A worker who could serve a task in one shift, starting inside one of `windows` (ticks, inclusive).

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


class Candidates:
    """Possible visits as arrays, and the cause code of every other pair (`causes[task, worker]`, 0: feasible).

    `unseen`: tasks to which time did not suffice: nobody is excluded, and they may be worth their whole priority.
    """

    def __init__(self, pairs: Pairs, causes: Causes, shifts: ShiftTable, unseen: frozenset[int]) -> None:
        self.pairs, self.causes, self.shifts, self.unseen = pairs, causes, shifts, unseen

    @cached_property
    def options(self) -> tuple[tuple[Option, ...], ...]:
        """Possible visits of each task as objects, in order of rows; built on first use."""
        pairs = self.pairs
        spans = list(map(tuple, pairs.window[:, :2].tolist()))
        at = pairs.window_first.tolist()
        worker, index = self.shifts.worker[pairs.row].tolist(), self.shifts.index[pairs.row].tolist()
        columns = (pairs.task, pairs.row, pairs.out, pairs.back)
        flat = [
            Option(task, worker[p], index[p], row, tuple(spans[at[p] : at[p + 1]]), out, back)
            for p, (task, row, out, back) in enumerate(zip(*(c.tolist() for c in columns), strict=True))
        ]
        first = pairs.first.tolist()
        return tuple(tuple(flat[first[t] : first[t + 1]]) for t in range(len(self.causes)))

    def excluded(self, task: int) -> tuple[CauseCount, ...]:
        """How many workers each cause excludes, in the order of `CAUSES`."""
        counts = np.bincount(self.causes[task], minlength=len(CAUSES) + 1).tolist()
        return tuple(
            CauseCount(cause=cause, count=counts[i + 1]) for i, cause in enumerate(CAUSES) if counts[i + 1]
        )

    def why_unserved(self, task: int, left: str = "busy") -> tuple[CauseCount, ...]:
        """As `excluded`; those who could come are `left`: busy elsewhere, or whatever else keeps them away."""
        found = Counter({c.cause: c.count for c in self.excluded(task)})
        found[left] += int(np.count_nonzero(self.causes[task] == 0))
        return tuple(CauseCount(cause=cause, count=found[cause]) for cause in CAUSES if found[cause])


def candidates(problem: Problem, out_of_time: Callable[[], bool] = lambda: False) -> Candidates:
    """Possible visits and causes of every task and worker, as far as time suffices."""
    finder = Finder(problem)
    found: list[Found] = []
    unseen = set(range(len(problem.tasks)))
    for chunk in chunks(problem):
        if out_of_time():
            break
        found.append(finder.find(chunk))
        unseen.difference_update(chunk)
    pairs = _pairs(problem, finder.shifts, found)
    if problem.precedences:
        pairs = behind_others(problem, pairs, finder.shifts, finder.causes, unseen)
    return Candidates(pairs, finder.causes, finder.shifts, frozenset(unseen))


def _pairs(problem: Problem, shifts: ShiftTable, found: list[Found]) -> Pairs:
    """What was found in chunks, in order of task and row."""
    task, row, out, back, count = (
        np.concatenate([np.zeros(0, dtype=np.int64), *(part[i] for part in found)]) for i in range(5)
    )
    window = np.concatenate([np.zeros((0, 4), dtype=np.int64), *(part.window for part in found)])
    # Each task was looked at once, and its rows are in order.
    order = order_of(task, len(problem.tasks))
    before = (np.cumsum(count) - count)[order]
    first = np.concatenate([[0], np.cumsum(count[order])])
    at = np.repeat(before - first[:-1], count[order]) + np.arange(len(window))
    columns = (task[order], row[order], out[order], back[order])
    return indexed(len(problem.tasks), len(shifts), columns, first, window[at])
