"""Workers and their shifts as columns, so that one array operation asks everybody."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from matching.problem import Problem
from matching.travel import IntArray, Mode

NO_LIMIT = 1 << 40
FREE_POOL = -1
"""Pool of everybody whose provider mixes with others; an atomic provider's index is its own pool."""

Mask = npt.NDArray[np.bool_]


class People:
    """Columns over the workers of a problem, in its order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        workers = problem.workers
        providers = [problem.provider_by_id[worker.provider] for worker in workers]
        index = {provider.id: i for i, provider in enumerate(problem.providers)}
        self.number = {worker.id: i for i, worker in enumerate(workers)}
        self.admitted = np.array([p.admitted and not p.paused for p in providers], dtype=bool)
        self.kind = np.array([p.kind for p in providers], dtype=object)
        self.gender = np.array([worker.gender for worker in workers], dtype=object)
        self.pool = np.array([index[p.id] if p.atomic else FREE_POOL for p in providers], dtype=np.int64)
        self.reach = _limits(worker.reach_metres for worker in workers)
        self.max_leg = _limits(worker.max_leg_ticks for worker in workers)
        self.caps = {
            name: _limits(getattr(worker, name) for worker in workers)
            for name in ("max_tasks_day", "max_tasks_week", "max_ticks_day", "max_ticks_week")
        }
        self.caps["provider_day"] = _limits(p.max_tasks_day for p in providers)
        self.caps["provider_week"] = _limits(p.max_tasks_week for p in providers)
        self.forbidden: dict[str, list[str]] = {}
        for forbid in problem.forbids:
            self.forbidden.setdefault(forbid.task, []).append(forbid.worker)
        self.pins: dict[str, dict[str, int | None]] = {}
        for pin in problem.pins:
            self.pins.setdefault(pin.task, {})[pin.worker] = pin.start
        self._levels: dict[str, IntArray] = {}
        self._speaks: dict[str, Mask] = {}
        self._valid: dict[str, dict[int, list[tuple[int, int]]]] = {}

    def level(self, skill: str) -> IntArray:
        """Level of a skill per worker; -1 without it."""
        if skill not in self._levels:
            column = np.full(len(self.problem.workers), -1, dtype=np.int64)
            for i, worker in enumerate(self.problem.workers):
                for has in worker.skills:
                    if has.skill == skill:
                        column[i] = has.level
            self._levels[skill] = column
        return self._levels[skill]

    def speaks(self, language: str) -> Mask:
        """Who speaks a language."""
        if language not in self._speaks:
            workers = self.problem.workers
            self._speaks[language] = np.array([language in w.languages for w in workers], dtype=bool)
        return self._speaks[language]

    def ever_valid(self, code: str) -> Mask:
        """Who has a qualification at any time."""
        mask = np.zeros(len(self.problem.workers), dtype=bool)
        mask[list(self._of_code(code))] = True
        return mask

    def validities(self, worker: int, code: str) -> list[tuple[int, int]]:
        """From when until when a worker has a qualification."""
        return self._of_code(code).get(worker, [])

    def _of_code(self, code: str) -> dict[int, list[tuple[int, int]]]:
        if code not in self._valid:
            found: dict[int, list[tuple[int, int]]] = {}
            for i, worker in enumerate(self.problem.workers):
                for has in worker.qualifications:
                    if has.code == code:
                        low = -NO_LIMIT if has.valid_from is None else has.valid_from
                        high = NO_LIMIT if has.valid_until is None else has.valid_until
                        found.setdefault(i, []).append((low, high))
            self._valid[code] = found
        return self._valid[code]

    def mask(self, ids: Iterable[str]) -> Mask:
        """True for the workers named."""
        mask = np.zeros(len(self.problem.workers), dtype=bool)
        mask[[self.number[worker_id] for worker_id in ids]] = True
        return mask


class ShiftTable:
    """All shifts of all workers as one table, in order of worker and shift."""

    def __init__(self, problem: Problem) -> None:
        rows = [(i, j, shift) for i, w in enumerate(problem.workers) for j, shift in enumerate(w.shifts)]
        self.worker = np.array([i for i, _, _ in rows], dtype=np.int64)
        self.index = np.array([j for _, j, _ in rows], dtype=np.int64)
        self.start = np.array([shift.start for _, _, shift in rows], dtype=np.int64)
        self.end = np.array([shift.end for _, _, shift in rows], dtype=np.int64)
        self.day = [problem.day_of(shift) for _, _, shift in rows]
        self.week = [problem.week_of(shift) for _, _, shift in rows]
        self.shifts = [shift for _, _, shift in rows]
        self.mode: list[Mode] = [problem.workers[i].mode for i, _, _ in rows]

    def __len__(self) -> int:
        return len(self.shifts)

    def travel(self, problem: Problem, places: list[str]) -> tuple[IntArray, IntArray, IntArray]:
        """Ticks out, ticks back and metres out, of each place (rows) for each shift (columns)."""
        shape = (len(places), len(self))
        out, back, metres = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        there = [problem.place_by_id[place] for place in places]
        for mode in sorted(set(self.mode)):
            columns = [i for i, m in enumerate(self.mode) if m == mode]
            starts = [problem.place_by_id[self.shifts[i].start_place] for i in columns]
            ends = [problem.place_by_id[self.shifts[i].end_place] for i in columns]
            ticks, way = problem.travel.block(starts, there, mode)
            out[:, columns], metres[:, columns] = ticks.T, way.T
            back[:, columns] = problem.travel.block(there, ends, mode)[0]
        return out, back, metres


def _limits(values: Iterable[int | None]) -> IntArray:
    return np.array([NO_LIMIT if value is None else value for value in values], dtype=np.int64)
