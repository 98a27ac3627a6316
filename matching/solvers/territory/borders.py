"""Which tasks and workers around the cuts are planned once more, together."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from matching.solvers.instance import Instance, Solution
from matching.solvers.territory.split import Cut
from matching.travel import IntArray

OUTSIDE = -1


class Cell(NamedTuple):
    """Tasks and workers (ascending) that are planned together; all other routes stay as they are."""

    tasks: list[int]
    workers: list[int]


def cells(instance: Instance, solution: Solution, cuts: tuple[Cut, ...], most: int) -> list[Cell]:
    """One cell for each cut: the tasks next to it, with those who serve them and them alone.

    A worker of a cell does nothing outside, and a task of a cell needs nobody from outside.
    """
    near = _bands(len(instance.problem.tasks), cuts, most)
    worker = _workers(instance, solution, near, len(cuts))
    _one_cell_each(instance, worker)
    task = _served(instance, solution, worker)
    _unserved(instance, solution, worker, task, near)
    _one_cell_each_fund(instance, solution, worker, task)
    _bounded(instance, solution, task, near, most)
    found = [
        Cell(np.flatnonzero(task == i).tolist(), np.flatnonzero(worker == i).tolist())
        for i in range(len(cuts))
    ]
    return [cell for cell in found if cell.tasks and cell.workers]


def _bands(tasks: int, cuts: tuple[Cut, ...], most: int) -> IntArray:
    """The cut next to each task, or OUTSIDE; at most half of those that a cut parts, and at most `most`."""
    near = np.full(tasks, OUTSIDE, dtype=np.int64)
    for i, cut in enumerate(cuts):
        free = cut.tasks[(near[cut.tasks] == OUTSIDE)]
        rank = cut.rank[(near[cut.tasks] == OUTSIDE)]
        size = min(most, -(-len(cut.tasks) // 2))
        near[free[np.argsort(rank, kind="stable")[:size]]] = i
    return near


def _workers(instance: Instance, solution: Solution, near: IntArray, cuts: int) -> IntArray:
    """The cell where most of a worker's visits are; of those with none, where most possible visits are."""
    pairs, workers = instance.pairs, len(instance.problem.workers)
    owner = np.asarray(instance.shifts.worker)
    votes = np.zeros((workers, cuts + 1))
    np.add.at(votes, (owner[pairs.row], near[pairs.task]), 1.0)
    visits = np.zeros((workers, cuts + 1))
    for task, (_, rows) in solution.items():
        for row in rows:
            visits[owner[row], near[task]] += 1
    busy = visits.any(axis=1)
    chosen = np.where(busy, visits.argmax(axis=1), votes.argmax(axis=1))
    reached = busy | votes.any(axis=1)
    return np.where(reached & (chosen < cuts), chosen, OUTSIDE).astype(np.int64)


def _bounded(instance: Instance, solution: Solution, cell: IntArray, near: IntArray, most: int) -> None:
    """No more unserved tasks than a cell can hold: those next to the cut, and the dearest, first."""
    tied = {task for link in instance.links for task in (link.before, link.after)}
    for i in sorted(set(cell.tolist()) - {OUTSIDE}):
        own = np.flatnonzero(cell == i).tolist()
        absent = [task for task in own if task not in solution and task not in tied]
        absent.sort(key=lambda t: (instance.must[t], near[t] == cell[t], instance.priority[t], -t))
        cell[absent[: max(0, len(own) - most)]] = OUTSIDE


def _one_cell_each(instance: Instance, worker: IntArray) -> None:
    """A provider whose visits are limited works in one cell: what is left of its limit cannot be shared."""
    owner = np.array(instance.provider, dtype=np.int64)
    for i, provider in enumerate(instance.problem.providers):
        if (provider.max_tasks_day, provider.max_tasks_week) != (None, None):
            own = np.flatnonzero((owner == i) & (worker != OUTSIDE))
            worker[own[worker[own] != _most_frequent(worker[own])]] = OUTSIDE


def _most_frequent(cells: IntArray) -> int:
    return int(np.bincount(cells).argmax()) if len(cells) else OUTSIDE


def _one_cell_each_fund(instance: Instance, solution: Solution, worker: IntArray, cell: IntArray) -> None:
    """A fund pays in one cell: in others, its tasks wait, or stay with those who serve them."""
    names = [task.fund for task in instance.problem.tasks]
    for fund in instance.problem.funds:
        own = np.array(
            [i for i, name in enumerate(names) if name == fund.id and cell[i] != OUTSIDE], np.int64
        )
        stay = own[cell[own] != _most_frequent(cell[own])]
        for task in stay.tolist():
            if task in solution:
                worker[[instance.worker_of_row[row] for row in solution[task][1]]] = OUTSIDE
            cell[task] = OUTSIDE
    if instance.problem.funds:
        served = _served(instance, solution, worker)
        inside = np.array(sorted(solution), dtype=np.int64)
        cell[inside] = served[inside]


def _served(instance: Instance, solution: Solution, worker: IntArray) -> IntArray:
    """The cell of each served task; workers who share a task, or its order, with others outside stay outside too."""
    of_row = instance.worker_of_row
    teams = {task: [of_row[row] for row in rows] for task, (_, rows) in sorted(solution.items())}
    bonds = [team for team in teams.values() if len(team) > 1]
    bonds += [
        teams[link.before] + teams[link.after]
        for link in instance.links
        if link.before in teams and link.after in teams
    ]
    changed = True
    while changed:
        changed = False
        for team in bonds:
            if len({int(worker[w]) for w in team}) > 1:
                worker[team] = OUTSIDE
                changed = True
    cell = np.full(len(instance.problem.tasks), OUTSIDE, dtype=np.int64)
    for task, team in teams.items():
        cell[task] = worker[team[0]]
    return cell


def _unserved(
    instance: Instance, solution: Solution, worker: IntArray, cell: IntArray, near: IntArray
) -> None:
    """An unserved task goes where most of those who could come are; its own cut first."""
    pairs, owner = instance.pairs, np.asarray(instance.shifts.worker)
    for task in range(len(cell)):
        rows = pairs.row[pairs.first[task] : pairs.first[task + 1]]
        if task in solution or not len(rows):
            continue
        votes = Counter(worker[owner[rows]].tolist())
        del votes[OUTSIDE]
        pinned = [int(worker[w]) for w in sorted(instance.pins.get(task, ()))]
        if pinned:
            cell[task] = pinned[0] if len(set(pinned)) == 1 else OUTSIDE
        elif votes:
            cell[task] = max(votes, key=lambda c: (c == near[task], votes[c], -c))
    # Whoever comes before an unserved task, or after it, must be in the same cell, or the task waits.
    changed = True
    while changed:
        changed = False
        for link in instance.links:
            pair = [task for task in (link.before, link.after) if task not in solution]
            if pair and cell[link.before] != cell[link.after] and (cell[pair] != OUTSIDE).any():
                cell[pair] = OUTSIDE
                changed = True
