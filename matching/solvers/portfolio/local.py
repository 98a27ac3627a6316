"""The local search as a stage: how long, how many rounds, and when it has tired."""

from typing import TYPE_CHECKING

from matching.solvers.portfolio.engines import ready
from matching.solvers.portfolio.state import State

if TYPE_CHECKING:
    from matching.solvers.local import Search

TASKS_OF_WORK = 15_000_000
FEW_TASKS = 40
"""Rounds of a lane, times tasks, that count as one unit of deterministic work, about a second; few tasks are no faster."""

TELL_SECONDS = 1.0
"""How often better plans are written down while searching."""

DEFAULT_WORK = 10.0
"""Units of work where nothing else limits a search."""


def rounds_of(work: float, tasks: int) -> int:
    """Rounds of a lane for so many units of work."""
    return int(work * TASKS_OF_WORK / max(FEW_TASKS, tasks))


class Local:
    """A search that may be gone on with; `lanes` threads."""

    def __init__(self, state: State, lanes: int) -> None:
        self.state, self.lanes = state, lanes
        self.search: Search | None = None

    def improve(self, share: float, most: int | None = None) -> None:
        """Search on from the best plan for a share of what is left, at most so many rounds."""
        state = self.state
        if not ready(state, "local", state.budget.spent(share)):
            return
        from matching.solvers.local import Search  # noqa: PLC0415 loaded by now

        if self.search is None:
            seed, start = state.budget.seed, state.best or None
            self.search = Search(state.instance, seed=seed, lanes=self.lanes, start=start)
        search, begun = self.search, self.search.rounds
        watch = _Watch(state, search, share, most)
        try:
            search.run(watch.share, watch.most, lambda _: watch.tell())
        finally:
            state.searched = True
            state.offer("local", search.best())
            state.remember(search.routes())
            state.budget.spend((search.rounds - begun) / rounds_of(1.0, len(state.instance.priority)))
        state.note("local", f"{len(state.best)} tasks served after {search.rounds:,} rounds in each lane")


class _Watch:
    """Says how much of the search is over, and keeps the best plan between its legs."""

    def __init__(self, state: State, search: "Search", share: float, most: int | None) -> None:
        self.state, self.budget, self.search = state, state.budget, search
        self.budget.improved()
        self.begun, self.told = self.budget.elapsed, self.budget.elapsed
        left, stop = self.budget.left(), self.budget.stop
        self.seconds = None if left is None else left * share
        tasks = len(state.instance.priority)
        work = None if self.budget.work is None else rounds_of(self.budget.work * share, tasks)
        iterations = None if stop.iterations is None else max(0, stop.iterations - search.rounds)
        limits = [limit for limit in (most, work, iterations) if limit is not None]
        if not limits and self.seconds is None:
            limits = [rounds_of(DEFAULT_WORK, tasks)]
        self.most = min(limits, default=None)
        self.better = 0
        self.value: tuple[int, int] = (-1, 0)

    def share(self, rounds: int) -> float:
        """From 0 to 1, by the clock or by rounds, whichever is further; 1 once the search has tired."""
        value = max(lane.value for lane in self.search.lanes)
        if value > self.value:
            self.value, self.better = value, rounds
            self.budget.improved()
        patience = self.budget.stop.no_improvement_iterations
        if self.budget.out() or (patience is not None and rounds - self.better >= patience):
            return 1.0
        by_rounds = 0.0 if self.most is None else rounds / max(1, self.most)
        if self.most == 0:
            return 1.0
        if self.seconds is None:
            return by_rounds
        return max(by_rounds, (self.budget.elapsed - self.begun) / max(self.seconds, 1e-9))

    def tell(self) -> None:
        """Between two legs: now and then what is best."""
        if self.budget.elapsed - self.told >= TELL_SECONDS:
            self.told = self.budget.elapsed
            self.state.offer("local", self.search.best())
            self.state.tell("local", None, f"{self.search.rounds:,} rounds")
