"""Level after level among columns: bound the service, prove it, fix it, then lower what it costs."""

from math import ceil

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.policy import MILLION, Level
from matching.solvers.budget import Limits, OutOfTime, Steps
from matching.solvers.cpsat.columns import Columns, Table, add, all_columns
from matching.solvers.cpsat.model import Full, Relaxed, by_row, most
from matching.solvers.cpsat.search import Answer, run
from matching.solvers.instance import Solution
from matching.solvers.portfolio.bounding import bound
from matching.solvers.portfolio.state import Route, State
from matching.solvers.timing import early
from matching.travel import IntArray

FloatArray = npt.NDArray[np.float64]
Rest = dict[int, list[Option]]
"""Possible visits of the shifts without all of their columns."""

BOUND_SHARE = 0.2
SERVICE_SHARE = 0.5
TIES_SHARE = 0.15
COLUMNS_SHARE = 0.25
PRICES_SHARE = 0.3
"""Shares of the time left that the stages may take."""

PROMISING = 1_500
"""Columns of the first search."""

PROMISING_SHARE = 0.5

SLACK = 1e-3
"""What whole numbers may be wrong by as floating-point numbers."""

SLICE_WORK = 0.05
COLUMN_WORK = 8e-5
"""Units of deterministic work of writing columns down (a slice of ways), and of a model for each of its columns."""

COLUMNS_A_SECOND = 3_000
ARCS_A_SECOND = 10_000
"""Columns, and arcs of circuits, worth a complete search, per second left: below that it would end before it began."""


