"""When to stop searching."""

import msgspec

from matching.errors import OptionsError


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whichever comes first; None is no limit.

    `seconds`: wall clock for the whole solve, ignored in deterministic mode. `deterministic`: units of work (about a
    second each). `iterations`: rounds of the local search, in each of its lanes. `gap_ppm`: stop as soon as every level's
    gap is at most this, in parts per million. `no_improvement_seconds` (ignored in deterministic mode) and
    `no_improvement_iterations` (rounds of the local search): stop a search that found nothing better for so long.
    """

    seconds: float | None = None
    deterministic: float | None = None
    iterations: int | None = None
    gap_ppm: int | None = None
    no_improvement_seconds: float | None = None
    no_improvement_iterations: int | None = None

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise OptionsError(f"{name}: expected a number from 0, got {value}")
