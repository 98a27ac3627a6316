"""Each shape by its own solver, in what the others leave free."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import msgspec

from matching.accounts import Made, all_asked
from matching.plan import Plan, Route, Session, Stop
from matching.policy import Policy
from matching.problem import Problem
from matching.progress import Progress
from matching.solvers.budget import LATE, Budget
from matching.solvers.instance import Instance, Solution
from matching.solvers.mixed.bounds import Proof
from matching.solvers.mixed.cut import Cut, Shape, without
from matching.solvers.mixed.merge import merged
from matching.solvers.mixed.needs import second_tasks, shape_of, shared
from matching.solvers.portfolio.engines import ready
from matching.solvers.portfolio.stages import SolverName, search
from matching.solvers.portfolio.state import State
from matching.solvers.portfolio.warm import known
from matching.solvers.territory.wide import Wide

FEW = 12
"""Things of one shape that are not planned twice in the same gaps."""

Tell = Callable[[Shape, str], None]


class Part(NamedTuple):
    """What is planned of one shape: routes of the whole problem, with its own stops alone, and sessions."""

    routes: tuple[Route, ...] = ()
    sessions: tuple[Session, ...] = ()


Parts = Mapping[Shape, Part]
"""What is planned of each shape that has anything."""


class Ask(NamedTuple):
    """How one shape is planned: with a share of what is left, without some ids and without some workers."""

    share: float
    seed: int
    skip: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def made(problem: Problem, parts: Parts) -> Made:
    """All parts in one, with all ways."""
    sessions = tuple(one for part in parts.values() for one in part.sessions)
    return Made(merged(problem, (part.routes for part in parts.values()), sessions), sessions)


def visit_routes(instance: Instance, visits: Solution) -> tuple[Route, ...]:
    """Visits as routes that have no ways yet."""
    return tuple(
        Route(
            worker=instance.problem.workers[instance.worker_of_row[row]].id,
            shift=int(instance.shifts.index[row]),
            stops=tuple(_visit(instance, task, visits[task][0]) for task in order),
            return_ticks=0,
            return_metres=0,
        )
        for row, order in instance.routes(visits).items()
    )


def _visit(instance: Instance, task: int, start: int) -> Stop:
    end = start + instance.duration[task]
    name = instance.problem.tasks[task].id
    return Stop(task=name, arrive=start, start=start, end=end, travel_ticks=0, travel_metres=0)


def moved(stop: Stop, start: int) -> Stop:
    """A stop at another time."""
    end = start + stop.end - stop.start
    return msgspec.structs.replace(stop, arrive=start, start=start, end=end)


def solution_of(instance: Instance, routes: tuple[Route, ...]) -> Solution:
    """Routes as the solvers of visits know them."""
    return known(instance, Plan(problem="", policy="", solver="", seed=0, routes=routes))


class Planner:
    """Solves one shape at a time; `visits` is the instance of all tasks, with whole shifts."""

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        budget: Budget,
        tell: Tell,
        *,
        solver: SolverName,
        processes: int,
    ) -> None:
        self.problem, self.policy, self.budget, self.tell = problem, policy, budget, tell
        self.solver, self.processes = solver, processes
        self.visits = Wide(without(problem, (), only="visits").problem, policy, budget.out)
        possible = map(self.visits.possible, range(len(problem.tasks)))
        self.possible = {task.id for task, here in zip(problem.tasks, possible, strict=True) if here}
        self.second = self.first_second = second_tasks(problem, self.possible)
        self.weighed: State | None = None
        self.known: dict[tuple[object, ...], Part] = {}
        self.waiting = False  # an engine was not loaded in time
        self.sizes: dict[Shape, int] = {
            "sessions": len(problem.enrolments),
            "deliveries": len(problem.deliveries),
            "visits": len(problem.tasks),
        }
        self.shared = shared(problem)
        self.own: dict[Shape, Proof] = {}
        self.proofs: dict[Shape, Proof] = {
            shape: Proof(sum(one.priority for one in all_asked(problem) if shape_of(one) == shape))
            for shape in ("sessions", "deliveries", "visits")
        }

    def plan(self, shape: Shape, beside: Parts, ask: Ask, before: Part | None = None) -> Part:
        """Plan one shape beside the others, which stay; `before`: what was planned of it, where a search may begin."""
        routes = [route for part in beside.values() for route in part.routes]
        sessions = [one for part in beside.values() for one in part.sessions]
        skip = ask.skip | self.second if shape == "visits" else ask.skip
        key = (shape, _signed(routes), tuple(sessions), skip, ask.hidden, self._dice(shape, ask))
        if key not in self.known:
            self.waiting = False
            found = self._plan(shape, routes, sessions, ask._replace(skip=skip), before)
            if self.budget.out() or self.waiting:
                return found
            self.known[key] = found
        return self.known[key]

    def _dice(self, shape: Shape, ask: Ask) -> int:
        """Few things are planned the same way whatever the seed."""
        return 0 if self.sizes[shape] <= FEW else ask.seed

    def _plan(
        self, shape: Shape, routes: list[Route], sessions: list[Session], ask: Ask, before: Part | None
    ) -> Part:
        skip = ask.skip
        cut = without(self.problem, routes, sessions, only=shape, skip=skip, hidden=ask.hidden)
        alone = not (routes or sessions or skip - self.second or ask.hidden)
        child = self._child(ask)
        try:
            if shape == "visits":
                return self._visits(cut, child, before, alone=alone)
            if shape == "deliveries":
                return self._deliveries(cut, child, ask, alone=alone)
            return self._sessions(cut, child, ask, before, alone=alone)
        finally:
            self._pay(ask, child)

    def _pay(self, ask: Ask, child: Budget) -> None:
        given, left = _work(self.budget, ask.share), child.work
        if given is not None and left is not None:
            self.budget.spend(given - left)

    def _child(self, ask: Ask) -> Budget:
        """A share of what is left, as a budget of its own; over when the whole one is."""
        budget = self.budget
        left = budget.left()
        stop = msgspec.structs.replace(
            budget.stop,
            seconds=None if left is None else left * ask.share / LATE,
            deterministic=_work(budget, ask.share),
        )
        return Budget(
            stop,
            seed=ask.seed,
            deterministic=budget.deterministic,
            clock=budget.clock,
            cancelled=budget.out,
        )

    def _sessions(self, cut: Cut, child: Budget, ask: Ask, before: Part | None, *, alone: bool) -> Part:
        from matching.solvers.gathering import gather  # noqa: PLC0415 loaded when first needed

        lanes = 1 if child.deterministic else self.processes
        found = gather(
            cut.problem,
            self.policy,
            child,
            seed=ask.seed,
            lanes=lanes,
            known=() if before is None else before.sessions,
            tell=lambda _stage, _bound, message: self.tell("sessions", message),
        )
        if alone:
            seats = sum(len(session.seated) for session in found.sessions)
            served = found.points, seats
            self._learn("sessions", Proof(found.points_bound, served, found.optimal, found.bounds))
        return Part(cut.back(found.routes), cut.opened(found.sessions))

    def _deliveries(self, cut: Cut, child: Budget, ask: Ask, *, alone: bool) -> Part:
        self.waiting = not ready(self, "delivery", child.spent(1.0))
        if self.waiting:
            return Part()
        from matching.solvers.delivery import deliver  # noqa: PLC0415 loaded by now

        lanes = 1 if child.deterministic else self.processes
        found = deliver(
            cut.problem,
            self.policy,
            child,
            seed=ask.seed,
            lanes=lanes,
            tell=lambda message: self.tell("deliveries", message),
        )
        if alone:
            brought = sum(stop.kind == "deliver" for route in found.routes for stop in route.stops)
            most = found.optimal or brought == len(cut.problem.deliveries)
            costs: dict[str, int] = {self.visits.level: found.travel_bound}
            self._learn("deliveries", Proof(found.points_bound, (found.points, brought), most, costs))
        return Part(cut.back(found.routes))

    def prove_own(self, share: float, seed: int) -> None:
        """What sessions could serve at most of needs that nothing else could meet, whoever else sits down beside them.

        Those who could be served otherwise may fill a session up to its least, so that none is asked for here.
        """
        problem = self.problem
        others = {one.id for one in problem.enrolments} & self.shared
        if not others or len(others) == len(problem.enrolments):
            return
        cut = without(problem, (), only="sessions", skip=others)
        eased = {name for one in problem.enrolments if one.id in others for name in one.gatherings}
        gatherings = tuple(
            msgspec.structs.replace(one, min_seats=1) if one.id in eased else one
            for one in cut.problem.gatherings
        )
        eased_problem = msgspec.structs.replace(cut.problem, gatherings=gatherings)
        self._keep_own(eased_problem, Ask(share, seed))

    def _keep_own(self, problem: Problem, ask: Ask) -> None:
        from matching.solvers.gathering import gather  # noqa: PLC0415 loaded when first needed

        child = self._child(ask)
        try:
            lanes = 1 if child.deterministic else self.processes
            found = gather(problem, self.policy, child, seed=ask.seed, lanes=lanes)
        finally:
            self._pay(ask, child)
        seats = sum(len(session.seated) for session in found.sessions)
        self.own["sessions"] = Proof(found.points_bound, (found.points, seats), found.optimal, found.bounds)

    def note(self, stage: str, message: str) -> None:
        """Tell what is waited for."""
        self.tell("deliveries", f"{stage}: {message}")

    def _visits(self, cut: Cut, child: Budget, before: Part | None, *, alone: bool) -> Part:
        same = alone and not self.second
        instance = self.visits if same else Wide(cut.problem, self.policy, child.out)
        state = State(instance, child, self._heard)
        try:
            warm = None if before is None else solution_of(instance, cut.into(before.routes))
            search(state, self.solver, warm, self.processes)
        except KeyboardInterrupt:
            self.budget.interrupted = True
        if alone and self.second == self.first_second:
            self.learn_visits(state)
        return Part(cut.back(visit_routes(instance, state.best)))

    def turn(self, number: int, served: Collection[str]) -> None:
        """Plan another task of each need that has several and is not served."""
        self.second = second_tasks(self.problem, self.possible, number, served)

    def _heard(self, progress: Progress) -> None:
        self.tell("visits", progress.message)

    def learn_visits(self, state: State) -> None:
        """What is proven of visits alone, as weights: points follow once it is known what of them must be served."""
        self.weighed = state if self.weighed is None or state.bound < self.weighed.bound else self.weighed

    def proven(self, musts: int) -> dict[Shape, Proof]:
        """What is proven of each shape, where so many tasks that must be served are."""
        state, proofs = self.weighed, dict(self.proofs)
        if state is None:
            return proofs
        instance, best = state.instance, state.best
        possible = sum(p for task, p in enumerate(instance.priority) if instance.possible(task))
        most = (state.bound - musts * state.scale.must) // state.scale.point
        others = self.problem.task_by_id.keys() - instance.task_index.keys()
        # A task for which another one of its need stands adds its points at most.
        left_out = sum(self.problem.task_by_id[name].priority for name in others)
        points = min(proofs["visits"].points, max(0, min(most, possible)) + left_out)
        costs = {str(name): least for name, least in state.cost_bound.items()}
        served = None if others else (instance.points(best), len(best))
        return {**proofs, "visits": Proof(points, served, state.value >= state.bound, costs)}

    @property
    def musts(self) -> int:
        """The most tasks that must be served in any plan."""
        state = self.weighed
        if state is None or self.first_second:
            return sum(self.visits.must)
        return min(sum(self.visits.must), state.bound // state.scale.must)

    def _learn(self, shape: Shape, proof: Proof) -> None:
        """Keep what says more; the newest of what says something else."""
        before = self.proofs[shape]
        points = min(before.points, proof.points)
        if before.served == proof.served:
            levels = sorted({*before.costs, *proof.costs})
            costs = {name: max(before.costs.get(name, 0), proof.costs.get(name, 0)) for name in levels}
            proof = proof._replace(costs=costs, most=before.most or proof.most)
        elif before.most and not proof.most:
            proof = before
        self.proofs[shape] = proof._replace(points=points)


def _signed(routes: list[Route]) -> tuple[object, ...]:
    """What of routes matters to others."""
    return tuple(
        sorted((r.worker, r.shift, tuple((s.kind, s.task, s.start) for s in r.stops)) for r in routes)
    )


def _work(budget: Budget, share: float) -> float | None:
    return None if budget.work is None else budget.work * share
