"""Every day that one shift of a tiny problem can have: orders of visits, trips and leads, at every start of use."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from matching.problem import Delivery

from .written import Seat, Step, length, ways

Costs = tuple[int, ...]


class Load(NamedTuple):
    """A trip that has begun: when loading ended, where, and how much is left to carry."""

    end: int
    depot: str
    room: int


class Day(NamedTuple):
    """What one shift does: items, how many tasks that counts as, units of each depot; its costs and stops."""

    items: frozenset[str]
    count: int
    units: tuple[tuple[str, int], ...]
    costs: Costs
    steps: tuple[Step, ...]


class Walk:
    """One shift with its fixed leads: every order of stops, at every start that could be of use."""

    def __init__(self, shapes, seat: Seat, leads: tuple[Step, ...], rooms: dict[str, str]) -> None:
        self.of, self.seat, self.leads, self.rooms = shapes, seat, leads, rooms
        self.problem = shapes.problem
        self.worker = self.problem.worker_by_id[seat[0]]
        self.shift = self.worker.shifts[seat[1]]
        self.provider = self.problem.provider_by_id[self.worker.provider]
        self.depots = [d for d in self.problem.depots if not d.providers or self.provider.id in d.providers]
        self.ways = cache(self._ways)

    def _ways(self, steps: tuple[Step, ...]) -> list[int]:
        return [ticks for ticks, _ in ways(self.problem, self.seat, list(steps), self.rooms)]

    def days(self, steps: tuple[Step, ...], load: Load | None, extra: int) -> Iterator[Day]:
        """What can be done from here on; `extra` is the price beside ways so far."""
        if self._over(steps):
            return
        if sum(kind == "lead" for kind, _, _ in steps) == len(self.leads) and (
            not steps or steps[-1][0] != "load"
        ):
            yield self._day(steps, extra)
        for step, after, price in self._next(steps, load):
            yield from self.days((*steps, step), after, extra + price)

    def _over(self, steps: tuple[Step, ...]) -> bool:
        """Whether the day is too long, a way too long, or a limit passed already: more stops mend nothing."""
        if not steps:
            return False
        legs = self.ways(steps)
        kind, name, start = steps[-1]
        if start + length(self.problem, kind, name) + legs[-1] > self.shift.end:
            return True
        longest = max([*legs, *self.ways((steps[-1],))])
        if self.worker.max_leg_ticks is not None and longest > self.worker.max_leg_ticks:
            return True
        count = sum(kind != "deliver" for kind, _, _ in steps)
        service = sum(length(self.problem, kind, name) for kind, name, _ in steps)
        worker = self.worker
        caps = ((count, worker.max_tasks_day), (count, worker.max_tasks_week))
        caps += ((service, worker.max_ticks_day), (service, worker.max_ticks_week))
        return any(cap is not None and value > cap for value, cap in caps)

    def _next(self, steps: tuple[Step, ...], load: Load | None) -> Iterator[tuple[Step, Load | None, int]]:
        led = [step for step in steps if step[0] == "lead"]
        if len(led) < len(self.leads):
            step = self.leads[len(led)]
            if step[2] >= self._ready(steps, step):
                yield step, None, 0
        done = {name for _, name, _ in steps}
        for name, item in self.of.items.items():
            if name not in done and (name in self.problem.task_by_id or self._carries(load, item)):
                yield from self._served(steps, load, name)
        if any(delivery.id not in done for delivery in self.problem.deliveries):
            yield from self._loading(steps)

    def _ready(self, steps: tuple[Step, ...], step: Step) -> int:
        end = self.shift.start
        if steps:
            kind, name, start = steps[-1]
            end = start + length(self.problem, kind, name)
        return end + self.ways((*steps, step))[-2]

    @staticmethod
    def _carries(load: Load | None, item: Delivery) -> bool:
        return load is not None and item.units <= load.room and (not item.depots or load.depot in item.depots)

    def _served(self, steps, load, name) -> Iterator[tuple[Step, Load | None, int]]:
        """Within one window the first start that can be is the best one."""
        kind = "visit" if name in self.problem.task_by_id else "deliver"
        ready = self._ready(steps, (kind, name, 0))
        for window in self.of.starts(name, self.seat):
            start, price = next((one for one in window if one[0] >= ready), (None, 0))
            if start is None:
                continue
            if kind == "visit":
                yield (kind, name, start), None, price
                continue
            item = self.problem.delivery_by_id[name]
            if item.fresh_ticks is None or start - load.end <= item.fresh_ticks:
                yield (kind, name, start), load._replace(room=load.room - item.units), price

    def _loading(self, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Load | None, int]]:
        """As early as can be, or at any time where something keeps fresh for a while only."""
        hurry = any(delivery.fresh_ticks is not None for delivery in self.problem.deliveries)
        if (steps and steps[-1][0] == "load") or not self.worker.capacity:
            return
        for depot in self.depots:
            ready = self._ready(steps, ("load", depot.id, 0))
            times = sorted({t for w in depot.ready for t in range(w.earliest, w.latest + 1) if t >= ready})
            for start in times if hurry else times[:1]:
                yield (
                    ("load", depot.id, start),
                    Load(start + depot.load_ticks, depot.id, self.worker.capacity),
                    0,
                )

    def _day(self, steps: tuple[Step, ...], extra: int) -> Day:
        count = sum(kind != "deliver" for kind, _, _ in steps)
        travel = sum(self.ways(steps)) if steps else 0
        travel += self.of.policy.fallback_penalty_ticks * count * self.provider.fallback
        costs = {"travel": travel, "experience": travel + extra}
        units: Counter[str] = Counter()
        depot = ""
        for kind, name, _ in steps:
            depot = name if kind == "load" else depot
            if kind == "deliver":
                units[depot] += self.problem.delivery_by_id[name].units
        return Day(
            items=frozenset(name for kind, name, _ in steps if kind in {"visit", "deliver"}),
            count=count,
            units=tuple(sorted(units.items())),
            costs=tuple(costs[level] for level in self.of.levels),
            steps=steps,
        )
