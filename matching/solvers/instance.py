"""A problem as solvers want it: indices, options, travel tables; and what they all return."""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise

from matching.candidates import Candidates, Option, candidates
from matching.policy import Policy
from matching.problem import Problem
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
        task_index = {task.id: i for i, task in enumerate(problem.tasks)}
        self.pins: dict[int, set[int]] = {}
        for pin in problem.pins:
            self.pins.setdefault(task_index[pin.task], set()).add(index[pin.worker])

    def possible(self, task: int) -> bool:
        """Whether somebody is a candidate, or may be for all that is known."""
        return bool(self.candidates.options[task]) or task in self.candidates.unseen

    @cached_property
    def option(self) -> dict[tuple[int, int], Option]:
        """Option of a task in a row of the shift table."""
        return {(o.task, o.row): o for options in self.candidates.options for o in options}

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

    def cost(self, solution: Solution) -> int:
        """Value of the travel level."""
        total = 0
        for row, tasks in self.routes(solution).items():
            total += self.leg(row, None, tasks[0]) + self.leg(row, tasks[-1], None)
            total += sum(self.leg(row, a, b) for a, b in pairwise(tasks))
            total += self.penalty(row) * len(tasks)
        return total

    def rank(self, solution: Solution) -> tuple[int, int, int]:
        """Smaller is better: must-serve tasks, then points, then travel."""
        musts = sum(self.must[task] for task in solution)
        return -musts, -self.points(solution), self.cost(solution)
