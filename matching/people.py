"""Workers and their shifts as columns, so that one array operation asks everybody."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.problem import Problem, Task, Worker
from matching.travel import IntArray, Mode

NO_LIMIT = 1 << 40
HOUR_SECONDS = 3_600
FREE_POOL = -1
"""Pool of everybody whose provider mixes with others; an atomic provider's index is its own pool."""

Mask = npt.NDArray[np.bool_]


class Validities(NamedTuple):
    """From when until when workers have one qualification: those of worker w are at `first[w]:first[w + 1]`."""

    first: IntArray
    low: IntArray
    high: IntArray


class People:
    """Columns over the workers of a problem, in its order."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        workers = problem.workers
        index = {provider.id: i for i, provider in enumerate(problem.providers)}
        self.provider = np.array([index[worker.provider] for worker in workers], dtype=np.int64)
        providers = [problem.providers[i] for i in self.provider.tolist()]
        self.number = {worker.id: i for i, worker in enumerate(workers)}
        self.admitted = np.array([p.admitted and not p.paused for p in providers], dtype=bool)
        self.pool = np.array([index[p.id] if p.atomic else FREE_POOL for p in providers], dtype=np.int64)
        self.people = np.array([worker.people for worker in workers], dtype=np.int64)
        self.newcomer = np.array([worker.newcomer for worker in workers], dtype=bool)
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
        self._masks: dict[tuple[str, str], Mask] = {}
        self._valid: dict[str, Validities] = {}
        self._fen: dict[tuple[str, int], IntArray] = {}

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

    def of_kind(self, kind: str) -> Mask:
        """Whose provider is of a kind."""
        kinds = [provider.kind for provider in self.problem.providers]
        return self._mask("kind", kind, lambda w: kinds[self.provider[self.number[w.id]]] == kind)

    def of_gender(self, gender: str) -> Mask:
        """Who has a gender."""
        return self._mask("gender", gender, lambda worker: worker.gender == gender)

    def speaks(self, language: str) -> Mask:
        """Who speaks a language."""
        return self._mask("language", language, lambda worker: language in worker.languages)

    def _mask(self, what: str, value: str, test: Callable[[Worker], bool]) -> Mask:
        if (what, value) not in self._masks:
            self._masks[what, value] = np.array([test(w) for w in self.problem.workers], dtype=bool)
        return self._masks[what, value]

    def ever_valid(self, code: str) -> Mask:
        """Who has a qualification at any time."""
        return np.diff(self.validities(code).first) > 0

    def validities(self, code: str) -> Validities:
        """From when until when everybody has a qualification."""
        if code not in self._valid:
            found = [
                (i, _or(has.valid_from, -NO_LIMIT), _or(has.valid_until, NO_LIMIT))
                for i, worker in enumerate(self.problem.workers)
                for has in worker.qualifications
                if has.code == code
            ]
            who, low, high = np.array(found, dtype=np.int64).reshape(-1, 3).T
            first = np.searchsorted(who, np.arange(len(self.problem.workers) + 1))
            self._valid[code] = Validities(first, low, high)
        return self._valid[code]

    def fen(self, task: Task) -> IntArray:
        """What one visit at a task costs, per provider; hours rounded up to the next fen."""
        key = (task.service, task.duration)
        if key not in self._fen:
            seconds = task.duration * self.problem.horizon.tick_seconds
            costs = np.zeros(len(self.problem.providers), dtype=np.int64)
            for i, provider in enumerate(self.problem.providers):
                rates = {rate.service: rate for rate in provider.rates}
                rate = rates.get(task.service, rates.get(""))
                if rate is not None:
                    costs[i] = rate.visit_fen - (-rate.hour_fen * seconds // HOUR_SECONDS)
            self._fen[key] = costs
        return self._fen[key]

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """Indices of the workers named."""
        return [self.number[worker_id] for worker_id in ids]


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

    def travel(
        self, problem: Problem, places: list[str], rows: IntArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Ticks out, ticks back and metres out, of each place for each of `rows` (columns)."""
        shape = (len(places), len(rows))
        out, back, metres = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        there = [problem.place_by_id[place] for place in places]
        modes: dict[Mode, list[int]] = {}
        for column, row in enumerate(rows.tolist()):
            modes.setdefault(self.mode[row], []).append(column)
        for mode, columns in sorted(modes.items()):
            shifts = [self.shifts[row] for row in rows[columns].tolist()]
            starts = [problem.place_by_id[shift.start_place] for shift in shifts]
            ends = [problem.place_by_id[shift.end_place] for shift in shifts]
            ticks, way = problem.travel.block(starts, there, mode)
            out[:, columns], metres[:, columns] = ticks.T, way.T
            back[:, columns] = problem.travel.block(there, ends, mode)[0]
        return out, back, metres


def _limits(values: Iterable[int | None]) -> IntArray:
    return np.array([_or(value, NO_LIMIT) for value in values], dtype=np.int64)


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
