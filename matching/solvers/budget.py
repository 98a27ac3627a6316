"""What is left to spend: seconds by the clock, or units of work in deterministic mode."""

from time import monotonic
from typing import NamedTuple

from matching.stop import Stop

DEFAULT_WORK = 20.0
"""Units of work of a deterministic solve that names no limit."""


class Limits(NamedTuple):
    """Budget of one run; `deterministic` runs use one thread and never look at a clock."""

    seconds: float | None
    work: float | None
    seed: int
    deterministic: bool


class Budget:
    """Shared by the stages of one solve."""

    def __init__(self, stop: Stop, *, seed: int, deterministic: bool) -> None:
        self.begun = monotonic()
        self.seed, self.deterministic = seed, deterministic
        self.seconds = None if deterministic else stop.seconds
        self.work = stop.deterministic
        if deterministic and self.work is None:
            self.work = DEFAULT_WORK

    @property
    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return monotonic() - self.begun

    def spend(self, work: float) -> None:
        """Take units of work off."""
        if self.work is not None:
            self.work = max(0.0, self.work - work)

    def out(self) -> bool:
        """Whether the seconds are over."""
        return self.seconds is not None and self.elapsed >= self.seconds

    def limits(self, share: float) -> Limits:
        """A share of what is left."""
        seconds = None if self.seconds is None else max(0.0, self.seconds - self.elapsed) * share
        work = None if self.work is None else self.work * share
        return Limits(seconds, work, self.seed, self.deterministic)
