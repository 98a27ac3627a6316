"""Level after level: bound the service by the relaxed model, prove it, fix it, then shorten the ways."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from matching.plan import LevelReport
from matching.solvers.budget import Budget, Limits
from matching.solvers.cpsat.model import Full, Relaxed
from matching.solvers.cpsat.search import Answer, run
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, everything, service_reports, travel_report
from matching.solvers.timing import early

BOUND_SHARE = 0.2
SERVICE_SHARE = 0.7

Tell = Callable[[str, Solution, int | None, str], None]
"""Called with stage, best solution, bound of the level and a sentence."""


class Improve:
    """The stages of one exact solve; `best` and `reports` are valid after each of them."""

    def __init__(self, instance: Instance, start: Solution, budget: Budget, tell: Tell) -> None:
        self.instance, self.best, self.budget, self.tell = instance, start, budget, tell
        self.scale = Scale.of(instance)
        self.bound = everything(instance)
        self.log: list[str] = []
        self.searched = False
        self.travel_bound = 0

    @property
    def reports(self) -> list[LevelReport]:
        """What is known of each level now."""
        reports = service_reports(self.instance, self.best, self.bound, searched=self.searched)
        if "travel" in self.instance.policy.levels:
            cost = self.instance.cost(self.best)
            reports.append(travel_report(cost, self.travel_bound, searched=self.searched))
        return reports

    @property
    def proven(self) -> bool:
        """Whether no plan serves more."""
        return self.scale.value(self.instance, self.best) >= self.bound

    def relax(self) -> None:
        """An upper bound from teams, caps and capacity alone; skipped where everything is served already."""
        if self.proven:
            return
        relaxed = Relaxed(self.instance)
        relaxed.model.maximize(self._service(relaxed))
        answer = run(relaxed.model, self.budget.limits(BOUND_SHARE), lambda _value, _bound: None)
        self.budget.spend(answer.work)
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        self._note(
            "bound", f"no plan serves more than {self.bound // self.scale.point % self.scale.must} points"
        )

    def full(self) -> None:
        """Service, then travel, on the full model."""
        model = Full(self.instance)
        self.searched = True
        if not self.proven:
            self._serve(model)
        if "travel" in self.instance.policy.levels:
            self._shorten(model)

    def _serve(self, model: Full) -> None:
        service = self._service(model)
        model.model.add(service <= self.bound)
        model.model.maximize(service)
        model.hint(self.best)
        answer = self._run(model, "service", self.budget.limits(SERVICE_SHARE))
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        self._note("service", "proven optimal" if self.proven else "stopped before a proof")

    def _shorten(self, model: Full) -> None:
        self._freeze(model)
        model.model.clear_objective()  # type: ignore[no-untyped-call]
        model.model.minimize(model.cost())
        model.hint(self.best)
        answer = self._run(model, "travel", self.budget.limits(1.0))
        if answer.bound is not None:
            self.travel_bound = max(0, answer.bound)
        self._note("travel", "proven optimal" if answer.proven else "stopped before a proof")

    def _freeze(self, model: Full) -> None:
        """Fix musts, points and number served; a tolerance of the policy loosens the last two together."""
        policy = self.instance.policy
        tolerance = policy.tolerances[0] if policy.tolerances else 0
        value = self.scale.value(self.instance, self.best)
        musts = sum(self.instance.must[t] for t in self.best)
        least = value - (value - musts * self.scale.must) * tolerance // 1_000_000
        service = self._service(model)
        model.model.add(service >= least)
        model.model.add(service <= value)

    def _service(self, model: Relaxed) -> cp_model.LinearExprT:
        weights = [self.scale.weight(self.instance, t) for t in model.served]
        return cp_model.LinearExpr.weighted_sum(list(model.served.values()), weights)

    def _run(self, model: Full, stage: str, limits: Limits) -> Answer:
        def tell(value: int, bound: int) -> None:
            self.tell(stage, self.best, bound, f"{stage} {value}, bound {bound}")

        answer = run(model.model, limits, tell)
        self.budget.spend(answer.work)
        if answer.found:
            self._take(model, answer.solver, stage)
        return answer

    def _take(self, model: Full, solver: cp_model.CpSolver, stage: str) -> None:
        taken = [pair for pair, literal in model.x.items() if solver.boolean_value(literal)]
        start = {task: solver.value(var) for task, var in model.start.items()}
        solution = early(self.instance, model.read(taken, start))
        # The travel level may give up points within its tolerance; everywhere else better is better.
        if stage == "travel" or self.instance.rank(solution) < self.instance.rank(self.best):
            self.best = solution

    def _note(self, stage: str, message: str) -> None:
        self.log.append(f"{stage}: {message}")
        self.tell(stage, self.best, None, message)
