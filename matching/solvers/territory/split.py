"""Which part of the territory a task lies in, and where each worker is needed most."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.problem import Problem
from matching.solvers.instance import Instance
from matching.travel import IntArray, MatrixTravel

FloatArray = npt.NDArray[np.float64]

MOST_TASKS = 2_500
"""Tasks of a part."""

LEAST_NEED = 0.05
"""How much a part whose work has found workers enough still counts."""


class Cut(NamedTuple):
    """A line between two neighbours: how far each of these tasks is from it, as a rank among them."""

    tasks: IntArray
    rank: IntArray


class Split(NamedTuple):
    """`part[task]` and `part_of_worker[worker]` are numbers below `parts`; `cuts` are the borders, longest first."""

    parts: int
    part: IntArray
    part_of_worker: IntArray
    cuts: tuple[Cut, ...]


def split(instance: Instance, most: int) -> Split:
    """Bisect the tasks until no part has more than `most` (tasks that depend on each other stay together)."""
    problem = instance.problem
    group = groups(problem, instance.task_index)
    points = _centred(_coordinates(problem), group)
    part = np.zeros(len(problem.tasks), dtype=np.int64)
    cuts: list[Cut] = []
    todo, parts = [np.arange(len(part))], 0
    while todo:
        tasks = todo.pop(0)
        found = _halves(points, group, tasks, most)
        if found is None:
            part[tasks] = parts
            parts += 1
            continue
        first, second, cut = found
        cuts.append(cut)
        todo += [first, second]
    return Split(parts, part, assign(instance, part, parts), tuple(cuts))


def groups(problem: Problem, index: dict[str, int]) -> IntArray:
    """A number for each task, the same for tasks that must be planned together.

    These are tasks before and after each other, and those pinned to one worker.
    """
    root = list(range(len(problem.tasks)))

    def find(task: int) -> int:
        while root[task] != task:
            root[task] = root[root[task]]
            task = root[task]
        return task

    for a, b in _ties(problem, index):
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return np.array([find(task) for task in range(len(root))], dtype=np.int64)


def _ties(problem: Problem, index: dict[str, int]) -> Iterable[tuple[int, int]]:
    for link in problem.precedences:
        yield index[link.before], index[link.after]
    first: dict[str, int] = {}
    for pin in problem.pins:
        yield first.setdefault(pin.worker, index[pin.task]), index[pin.task]


def _coordinates(problem: Problem) -> FloatArray:
    """Metres (of any scale) east and north of each task; where all doors are at one spot, ticks from far places."""
    places = [problem.place_by_id[task.place] for task in problem.tasks]
    spots = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2)
    if len(spots) and isinstance(problem.travel, MatrixTravel) and not np.ptp(spots, axis=0).any():
        mode = problem.travel.matrices[0].mode
        first = problem.travel.block(places[:1], places, mode)[0][0]
        far = places[int(first.argmax())]
        east = problem.travel.block([far], places, mode)[0][0]
        other = places[int(np.minimum(first, east).argmax())]
        north = problem.travel.block([other], places, mode)[0][0]
        return np.stack([east, north], axis=1).astype(np.float64)
    if len(spots):
        spots[:, 0] *= np.cos(np.radians(spots[:, 1].mean()))
    return spots


def _centred(points: FloatArray, group: IntArray) -> FloatArray:
    """Every task at the centre of its group."""
    _, number, count = np.unique(group, return_inverse=True, return_counts=True)
    centre = np.stack([np.bincount(number, points[:, axis]) / count for axis in (0, 1)], axis=1)
    result: FloatArray = centre[number]
    return result


def _halves(
    points: FloatArray, group: IntArray, tasks: IntArray, most: int
) -> tuple[IntArray, IntArray, Cut] | None:
    """Cut across the longer side, in proportion to the parts on each; None where there is no need, or no way."""
    if len(tasks) <= most:
        return None
    here = points[tasks]
    axis = int(np.ptp(here, axis=0).argmax())
    order = np.lexsort((group[tasks], here[:, 1 - axis], here[:, axis]))
    parts = -(-len(tasks) // most)
    at = len(tasks) * ((parts + 1) // 2) // parts
    ordered = tasks[order]
    # A group lies in one place of the order, and is not cut.
    ends = np.flatnonzero(np.diff(group[ordered])) + 1
    if not len(ends):
        return None
    at = int(ends[np.abs(ends - at).argmin()])
    return np.sort(ordered[:at]), np.sort(ordered[at:]), Cut(ordered, np.abs(np.arange(len(ordered)) - at))


def assign(instance: Instance, part: IntArray, parts: int) -> IntArray:
    """The part of each worker: where candidate work is, more so where it lacks workers; the choosiest choose first.

    Whoever is pinned to a task belongs to its part.
    """
    pairs, workers = instance.pairs, len(instance.problem.workers)
    degree = np.diff(pairs.first)
    worker = np.asarray(instance.shifts.worker)[pairs.row]
    head = np.array(instance.headcount, dtype=np.float64)
    hours = head * np.array(instance.duration, dtype=np.float64)
    weight = np.zeros((workers, parts))
    np.add.at(weight, (worker, part[pairs.task]), (hours / np.maximum(degree, 1))[pairs.task])
    reached = degree > 0
    need = np.bincount(part[reached], hours[reached], minlength=parts).astype(np.float64)
    left, supply = need.copy(), _supply(instance)
    chosen = np.zeros(workers, dtype=np.int64)
    order = np.lexsort((np.arange(workers), weight.max(axis=1), (weight > 0).sum(axis=1)))
    for w in order.tolist():
        scarcity = np.maximum(left / np.maximum(need, 1.0), LEAST_NEED)
        chosen[w] = int((weight[w] * scarcity).argmax())
        left[chosen[w]] -= supply[w]
    for task, pinned in instance.pins.items():
        chosen[sorted(pinned)] = part[task]
    return chosen


def _supply(instance: Instance) -> FloatArray:
    """Ticks of service that a worker may give, roughly."""
    typical = float(np.mean(instance.duration)) if instance.duration else 1.0
    found = np.zeros(len(instance.problem.workers))
    for i, worker in enumerate(instance.problem.workers):
        ticks = float(sum(shift.end - shift.start for shift in worker.shifts))
        days = len({instance.problem.day_of(shift) for shift in worker.shifts})
        if worker.max_tasks_day is not None:
            ticks = min(ticks, worker.max_tasks_day * days * typical)
        if worker.max_ticks_day is not None:
            ticks = min(ticks, float(worker.max_ticks_day * days))
        found[i] = ticks
    return found
