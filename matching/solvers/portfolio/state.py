"""What is known so far: the best plan, who found it, and a bound for each level. Valid at any moment."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from matching.plan import LevelReport
from matching.policy import Level
from matching.progress import Found, Progress
from matching.solvers.budget import Budget
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale, cost_report, everything, service_reports

if TYPE_CHECKING:
    from matching.solvers.bounds import Bound

Route = tuple[int, tuple[int, ...]]
"""A row of the shift table and its tasks in order."""

STAGES = (
    "candidates",
    "greedy",
    "parts",
    "borders",
    "compile",
    "local",
    "bound",
    "columns",
    "service",
    "travel",
    "experience",
)
MAX_POOL = 60_000
"""Routes remembered for the choice among columns."""


class State:
    """Shared by the stages of one solve; `best` and `reports` are valid after each of them, and when one was cut short.

    `bound`: no plan weighs more (`Scale`). `cost_bound`: no plan that serves as much costs less, level by level.
    `bounds`: what these come from, the best of each level. `pool`: routes that may be good.
    """

    def __init__(
        self, instance: Instance, budget: Budget, listener: Callable[[Progress], None] | None
    ) -> None:
        self.instance, self.budget, self.listener = instance, budget, listener
        self.best: Solution = {}
        self.part = "greedy"
        self.searched = False
        self.scale = Scale.of(instance)
        self.bound = everything(instance)
        self.cost_bound: dict[Level, int] = dict.fromkeys(instance.costs, 0)
        self.found: list[Found] = []
        self.log: list[str] = []
        self.pool: dict[Route, None] = {}
        self.bounds: dict[Level, Bound] = {}

    @property
    def value(self) -> int:
        """Weight of the best plan."""
        return self.scale.value(self.instance, self.best)

    @property
    def reports(self) -> list[LevelReport]:
        """What is known of each level now."""
        reports = service_reports(self.instance, self.best, self.bound, searched=self.searched)
        for level, bound in self.cost_bound.items():
            cost = self.instance.cost(self.best, level)
            reports.append(cost_report(level, cost, bound, searched=self.searched))
        return reports

    def settled(self, level: Level) -> bool:
        """Whether nothing is left to do for a level: proven, or near enough to its bound for the caller."""
        if level == "service":
            return self.value >= self.bound or self.near(level, self.bound)
        return self.near(level, self.cost_bound[level])

    def near(self, level: Level, bound: int) -> bool:
        """Whether the best plan would be near enough for the caller, were this the bound of a level."""
        near = self.budget.stop.gap_ppm or 0
        if level != "service":
            cost = self.instance.cost(self.best, level)
            return cost_report(level, cost, bound, searched=True).gap_ppm <= near
        if not near:
            return False
        reports = service_reports(self.instance, self.best, min(bound, self.bound), searched=True)
        return all(report.gap_ppm <= near for report in reports)

    @property
    def finished(self) -> bool:
        """Whether every level is settled."""
        return all(self.settled(level) for level in self.instance.policy.levels)

    def offer(self, part: str, solution: Solution) -> bool:
        """Keep a plan if it is better than the best."""
        better = self.instance.rank(solution) < self.instance.rank(self.best)
        if better:
            self.take(part, solution)
        return better

    def take(self, part: str, solution: Solution) -> None:
        """Keep a plan, also one that gives up points within a tolerance."""
        self.best, self.part = solution, part
        found = Found(
            part=part,
            seconds=round(self.budget.elapsed, 3),
            served=len(solution),
            points=self.instance.points(solution),
            cost=self.instance.cost(solution),
        )
        self.found.append(found)
        self.budget.improved()

    def limit(self, bound: int) -> None:
        """No plan weighs more than this."""
        self.bound = min(self.bound, bound)

    def limit_cost(self, level: Level, bound: int) -> None:
        """No plan that serves as much costs less."""
        self.cost_bound[level] = max(self.cost_bound[level], bound)

    def learn(self, level: Level, found: "Bound") -> None:
        """Take a bound with all that comes with it."""
        old = self.bounds.get(level)
        if level == "service":
            self.limit(found.value)
            better = old is None or found.value <= old.value
        else:
            self.limit_cost(level, found.value)
            better = old is None or found.value >= old.value
        if better:
            self.bounds[level] = found
        self.remember(found.columns)

    def remember(self, routes: Iterable[Route]) -> None:
        """Keep routes for the choice among columns."""
        for row, tasks in routes:
            if len(self.pool) < MAX_POOL:
                self.pool[row, tuple(tasks)] = None

    @property
    def points_bound(self) -> int:
        """The bound as points."""
        return self.bound % self.scale.must // self.scale.point

    def note(self, stage: str, message: str) -> None:
        """Log and tell."""
        self.log.append(f"{self.budget.elapsed:.2f} s {stage}: {message}")
        self.tell(stage, None, message)

    def tell(self, stage: str, bound: int | None, message: str, share: float | None = None) -> None:
        """Tell the listener, if there is one."""
        if self.listener is None:
            return
        self.listener(
            Progress(
                stage=stage,
                share=self._share(stage) if share is None else share,
                served=len(self.best),
                points=self.instance.points(self.best),
                bound=bound,
                message=message,
            )
        )

    def _share(self, stage: str) -> float:
        if stage == "done":
            return 1.0
        if self.budget.seconds:
            return min(0.99, self.budget.elapsed / self.budget.seconds)
        return STAGES.index(stage) / len(STAGES)
