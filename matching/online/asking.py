"""Who could come to a task that the problem does not know yet: the tests of `candidates`, for one task at a time."""

from types import SimpleNamespace
from typing import NamedTuple, cast

import msgspec
import numpy as np

from matching.candidates.finder import Finder
from matching.online import layout as at
from matching.online.kernels import I64
from matching.plan import CauseCount
from matching.policy import Policy
from matching.problem import Place, Problem, Task
from matching.rules import CAUSES
from matching.solvers.visits import Visits


class Asked(NamedTuple):
    """Pairs of one task (columns of `layout`, windows counted from 0), windows, and how many each cause excludes."""

    pair: I64
    window: I64
    causes: tuple[CauseCount, ...]
    free: int

    def why(self) -> tuple[CauseCount, ...]:
        """Causes of a task that is not served; those who could come are busy."""
        counts = {one.cause: one.count for one in self.causes}
        if self.free:
            counts["busy"] = counts.get("busy", 0) + self.free
        return tuple(CauseCount(cause=cause, count=counts[cause]) for cause in CAUSES if cause in counts)


class Asker:
    """Everything about people and shifts that single tasks are tested against."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        blank = msgspec.structs.replace(problem, tasks=(), pins=(), forbids=(), precedences=())
        self.finder, self.visits, self.policy = Finder(blank), Visits(blank, policy), policy
        self.finder.causes = np.zeros((1, len(problem.workers)), dtype=np.uint8)
        self.people, self.shifts = self.finder.people, self.finder.shifts
        self.places = dict(problem.place_by_id)
        self.travel = problem.travel
        worker = self.shifts.worker
        fallback = np.array([provider.fallback for provider in problem.providers], dtype=np.int64)
        self.penalty = policy.fallback_penalty_ticks * fallback[self.people.provider[worker]]
        self.soft = "experience" in policy.levels
        for pin in problem.pins:
            self.people.pins.setdefault(pin.task, {})[pin.worker] = pin.start
        for forbid in problem.forbids:
            self.forbid(forbid.task, forbid.worker)

    def forbid(self, task: str, worker: str) -> None:
        """Never send a worker to a task."""
        self.people.forbidden.setdefault(task, []).append(worker)

    def ask(self, task: Task) -> Asked:
        """Look at everybody."""
        view = SimpleNamespace(tasks=(task,), place_by_id=self.places, travel=self.travel)
        self.finder.problem = cast("Problem", view)
        found = self.finder.find([0])
        end = np.cumsum(found.sizes)
        pair = np.zeros((len(found.row), at.PAIR_COLUMNS), dtype=np.int64)
        worker = self.shifts.worker[found.row]
        pair[:, at.P_ROW], pair[:, at.P_OUT], pair[:, at.P_BACK] = found.row, found.out, found.back
        pair[:, at.P_WINDOW], pair[:, at.P_WINDOW_END] = end - found.sizes, end
        pair[:, at.P_PRICE] = self.prices(task, found.row)
        if task.price_cap_fen is not None:
            pair[:, at.P_FEN] = self.people.fen(task)[self.people.provider[worker]]
        window = np.array(found.window, dtype=np.int64).reshape(-1, 4)
        if not self.soft:
            window[:, at.LATE] = 0
        counts = np.bincount(self.finder.causes[0], minlength=len(CAUSES) + 1).tolist()
        causes = (CauseCount(cause=c, count=counts[i + 1]) for i, c in enumerate(CAUSES) if counts[i + 1])
        return Asked(pair, window, tuple(causes), counts[0])

    def prices(self, task: Task, row: I64) -> I64:
        """What a visit adds to the last level of cost, besides ways and lateness."""
        price: I64 = self.penalty[row]
        return price + self.visits.of(task, self.shifts.worker[row]) if self.soft else price

    def add_place(self, place: Place) -> None:
        """A door that the problem does not know."""
        self.places[place.id] = place
