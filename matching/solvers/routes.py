"""Routes under construction: every state reached keeps every hard rule."""

from collections import Counter

from matching.solvers.instance import Instance, Solution
from matching.solvers.timing import early, starts


class Routes:
    """Orders of tasks per row of the shift table; tasks of several people hold a fixed start."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.order: list[list[int]] = [[] for _ in range(len(instance.shifts))]
        self.team: dict[int, tuple[int, ...]] = {}
        self.fixed: dict[int, int] = {}
        self.tasks: Counter[tuple[str, int, int]] = Counter()
        self.service: Counter[tuple[str, int, int]] = Counter()

    def cheapest(self, task: int, row: int, start: int | None) -> int | None:
        """Extra ticks of the best position in a row (at `start`, if given); None if there is none."""
        found = self._best(task, row, start)
        return None if found is None else found[0]

    def possible_starts(self, task: int, row: int) -> list[int]:
        """Earliest start of the task at each position of a row."""
        result = []
        for position in range(len(self.order[row]) + 1):
            times = starts(self.instance, row, self._with(task, row, position), self.fixed)
            if times is not None:
                result.append(times[position])
        return result

    def try_team(self, task: int, rows: tuple[int, ...], start: int | None) -> bool:
        """Insert the task into all rows, or change nothing."""
        workers = {self.instance.worker_of_row[row] for row in rows}
        pools = {self.instance.pool(row) for row in rows}
        enough = len(workers) == len(rows) == self.instance.headcount[task]
        if not enough or len(pools) > 1 or not self.instance.pins.get(task, set()) <= workers:
            return False
        common = start if len(rows) > 1 else None
        if not self.provider_allows(list(rows)):
            return False
        places = [self._best(task, row, common) for row in rows]
        if any(place is None for place in places) or (len(rows) > 1 and start is None):
            return False
        for row, place in zip(rows, places, strict=True):
            if place is not None:
                self.order[row].insert(place[1], task)
            self._count(row, task, 1)
        if common is not None:
            self.fixed[task] = common
        self.team[task] = rows
        return True

    def remove(self, task: int) -> tuple[int | None, tuple[int, ...]]:
        """Take a task out; returns what puts it back."""
        rows = self.team.pop(task)
        for row in rows:
            self.order[row].remove(task)
            self._count(row, task, -1)
        return self.fixed.pop(task, None), rows

    def holds(self, rows: tuple[int, ...]) -> bool:
        """Whether rows are still feasible: a leg limit may forbid the way that closes a gap."""
        return all(starts(self.instance, row, self.order[row], self.fixed) is not None for row in rows)

    def provider_allows(self, rows: list[int]) -> bool:
        """Whether the providers' joint caps leave room for one more visit in each row."""
        shifts = self.instance.shifts
        if not any(self.instance.capped[row] for row in rows):
            return True
        more: Counter[tuple[str, int, int]] = Counter()
        for row in rows:
            provider = self.instance.provider_of_row[row]
            more["provider day", provider, shifts.day[row]] += 1
            more["provider week", provider, shifts.week[row]] += 1
        for (what, provider, period), extra in more.items():
            owner = self.instance.problem.providers[provider]
            cap = owner.max_tasks_day if what == "provider day" else owner.max_tasks_week
            if cap is not None and self.tasks[what, provider, period] + extra > cap:
                return False
        return True

    def solution(self) -> Solution:
        """Starts and teams, everybody as early as possible."""
        result: Solution = {task: (start, self.team[task]) for task, start in self.fixed.items()}
        for row, tasks in enumerate(self.order):
            times = starts(self.instance, row, tasks, self.fixed) if tasks else []
            for task, time in zip(tasks, times or [], strict=True):
                result.setdefault(task, (time, self.team[task]))
        return early(self.instance, result)

    def _best(self, task: int, row: int, start: int | None) -> tuple[int, int] | None:
        if not self._allows(task, row, start) or not self._worker_allows(task, row):
            return None
        fixed = self.fixed if start is None else self.fixed | {task: start}
        best: tuple[int, int] | None = None
        for position in range(len(self.order[row]) + 1):
            tasks = self._with(task, row, position)
            extra = self._detour(tasks, row, position)
            if best is not None and extra >= best[0]:
                continue
            if starts(self.instance, row, tasks, fixed) is not None:
                best = (extra, position)
        return best

    def _allows(self, task: int, row: int, start: int | None) -> bool:
        windows = self.instance.option[task, row].windows
        return start is None or any(low <= start <= high for low, high in windows)

    def _with(self, task: int, row: int, position: int) -> list[int]:
        return [*self.order[row][:position], task, *self.order[row][position:]]

    def _detour(self, tasks: list[int], row: int, position: int) -> int:
        leg = self.instance.leg
        if len(tasks) == 1:
            return leg(row, None, tasks[0]) + leg(row, tasks[0], None) + self.instance.penalty(row)
        before = tasks[position - 1] if position else None
        after = tasks[position + 1] if position + 1 < len(tasks) else None
        way = leg(row, before, tasks[position]) + leg(row, tasks[position], after)
        return way - leg(row, before, after) + self.instance.penalty(row)

    def _worker_allows(self, task: int, row: int) -> bool:
        if self.instance.capped[row] and not self.provider_allows([row]):
            return False
        shifts, worker = self.instance.shifts, self.instance.worker_of_row[row]
        caps = self.instance.problem.workers[worker]
        day, week = ("day", worker, shifts.day[row]), ("week", worker, shifts.week[row])
        ticks = self.instance.duration[task]
        return (
            _room(self.tasks[day] + 1, caps.max_tasks_day)
            and _room(self.tasks[week] + 1, caps.max_tasks_week)
            and _room(self.service[day] + ticks, caps.max_ticks_day)
            and _room(self.service[week] + ticks, caps.max_ticks_week)
        )

    def _count(self, row: int, task: int, sign: int) -> None:
        shifts, worker = self.instance.shifts, self.instance.worker_of_row[row]
        provider = self.instance.provider_of_row[row]
        for what, owner, period in (
            ("day", worker, shifts.day[row]),
            ("week", worker, shifts.week[row]),
            ("provider day", provider, shifts.day[row]),
            ("provider week", provider, shifts.week[row]),
        ):
            self.tasks[what, owner, period] += sign
            self.service[what, owner, period] += sign * self.instance.duration[task]


def _room(value: int, cap: int | None) -> bool:
    return cap is None or value <= cap
