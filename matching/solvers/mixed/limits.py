"""What stops that stand leave of the limits of workers and providers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matching.plan import Route
from matching.problem import Problem, Provider, Worker


class Left(NamedTuple):
    """Limits that hold in every period that is still open, and the days and weeks in which nothing is left."""

    caps: dict[str, int]
    days: frozenset[int]
    weeks: frozenset[int]

    def open(self, day: int, week: int) -> bool:
        """Whether anything is left."""
        return day not in self.days and week not in self.weeks


NOTHING_USED = Left({}, frozenset(), frozenset())


class Used:
    """What an owner has used in each day and week: tasks, and ticks of service."""

    def __init__(self) -> None:
        self.tasks: dict[str, Counter[int]] = {"day": Counter(), "week": Counter()}
        self.ticks: dict[str, Counter[int]] = {"day": Counter(), "week": Counter()}

    def add(self, tasks: int, ticks: int, day: int, week: int) -> None:
        """Count a route."""
        for what, period in (("day", day), ("week", week)):
            self.tasks[what][period] += tasks
            self.ticks[what][period] += ticks

    def left(self, owner: Worker | Provider) -> Left:
        """A limit cannot tell days apart, so what is left is what is left on the fullest day that is not closed."""
        caps: dict[str, int] = {}
        closed: dict[str, set[int]] = {"day": set(), "week": set()}
        for what in ("day", "week"):
            for amounts, field in ((self.tasks, f"max_tasks_{what}"), (self.ticks, f"max_ticks_{what}")):
                cap = getattr(owner, field, None)
                if cap is not None:
                    caps[field], full = _room(cap, amounts[what])
                    closed[what] |= full
        return Left(caps, frozenset(closed["day"]), frozenset(closed["week"]))


def left_of(problem: Problem, routes: Iterable[Route]) -> tuple[dict[str, Left], dict[str, Left]]:
    """What routes leave of the limits of their workers and of these workers' providers, by id."""
    workers: dict[str, Used] = {}
    providers: dict[str, Used] = {}
    for route in routes:
        worker = problem.worker_by_id[route.worker]
        shift = worker.shifts[route.shift]
        # A trip counts as one task, as a visit does and each start of a gathering.
        tasks = sum(stop.kind != "deliver" for stop in route.stops)
        ticks = sum(stop.end - stop.start for stop in route.stops)
        for used in (
            workers.setdefault(worker.id, Used()),
            providers.setdefault(worker.provider, Used()),
        ):
            used.add(tasks, ticks, problem.day_of(shift), problem.week_of(shift))
    return (
        {name: used.left(problem.worker_by_id[name]) for name, used in sorted(workers.items())},
        {name: used.left(problem.provider_by_id[name]) for name, used in sorted(providers.items())},
    )


def _room(cap: int, used: Mapping[int, int]) -> tuple[int, set[int]]:
    """What is left in every period that is not full, and the full ones."""
    full = {period for period, amount in used.items() if amount >= cap}
    return cap - max((amount for period, amount in used.items() if period not in full), default=0), full
