"""Level after level: bound the service by the relaxed model, prove it, fix it, then shorten the ways."""

from collections.abc import Callable
from math import ceil

from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.plan import LevelReport
from matching.solvers.budget import Budget, Limits
from matching.solvers.cpsat.columns import all_columns
from matching.solvers.cpsat.model import Full, Relaxed, most, options_by_row
from matching.solvers.cpsat.prices import SAFETY, Prices, Table, prices
from matching.solvers.cpsat.search import Answer, run
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, everything, service_reports, travel_report
from matching.solvers.timing import early

BOUND_SHARE = 0.2
SERVICE_SHARE = 0.7

PROMISING = 6_000
"""Columns of the first search for short ways."""

COLUMN_SHARE = 1.0
"""Columns are written down while less time has passed than is left, times this."""

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
        """Service on the full model, then travel on the columns that can matter."""
        rows = options_by_row(self.instance)
        table = all_columns(self.instance, rows, lambda row: most(self.instance, row), self._enough_columns)
        self.searched = True
        if not self.proven:
            self._serve(Full(self.instance, table))
        if "travel" in self.instance.policy.levels:
            self._shorten(table, {row: options for row, options in rows.items() if row not in table})

    def _enough_columns(self) -> bool:
        limits = self.budget.limits(1.0)
        return limits.seconds is not None and limits.seconds < self.budget.elapsed * COLUMN_SHARE

    def _serve(self, model: Full) -> None:
        service = self._service(model)
        model.model.add(service <= self.bound)
        model.model.maximize(service)
        model.hint(self.best)
        answer = self._run(model, "service", self.budget.limits(SERVICE_SHARE))
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        self._note("service", "proven optimal" if self.proven else "stopped before a proof")

    def _shorten(self, table: Table, rest: dict[int, list[Option]]) -> None:
        """First among the most promising columns; then, if those did not settle it, among all that could help."""
        value = self.scale.value(self.instance, self.best)
        least = self._least(value)
        weights = {t: self.scale.weight(self.instance, t) for t in self._tasks()}
        priced = prices(self.instance, table, rest, weights, least)
        self.travel_bound = priced.ticks
        self._note("travel", f"{sum(map(len, table.values()))} columns, bound {priced.ticks}")
        for count, share in ((PROMISING, 0.5), (None, 1.0)):
            gap = self.instance.cost(self.best) - priced.bound
            if self.instance.cost(self.best) <= self.travel_bound:
                break
            limit = min(gap, _limit(priced, count))
            model = Full(self.instance, self._kept(table, priced, limit))
            service = self._service(model)
            model.model.add(service >= least)
            model.model.add(service <= value)
            model.model.minimize(model.cost())
            model.model.add(model.cost() >= self.travel_bound)
            model.hint(self.best)
            answer = self._run(model, "travel", self.budget.limits(share))
            if answer.bound is not None:
                beyond = (
                    self.instance.cost(self.best) if limit >= gap else ceil(priced.bound + limit - SAFETY)
                )
                self.travel_bound = max(self.travel_bound, min(answer.bound, beyond))
            if limit >= gap:
                break
        done = self.instance.cost(self.best) <= self.travel_bound
        self._note("travel", "proven optimal" if done else "stopped before a proof")

    def _least(self, value: int) -> int:
        """Service to keep: musts exactly, the rest within the policy's tolerance."""
        policy = self.instance.policy
        tolerance = policy.tolerances[0] if policy.tolerances else 0
        musts = sum(self.instance.must[t] for t in self.best)
        return value - (value - musts * self.scale.must) * tolerance // 1_000_000

    def _kept(self, table: Table, priced: Prices, limit: float) -> Table:
        """Columns priced within the limit, and those of the best plan."""
        routes = self.instance.routes(self.best)
        kept: Table = {}
        for row, found in table.items():
            own = set(routes.get(row, ()))
            pairs = zip(found, priced.reduced[row], strict=True)
            kept[row] = [c for c, price in pairs if price <= limit + SAFETY or set(c.tasks) == own]
        return kept

    def _tasks(self) -> list[int]:
        return [t for t, options in enumerate(self.instance.candidates.options) if options]

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
        solution = early(self.instance, model.read(solver))
        # The travel level may give up points within its tolerance; everywhere else better is better.
        if stage == "travel" or self.instance.rank(solution) < self.instance.rank(self.best):
            self.best = solution

    def _note(self, stage: str, message: str) -> None:
        self.log.append(f"{self.budget.elapsed:.2f} s {stage}: {message}")
        self.tell(stage, self.best, None, message)


def _limit(priced: Prices, count: int | None) -> float:
    """Price within which there are `count` columns."""
    every = sorted(price for row in priced.reduced.values() for price in row)
    return float("inf") if count is None or len(every) <= count else every[count - 1]
