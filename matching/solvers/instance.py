"""A problem as solvers want it: indices, options, travel tables; and what they all return."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from matching.candidates import Candidates, Option, candidates
from matching.pairs import Pairs, due_and_price
from matching.policy import Level, Policy
from matching.problem import Problem
from matching.solvers.teams import Link, Teams
from matching.solvers.visits import Visits
from matching.solvers.wishes import Prices
from matching.travel import IntArray

Solution = dict[int, tuple[int, tuple[int, ...]]]
"""Served task -> start tick and rows of the shift table, all by index. Order within a shift is the order of starts."""


class Instance:
    """One problem under one policy; built once, shared by all stages of a solve."""

    def __init__(
        self, problem: Problem, policy: Policy, out_of_time: Callable[[], bool] = lambda: False
    ) -> None:
        self.problem, self.policy = problem, policy
        self.candidates: Candidates = candidates(problem, out_of_time)
        self.shifts = self.candidates.shifts
        self.duration = [task.duration for task in problem.tasks]
        self.headcount = [task.headcount for task in problem.tasks]
        self.priority = [task.priority for task in problem.tasks]
        pinned = {pin.task for pin in problem.pins}
        self.must = [task.mandatory or task.id in pinned for task in problem.tasks]
        number = {provider.id: i for i, provider in enumerate(problem.providers)}
        self.provider = [number[worker.provider] for worker in problem.workers]
        self.provider_of_row = [self.provider[w] for w in self.shifts.worker.tolist()]
        self.worker_of_row: list[int] = self.shifts.worker.tolist()
        self.begin: list[int] = self.shifts.start.tolist()
        self.end: list[int] = self.shifts.end.tolist()
        self.leg_limit: list[int | None] = [
            problem.workers[worker].max_leg_ticks for worker in self.worker_of_row
        ]
        caps = [(p.max_tasks_day, p.max_tasks_week) for p in problem.providers]
        self.capped = [caps[provider] != (None, None) for provider in self.provider_of_row]
        index = {worker.id: i for i, worker in enumerate(problem.workers)}
        self.task_index = {task.id: i for i, task in enumerate(problem.tasks)}
        self.pins: dict[int, set[int]] = {}
        for pin in problem.pins:
            self.pins.setdefault(self.task_index[pin.task], set()).add(index[pin.worker])
        self._link()

    def _link(self) -> None:
        """Precedences by index, and which tasks need a start of their own in a model."""
        problem, policy = self.problem, self.policy
        self.links = tuple(Link.of(problem, self.task_index, p) for p in problem.precedences)
        self.befores: dict[int, list[Link]] = {}
        self.afters: dict[int, list[Link]] = {}
        for link in self.links:
            self.befores.setdefault(link.after, []).append(link)
            self.afters.setdefault(link.before, []).append(link)
        self.late = [any(w.late_until is not None and w.late_price for w in t.windows) for t in problem.tasks]
        self.tied = [
            several > 1 or task in self.befores or task in self.afters
            for task, several in enumerate(self.headcount)
        ]
        soft = [late and "experience" in policy.levels for late in self.late]
        self.linked = [tied or late for tied, late in zip(self.tied, soft, strict=True)]
        self.timed = [
            tied or (late and len(task.windows) > 1)
            for task, tied, late in zip(problem.tasks, self.tied, soft, strict=True)
        ]

    @cached_property
    def level(self) -> Level:
        """The last level of the policy whose cost counts; travel where there is none."""
        return self.costs[-1] if self.costs else "travel"

    @cached_property
    def costs(self) -> tuple[Level, ...]:
        """The levels of cost, in their order."""
        return tuple(level for level in self.policy.levels if level != "service")

    @cached_property
    def teams(self) -> Teams:
        """Who may come together, and what they cost in fen."""
        return Teams(self.problem, self.worker_of_row, self.prices.fen)

    def possible(self, task: int) -> bool:
        """Whether somebody is a candidate, or may be for all that is known."""
        first = self.pairs.first
        return bool(first[task] < first[task + 1]) or task in self.candidates.unseen

    @cached_property
    def option(self) -> dict[tuple[int, int], Option]:
        """Option of a task in a row of the shift table."""
        return {(o.task, o.row): o for options in self.candidates.options for o in options}

    @property
    def pairs(self) -> Pairs:
        """All possible visits as arrays."""
        return self.candidates.pairs

    def visit_price(self, level: Level, task: int, row: int) -> int:
        """What a visit adds to a level besides ways and lateness."""
        price = self.penalty(row)
        return price if level == "travel" else price + self.prices.of(task, self.worker_of_row[row])

    def visit_prices(self, level: Level) -> IntArray:
        """`visit_price` of all pairs, in their order."""
        pairs, tasks = self.pairs, self.problem.tasks
        penalty = np.array([self.penalty(row) for row in range(len(self.shifts))], dtype=np.int64)
        prices: IntArray = penalty[pairs.row]
        if level != "travel":
            visits, worker, first = (
                Visits(self.problem, self.policy),
                self.shifts.worker[pairs.row],
                pairs.first,
            )
            for task in np.flatnonzero(np.diff(first)).tolist():
                own = slice(first[task], first[task + 1])
                prices[own] += visits.of(tasks[task], worker[own])
        return prices

    def late_price(self, task: int, start: int) -> int:
        """What a start costs for being late."""
        if not self.late[task]:
            return 0
        due, price = due_and_price(self.problem.tasks[task], start)
        return max(0, start - due) * price

    def soft(self, task: int) -> tuple[int, int]:
        """Last punctual tick and price of lateness of a task whose lateness needs no start of its own in a model."""
        if not self.linked[task] or self.timed[task]:
            return 0, 0
        window = self.problem.tasks[task].windows[0]
        return window.latest, window.late_price

    def no_later(self, task: int, price: int) -> tuple[tuple[int, int], ...]:
        """Windows of a task as far as a start costs at most `price` for being late."""
        found = []
        for window in self.problem.tasks[task].windows:
            late = window.late_until is not None and window.late_price > 0
            end = min(window.end, window.latest + price // window.late_price) if late else window.end
            found.append((window.earliest, end))
        return tuple(sorted(found))

    @cached_property
    def prices(self) -> Prices:
        """Wishes, continuity and so on, as ticks."""
        return Prices(self.problem, self.policy)

    @cached_property
    def tick_tables(self) -> dict[str, IntArray]:
        """Ticks between the places of tasks, per mode in use."""
        places = [self.problem.place_by_id[task.place] for task in self.problem.tasks]
        modes = sorted(set(self.shifts.mode))
        return {mode: self.problem.travel.block(places, places, mode)[0] for mode in modes}

    @cached_property
    def ticks(self) -> dict[str, list[list[int]]]:
        """The same as lists, which are faster to read one by one."""
        return {mode: table.tolist() for mode, table in self.tick_tables.items()}

    def tick_table(self, row: int) -> IntArray:
        """Ticks between the places of tasks in a shift."""
        return self.tick_tables[self.shifts.mode[row]]

    def pool(self, row: int) -> int:
        """Whom a team may mix: an atomic provider's own index, -1 for everybody else."""
        provider = self.provider_of_row[row]
        return provider if self.problem.providers[provider].atomic else -1

    def penalty(self, row: int) -> int:
        """Ticks charged for a visit by a fallback provider."""
        provider = self.problem.providers[self.provider_of_row[row]]
        return self.policy.fallback_penalty_ticks if provider.fallback else 0

    def leg(self, row: int, a: int | None, b: int | None) -> int:
        """Ticks from task `a` to task `b` in a shift; None is its start or end place."""
        if a is None:
            return 0 if b is None else self.option[b, row].out
        if b is None:
            return self.option[a, row].back
        return self.ticks[self.shifts.mode[row]][a][b]

    def max_leg(self, row: int) -> int | None:
        """Longest single way the worker accepts."""
        return self.leg_limit[row]

    def routes(self, solution: Solution) -> dict[int, list[int]]:
        """Tasks of each used row in order of start."""
        routes: dict[int, list[int]] = {}
        for task in sorted(solution, key=lambda t: (solution[t][0], t)):
            for row in solution[task][1]:
                routes.setdefault(row, []).append(task)
        return dict(sorted(routes.items()))

    def points(self, solution: Solution) -> int:
        """Value of the service level."""
        return sum(self.priority[task] for task in solution)

    def cost(self, solution: Solution, level: Level | None = None) -> int:
        """Value of a level of cost: the last one of the policy, if none is named (travel, where it has none)."""
        level = level or self.level
        total = 0
        for row, tasks in self.routes(solution).items():
            total += self.ways(row, tasks)
            total += sum(self.visit_price(level, task, row) for task in tasks)
        if level == "experience":
            total += sum(self.late_price(task, start) for task, (start, _) in solution.items())
        return total

    def ways(self, row: int, tasks: Sequence[int]) -> int:
        """Ticks of all ways of a route."""
        return sum(self.leg(row, a, b) for a, b in pairwise((None, *tasks, None)))

    def rank(self, solution: Solution) -> tuple[int, ...]:
        """Smaller is better: must-serve tasks, points, how many are served, then each level of cost in its order."""
        musts = sum(self.must[task] for task in solution)
        costs = (self.cost(solution, level) for level in self.costs or ("travel",))
        return -musts, -self.points(solution), -len(solution), *costs
