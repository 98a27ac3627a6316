"""Shapes one after the other, then again in other orders and one by one, as long as that makes a better plan."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import permutations
from typing import Literal, NamedTuple

import numpy as np

from matching.accounts import Accounts, Asked, Made
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Problem, Task
from matching.progress import Found, Progress
from matching.solvers.budget import Budget
from matching.solvers.levels import level_report
from matching.solvers.mixed.bounds import SHAPES, Counted, cost_bound, service_bound
from matching.solvers.mixed.cut import Shape
from matching.solvers.mixed.needs import impossible, shape_of
from matching.solvers.mixed.parts import Ask, Part, Parts, Planner, made, solution_of
from matching.solvers.mixed.slide import later
from matching.solvers.mixed.write import keeps_rules, parts_of
from matching.solvers.portfolio.bounding import bound
from matching.solvers.portfolio.engines import Engine, begin_loading
from matching.solvers.portfolio.stages import SolverName
from matching.solvers.portfolio.state import State

FIRST_SHARE = 0.4
"""Of the time left, for the first plan where there are several shapes; a quarter of it for what must be served."""

LEAST_SHARE = 0.15
"""Of the time of a plan, for each shape, however small."""

BOUND_SHARE = 0.3
"""Of what is left after the first plan, for the bound of many visits."""

OWN_SHARE = 0.2
"""Of what is left after the first plan, for the bound of sessions that alone could meet a need."""

MANY_TASKS = 600
"""Tasks beyond which visits are not planned with all workers to themselves: only bounded."""

MOVE_SHARE = 0.25
"""Of what is left, for one attempt to make the plan better."""

WITHOUT_BETTER = 3
"""Rounds of attempts in which nothing got better, after which the search ends."""


HALF = 0.5


class Move(NamedTuple):
    """An attempt: these shapes are planned anew in this order, beside those not named; what the first one is to leave."""

    part: str
    order: tuple[Shape, ...]
    less: Literal["", "hours", "needs", "workers"] = ""


class Step(NamedTuple):
    """One shape is planned, without some ids and without some workers."""

    shape: Shape
    skip: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


class Mixed:
    """The best plan so far, who found it, and what is proven; valid at any moment."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        budget: Budget,
        listener: Callable[[Progress], None] | None,
        *,
        solver: SolverName = "auto",
        processes: int = 1,
    ) -> None:
        self.problem, self.budget, self.listener = problem, budget, listener
        self.accounts = Accounts(problem, policy)
        self.log: list[str] = []
        self.found: list[Found] = []
        self.part, self.searched = "mixed", False
        self.best: Parts = {}
        self.rank = self.accounts.rank(Made())
        self.work = budget.work
        self.planner = Planner(problem, policy, budget, self.tell, solver=solver, processes=processes)
        sizes = (len(problem.enrolments), len(problem.deliveries), len(problem.tasks))
        self.sizes = {shape: size for shape, size in zip(SHAPES, sizes, strict=True) if size}
        self.served = 0
        self.points = 0
        self.note("mixed", ", ".join(f"{size} {shape}" for shape, size in self.sizes.items()))

    def run(self, warm: Plan | None) -> None:
        """Plan everything: a first plan, then better ones; what still holds of `warm` is where visits begin."""
        before = {} if warm is None else parts_of(warm)
        if before and keeps_rules(self.problem, self.planner.policy, self.planner.visits, before):
            self.offer("warm start", before)
        if self.budget.out():
            return
        self._load()
        self._construct("mixed", self._first_order(), FIRST_SHARE if len(self.sizes) > 1 else 1.0, before)
        self.searched = True
        if not self.budget.out():
            self.planner.prove_own(OWN_SHARE, self.budget.seed)
        many = self.sizes.get("visits", 0) > MANY_TASKS
        if many:
            self._bound_visits(BOUND_SHARE)
        self._improve(many=many)

    def _load(self) -> None:
        """Engines are loaded one after the other, beside the work of others; what takes a second first."""
        engines: dict[Shape, Engine] = {"sessions": "exact", "deliveries": "delivery"}
        begin_loading(*(engine for shape, engine in engines.items() if shape in self.sizes))

    def _first_order(self) -> tuple[Shape, ...]:
        return tuple(shape for shape in SHAPES if shape in self.sizes)

    def _construct(self, part: str, order: tuple[Shape, ...], share: float, before: Parts) -> None:
        """A plan from nothing; tasks that must be served come before everything else."""
        fixed: dict[Shape, Part] = {}
        musts = self._musts()
        if musts and order[0] != "visits":
            rest = frozenset(self.problem.task_by_id.keys() - musts)
            ask = Ask(share / 4, self.budget.seed, rest)
            fixed["visits"] = self.planner.plan("visits", {}, ask, before.get("visits"))
        self._plan(part, [Step(shape) for shape in order], share, fixed, before)

    def _musts(self) -> set[str]:
        """Tasks that must be served, with those before them."""
        must = self.planner.visits.must
        found = {task.id for task, here in zip(self.problem.tasks, must, strict=True) if here}
        more = found
        while more:
            more = {link.before for link in self.problem.precedences if link.after in found} - found
            found |= more
        return found

    def _plan(
        self,
        part: str,
        steps: Sequence[Step],
        share: float,
        fixed: Parts,
        before: Parts,
        seed: int = 0,
        *,
        late: bool = False,
    ) -> None:
        """Plan shapes in an order beside fixed ones; each that makes the plan better is kept at once."""
        parts = dict(fixed)
        first = part == "mixed" and not self.searched
        for step, own in zip(steps, self._shares(steps, share), strict=True):
            if self.budget.out():
                return
            shape = step.shape
            others = {name: one for name, one in parts.items() if name != shape}
            ask = Ask(own, self.budget.seed + seed, step.skip, step.hidden)
            parts[shape] = self.planner.plan(shape, others, ask, parts.get(shape) or before.get(shape))
            if late and shape == "visits":
                parts[shape] = later(self.problem, self.planner.visits, parts)
            self.offer(shape if first else part, parts)

    def _shares(self, steps: Sequence[Step], share: float) -> list[float]:
        """Shares of what is left when each begins, by size."""
        sizes = [float(self.sizes[step.shape]) for step in steps]
        sizes = [max(LEAST_SHARE * sum(sizes), size) for size in sizes]
        spent, found = 0.0, []
        for size in sizes:
            own = share * size / sum(sizes)
            found.append(own / (1.0 - spent))
            spent += own
        return found

    def _bound_visits(self, share: float) -> None:
        """Bounds of visits with all workers to themselves, from the prices that this plan's visits call for."""
        state = self._visits_state()
        if state is not None and not self.budget.out():
            bound(state, self.planner.policy.levels, share)
            self.planner.learn_visits(state)

    def _visits_state(self) -> State | None:
        if self.planner.second:
            return None
        state = State(self.planner.visits, self.budget, None)
        part = self.best.get("visits")
        if part is not None:
            state.take("visits", solution_of(state.instance, part.routes))
        return state

    # ---- better plans

    def _improve(self, *, many: bool) -> None:
        """Attempt after attempt, each beginning from the best plan, until there is no time or nothing to gain."""
        rng = np.random.default_rng(self.budget.seed)
        self.budget.improved()
        fruitless, turn = 0, 0
        while fruitless < WITHOUT_BETTER and not self._done():
            before = self.rank
            for move in self._moves(turn, many=many):
                if self.budget.out() or self._done():
                    return
                self._try(move, rng, turn)
            turn += 1
            self.planner.turn(turn, self.made.served)
            fruitless = 0 if self.rank < before else fruitless + 1

    def _moves(self, turn: int, *, many: bool) -> Iterator[Move]:
        """Orders first, which also prove what each shape could serve alone; then one shape at a time, then pairs.

        Last come plans whose first shape leaves something: half of what it serves, half of its workers, time before visits.
        """
        shapes = self._first_order()
        orders = [order for order in permutations(shapes) if order != shapes]
        orders = [order for order in orders if not many or order[-1] == "visits"]
        orders.sort(key=lambda order: (order[0] == shapes[0], order[0] != "visits", order))
        for order in orders if not turn else ():
            yield Move("mixed", order)
        for shape in reversed(shapes):
            yield Move(shape, (shape,))
        for order in permutations(shapes, 2) if len(shapes) > 2 else ():  # noqa: PLR2004 pairs among three
            yield Move("mixed", order)
        for order in (*orders[turn % max(1, len(orders)) :], shapes):
            for less in ("hours", "needs", "workers"):
                if len(shapes) > 1 and (less != "hours" or order[-1] != "visits"):
                    yield Move("mixed", order, less)

    def _try(self, move: Move, rng: np.random.Generator, turn: int) -> None:
        """One attempt; a first shape that leaves something is planned once more at the end, without leaving anything."""
        if len(move.order) == len(self.sizes) and not move.less:
            self._construct(move.part, move.order, MOVE_SHARE, self.best)
            return
        fixed = {shape: part for shape, part in self.best.items() if shape not in move.order}
        steps = [Step(shape) for shape in move.order]
        first = move.order[0]
        if move.less == "workers":
            steps = [Step(first, hidden=self._some_workers(first, rng)), *steps[1:], Step(first)]
        if move.less == "needs":
            steps = [Step(first, skip=self._some_served(first, rng)), *steps[1:], Step(first)]
        self._plan(move.part, steps, MOVE_SHARE, fixed, self.best, turn, late=move.less == "hours")

    def _some_workers(self, shape: Shape, rng: np.random.Generator) -> frozenset[str]:
        """Half of those who work at a shape now."""
        names = sorted({route.worker for route in self.best.get(shape, Part()).routes})
        return frozenset(name for name in names if rng.random() < HALF)

    def _some_served(self, shape: Shape, rng: np.random.Generator) -> frozenset[str]:
        """Half of what is asked of a shape."""
        names = [name for name, one in self.accounts.asked.items() if shape_of(one) == shape]
        return frozenset(name for name in names if rng.random() < HALF)

    def _done(self) -> bool:
        """Whether every level is proven, or near enough to its bound for the caller."""
        near = self.budget.stop.gap_ppm or 0
        values, proven = self.accounts.levels(self.made), self.bounds()
        reports = (level_report(name, value, proven[name], searched=True) for name, value in values.items())
        return all(report.gap_ppm <= near for report in reports)

    # ---- what is known

    @property
    def made(self) -> Made:
        """The best plan with all ways."""
        return made(self.problem, self.best)

    def bounds(self) -> dict[str, int]:
        """What is proven of each level, costs with the earlier levels as they are."""
        served = self.made.served
        musts = sum(name in self.accounts.must for name in served)
        planner = self.planner
        counted = Counted(self._possible, planner.shared, planner.proven(musts), planner.own)
        found = {"mandatory": planner.musts, "service": service_bound(counted)}
        amounts: dict[Shape, tuple[int, int]] = dict.fromkeys(self.sizes, (0, 0))
        for name in served:
            one = self.accounts.asked[name]
            points, number = amounts[shape_of(one)]
            amounts[shape_of(one)] = points + one.priority, number + 1
        for level in planner.visits.costs:
            found[level] = cost_bound(level, counted, amounts, apart=self.apart)
        return found

    @cached_property
    def _possible(self) -> list[Asked]:
        """What is asked for, without what nobody could serve."""
        possible, never = self.planner.possible, impossible(self.problem)
        return [
            one
            for one in self.accounts.asked.values()
            if (one.id in possible if isinstance(one, Task) else one.id not in never)
        ]

    @cached_property
    def apart(self) -> bool:
        """Whether no worker could work at two shapes."""
        problem, rows = self.problem, self.planner.visits.pairs.row
        owner = self.planner.visits.worker_of_row
        visit = {problem.workers[owner[row]].id for row in np.unique(rows).tolist()}
        bring = {worker.id for worker in problem.workers if worker.capacity and problem.deliveries}
        roles = any(gathering.roles for gathering in problem.gatherings)
        lead = {worker.id for worker in problem.workers if worker.people == 1 and roles}
        unseen = bool(self.planner.visits.candidates.unseen)
        return not unseen and visit.isdisjoint(bring | lead) and bring.isdisjoint(lead)

    def offer(self, part: str, parts: Parts) -> None:
        """Keep a plan if it is better than the best."""
        whole = made(self.problem, parts)
        rank = self.accounts.rank(whole)
        if rank >= self.rank:
            return
        self.best, self.rank, self.part = dict(parts), rank, part
        self.served, self.points = len(whole.served), -rank[1]
        found = Found(
            part=part,
            seconds=round(self.budget.elapsed, 3),
            served=self.served,
            points=self.points,
            cost=rank[-1],
        )
        self.found.append(found)
        self.budget.improved()
        self.note(part, f"{self.served} served")

    def note(self, stage: str, message: str) -> None:
        """Log and tell."""
        self.log.append(f"{self.budget.elapsed:.2f} s {stage}: {message}")
        self.tell(stage, message)

    def tell(self, stage: str, message: str) -> None:
        """Tell the listener, if there is one."""
        if self.listener is None:
            return
        self.listener(
            Progress(
                stage=stage,
                share=1.0 if stage == "done" else self._share(),
                served=self.served,
                points=self.points,
                bound=None,
                message=message,
            )
        )

    def _share(self) -> float:
        budget = self.budget
        if budget.seconds:
            return min(0.99, budget.elapsed / budget.seconds)
        if self.work and budget.work is not None:
            return min(0.99, 1.0 - budget.work / self.work)
        return 0.5 if self.best else 0.0
