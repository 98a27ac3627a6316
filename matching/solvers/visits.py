"""Prices of all possible visits at once: what `Prices` says of one, as arrays."""

import numpy as np

from matching.people import Mask, People
from matching.policy import Policy
from matching.problem import Problem, Task
from matching.solvers.wishes import HUNDRED_YUAN
from matching.travel import IntArray


class Visits:
    """Ticks of the level experience of many workers at one task."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.people, self.policy = People(problem), policy
        workers = problem.workers
        self.anchored = np.array([bool(worker.anchors) for worker in workers], dtype=bool)
        self.at: dict[str, list[int]] = {}
        for i, worker in enumerate(workers):
            for anchor in worker.anchors:
                self.at.setdefault(anchor, []).append(i)

    def of(self, task: Task, worker: IntArray) -> IntArray:
        """Ticks of each of these workers at a task."""
        people, policy = self.people, self.policy
        ticks: IntArray = policy.wish_ticks * self._unmet(task, worker)
        if task.known_workers:
            ticks += policy.continuity_ticks * ~np.isin(worker, people.numbers(task.known_workers))
        if task.zones and self.anchored.any():
            home = [i for zone in task.zones for i in self.at.get(zone, ())]
            ticks += policy.anchor_ticks * (self.anchored[worker] & ~np.isin(worker, home))
        if policy.overlevel_ticks:
            for skill in task.skills:
                over = people.level(skill.skill)[worker] - skill.level
                ticks += policy.overlevel_ticks * np.maximum(over, 0)
        if policy.hundred_yuan_ticks:
            fen = people.fen(task)[people.provider[worker]]
            ticks += policy.hundred_yuan_ticks * (fen // HUNDRED_YUAN)
        return ticks

    def _unmet(self, task: Task, worker: IntArray) -> IntArray:
        """How many wishes of a task each worker does not meet."""
        wishes, people = task.wishes, self.people
        missed = np.zeros(len(worker), dtype=np.int64)
        met: list[Mask] = []
        if wishes.workers:
            met.append(np.isin(worker, people.numbers(wishes.workers)))
        if wishes.gender is not None:
            met.append(people.of_gender(wishes.gender)[worker])
        if wishes.language is not None:
            met.append(people.speaks(wishes.language)[worker])
        for mask in met:
            missed += ~mask
        return missed
