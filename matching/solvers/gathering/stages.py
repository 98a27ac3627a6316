"""The stages of a solve of sessions: construct, serve, then lower each level of cost; every level with its bound."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from matching.plan import Route, Session
from matching.policy import MILLION, Level, Policy
from matching.problem import Problem
from matching.solvers.budget import Budget, OutOfTime
from matching.solvers.gathering.case import Case, Solution
from matching.solvers.gathering.greedy import Greedy
from matching.solvers.gathering.known import salvaged
from matching.solvers.gathering.write import routes, sessions

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from matching.solvers.gathering.model import Model

Tell = Callable[[str, int | None, str], None]
"""Stage, bound of the service or None, message."""

SERVICE_SHARE = 0.6
"""Share of the time left for the service level, where levels of cost follow."""

GREEDY_WORK = 2e-5
"""Units of deterministic work for each pair of enrolment and chance."""

MODEL_WORK = 2e-5
"""Units of deterministic work for writing down each pair of a model."""

PAIRS_A_SECOND = 250
"""Pairs (of a chance with somebody who could take part, or lead) worth a complete model, per second left."""


class Gathered(NamedTuple):
    """Sessions and the routes of those who lead them (lead stops only), and how good they are.

    `cost`: of the policy's last level of cost (travel where it has none). `bounds`: of every level of cost, each with the
    earlier levels kept. `optimal`: every level is proven.
    """

    sessions: tuple[Session, ...]
    routes: tuple[Route, ...]
    points: int
    points_bound: int
    cost: int
    cost_bound: int
    optimal: bool
    bounds: dict[str, int]


def gather(
    problem: Problem,
    policy: Policy,
    budget: Budget,
    *,
    seed: int = 0,
    lanes: int = 1,  # noqa: ARG001 - what may run at once; one lane proves fastest
    skip: frozenset[str] = frozenset(),
    tell: Tell | None = None,
    known: Iterable[Session] = (),
) -> Gathered:
    """Decide which gatherings open, where and when, who runs them and who has a seat; nothing else of the problem.

    `skip`: enrolments (ids) that have no seat. `lanes`: threads that it may take; it takes one. `known`:
    sessions of an earlier plan; the search begins with what still holds of them, where that is better than a new start.
    """
    case = Case(problem, policy, skip, budget.out)
    stages = Stages(case, budget, seed, tell)
    stages.run(salvaged(case, known))
    return stages.answer()


class Stages:
    """One solve; `best` is valid after each stage, and when one was cut short."""

    def __init__(self, case: Case, budget: Budget, seed: int, tell: Tell | None) -> None:
        self.case, self.budget, self.seed = case, budget, seed
        self.tell: Tell = tell or (lambda _stage, _bound, _message: None)
        self.best: Solution = {}
        self.bound = case.demand() if case.seen else self._everything()
        self.cost_bound: dict[Level, int] = dict.fromkeys((*case.costs, case.level), 0)
        self.kept: dict[Level, int] = {}

    def _everything(self) -> int:
        return sum(map(self.case.weight, range(len(self.case.priority))))

    def run(self, known: Solution) -> None:
        """Construct, with what is known or anew; then the exact model, if it is of a size that time allows."""
        self.best = Greedy(self.case, self.budget.out).run()
        if known:
            more = Greedy(self.case, self.budget.out, known).run()
            self.best = min(known, more, self.best, key=self.case.rank)
        self.budget.spend(GREEDY_WORK * self.case.size())
        self._told("greedy")
        try:
            if not self.case.chances:
                return
            if self._affordable():
                self._exact()
            else:
                self._near()
        except OutOfTime:
            self.tell("sessions", None, "stopped before a search")

    def _affordable(self) -> bool:
        rest = self.budget.rest()
        return rest is None or self.case.size() <= rest * PAIRS_A_SECOND

    def _near(self) -> None:
        """What is too large as a whole is improved in parts, and bounded by the seats alone."""
        from matching.solvers.gathering.parts import Parts, seat_bound  # noqa: PLC0415 ortools

        self.budget.check()
        if self.case.seen:
            self.bound = min(self.bound, seat_bound(self.case))
        Parts(self.case, self.budget, self.seed, self._improved).run(self.best)

    def _improved(self, solution: Solution) -> None:
        self.best = solution
        self._told("parts")

    def _exact(self) -> None:
        self._serve()
        least = self._least()
        for level in self.case.costs:
            self._lower(level, least)
            cost = self.case.cost(level, self.best)
            self.kept[level] = cost + cost * self._tolerance(level) // MILLION

    def _serve(self) -> None:
        """As much as possible; the ways between lead stops only where they limit what is possible."""
        if self.case.value(self.best) == self.bound:
            return
        model = self._model(routes=False)
        model.model.add(model.service() <= self.bound)
        model.model.maximize(model.service())
        answer = self._search(model, "service", SERVICE_SHARE if self.case.costs else 1.0)
        if answer is not None:
            self.bound = max(self.case.value(self.best), min(self.bound, answer))

    def _lower(self, level: Level, least: int) -> None:
        """A level of cost, with the earlier levels kept within their tolerances."""
        model = self._model(routes=True)
        served = model.service()
        model.model.add(served >= least)
        model.model.add(served <= self.case.value(self.best))
        for earlier, value in self.kept.items():
            model.model.add(model.cost(earlier) <= value)
        model.model.minimize(model.cost(level))
        answer = self._search(model, level, 1.0 if level == self.case.level else 0.5)
        if answer is not None:
            self.cost_bound[level] = max(0, min(answer, self.case.cost(level, self.best)))

    def _model(self, *, routes: bool) -> "Model":
        # ortools takes a second to import and must stay out of the web process.
        from matching.solvers.gathering.model import Model  # noqa: PLC0415

        self.budget.check()
        self.budget.spend(MODEL_WORK * self.case.size())
        return Model(self.case, range(len(self.case.chances)), self.budget.check, routes=routes, held={})

    def _search(self, model: "Model", level: Level, share: float) -> int | None:
        """Search from the best solution on, and keep what is better; the bound that was found."""
        from matching.solvers.gathering.engine import search  # noqa: PLC0415 as above

        model.hint(self.best)
        self.budget.check()
        tell = partial(self._heard, level)
        gap = self.budget.stop.gap_ppm or 0
        limits = self.budget.limits(share)._replace(seed=self.seed)
        answer = search(model.model, limits, tell, self.budget.out, gap)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
        if answer.found:
            self._take(level, model, answer.solver)
        return answer.bound

    def _heard(self, level: Level, value: int, bound: int) -> None:
        self.budget.improved()
        self.tell("sessions", None, f"{level} {value}, bound {bound}")

    def _take(self, level: Level, model: "Model", solver: "cp_model.CpSolver") -> None:
        """Levels of cost may give up points within their tolerance; everywhere else better is better."""
        found = model.read(solver)
        cheaper = level != "service" and self.case.cost(level, found) < self.case.cost(level, self.best)
        if cheaper or self.case.better(found, self.best):
            self.best = found
            self._told(level)

    def _told(self, stage: str) -> None:
        people = sum(len(held.seated) for held in self.best.values())
        bound = self.bound // self.case.point
        self.tell("sessions", bound, f"{stage}: {len(self.best)} sessions, {people} seats")

    def _tolerance(self, level: Level) -> int:
        policy = self.case.policy
        return policy.tolerances[policy.levels.index(level)] if policy.tolerances else 0

    def _least(self) -> int:
        value = self.case.value(self.best)
        return value - value * self._tolerance("service") // MILLION

    def answer(self) -> Gathered:
        """The best solution as parts of a plan."""
        case, best = self.case, self.best
        points, cost = case.points(best), case.cost(case.level, best)
        points_bound = max(points, self.bound // case.point)
        proven = all(self.cost_bound[level] == case.cost(level, best) for level in case.costs)
        return Gathered(
            sessions=sessions(case, best),
            routes=routes(case, best),
            points=points,
            points_bound=points_bound,
            cost=cost,
            cost_bound=self.cost_bound[case.level],
            optimal=points == points_bound and proven,
            bounds={level: self.cost_bound[level] for level in case.costs},
        )
