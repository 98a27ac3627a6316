"""Routes under construction: every state reached keeps every hard rule."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from matching.solvers.instance import Instance, Solution
from matching.solvers.timing import early, starts


class Removed(NamedTuple):
    """A task taken out: its fixed start, its rows, and its position in each of them."""

    task: int
    start: int | None
    rows: tuple[int, ...]
    positions: tuple[int, ...]


class Routes:
    """Orders of tasks per row of the shift table; tied tasks (several people, precedences) hold a fixed start."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.order: list[list[int]] = [[] for _ in range(len(instance.shifts))]
        self.team: dict[int, tuple[int, ...]] = {}
        self.fixed: dict[int, int] = {}
        self.tasks: Counter[tuple[str, int, int]] = Counter()
        self.service: Counter[tuple[str, int, int]] = Counter()
        self.spent: Counter[int] = Counter()

    def cheapest(self, task: int, row: int, start: int | None) -> int | None:
        """Extra cost of the best position in a row (at `start`, if given); None if there is none."""
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

    def span(self, task: int) -> tuple[int, int | None] | None:
        """First and last start (None: no last) that the tasks before leave; None where one of them is not served."""
        first, last = 0, None
        for link in self.instance.befores.get(task, ()):
            if link.before not in self.team:
                return None
            at = self.fixed[link.before]
            first = max(first, at + link.least)
            if link.most is not None:
                last = at + link.most if last is None else min(last, at + link.most)
        return first, last

    def team_allowed(self, task: int, rows: Sequence[int]) -> bool:
        """Whether these rows may serve the task together: people, pins, safeguards, pool, joint caps, money."""
        instance = self.instance
        workers = {instance.worker_of_row[row] for row in rows}
        return (
            instance.teams.complete(task, rows)
            and len({instance.pool(row) for row in rows}) == 1
            and instance.pins.get(task, set()) <= workers
            and self.provider_allows(list(rows))
            and self._paid(task, rows)
        )

    def try_team(self, task: int, rows: tuple[int, ...], start: int | None) -> bool:
        """Insert the task into all rows, or change nothing."""
        tied = self.instance.tied[task]
        if (tied and (start is None or not self._in_span(task, start))) or not self.team_allowed(task, rows):
            return False
        common = start if tied else None
        places = [self._best(task, row, common) for row in rows]
        found = tuple(place[1] for place in places if place is not None)
        if len(found) < len(rows):
            return False
        self._put(Removed(task, common, rows, found))
        return True

    def remove(self, task: int) -> list[Removed]:
        """Take a task out, after all that may not be served without it; what `put_back` puts back."""
        waiting = {task}
        todo = [task]
        while todo:
            found = {link.after for link in self.instance.afters.get(todo.pop(), ())} & self.team.keys()
            todo += sorted(found - waiting)
            waiting |= found
        # Whoever waits starts later.
        return [self._take(t) for t in sorted(waiting, key=lambda t: -self.fixed.get(t, 0))]

    def put_back(self, taken: list[Removed]) -> None:
        """Undo a `remove`, where all that happened since was undone too."""
        for removed in reversed(taken):
            self._put(removed)

    def _take(self, task: int) -> Removed:
        rows = self.team.pop(task)
        positions = tuple(self.order[row].index(task) for row in rows)
        for row, position in zip(rows, positions, strict=True):
            del self.order[row][position]
            self._count(row, task, -1)
        self._pay(task, rows, -1)
        return Removed(task, self.fixed.pop(task, None), rows, positions)

    def holds(self, rows: Sequence[int]) -> bool:
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

    def _in_span(self, task: int, start: int) -> bool:
        span = self.span(task)
        return span is not None and span[0] <= start and (span[1] is None or start <= span[1])

    def _paid(self, task: int, rows: Sequence[int]) -> bool:
        """Whether the price is within the cap, or the rest within what is left of the fund."""
        teams = self.instance.teams
        over, fund = teams.over(task, rows), teams.fund[task]
        return over == 0 or (fund is not None and self.spent[fund] + over <= teams.fund_fen[fund])

    def _best(self, task: int, row: int, start: int | None) -> tuple[int, int] | None:
        if not self._allows(task, row, start) or not self._worker_allows(task, row):
            return None
        fixed = self.fixed if start is None else self.fixed | {task: start}
        price = self.instance.visit_price(self.instance.level, task, row)
        timed = self.instance.level == "experience"
        late = self._lateness(self.order[row], row) if timed else 0
        best: tuple[int, int] | None = None
        for position in range(len(self.order[row]) + 1):
            tasks = self._with(task, row, position)
            extra = self._detour(tasks, row, position) + price
            if best is not None and extra >= best[0]:
                continue
            times = starts(self.instance, row, tasks, fixed)
            if times is None:
                continue
            if timed:
                extra += self._late(tasks, times) - late
            if best is None or extra < best[0]:
                best = (extra, position)
        return best

    def _lateness(self, tasks: list[int], row: int) -> int:
        times = starts(self.instance, row, tasks, self.fixed) if tasks else None
        return 0 if times is None else self._late(tasks, times)

    def _late(self, tasks: list[int], times: list[int]) -> int:
        return sum(self.instance.late_price(t, at) for t, at in zip(tasks, times, strict=True))

    def _allows(self, task: int, row: int, start: int | None) -> bool:
        windows = self.instance.option[task, row].windows
        return start is None or any(low <= start <= high for low, high in windows)

    def _with(self, task: int, row: int, position: int) -> list[int]:
        return [*self.order[row][:position], task, *self.order[row][position:]]

    def _detour(self, tasks: list[int], row: int, position: int) -> int:
        leg = self.instance.leg
        if len(tasks) == 1:
            return leg(row, None, tasks[0]) + leg(row, tasks[0], None)
        before = tasks[position - 1] if position else None
        after = tasks[position + 1] if position + 1 < len(tasks) else None
        way = leg(row, before, tasks[position]) + leg(row, tasks[position], after)
        return way - leg(row, before, after)

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

    def _put(self, removed: Removed) -> None:
        task, start, rows, positions = removed
        for row, position in zip(rows, positions, strict=True):
            self.order[row].insert(position, task)
            self._count(row, task, 1)
        self._pay(task, rows, 1)
        if start is not None:
            self.fixed[task] = start
        self.team[task] = rows

    def _pay(self, task: int, rows: Sequence[int], sign: int) -> None:
        fund = self.instance.teams.fund[task]
        if fund is not None:
            self.spent[fund] += sign * self.instance.teams.over(task, rows)

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
