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
    """The seconds are over in the middle of a stage; whoever began it keeps what was there before."""


class Limits(NamedTuple):
    """Budget of one run. A `deterministic` one uses one thread, and `seconds` only to end in an error."""

    seconds: float | None
    work: float | None
    seed: int
    deterministic: bool


class Budget:
    """Shared by the stages of one solve; each asks `out` or calls `check` inside its loops."""

    def __init__(self, stop: Stop, *, seed: int, deterministic: bool, clock: Clock = monotonic) -> None:
        self.clock = clock
        self.begun = clock()
        self.seed, self.deterministic = seed, deterministic
        self.seconds = None if deterministic else stop.seconds
        self.work = stop.deterministic
        self.safety: float | None = None
        if deterministic:
            self.work = DEFAULT_WORK if self.work is None else self.work
            self.safety = SAFETY_SECONDS + SAFETY_PER_WORK * self.work

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return self.clock() - self.begun

    def spend(self, work: float) -> None:
        """Take units of work off."""
        if self.work is not None:
            self.work = max(0.0, self.work - work)

    def out(self) -> bool:
        """Whether the seconds for searching are over; raises `SafetyError` in a deterministic solve gone astray."""
        if self.safety is not None and self.elapsed >= self.safety:
            raise SafetyError(f"A deterministic solve took more than {self.safety:.0f} seconds")
        return self.seconds is not None and self.elapsed >= self.seconds * LATE

    def check(self) -> None:
        """Raise `OutOfTime` if the seconds are over."""
        if self.out():
            raise OutOfTime

    def left(self) -> float | None:
        """Seconds left for searching; None without a limit."""
        return None if self.seconds is None else max(0.0, self.seconds * LATE - self.elapsed)

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
