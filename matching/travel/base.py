"""What the rest of the library knows about travel: this protocol, and nothing else."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

Mode = Literal["walk", "walk_slow", "ebike", "car"]
IntArray = npt.NDArray[np.int64]

UNREACHABLE = 10_000_000
"""Ticks and metres between places that no way connects; larger than any horizon."""


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door in WGS-84; `access_ticks` (stairs, gate) are paid on leaving and on arriving.

    `step_free`: whether it can be reached without a step, None where that is not known.
    """

    id: str
    lat: float
    lon: float
    access_ticks: int = 0
    step_free: bool | None = None


class Travel(Protocol):
    """Travel between places by mode; implementations obey the triangle inequality."""

    @property
    def estimated(self) -> bool:
        """Whether all numbers are guesses rather than routes on a street network."""
        ...

    def guessed(self, a: Place, b: Place) -> bool:
        """Whether the way from `a` to `b` is a guess rather than a route."""
        ...

    def metres(self, a: Place, b: Place, mode: Mode) -> int:
        """Metres from `a` to `b`."""
        ...

    def ticks(self, a: Place, b: Place, mode: Mode) -> int:
        """Ticks from `a` to `b`, access at both ends included; 0 for the same place."""
        ...

    def pairs(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of `a[i]` to `b[i]` for every i."""
        ...

    def block(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of every `a` (rows) to every `b` (columns)."""
        ...


def access(a: Sequence[Place], b: Sequence[Place]) -> tuple[IntArray, IntArray]:
    """Access ticks of both sides."""
    return (
        np.fromiter((p.access_ticks for p in a), np.int64, len(a)),
        np.fromiter((p.access_ticks for p in b), np.int64, len(b)),
    )


def numbering(a: Sequence[Place], b: Sequence[Place]) -> tuple[IntArray, IntArray]:
    """Small integers, equal where the place ids are equal."""
    number: dict[str, int] = {}
    return (
        np.fromiter((number.setdefault(p.id, len(number)) for p in a), np.int64, len(a)),
        np.fromiter((number.setdefault(p.id, len(number)) for p in b), np.int64, len(b)),
    )
