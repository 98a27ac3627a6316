"""Tasks that wait for others: nobody can serve them where nobody can serve those, or never soon enough."""

from graphlib import TopologicalSorter

import numpy as np

from matching.candidates.codes import CODE, Causes
from matching.candidates.starts import spread
from matching.pairs import HIGH, LOW, Pairs, indexed
from matching.people import NO_LIMIT, Mask, ShiftTable
from matching.problem import Problem

Span = tuple[int, int]


def behind_others(
    problem: Problem, pairs: Pairs, shifts: ShiftTable, causes: Causes, unseen: set[int]
) -> Pairs:
    """The pairs that can follow what comes before them; workers who have none left are excluded (`precedence`)."""
    number = {task.id: i for i, task in enumerate(problem.tasks)}
    follows: dict[int, list[tuple[int, int, int]]] = {}
    for p in problem.precedences:
        lags = (number[p.before], p.min_lag, NO_LIMIT if p.max_lag is None else p.max_lag)
        follows.setdefault(number[p.after], []).append(lags)
    kept = np.ones(len(pairs.task), dtype=bool)
    spans: dict[int, Span | None] = {}
    for task in TopologicalSorter({a: {b for b, _, _ in lags} for a, lags in follows.items()}).static_order():
        if task in unseen:
            spans[task] = (-NO_LIMIT, NO_LIMIT)
            continue
        low, high = -NO_LIMIT, NO_LIMIT
        for before, least, most in follows.get(task, ()):
            span = spans[before]
            end = problem.tasks[before].duration
            low = NO_LIMIT if span is None else max(low, span[0] + end + least)
            high = high if span is None else min(high, span[1] + end + most)
        spans[task] = _limit(pairs, task, kept, low, high)
        _exclude(pairs, task, kept, shifts, causes)
    return pairs if kept.all() else _only(pairs, kept, len(problem.tasks), len(shifts))


def _limit(pairs: Pairs, task: int, kept: Mask, low: int, high: int) -> Span | None:
    """Drop the pairs of a task that cannot start from `low` to `high`; the span of starts of the others."""
    a, b = pairs.first[task], pairs.first[task + 1]
    owner, entry = spread(pairs.window_first, np.arange(a, b))
    lows = np.maximum(pairs.window[entry, LOW], low)
    highs = np.minimum(pairs.window[entry, HIGH], high)
    good = lows <= highs
    kept[a:b] = np.bincount(owner[good], minlength=b - a) > 0
    return (int(lows[good].min()), int(highs[good].max())) if good.any() else None


def _exclude(pairs: Pairs, task: int, kept: Mask, shifts: ShiftTable, causes: Causes) -> None:
    own = slice(pairs.first[task], pairs.first[task + 1])
    worker = shifts.worker[pairs.row[own]]
    gone = np.setdiff1d(worker, worker[kept[own]])
    causes[task][gone] = CODE["precedence"]


def _only(pairs: Pairs, kept: Mask, tasks: int, rows: int) -> Pairs:
    _, entry = spread(pairs.window_first, np.flatnonzero(kept))
    counts = np.diff(pairs.window_first)[kept]
    columns = (pairs.task[kept], pairs.row[kept], pairs.out[kept], pairs.back[kept])
    first = np.concatenate([[0], np.cumsum(counts)])
    return indexed(tasks, rows, columns, first, pairs.window[entry])
