"""What a growing set of sessions uses up: rooms, people's time, limits."""

from bisect import bisect, insort
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from matching.solvers.gathering.case import Case, Chance

Key = tuple[str, int, str, int]
"""Whose limit (worker or provider, index), and of which day or week."""


class Usage:
    """Sessions held so far; whoever puts one in asks `open` and `able` first."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.booked: dict[int, list[tuple[int, int]]] = {}
        self.stops: dict[int, list[tuple[int, int]]] = {}
        self.tasks: Counter[Key] = Counter()
        self.ticks: Counter[Key] = Counter()

    def open(self, chance: Chance) -> bool:
        """Whether the venue is free at every start."""
        spans = self.booked.get(chance.venue, [])
        return all(_free(spans, start, start + chance.duration) for start in chance.starts)

    def book(self, chance: Chance) -> None:
        """Take the venue."""
        for start in chance.starts:
            insort(self.booked.setdefault(chance.venue, []), (start, start + chance.duration))

    def price(self, number: int, worker: int, beside: Iterable[int] = ()) -> int | None:
        """Ticks of ways that a worker's lead stops add, `beside` others at them; None if there is no room for them."""
        chance = self.case.chances[number]
        if not self._within_caps(chance, worker, beside):
            return None
        new: dict[int, list[tuple[int, int]]] = {}
        for start, row in zip(chance.starts, chance.rows[worker], strict=True):
            new.setdefault(row, []).append((start, number))
        total = 0
        for row, stops in new.items():
            old = self.stops.get(row, [])
            order = sorted([*old, *stops])
            if not all(self.case.follows(row, a, b) for a, b in pairwise(order)):
                return None
            total += self.case.ways(row, order) - (self.case.ways(row, old) if old else 0)
        return total

    def take(self, number: int, staff: Iterable[Iterable[int]]) -> bool:
        """Book the venue and employ everybody, if there is room for all; else nothing."""
        chance, people = self.case.chances[number], [worker for some in staff for worker in some]
        before: list[int] = []
        for worker in people:
            if self.price(number, worker, before) is None:
                return False
            before.append(worker)
        if not self.open(chance):
            return False
        self.book(chance)
        for worker in people:
            self.employ(number, worker)
        return True

    def employ(self, number: int, worker: int) -> None:
        """Give a worker the lead stops of a chance."""
        chance = self.case.chances[number]
        for start, row in zip(chance.starts, chance.rows[worker], strict=True):
            insort(self.stops.setdefault(row, []), (start, number))
        for key, count in self._uses(chance, worker).items():
            self.tasks[key] += count
            self.ticks[key] += count * chance.duration

    def _uses(self, chance: Chance, worker: int) -> Counter[Key]:
        provider = int(self.case.staff.people.provider[worker])
        keys: Counter[Key] = Counter()
        for row in chance.rows[worker]:
            for period, number in (
                ("day", self.case.shifts.day[row]),
                ("week", self.case.shifts.week[row]),
            ):
                keys["worker", worker, period, number] += 1
                keys["provider", provider, period, number] += 1
        return keys

    def _within_caps(self, chance: Chance, worker: int, beside: Iterable[int]) -> bool:
        others: Counter[Key] = Counter()
        for other in beside:
            others.update(self._uses(chance, other))
        for key, count in self._uses(chance, worker).items():
            kind, index, period, _ = key
            tasks, ticks = limits(self.case, kind, index, period)
            if tasks is not None and self.tasks[key] + others[key] + count > tasks:
                return False
            if ticks is not None and self.ticks[key] + count * chance.duration > ticks:
                return False
        return True


def limits(case: Case, kind: str, index: int, period: str) -> tuple[int | None, int | None]:
    """Tasks and ticks of service per day or week of a worker or provider."""
    if kind == "provider":
        return getattr(case.problem.providers[index], f"max_tasks_{period}"), None
    worker = case.problem.workers[index]
    return getattr(worker, f"max_tasks_{period}"), getattr(worker, f"max_ticks_{period}")


def _free(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps none of these, which do not overlap each other."""
    at = bisect(spans, (start, start))
    before, after = spans[max(0, at - 1) : at], spans[at : at + 1]
    return all(other <= start for _, other in before) and all(other >= end for other, _ in after)
