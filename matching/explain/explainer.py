"""Explains the needs of one plan, one after another; what they share is found once."""

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from matching import codec
from matching.explain.chains import Chains
from matching.explain.document import Explanation
from matching.explain.seats import deliveries_and_seats
from matching.explain.served import served
from matching.explain.suggest import Helps
from matching.explain.unserved import unserved
from matching.plan import Plan, Route, encode_plan
from matching.policy import Policy
from matching.problem import Problem
from matching.solvers.instance import Instance, Solution
from matching.solvers.portfolio.warm import known
from matching.stop import Stop

if TYPE_CHECKING:
    from matching.explain.exact import Exact

WORK = 1.0
"""Units of work of one search, where the stop names none."""

SEARCHES = 4
"""Searches of one explanation at most."""


class Explainer:
    """One plan of a problem under a policy; `tasks`: the needs that will be asked about (None: all that are unserved)."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        policy: Policy,
        *,
        tasks: tuple[str, ...] | None,
        stop: Stop,
        seed: int,
    ) -> None:
        self.problem, self.plan, self.policy, self.seed = problem, plan, policy, seed
        self.asked = tuple(u.task for u in plan.unserved) if tasks is None else tasks
        self.work = WORK if stop.deterministic is None else stop.deterministic / SEARCHES
        if stop.seconds is not None:
            self.work = min(self.work, stop.seconds / SEARCHES)
        self.missing = {u.task: u for u in plan.unserved}
        self.visits, self.routes = _visits(problem, plan, policy)

    def explain(self, task_id: str, *, named: bool = False) -> Explanation:
        """Why this task, delivery or enrolment is served or not."""
        if task_id not in self.problem.task_by_id:
            found = deliveries_and_seats(self, task_id)
        elif task_id in self.missing:
            found = unserved(self, task_id)
        else:
            found = served(self, task_id, named=named)
        return msgspec.structs.replace(found, **self._frame)

    @cached_property
    def _frame(self) -> dict[str, object]:
        """What all explanations of a plan say."""
        service = [level for level in self.plan.levels if level.name == "service"]
        return {
            "gap_ppm": service[0].gap_ppm if service else 0,
            "horizon": self.problem.horizon.start,
            "tick_seconds": self.problem.horizon.tick_seconds,
            "problem": self.plan.problem,
            "plan": codec.sha256(encode_plan(self.plan)),
            "policy": self.plan.policy,
        }

    @cached_property
    def bound(self) -> int:
        """Points that no plan surpasses that serves what must be served as this one does: by the plan, or by a proof."""
        told = [level.bound for level in self.plan.levels if level.name == "service"]
        if told and self.visits is not self.problem:
            return told[0]
        proven = (self.exact.top - self.musts * self.exact.scale.must) // self.exact.scale.point
        return min([proven + self.other_points, *told])

    @cached_property
    def musts(self) -> int:
        """How many visits of the plan must take place."""
        return sum(self.instance.must[task] for task in self.solution)

    @cached_property
    def instance(self) -> Instance:
        """The visits, beside all that the plan does otherwise."""
        return Instance(self.visits, self.policy)

    @cached_property
    def solution(self) -> Solution:
        """The visits of the plan."""
        return known(self.instance, msgspec.structs.replace(self.plan, routes=self.routes))

    @cached_property
    def chains(self) -> Chains:
        """Exchanges in the plan."""
        return Chains(self.instance, self.solution)

    @cached_property
    def exact(self) -> "Exact":
        """Proofs."""
        # ortools takes a second to import, and many answers need none of it.
        from matching.explain.exact import Exact  # noqa: PLC0415

        return Exact(self.instance, self.solution, seed=self.seed, work=self.work)

    @cached_property
    def helps(self) -> Helps:
        """What would help those asked about."""
        return Helps(self)

    @cached_property
    def points(self) -> int:
        """Points of the visits of the plan."""
        return self.instance.points(self.solution)

    @cached_property
    def other_points(self) -> int:
        """Points of all that is no visit."""
        whole = [level.value for level in self.plan.levels if level.name == "service"]
        return max(0, whole[0] - self.points) if whole else 0


def _visits(problem: Problem, plan: Plan, policy: Policy) -> tuple[Problem, tuple[Route, ...]]:
    """The problem of visits alone, and their routes in it; a visit that fits into no piece of a shift stands, too."""
    standing: set[str] = set()
    if problem.visits_only and all(stop.kind == "visit" for route in plan.routes for stop in route.stops):
        return problem, plan.routes
    from matching.solvers.mixed.cut import without  # noqa: PLC0415 most problems ask for visits alone

    while True:
        rest = _stops(plan, standing, stays=True)
        cut = without(problem, rest, plan.sessions, only="visits")
        own = cut.into(_stops(plan, standing, stays=False))
        instance = Instance(cut.problem, policy)
        solution = known(instance, msgspec.structs.replace(plan, routes=own))
        told = {stop.task for route in own for stop in route.stops}
        lost = {
            cut.problem.tasks[task].id
            for task, (_, rows) in solution.items()
            if any((task, row) not in instance.option for row in rows)
        }
        visits = {a.task for a in plan.assignments} - standing
        lost |= visits - told
        if not lost:
            return cut.problem, own
        standing |= lost


def _stops(plan: Plan, standing: set[str], *, stays: bool) -> tuple[Route, ...]:
    """Routes with the stops that stay as they are, or with the visits that may move."""
    found = []
    for route in plan.routes:
        stops = tuple(s for s in route.stops if (s.kind != "visit" or s.task in standing) == stays)
        if stops:
            found.append(msgspec.structs.replace(route, stops=stops))
    return tuple(found)
