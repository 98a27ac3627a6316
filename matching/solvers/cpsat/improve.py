"""Level after level: bound the service by the relaxed model, prove it, fix it, then shorten the ways."""

from collections.abc import Callable
from math import ceil

from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.plan import LevelReport
from matching.solvers.budget import Budget, Limits
from matching.solvers.cpsat.columns import Columns, all_columns, column
from matching.solvers.cpsat.model import Full, Relaxed, most, options_by_row
from matching.solvers.cpsat.prices import SAFETY, Prices, Table, prices, service_bound
from matching.solvers.cpsat.search import Answer, run
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, everything, service_reports, travel_report
from matching.solvers.timing import early

BOUND_SHARE = 0.2
SERVICE_SHARE = 0.7

PROMISING = 3_000
"""Columns of the first search for short ways."""

PROMISING_SHARE = 0.8
REST_PER_COLUMN_TIME = 1.0
"""Columns are written down while this many times the time passed is left."""

COLUMNS_A_SECOND = 3_000
"""Columns worth a complete search, per second left: below that the search would end before it began."""

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
        found = all_columns(self.instance, rows, lambda row: most(self.instance, row), self._enough_columns)
        self.searched = True
        rest = {row: options for row, options in rows.items() if row not in found.table}
        if not self.proven:
            weights = {t: self.scale.weight(self.instance, t) for t in self._tasks()}
            self.bound = min(self.bound, service_bound(self.instance, found, rest, weights))
            self._serve(Full(self.instance, found.table))
        if "travel" in self.instance.policy.levels:
            self._shorten(found, rest)

    def _enough_columns(self) -> bool:
        limits = self.budget.limits(1.0)
        return limits.seconds is not None and limits.seconds < self.budget.elapsed * REST_PER_COLUMN_TIME

    def _serve(self, model: Full) -> None:
        service = self._service(model)
        model.model.add(service <= self.bound)
        model.model.maximize(service)
        model.hint(self.best)
        answer = self._run(model, "service", self.budget.limits(SERVICE_SHARE))
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        self._note("service", "proven optimal" if self.proven else "stopped before a proof")

    def _shorten(self, found: Columns, rest: dict[int, list[Option]]) -> None:
        """First among the most promising columns; then, if that did not settle it, among all that could help."""
        least = self._least(self.scale.value(self.instance, self.best))
        weights = {t: self.scale.weight(self.instance, t) for t in self._tasks()}
        priced = prices(self.instance, found, rest, weights, least)
        self.travel_bound = priced.ticks
        count = sum(map(len, found.table.values()))
        self._note("travel", f"{count} columns, {len(rest)} circuits, bound {priced.ticks}")
        promising = _limit(priced, PROMISING)
        if promising < self._gap(priced) or found.partial:
            some = dict(sorted((found.table | found.partial).items()))
            self._search(some, priced, promising, least, exact=not found.partial)
        gap = self._gap(priced)
        helpful = sum(price <= gap for row in found.table for price in priced.reduced[row])
        if gap > 0 and self._affordable(helpful):
            self._search(found.table, priced, self._gap(priced), least, exact=True)
        done = self._gap(priced) <= 0 or self.instance.cost(self.best) <= self.travel_bound
        self._note("travel", "proven optimal" if done else "stopped before a proof")

    def _gap(self, priced: Prices) -> float:
        """Columns priced above this cannot be part of a shorter plan."""
        cost = self.instance.cost(self.best)
        return 0.0 if cost <= self.travel_bound else cost - priced.bound

    def _affordable(self, columns: int) -> bool:
        seconds = self.budget.limits(1.0).seconds
        return seconds is None or columns < seconds * COLUMNS_A_SECOND

    def _search(self, table: Table, priced: Prices, limit: float, least: int, *, exact: bool) -> None:
        """Shorten the ways with the columns priced within `limit`; `exact` if the price alone left others out."""
        gap = self._gap(priced)
        model = Full(self.instance, self._kept(table, priced, limit))
        service = self._service(model)
        model.model.add(service >= least)
        model.model.add(service <= self.scale.value(self.instance, self.best))
        model.model.minimize(model.cost())
        model.model.add(model.cost() >= self.travel_bound)
        model.hint(self.best)
        share = 1.0 if limit >= gap and exact else PROMISING_SHARE
        answer = self._run(model, "travel", self.budget.limits(share))
        if answer.bound is not None and exact:
            # Whatever uses a column left out costs at least the bound plus its price.
            beyond = self.instance.cost(self.best) if limit >= gap else ceil(priced.bound + limit - SAFETY)
            self.travel_bound = max(self.travel_bound, min(answer.bound, beyond))

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
            order = tuple(routes.get(row, ()))
            own = set(order)
            pairs = zip(found, priced.reduced[row], strict=True)
            kept[row] = [c for c, price in pairs if price <= limit + SAFETY or set(c.tasks) == own]
            if own and not any(set(c.tasks) == own for c in kept[row]):
                kept[row].append(column(self.instance, row, order))
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
