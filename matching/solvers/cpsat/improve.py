"""Level after level: bound the service by the relaxed model, prove it, fix it, then shorten the ways."""

from collections.abc import Callable
from math import ceil

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.plan import LevelReport
from matching.solvers.budget import Budget, Limits, OutOfTime
from matching.solvers.cpsat.columns import Columns, Table, all_columns, column
from matching.solvers.cpsat.model import Full, Relaxed, by_row, most
from matching.solvers.cpsat.prices import SAFETY, FloatArray, Service, prices, service_bound
from matching.solvers.cpsat.search import Answer, run
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, everything, service_reports, travel_report
from matching.solvers.timing import early

BOUND_SHARE = 0.2
SERVICE_SHARE = 0.7
COLUMNS_SHARE = 0.25
PRICES_SHARE = 0.3
"""Shares of the time left that the stages may take."""

PROMISING = 1_500
"""Columns of the first search."""

PROMISING_SHARE = 0.5

COLUMNS_A_SECOND = 3_000
ARCS_A_SECOND = 10_000
"""Columns, and arcs of circuits, worth a complete search, per second left: below that it would end before it began."""

Tell = Callable[[str, Solution, int | None, str], None]
"""Called with stage, best solution, bound of the level and a sentence."""


class Improve:
    """The stages of one exact solve; `best` and `reports` are valid after each of them, and when one was cut short."""

    def __init__(
        self,
        instance: Instance,
        start: Solution,
        budget: Budget,
        tell: Tell,
        *,
        max_arcs: int | None = None,
    ) -> None:
        self.max_arcs = max_arcs
        self.stage = "columns"
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
        try:
            relaxed = Relaxed(self.instance, self.budget.check)
            relaxed.model.maximize(self._service(relaxed))
        except OutOfTime:
            self._note("bound", "no time for one")
            return
        answer = run(relaxed.model, self.budget.limits(BOUND_SHARE), lambda _value, _bound: None)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        self._note(
            "bound", f"no plan serves more than {self.bound // self.scale.point % self.scale.must} points"
        )

    def full(self) -> None:
        """Service on the full model, then travel on the columns that can matter."""
        try:
            self._full()
        except OutOfTime:
            self._note(self.stage, "stopped before a search")

    def _full(self) -> None:
        self.budget.check()
        rows = by_row(self.instance.candidates.options)
        enough = self.budget.spent(COLUMNS_SHARE)
        found = all_columns(self.instance, rows, lambda row: most(self.instance, row), enough)
        rest = {row: options for row, options in rows.items() if row not in found.complete}
        self.searched = True
        self._note("columns", f"{len(found.row)} columns, {len(rest)} shifts without all of theirs")
        if not self.proven:
            self._serve(found, rest)
        if "travel" in self.instance.policy.levels:
            self._shorten(found, rest)

    def _serve(self, found: Columns, rest: dict[int, list[Option]]) -> None:
        """First among the columns that cost least service; then, if that did not settle it, among all that could help."""
        self.stage = "service"
        service = Service(self._weights(), None)
        priced = prices(self.instance, found, rest, service, self.best, self.budget, PRICES_SHARE)
        self.bound = min(self.bound, service_bound(service, priced))
        losses = self._losses(found, rest, service, priced.reduced) * service.scale
        order = np.lexsort((found.ticks, np.round(losses)))
        few = order[:PROMISING]
        if not self.proven and (len(few) < len(order) or found.complete != found.rows):
            self._search_service(found, few, exact=False, share=SERVICE_SHARE)
        # A plan that uses a column serves at most the bound of the prices, less the column's price.
        gap = service_bound(service, priced) - self.scale.value(self.instance, self.best)
        helpful = np.flatnonzero(priced.reduced * service.scale <= gap + 1)
        if not self.proven and self._affordable(len(helpful), rest):
            keep = helpful[self._whole(found)[helpful]]
            self._search_service(found, keep, exact=True, share=SERVICE_SHARE)
        self._note("service", "proven optimal" if self.proven else "stopped before a proof")

    def _search_service(
        self, found: Columns, which: npt.NDArray[np.int64], *, exact: bool, share: float
    ) -> None:
        model = Full(self.instance, self._table(found, which, exact=exact), self.budget.check)
        service = self._service(model)
        model.model.add(service <= self.bound)
        model.model.maximize(service)
        model.hint(self.best)
        self.budget.check()
        answer = self._run(model, "service", self.budget.limits(share))
        if answer.bound is not None and exact:
            # Columns left out serve no more than what is already there.
            value = self.scale.value(self.instance, self.best)
            self.bound = min(self.bound, max(answer.bound, value))

    def _shorten(self, found: Columns, rest: dict[int, list[Option]]) -> None:
        """First among the most promising columns; then, if that did not settle it, among all that could help."""
        self.stage = "travel"
        service = Service(self._weights(), self._least(self.scale.value(self.instance, self.best)))
        priced = prices(self.instance, found, rest, service, self.best, self.budget, PRICES_SHARE)
        self.travel_bound = priced.ticks
        self._note("travel", f"bound {priced.ticks}")
        gap = self._gap(priced.bound)
        losses = self._losses(found, rest, service, priced.reduced)
        few = np.argsort(losses, kind="stable")[:PROMISING]
        if gap > 0 and (rest or losses[few[-1:]].sum() < gap):
            self._search_travel(found, few, service, priced.bound, losses, exact=not rest)
        gap = self._gap(priced.bound)
        if gap > 0 and (not rest or self._affordable(0, rest)):
            helpful = np.flatnonzero((priced.reduced <= gap + SAFETY) & self._whole(found))
            helpful = helpful[np.argsort(priced.reduced[helpful], kind="stable")][: self._afforded()]
            self._search_travel(found, helpful, service, priced.bound, priced.reduced, exact=True)
        done = self._gap(priced.bound) <= 0
        self._note("travel", "proven optimal" if done else "stopped before a proof")

    def _losses(
        self, found: Columns, rest: dict[int, list[Option]], service: Service, reduced: FloatArray
    ) -> FloatArray:
        """How promising columns are: their price, where the price knows all columns."""
        if not rest:
            return reduced
        guess = prices(self.instance, found, rest, service, self.best, self.budget, PRICES_SHARE, guess=True)
        return guess.reduced

    def _gap(self, bound: float) -> float:
        """Columns priced above this cannot be part of a shorter plan."""
        cost = self.instance.cost(self.best)
        return 0.0 if cost <= self.travel_bound else cost - bound

    def _whole(self, found: Columns) -> npt.NDArray[np.bool_]:
        """Columns of shifts that have all of theirs."""
        return np.isin(found.row, np.array(sorted(found.complete), dtype=np.int64))

    def _afforded(self) -> int | None:
        """How many columns can be searched in what is left of the time."""
        seconds = self.budget.left()
        return None if seconds is None else max(PROMISING, int(seconds * COLUMNS_A_SECOND))

    def _affordable(self, columns: int, rest: dict[int, list[Option]]) -> bool:
        """Whether what is left of the time is worth a search of this size."""
        arcs = sum(len(options) ** 2 for options in rest.values())
        if self.max_arcs is not None and arcs > self.max_arcs:
            return False
        seconds = self.budget.left()
        return seconds is None or columns / COLUMNS_A_SECOND + arcs / ARCS_A_SECOND < seconds

    def _search_travel(
        self,
        found: Columns,
        which: npt.NDArray[np.int64],
        service: Service,
        bound: float,
        losses: FloatArray,
        *,
        exact: bool,
    ) -> None:
        """Shorten the ways with some columns; `exact` if the price alone left others out."""
        cost = self.instance.cost(self.best)
        model = Full(self.instance, self._table(found, which, exact=exact), self.budget.check)
        served = self._service(model)
        model.model.add(served >= (service.least or 0))
        model.model.add(served <= self.scale.value(self.instance, self.best))
        model.model.minimize(model.cost())
        model.model.add(model.cost() >= self.travel_bound)
        model.hint(self.best)
        self.budget.check()
        left_out = self._whole(found)
        left_out[which] = False
        # Whatever uses a column left out costs at least the bound plus its price.
        least = float(losses[left_out].min(initial=np.inf))
        beyond = cost if bound + least >= cost else ceil(bound + least - SAFETY)
        share = 1.0 if exact and beyond >= cost else PROMISING_SHARE
        answer = self._run(model, "travel", self.budget.limits(share))
        if answer.bound is not None and exact:
            self.travel_bound = max(self.travel_bound, min(answer.bound, beyond))

    def _least(self, value: int) -> int:
        """Service to keep: musts exactly, the rest within the policy's tolerance."""
        policy = self.instance.policy
        tolerance = policy.tolerances[0] if policy.tolerances else 0
        musts = sum(self.instance.must[t] for t in self.best)
        return value - (value - musts * self.scale.must) * tolerance // 1_000_000

    def _table(self, found: Columns, which: npt.NDArray[np.int64], *, exact: bool) -> Table:
        """Columns chosen, and those of the best plan; shifts without all of theirs are left to circuits if `exact`."""
        rows = found.complete if exact else found.rows
        table = {row: kept for row, kept in found.table(self.instance, which).items() if row in rows}
        for row, order in self.instance.routes(self.best).items():
            if row in table and not any(set(c.tasks) == set(order) for c in table[row]):
                table[row].append(column(self.instance, row, tuple(order)))
        return table

    def _weights(self) -> dict[int, int]:
        options = self.instance.candidates.options
        return {t: self.scale.weight(self.instance, t) for t, found in enumerate(options) if found}

    def _service(self, model: Relaxed) -> cp_model.LinearExprT:
        weights = [self.scale.weight(self.instance, t) for t in model.served]
        return cp_model.LinearExpr.weighted_sum(list(model.served.values()), weights)

    def _run(self, model: Full, stage: str, limits: Limits) -> Answer:
        def tell(value: int, bound: int) -> None:
            self.tell(stage, self.best, bound, f"{stage} {value}, bound {bound}")

        answer = run(model.model, limits, tell)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
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
