"""The one way in: compose candidates, greedy and exact solver, check the answer, return the plan."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Literal

import msgspec

from matching.assemble import assemble
from matching.errors import OptionsError, PlanError
from matching.plan import LevelReport, Plan
from matching.policy import Policy
from matching.problem import Problem
from matching.rules import check
from matching.solvers.budget import Budget, Clock
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import everything, service_reports, travel_report
from matching.stop import Stop

if TYPE_CHECKING:
    from matching.solvers.cpsat.improve import Improve

SolverName = Literal["auto", "greedy", "cpsat"]
DEFAULT_POLICY = Policy()
GREEDY_SHARE = 0.2
"""Share of the seconds after which second chances end, where an exact search follows."""

MAX_ARCS = 400_000
"""Ways between visits in circuits that `auto` builds; beyond it there are columns alone, and no proof."""


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a solve is: `share` of its time from 0 to 1, and the best plan so far; `bound` of the current level."""

    stage: str
    share: float
    served: int
    points: int
    bound: int | None
    message: str


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checked plan. `status`: optimal (every level proven), feasible, or interrupted."""

    plan: Plan
    seconds: float
    status: Literal["optimal", "feasible", "interrupted"]
    log: tuple[str, ...] = ()


def solve(
    problem: Problem,
    policy: Policy = DEFAULT_POLICY,
    *,
    stop: Stop,
    seed: int = 0,
    solver: SolverName = "auto",
    deterministic: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    warm_start: Plan | None = None,
    clock: Clock = monotonic,
) -> Result:
    """Match; the plan has passed `rules.check`, or `PlanError` is raised.

    Deterministic mode uses one thread, work instead of seconds, and gives the same bytes for the same content. If it
    takes absurdly long by the clock (`budget.SAFETY_SECONDS`), it raises `SafetyError`: a plan cut short would differ.
    An interrupt (Ctrl-C) while searching returns the best plan so far.
    """
    if solver not in {"auto", "greedy", "cpsat"}:
        raise OptionsError(f"Unknown solver {solver!r}")
    budget = Budget(stop, seed=seed, deterministic=deterministic, clock=clock)
    run = _Run(problem, policy, budget, on_progress)
    status: Literal["feasible", "interrupted"] = "feasible"
    try:
        run.search(solver, stop, warm_start)
    except KeyboardInterrupt:
        status = "interrupted"
    plan = run.plan(seed)
    proven = all(level.status == "optimal" for level in plan.levels)
    run.tell("done", run.best, None, plan.summary().splitlines()[0])
    return Result(
        plan=plan, seconds=budget.elapsed, status="optimal" if proven else status, log=tuple(run.log)
    )


class _Run:
    """State of one solve, such that a plan can be made at any moment."""

    def __init__(
        self, problem: Problem, policy: Policy, budget: Budget, listener: Callable[[Progress], None] | None
    ) -> None:
        self.budget, self.listener = budget, listener
        self.best: Solution = {}
        self.log: list[str] = []
        self.name = "greedy"
        self.exact: Improve | None = None
        self.instance = Instance(problem, policy, budget.out)
        pairs = sum(len(options) for options in self.instance.candidates.options)
        self.note("candidates", f"{pairs} possible visits")

    def search(self, solver: SolverName, stop: Stop, warm_start: Plan | None) -> None:
        """Greedy, then as much of the exact solver as size and choice allow."""
        rounds = 2 if stop.iterations is None else stop.iterations
        warm = None if warm_start is None else _known(self.instance, warm_start)
        enough = self.budget.spent(1.0 if solver == "greedy" else GREEDY_SHARE)
        self.best = greedy(self.instance, warm, rounds=rounds, out_of_time=self.budget.out, enough=enough)
        self.note("greedy", f"{len(self.best)} tasks served")
        if solver == "greedy" or self.budget.out() or not any(self.instance.candidates.options):
            return
        # ortools takes a second to import and must stay out of the web process.
        from matching.solvers.cpsat.improve import Improve  # noqa: PLC0415

        most = None if solver == "cpsat" else MAX_ARCS
        self.exact = exact = Improve(self.instance, self.best, self.budget, self.tell, max_arcs=most)
        exact.relax()
        exact.full()

    def plan(self, seed: int) -> Plan:
        """The best plan so far, checked."""
        if self.exact is not None:
            self.best, reports = self.exact.best, self.exact.reports
            self.log += self.exact.log
            self.name = "cpsat" if self.exact.searched else self.name
        else:
            reports = self._unsearched()
        plan = assemble(self.instance, self.best, reports, solver=self.name, seed=seed)
        violations = check(self.instance.problem, plan)
        if violations:
            raise PlanError(f"The {self.name} solver broke a rule: {violations[0]}")
        return plan

    def _unsearched(self) -> list[LevelReport]:
        reports = service_reports(self.instance, self.best, everything(self.instance), searched=False)
        if "travel" in self.instance.policy.levels:
            reports.append(travel_report(self.instance.cost(self.best), 0, searched=False))
        return reports

    def note(self, stage: str, message: str) -> None:
        """Log and tell."""
        self.log.append(f"{self.budget.elapsed:.2f} s {stage}: {message}")
        self.tell(stage, self.best, None, message)

    def tell(self, stage: str, best: Solution, bound: int | None, message: str) -> None:
        """Tell the listener, if there is one."""
        if self.listener is None:
            return
        points = sum(self.instance.priority[task] for task in best) if best else 0
        share = 1.0 if stage == "done" else self._share(stage)
        progress = Progress(
            stage=stage, share=share, served=len(best), points=points, bound=bound, message=message
        )
        self.listener(progress)

    def _share(self, stage: str) -> float:
        if self.budget.seconds:
            return min(0.99, self.budget.elapsed / self.budget.seconds)
        stages = ("candidates", "greedy", "bound", "columns", "service", "travel")
        return stages.index(stage) / len(stages)


def _known(instance: Instance, plan: Plan) -> Solution:
    """What of a plan (perhaps of an older problem) names tasks, workers and shifts that still exist."""
    tasks = {task.id: i for i, task in enumerate(instance.problem.tasks)}
    rows = {
        (instance.problem.workers[worker].id, index): row
        for row, (worker, index) in enumerate(
            zip(instance.shifts.worker.tolist(), instance.shifts.index.tolist(), strict=True)
        )
    }
    found: dict[int, tuple[int, list[int]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            if stop.task in tasks and (route.worker, route.shift) in rows:
                _, team = found.setdefault(tasks[stop.task], (stop.start, []))
                team.append(rows[route.worker, route.shift])
    return {task: (start, tuple(sorted(team))) for task, (start, team) in found.items()}
