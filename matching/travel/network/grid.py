"""Which street pieces lie near a point: a grid of square cells, each with the edges that touch it.

Points and edges are taken in three dimensions and looked at from above the network's origin, along the vertical. Seen so,
straight pieces stay straight and no distance grows, so a gap between cells is a lower bound of the true distance.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.earth import Floats

Ints = npt.NDArray[np.int64]

CELL_METRES = 60.0
MAX_CELLS = 2_000_000
BATCH = 30_000
"""Pairs of a point and a piece that are measured at a time: about 100 bytes each."""

TENTH_MILLIMETRE = 1e4
"""Distances are compared in whole tenths of a millimetre: pieces that meet in one corner are equally near to it."""


class Cells(NamedTuple):
    """The non-empty cells of a grid: pieces touching cell c are `piece[first[c]:first[c + 1]]`."""

    size: float
    corner: Floats  # (2,) the grid's lowest corner
    columns: int
    rows: int
    first: Ints  # (rows * columns + 1,)
    piece: Ints


class Pieces:
    """Straight pieces on the sphere, and the grids over them. `a`, `b` (e, 3): ends in metres from the earth's middle."""

    def __init__(self, a: Floats, b: Floats, origin: Sequence[float]) -> None:
        self.a, self.way = a, b - a
        square = _dot(self.way, self.way)
        self.square = np.where(square > 0.0, square, 1.0)  # a piece without length is a point
        self.view = _view(origin)
        low, high = self.flat(a), self.flat(b)
        self.fine = _cells(low, high, CELL_METRES)
        self.middle = _cells(low, high, 4 * self.fine.size)
        self.coarse = _cells(low, high, 16 * self.fine.size)

    def __len__(self) -> int:
        return len(self.a)

    def flat(self, points: Floats) -> Floats:
        """Points (n, 3) seen from above the origin: (n, 2) metres east and north."""
        return np.stack([_dot(points, self.view[:1]), _dot(points, self.view[1:])], axis=-1)

    def near(self, points: Floats, piece: Ints) -> tuple[Floats, Floats]:
        """How far along its piece (0 to 1) each point (n, 3) is nearest, and metres between them."""
        apart, way = points - self.a[piece], self.way[piece]
        share = np.clip(_dot(apart, way) / self.square[piece], 0.0, 1.0)
        left = apart - share[:, None] * way
        return share, np.sqrt(_dot(left, left))

    def nearest(self, points: Floats) -> Ints:
        """The nearest piece of each point (n, 3); of equally near ones, the first."""
        found = np.full(len(points), -1, np.int64)
        flat = self.flat(points)
        for cells in (self.fine, self.middle):
            far = np.flatnonzero(found < 0)
            found[far] = self._around(cells, points[far], flat[far])
        far = np.flatnonzero(found < 0)
        step = max(1, BATCH // (self.coarse.columns * self.coarse.rows))
        for at in range(0, len(far), step):
            some = far[at : at + step]
            found[some] = self._anywhere(points[some], flat[some])
        return found

    def _around(self, cells: Cells, points: Floats, flat: Floats) -> Ints:
        """The nearest piece in the nine cells around each point, -1 where a nearer one may lie outside of them."""
        first, last = _block(cells, flat)
        found = np.empty(len(points), np.int64)
        for start, stop in batches((last - first).sum(axis=-1)):
            point, slot = ranges(first[start:stop], last[start:stop])
            found[start:stop] = self._best(points[start:stop], point, cells.piece[slot])
        inside = np.mod(flat - cells.corner, cells.size)
        sure = cells.size + np.minimum(inside, cells.size - inside).min(axis=-1)
        near = (found >= 0) & (found // len(self) / TENTH_MILLIMETRE < sure - 0.001)
        return np.where(near, found % len(self), -1)

    def _anywhere(self, points: Floats, flat: Floats) -> Ints:
        """The nearest piece of points far from all: in the coarse cells that are not certainly further than one piece."""
        cells, cell = self.coarse, np.flatnonzero(np.diff(self.coarse.first))
        bound = _gaps(cells, cell, flat)
        likely = cells.piece[cells.first[cell[bound.argmin(axis=1)]]]
        metres = self.near(points, likely)[1]
        point, chosen = np.nonzero(bound <= metres[:, None] + 0.001)
        counts = np.diff(cells.first)[cell[chosen]]
        found = np.empty(len(points), np.int64)
        for start, stop in batches(np.bincount(point, counts, len(points)).astype(np.int64)):
            of = (point >= start) & (point < stop)
            begin = cells.first[cell[chosen[of]]]
            at, slot = ranges(begin[:, None], (begin + counts[of])[:, None])
            best = self._best(points[start:stop], point[of][at] - start, cells.piece[slot])
            found[start:stop] = best % len(self)
        return found

    def _best(self, points: Floats, point: Ints, piece: Ints) -> Ints:
        """Per point the least of distance x pieces + piece over its pairs; -1 without a pair. `point` ascends."""
        best = np.full(len(points), -1, np.int64)
        if len(point):
            metres = self.near(points[point], piece)[1]
            rank = np.rint(metres * TENTH_MILLIMETRE).astype(np.int64) * len(self) + piece
            starts = np.flatnonzero(np.diff(point, prepend=-1))
            best[point[starts]] = np.minimum.reduceat(rank, starts)
        return best


def _dot(a: Floats, b: Floats) -> Floats:
    """Products of vectors (n, 3), written out: a sum over an axis of three is slow."""
    product: Floats = a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2]
    return product


def _view(origin: Sequence[float]) -> Floats:
    """Unit vectors (2, 3) to the east and to the north of the origin."""
    phi, theta = np.radians(origin[0]), np.radians(origin[1])
    east = (-np.sin(theta), np.cos(theta), 0.0)
    north = (-np.sin(phi) * np.cos(theta), -np.sin(phi) * np.sin(theta), np.cos(phi))
    return np.array([east, north], np.float64)


def _cells(a: Floats, b: Floats, size: float) -> Cells:
    """The grid over pieces from `a` to `b` (e, 2)."""
    corner = np.minimum(a, b).min(axis=0)
    wide, high = np.maximum(a, b).max(axis=0) - corner
    size = max(size, float(np.sqrt(wide * high / MAX_CELLS)), float(max(wide, high)) / MAX_CELLS)
    columns, rows = int(wide // size) + 1, int(high // size) + 1
    piece, column, row = _boxes(a - corner, b - corner, size)
    middle = (np.stack([column, row], axis=-1) + 0.5) * size + corner
    way, apart = (b - a)[piece], middle - a[piece]
    across = np.abs(way[:, 0] * apart[:, 1] - way[:, 1] * apart[:, 0])
    touched = across <= (size / 2) * np.abs(way).sum(axis=-1) * (1 + 1e-9) + 1e-6
    cell = (row * columns + column)[touched]
    order = np.argsort(cell, kind="stable")
    first = np.zeros(rows * columns + 1, np.int64)
    np.cumsum(np.bincount(cell, minlength=rows * columns), out=first[1:])
    return Cells(size, corner, columns, rows, first, piece[touched][order])


def _boxes(a: Floats, b: Floats, size: float) -> tuple[Ints, Ints, Ints]:
    """Piece, column and row of every cell in the box around each piece."""
    low = np.floor(np.minimum(a, b) / size).astype(np.int64)
    high = np.floor(np.maximum(a, b) / size).astype(np.int64)
    piece, column = ranges(low[:, :1], high[:, :1] + 1)
    at, row = ranges(low[piece, 1:], high[piece, 1:] + 1)
    return piece[at], column[at], row


def _block(cells: Cells, flat: Floats) -> tuple[Ints, Ints]:
    """Slots [first, last) of pieces in the three cells of each of three rows around every point: (n, 3) each."""
    at = np.floor((flat - cells.corner) / cells.size)
    at = np.clip(at, -5, max(cells.columns, cells.rows) + 5).astype(np.int64)
    left, right = np.clip(at[:, 0] - 1, 0, cells.columns), np.clip(at[:, 0] + 2, 0, cells.columns)
    row = at[:, 1, None] + np.arange(-1, 2)
    there = (row >= 0) & (row < cells.rows)
    base = np.where(there, row, 0) * cells.columns
    first = np.where(there, cells.first[base + left[:, None]], 0)
    last = np.where(there, cells.first[base + right[:, None]], 0)
    return first, last


def _gaps(cells: Cells, cell: Ints, flat: Floats) -> Floats:
    """Metres (n, k) from each point to each of some cells, seen from above."""
    row, column = np.divmod(cell, cells.columns)
    low = cells.corner + np.stack([column, row], axis=-1) * cells.size
    gap = np.maximum(low - flat[:, None, :], flat[:, None, :] - (low + cells.size)).clip(min=0.0)
    metres: Floats = np.hypot(gap[..., 0], gap[..., 1])
    return metres


def ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """All whole numbers of [first, last) (n, k), one after the other, and the row each belongs to."""
    count = (last - first).ravel()
    row = np.repeat(np.arange(first.shape[0]), (last - first).sum(axis=-1))
    before = np.cumsum(count) - count
    number = np.arange(int(count.sum())) + np.repeat(first.ravel() - before, count)
    return row, number


def batches(counts: Ints) -> list[tuple[int, int]]:
    """Slices of items whose counts add up to about BATCH."""
    total = np.cumsum(counts)
    if not len(total):
        return []
    cuts = np.flatnonzero(np.diff(total // BATCH)) + 1
    edges = [0, *cuts.tolist(), len(counts)]
    return list(pairwise(edges))
