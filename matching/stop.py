"""When to stop searching."""

import msgspec

from matching.errors import OptionsError


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whichever comes first; None is no limit.

    `seconds`: wall clock, ignored in deterministic mode. `deterministic`: units of work of the exact solver (about a
    second each). `iterations`: improvement rounds of the heuristics.
    """

    seconds: float | None = None
    deterministic: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        for name in ("seconds", "deterministic", "iterations"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise OptionsError(f"{name}: expected a number from 0, got {value}")
