"""Explicit tables, for tests, benchmarks and other people's files."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from matching.travel.base import IntArray, Mode, Place, access, numbering

Rows = tuple[tuple[int, ...], ...]


class ModeMatrix(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ticks and metres of one mode, from row to column."""

    mode: Mode
    ticks: Rows
    metres: Rows


class MatrixTravel(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="matrix",
    dict=True,
):
    """One square table per mode over `places`; a problem keeps places sorted and tables in their order."""

    places: tuple[str, ...]
    matrices: tuple[ModeMatrix, ...]

    @property
    def estimated(self) -> bool:
        """Taken as given."""
        return False

    def guessed(self, a: Place, b: Place) -> bool:  # noqa: ARG002 - every pair alike
        """Taken as given."""
        return False

    @cached_property
    def _arrays(self) -> dict[Mode, tuple[IntArray, IntArray]]:
        return {
            m.mode: (np.array(m.ticks, dtype=np.int64), np.array(m.metres, dtype=np.int64))
            for m in self.matrices
        }

    def metres(self, a: Place, b: Place, mode: Mode) -> int:
        """Metres as given; 0 for the same place."""
        return int(self.pairs((a,), (b,), mode)[1][0])

    def ticks(self, a: Place, b: Place, mode: Mode) -> int:
        """Ticks as given, with access at both ends."""
        return int(self.pairs((a,), (b,), mode)[0][0])

    def pairs(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of `a[i]` to `b[i]`."""
        ticks, metres = self._arrays[mode]
        rows, columns = self._indices(a), self._indices(b)
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        same = number_a == number_b
        return (
            np.where(same, 0, ticks[rows, columns] + from_a + to_b),
            np.where(same, 0, metres[rows, columns]),
        )

    def block(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of every `a` to every `b`."""
        ticks, metres = self._arrays[mode]
        grid = np.ix_(self._indices(a), self._indices(b))
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        same = number_a[:, None] == number_b[None, :]
        return (
            np.where(same, 0, ticks[grid] + from_a[:, None] + to_b[None, :]),
            np.where(same, 0, metres[grid]),
        )

    def sorted(self) -> "MatrixTravel":
        """Places in order of their ids, tables rearranged to match, modes in alphabetical order."""
        order = sorted(range(len(self.places)), key=self.places.__getitem__)
        matrices = (
            ModeMatrix(mode=m.mode, ticks=_permuted(m.ticks, order), metres=_permuted(m.metres, order))
            for m in self.matrices
        )
        return MatrixTravel(
            places=tuple(self.places[i] for i in order),
            matrices=tuple(sorted(matrices, key=lambda m: m.mode)),
        )

    def _indices(self, places: Sequence[Place]) -> IntArray:
        return np.fromiter((bisect_left(self.places, p.id) for p in places), np.int64, len(places))


def _permuted(rows: Rows, order: list[int]) -> Rows:
    return tuple(tuple(rows[i][j] for j in order) for i in order)
