"""What is left to spend: seconds by the clock, or units of work in deterministic mode."""

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from matching.errors import SafetyError
from matching.stop import Stop

DEFAULT_WORK = 20.0
"""Units of work of a deterministic solve that names no limit."""

SAFETY_SECONDS = 120.0
SAFETY_PER_WORK = 30.0
"""A deterministic solve that takes longer than these seconds, and these for each unit of work, has gone astray."""

LATE = 0.95
"""Share of the seconds for searching; the rest is for writing down and checking the plan."""

Clock = Callable[[], float]


class OutOfTime(Exception):
    """The time is over in the middle of a stage; whoever began it keeps what was there before."""


class Limits(NamedTuple):
    """Budget of one run. A `deterministic` one uses one thread, and `seconds` only to end in an error."""

    seconds: float | None
    work: float | None
    seed: int
    deterministic: bool


class Budget:
    """Shared by the stages of one solve; each asks `out` or calls `check` inside its loops.

    `cancelled` is asked whenever the clock is looked at, and should be quick. `interrupted` is true once somebody gave up.
    """

    def __init__(
        self,
        stop: Stop,
        *,
        seed: int,
        deterministic: bool,
        clock: Clock = monotonic,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.clock = clock
        self.begun = clock()
        self.stop, self.seed, self.deterministic = stop, seed, deterministic
        self.seconds = None if deterministic else stop.seconds
        self.patience = None if deterministic else stop.no_improvement_seconds
        self.work = stop.deterministic
        self.exhausted = False
        self.safety: float | None = None
        self.interrupted = False
        self._cancelled = cancelled
        self._improved: float | None = None
        if deterministic:
            self.work = DEFAULT_WORK if self.work is None else self.work
            self.safety = SAFETY_SECONDS + SAFETY_PER_WORK * self.work

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return self.clock() - self.begun

    def spend(self, work: float) -> None:
        """Take units of work off; with none left, searching is over."""
        if self.work is not None:
            self.work = max(0.0, self.work - work)
            self.exhausted = self.work == 0.0

    def improved(self) -> None:
        """Something better was found, or a new stage begins: patience starts anew."""
        if self.patience is not None:
            self._improved = self.elapsed

    def out(self) -> bool:
        """Whether searching is over; raises `SafetyError` in a deterministic solve gone astray."""
        if self.interrupted or (self._cancelled is not None and self._cancelled()):
            self.interrupted = True
            return True
        if self.safety is not None and self.elapsed >= self.safety:
            raise SafetyError(f"A deterministic solve took more than {self.safety:.0f} seconds")
        if self.seconds is not None and self.elapsed >= self.seconds * LATE:
            return True
        return self.exhausted or self._tired()

    def _tired(self) -> bool:
        if self.patience is None or self._improved is None:
            return False
        return self.elapsed - self._improved >= self.patience

    def check(self) -> None:
        """Raise `OutOfTime` if searching is over."""
        if self.out():
            raise OutOfTime

    def left(self) -> float | None:
        """Seconds left for searching; None without a limit."""
        return None if self.seconds is None else max(0.0, self.seconds * LATE - self.elapsed)

    def rest(self) -> float | None:
        """Seconds left, or units of work if these are fewer; None without a limit."""
        return min((limit for limit in (self.left(), self.work) if limit is not None), default=None)

    def spent(self, share: float) -> Callable[[], bool]:
        """A stage of its own within the budget: whether it has used its share of what is left now."""
        left = self.left()
        end = None if left is None else self.elapsed + left * share
        return lambda: self.out() or (end is not None and self.elapsed >= end)

    def limits(self, share: float) -> Limits:
        """A share of what is left."""
        left = self.left()
        seconds = None if left is None else left * share
        if self.safety is not None:
            seconds = max(0.0, self.safety - self.elapsed)
        work = None if self.work is None else self.work * share
        return Limits(seconds, work, self.seed, self.deterministic)


class Steps:
    """A stage of equal steps within a share of what is left: by the clock, and by units of `work` for each step."""

    def __init__(self, budget: Budget, share: float, work: float) -> None:
        self.budget, self.work = budget, work
        self.enough, self.asked = budget.spent(share), 0
        self.most = None if budget.work is None else budget.work * share / work

    def out(self) -> bool:
        """Whether there is no time for another step; each answer counts as one."""
        self.asked += 1
        self.budget.spend(self.work)
        return self.enough() or (self.most is not None and self.asked > self.most)
