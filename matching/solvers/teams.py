"""Who may serve a task together, what they cost in money, and which tasks follow which."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from matching.problem import Precedence, Problem


class Link(NamedTuple):
    """`after` is served only if `before` is, and starts `least` to `most` ticks (None: no limit) after its start."""

    before: int
    after: int
    least: int
    most: int | None

    @classmethod
    def of(cls, problem: Problem, index: Mapping[str, int], precedence: Precedence) -> "Link":
        """A precedence by indices; its lags count from the end of `before`, these from its start."""
        before = index[precedence.before]
        stay = problem.tasks[before].duration
        most = None if precedence.max_lag is None else stay + precedence.max_lag
        return cls(before, index[precedence.after], stay + precedence.min_lag, most)

    def allows(self, before: int, after: int) -> bool:
        """Whether two starts suit."""
        return before + self.least <= after and (self.most is None or after <= before + self.most)


class Teams:
    """Rules about all who come to one task; rows are those of the shift table."""

    def __init__(
        self, problem: Problem, worker_of_row: Sequence[int], fen: Callable[[int, int], int]
    ) -> None:
        tasks, workers = problem.tasks, problem.workers
        index = {fund.id: i for i, fund in enumerate(problem.funds)}
        self.worker = worker_of_row
        self.headcount = [task.headcount for task in tasks]
        self.people = [workers[w].people for w in worker_of_row]
        self.newcomer = [workers[w].newcomer for w in worker_of_row]
        self.experienced = ["experienced" in task.safeguards for task in tasks]
        self.two_adults = ["two_adults" in task.safeguards for task in tasks]
        self.cap = [task.price_cap_fen for task in tasks]
        self.fund = [None if task.fund is None else index[task.fund] for task in tasks]
        self.fund_fen = [fund.fen for fund in problem.funds]
        self._fen = fen

    def need(self, task: int, row: int) -> int:
        """How many such rows make a team: the headcount of single people, or 1 crew; 0 where a crew is too small."""
        if self.people[row] == 1:
            return self.headcount[task]
        return int(self.people[row] >= self.headcount[task])

    def crew(self, row: int) -> bool:
        """Whether several people come as one, and alone."""
        return self.people[row] > 1

    def safe(self, task: int, rows: Sequence[int]) -> bool:
        """Whether those who come keep the safeguards of a task."""
        if self.experienced[task] and all(self.newcomer[row] for row in rows):
            return False
        return not self.two_adults[task] or sum(self.people[row] for row in rows) > 1

    def complete(self, task: int, rows: Sequence[int]) -> bool:
        """Whether rows are as many different people as the task asks for, or one crew, and keep the safeguards."""
        different = len({self.worker[row] for row in rows}) == len(rows)
        enough = all(self.need(task, row) == len(rows) for row in rows)
        return bool(rows) and different and enough and self.safe(task, rows)

    def fen(self, task: int, row: int) -> int:
        """What one row costs at a task."""
        return self._fen(task, self.worker[row])

    def over(self, task: int, rows: Sequence[int]) -> int:
        """Fen above the price cap of a task."""
        cap = self.cap[task]
        return 0 if cap is None else max(0, sum(self.fen(task, row) for row in rows) - cap)