class Improve:
    """The stages of one exact solve on a `State`, which is valid after each of them, and when one was cut short.

    `max_arcs`: ways between visits in circuits that it builds at most (None: any); beyond it there is no proof.
    """

    def __init__(self, state: State, *, max_arcs: int | None = None) -> None:
        self.state, self.max_arcs = state, max_arcs
        self.stage = "columns"
        self.instance, self.budget, self.scale = state.instance, state.budget, state.scale
        self.kept: dict[Level, int] = {}

    def relax(self) -> None:
        """An upper bound from teams, caps and capacity alone; skipped where the service is settled already."""
        if self.state.settled("service"):
            return
        try:
            relaxed = Relaxed(self.instance, self.budget.check)
            relaxed.model.maximize(self._service(relaxed))
            self.budget.check()
        except OutOfTime:
            self.state.note("bound", "no time for one")
            return
        limits = self.budget.limits(BOUND_SHARE)
        answer = run(relaxed.model, limits, lambda _value, _bound: None, self.budget.out)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
        if answer.bound is not None:
            self.state.limit(answer.bound)
        self.state.note("bound", f"no plan serves more than {self.state.points_bound} points")

    def full(self) -> None:
        """Service on the full model, then each level of cost on the columns that can matter."""
        try:
            self._full()
        except OutOfTime:
            self.state.note(self.stage, "stopped before a search")

    def _full(self) -> None:
        self.budget.check()
        rows = by_row(self.instance.candidates.options)
        steps = Steps(self.budget, COLUMNS_SHARE, SLICE_WORK)
        found = all_columns(self.instance, rows, lambda row: most(self.instance, row), steps.out)
        rest = {row: options for row, options in rows.items() if row not in found.complete}
        self.state.searched = True
        self.state.note("columns", f"{len(found.row)} columns, {len(rest)} shifts without all of theirs")
        if not self.state.settled("service"):
            self._serve(found, rest)
        least = self._least()
        for level in self.instance.costs:
            if not self.state.settled(level):
                self._shorten(level, found, rest, least)
            self.kept[level] = self._most(level)

    def _serve(self, found: Columns, rest: Rest) -> None:
        """First among the columns that promise most; then, if that did not settle it, among all that could help."""
        self._begin("service")
        using = self._using("service", found, rest)
        order = np.lexsort((found.ticks, -using))
        few = order[:PROMISING]
        if rest or len(few) < len(order):
            self._search_service(found, few, exact=False, share=self._share())
        helpful = np.flatnonzero((using > self.state.value + 1 - SLACK) & self._whole(found))
        if not self.state.settled("service") and self._affordable(len(helpful), rest):
            self._search_service(found, helpful, exact=True, share=self._share())
        self._end("service")

    def _using(self, level: Level, found: Columns, rest: Rest) -> FloatArray:
        """What no plan surpasses that uses a column, for each of them; where there are many, from the prices of a bound."""
        state = self.state
        if level not in state.bounds and (rest or len(found.row) > PROMISING):
            bound(state, (level,), PRICES_SHARE)
        known = state.bounds.get(level)
        limit = float(state.bound if level == "service" else state.cost_bound[level])
        if known is None:
            return np.full(len(found.row), limit)
        using = known.using(found.row, found.task)
        return np.minimum(using, limit) if level == "service" else np.maximum(using, limit)

    def _share(self) -> float:
        """Of the time left, for service: little where points are proven, and only how many are served is open."""
        points = all(r.gap_ppm == 0 for r in self.state.reports if r.name in {"mandatory", "service"})
        return TIES_SHARE if points else SERVICE_SHARE

    def _begin(self, stage: str) -> None:
        self.stage = stage
        self.budget.improved()

    def _end(self, level: Level) -> None:
        settled = self.state.settled(level)
        done = "near enough" if self.budget.stop.gap_ppm else "proven optimal"
        self.state.note(level, done if settled else "stopped before a proof")

    def _search_service(self, found: Columns, which: IntArray, *, exact: bool, share: float) -> None:
        model = Full(self.instance, self._table("service", found, which, exact=exact), self.budget.check)
        service = self._service(model)
        model.model.add(service <= self.state.bound)
        model.model.maximize(service)
        model.hint(self.state.best)
        self.budget.check()
        answer = self._run(model, "service", self.budget.limits(share))
        if answer.bound is not None and exact:
            # Columns left out serve no more than what is already there.
            self.state.limit(max(answer.bound, self.state.value))

    def _shorten(self, level: Level, found: Columns, rest: Rest, least: int) -> None:
        """First among the most promising columns; then, if that did not settle it, among all that could help."""
        self._begin(level)
        using = self._using(level, found, rest)
        order = np.lexsort((found.ticks, using))
        most = self._afforded() if self._affordable(0, rest) else PROMISING
        further = most is None or most > PROMISING
        if not self.state.settled(level) and (rest or len(order) > PROMISING or not further):
            share = PROMISING_SHARE if further or level != self.instance.level else 1.0
            self._search_cost(level, found, order[:PROMISING], least, using, share, exact=not rest)
        if not self.state.settled(level) and further:
            cheaper = using[order] < self.instance.cost(self.state.best, level) - 1 + SLACK
            helpful = order[cheaper & self._whole(found)[order]][:most]
            self._search_cost(level, found, helpful, least, using, PROMISING_SHARE, exact=True)
        self._end(level)

    def _whole(self, found: Columns) -> npt.NDArray[np.bool_]:
        """Columns of shifts that have all of theirs."""
        return np.isin(found.row, np.array(sorted(found.complete), dtype=np.int64))

    def _afforded(self) -> int | None:
        """How many columns can be searched in what is left of the time."""
        seconds = self.budget.rest()
        return None if seconds is None else max(PROMISING, int(seconds * COLUMNS_A_SECOND))

    def _affordable(self, columns: int, rest: Rest) -> bool:
        """Whether what is left of the time is worth a search of this size."""
        arcs = sum(len(options) ** 2 for options in rest.values())
        if self.max_arcs is not None and arcs > self.max_arcs:
            return False
        seconds = self.budget.rest()
        return seconds is None or columns / COLUMNS_A_SECOND + arcs / ARCS_A_SECOND < seconds

    def _search_cost(
        self,
        level: Level,
        found: Columns,
        which: IntArray,
        least: int,
        using: FloatArray,
        share: float,
        *,
        exact: bool,
    ) -> None:
        """Lower a level of cost with some columns; `exact` if the bound alone left others out."""
        cost = self.instance.cost(self.state.best, level)
        model = self._cost_model(level, self._table(level, found, which, exact=exact), least)
        self.budget.check()
        left_out = self._whole(found)
        left_out[which] = False
        # Whatever uses a column left out costs at least this.
        beyond = min(cost, ceil(float(using[left_out].min(initial=cost)) - SLACK))
        share = 1.0 if exact and beyond >= cost else share
        answer = self._run(model, level, self.budget.limits(share))
        if answer.bound is not None and exact:
            self.state.limit_cost(level, min(answer.bound, beyond))

    def _cost_model(self, level: Level, table: Table, least: int) -> Full:
        model = Full(self.instance, table, self.budget.check)
        served = self._service(model)
        model.model.add(served >= least)
        model.model.add(served <= self.state.value)
        for earlier, value in self.kept.items():
            model.model.add(model.cost(earlier) <= value)
        model.model.minimize(model.cost(level))
        model.model.add(model.cost(level) >= self.state.cost_bound[level])
        model.hint(self.state.best)
        return model

    def _tolerance(self, level: Level) -> int:
        policy = self.instance.policy
        return policy.tolerances[policy.levels.index(level)] if policy.tolerances else 0

    def _least(self) -> int:
        """Service to keep: musts exactly, the rest within the policy's tolerance."""
        value = self.state.value
        musts = sum(self.instance.must[t] for t in self.state.best)
        return value - (value - musts * self.scale.must) * self._tolerance("service") // MILLION

    def _most(self, level: Level) -> int:
        """What a level may cost while the later ones are improved."""
        cost = self.instance.cost(self.state.best, level)
        return cost + cost * self._tolerance(level) // MILLION

    def _table(self, level: Level, found: Columns, which: IntArray, *, exact: bool) -> Table:
        """Columns chosen, those of the pool and of the best plan; unless all are there, shifts are circuits if `exact`."""
        rows = found.complete if exact else found.rows
        table = {row: kept for row, kept in found.table(self.instance, which).items() if row in rows}
        best = ((row, tuple(order)) for row, order in self.instance.routes(self.state.best).items())
        for row, order in (*self._pool(level, found.rows - found.complete), *best):
            if row in table:
                add(self.instance, table[row], row, order)
        self.budget.spend(COLUMN_WORK * sum(map(len, table.values())))
        return table

    def _pool(self, level: Level, rows: frozenset[int]) -> list[Route]:
        """Routes known for some rows that promise most."""
        routes = [route for route in self.state.pool if route[0] in rows]
        known = self.state.bounds.get(level)
        if known is None or len(routes) <= PROMISING:
            return routes[:PROMISING]
        width = max(len(tasks) for _, tasks in routes)
        task = np.array([tasks + (-1,) * (width - len(tasks)) for _, tasks in routes], dtype=np.int64)
        using = known.using(np.array([row for row, _ in routes], dtype=np.int64), task)
        order = np.argsort(-using if level == "service" else using, kind="stable")
        return [routes[i] for i in order[:PROMISING].tolist()]

    def _service(self, model: Relaxed) -> cp_model.LinearExprT:
        weights = [self.scale.weight(self.instance, t) for t in model.served]
        return cp_model.LinearExpr.weighted_sum(list(model.served.values()), weights)

    def _run(self, model: Full, stage: Level, limits: Limits) -> Answer:
        def tell(value: int, bound: int) -> None:
            self.budget.improved()
            self.state.tell(stage, bound, f"{stage} {value}, bound {bound}")

        # One must-serve task outweighs any gap of the rest.
        coarse = stage != "service" or not any(self.instance.must)
        gap = (self.budget.stop.gap_ppm or 0) if coarse else 0
        answer = run(model.model, limits, tell, self.budget.out, gap)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
        if answer.found:
            self._take(early(self.instance, model.read(answer.solver)), stage)
        return answer

    def _take(self, solution: Solution, stage: Level) -> None:
        """Levels of cost may give up points within their tolerance; everywhere else better is better."""
        best, instance = self.state.best, self.instance
        cheaper = stage != "service" and instance.cost(solution, stage) < instance.cost(best, stage)
        if cheaper or instance.rank(solution) < instance.rank(best):
            self.state.take("columns", solution)
