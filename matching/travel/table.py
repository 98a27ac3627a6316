"""Ways along streets as sparse tables: only the pairs within reach, so that a problem carries its own streets.

A document with such tables can be solved and checked again without the network, and also after its coordinates were
blurred: places are known by their ids alone.
"""

from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

from matching.travel.base import UNREACHABLE, IntArray, Mode, Place, access, numbering
from matching.travel.line import Speeds

PACKED = np.dtype("<i4")
"""Numbers of a table in a document: 32 bits, little-endian, on every machine (base64 in JSON)."""

Packed = npt.NDArray[np.int32]


class ModeTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Metres of `modes`, which share their ways, between the points of a `TableTravel`.

    Packed rows: those of point p are at `first[p]:first[p + 1]` of `to` (points, ascending) and `metres`. A symmetric
    table keeps each pair once, in the row of its smaller point. `limit_metres` is how far was looked: a pair that is not
    there is further than anybody who could use it may go.
    """

    modes: tuple[Mode, ...]
    limit_metres: int
    first: bytes
    to: bytes
    metres: bytes
    symmetric: bool = True

    def sparse(self) -> tuple[Packed, Packed, Packed]:
        """First, to and metres as arrays; no copies."""
        return unpacked(self.first), unpacked(self.to), unpacked(self.metres)


class TableTravel(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="table",
    dict=True,
):
    """Routes on the street network whose version is `network`; a problem keeps places sorted and points in their order.

    `points` (packed): for each of `places` the number of its point; places of one building share a point, and so the ways.
    `guesses`: places that no street is near; every way from or to them is a guess.
    """

    network: str
    places: tuple[str, ...]
    points: bytes
    tables: tuple[ModeTable, ...]
    guesses: tuple[str, ...] = ()
    speeds: Speeds = Speeds()
    tick_seconds: int = 60

    @property
    def estimated(self) -> bool:
        """Whether all ways are guesses."""
        return bool(self.places) and len(self.guesses) == len(self.places)

    def guessed(self, a: Place, b: Place) -> bool:
        """Whether one of two different doors lies far from any street."""
        return a.id != b.id and not self._guesses.isdisjoint((a.id, b.id))

    def metres(self, a: Place, b: Place, mode: Mode) -> int:
        """Metres along streets; 0 within a building, UNREACHABLE beyond reach."""
        return int(self.pairs((a,), (b,), mode)[1][0])

    def ticks(self, a: Place, b: Place, mode: Mode) -> int:
        """Ticks along streets with access at both ends."""
        return int(self.pairs((a,), (b,), mode)[0][0])

    def pairs(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of `a[i]` to `b[i]`."""
        metres = self._ways[mode].pairs(self._numbers(a), self._numbers(b))
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        return self._ticks(metres, mode) + np.where(number_a == number_b, 0, from_a + to_b), metres

    def block(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of every `a` to every `b`."""
        metres = self._ways[mode].block(self._numbers(a), self._numbers(b))
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        same = number_a[:, None] == number_b[None, :]
        return self._ticks(metres, mode) + np.where(same, 0, from_a[:, None] + to_b[None, :]), metres

    def sorted(self) -> "TableTravel":
        """The same ways in canonical order: places by id, points by their first place, tables by mode."""
        order = sorted(range(len(self.places)), key=self.places.__getitem__)
        places = tuple(self.places[i] for i in order)
        number, points = _by_appearance(unpacked(self.points)[order])
        renumbered = not np.array_equal(number, np.arange(len(number)))
        tables = tuple(
            msgspec.structs.replace(_renumbered(t, number) if renumbered else t, modes=tuple(sorted(t.modes)))
            for t in sorted(self.tables, key=lambda t: sorted(t.modes))
        )
        fields = {
            "places": places,
            "points": packed(points),
            "tables": tables,
            "guesses": tuple(sorted(self.guesses)),
        }
        same = all(getattr(self, name) == value for name, value in fields.items())
        return self if same else msgspec.structs.replace(self, **fields)

    @cached_property
    def _guesses(self) -> frozenset[str]:
        return frozenset(self.guesses)

    @cached_property
    def _point_of(self) -> dict[str, int]:
        return dict(zip(self.places, unpacked(self.points).tolist(), strict=True))

    @cached_property
    def _ways(self) -> dict[Mode, "_Ways"]:
        found: dict[Mode, _Ways] = {}
        for table in self.tables:
            found.update(dict.fromkeys(table.modes, _Ways(table)))
        return found

    def _numbers(self, places: Sequence[Place]) -> IntArray:
        known = self._point_of
        return np.fromiter((known[place.id] for place in places), np.int64, len(places))

    def _ticks(self, metres: IntArray, mode: Mode) -> IntArray:
        ticks = self.speeds.ticks(metres, mode, self.tick_seconds)
        return np.where(metres >= UNREACHABLE, UNREACHABLE, ticks)


class _Ways:
    """A table as it is looked up: every pair in the row where its way begins."""

    def __init__(self, table: ModeTable) -> None:
        first, to, metres = table.sparse()
        self.size, self.symmetric = len(first) - 1, table.symmetric
        ways = _both_ways(first, to, metres) if table.symmetric else (first.astype(np.int64), to, metres)
        self.first, self.to, self.apart = ways

    @cached_property
    def keys(self) -> IntArray:
        """Row x size + column of every pair, ascending."""
        return rows_of(self.first).astype(np.int64) * self.size + self.to

    def pairs(self, a: IntArray, b: IntArray) -> IntArray:
        """Metres of `a[i]` to `b[i]`."""
        wanted = a * self.size + b
        at = np.searchsorted(self.keys, wanted)
        inside = at < len(self.keys)
        found = np.zeros(len(a), dtype=bool)
        found[inside] = self.keys[at[inside]] == wanted[inside]
        metres = np.where(a == b, 0, UNREACHABLE).astype(np.int64)
        metres[found] = self.apart[at[found]]
        return metres

    def block(self, a: IntArray, b: IntArray) -> IntArray:
        """Metres of every `a` to every `b`: the rows of each point are scattered once, of the fewer points if possible."""
        rows, row_of = np.unique(a, return_inverse=True)
        columns, column_of = np.unique(b, return_inverse=True)
        if self.symmetric and len(columns) < len(rows):
            return self.block(b, a).T
        place = np.full(self.size, -1, dtype=np.int64)
        place[columns] = np.arange(len(columns))
        dense = np.full((len(rows), len(columns)), UNREACHABLE, dtype=np.int64)
        count = self.first[rows + 1] - self.first[rows]
        at = np.repeat(self.first[rows] - (np.cumsum(count) - count), count) + np.arange(count.sum())
        column = place[self.to[at]]
        wanted = column >= 0
        dense[np.repeat(np.arange(len(rows)), count)[wanted], column[wanted]] = self.apart[at[wanted]]
        here = place[rows]
        dense[np.flatnonzero(here >= 0), here[here >= 0]] = 0
        return dense[np.ix_(row_of, column_of)]


def _both_ways(first: Packed, to: Packed, metres: Packed) -> tuple[IntArray, Packed, Packed]:
    """A table that keeps each pair once, in the row of its smaller point, with every pair in the rows of both."""
    size, rows = len(first) - 1, rows_of(first)
    smaller = np.bincount(to, minlength=size)
    whole = np.zeros(size + 1, np.int64)
    np.cumsum(np.diff(first) + smaller, out=whole[1:])
    # NumPy sorts 16 bits by radix, many times faster than 32 (as in `matching.pairs`).
    order = np.argsort(to.astype(np.uint16) if size <= 1 << 16 else to, kind="stable")
    entry = np.arange(len(to))
    at = np.empty(len(to), np.int64)
    at[order] = entry + (whole[:-1] - (np.cumsum(smaller) - smaller))[to[order]]
    beside = entry + (whole[:-1] + smaller - first[:-1])[rows]
    columns, apart = np.empty(2 * len(to), PACKED), np.empty(2 * len(to), PACKED)
    columns[at], columns[beside] = rows, to
    apart[at], apart[beside] = metres, metres
    return whole, columns, apart


def packed(numbers: npt.ArrayLike) -> bytes:
    """Bytes of whole numbers below 2^31."""
    return np.ascontiguousarray(numbers, PACKED).tobytes()


def unpacked(data: bytes) -> Packed:
    """Numbers of packed bytes; a read-only view."""
    return np.frombuffer(data, PACKED)


def in_rows(
    size: int, rows: npt.ArrayLike, columns: npt.ArrayLike, metres: npt.ArrayLike
) -> tuple[IntArray, Packed, Packed]:
    """First, to and metres of a table with `size` rows, sorted by row and column."""
    row, column = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
    order = np.argsort(row * size + column, kind="stable")
    first = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=size), out=first[1:])
    return first, column[order].astype(PACKED), np.asarray(metres)[order].astype(PACKED)


def rows_of(first: npt.NDArray[np.integer]) -> Packed:
    """The row of every entry."""
    return np.repeat(np.arange(len(first) - 1, dtype=PACKED), np.diff(first))


def mode_table(
    modes: Sequence[Mode],
    limit_metres: int,
    size: int,
    pairs: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    *,
    symmetric: bool,
) -> ModeTable:
    """Pack pairs (rows, columns, metres): from different points, each at most once (symmetric: in one direction)."""
    rows, columns = np.asarray(pairs[0]), np.asarray(pairs[1])
    if symmetric:
        rows, columns = np.minimum(rows, columns), np.maximum(rows, columns)
    first, to, metres = in_rows(size, rows, columns, pairs[2])
    return ModeTable(
        modes=tuple(modes),
        limit_metres=limit_metres,
        first=packed(first),
        to=packed(to),
        metres=packed(metres),
        symmetric=symmetric,
    )


def _by_appearance(points: Packed) -> tuple[IntArray, IntArray]:
    """The new number of each old one, and the points renumbered, such that numbers appear in their order."""
    values, seen = np.unique(points, return_index=True)
    number = np.empty(len(values), np.int64)
    number[np.argsort(seen, kind="stable")] = np.arange(len(values))
    return number, number[points]


def _renumbered(table: ModeTable, number: IntArray) -> ModeTable:
    first, to, metres = table.sparse()
    pairs = (number[rows_of(first)], number[to], metres)
    return mode_table(table.modes, table.limit_metres, len(number), pairs, symmetric=table.symmetric)
