"""Which straight pieces come near which points, on a plane in metres; and which of them cross."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from matching.travel.earth import Floats
from matching.travel.network.model import I64
from matching.travel.network.noding import Mask

MARK_METRES = 5.0
"""Marks on a piece are not set closer, however short the distance that is asked for."""


class Near(NamedTuple):
    """Pairs of a point and a piece: their indexes, the share of the piece (0 to 1) where it is nearest, metres apart."""

    point: I64
    piece: I64
    share: Floats
    metres: Floats

    def only(self, keep: Mask | I64) -> "Near":
        """The pairs chosen by a mask or by indexes."""
        return Near._make(field[keep] for field in self)


def near(points: Floats, a: Floats, b: Floats, metres: float) -> Near:
    """Pairs of points (n, 2) and pieces from a to b (m, 2) that are at most `metres` apart."""
    point, piece = _candidates(points, a, b, metres)
    along = b[piece] - a[piece]
    square = np.maximum((along * along).sum(axis=-1), 1e-12)
    share = np.clip(((points[point] - a[piece]) * along).sum(axis=-1) / square, 0, 1)
    apart = np.hypot(*(points[point] - a[piece] - share[:, None] * along).T)
    return Near(point, piece, share, apart).only(apart <= metres)


def _candidates(points: Floats, a: Floats, b: Floats, metres: float) -> tuple[I64, I64]:
    """Every pair that may be near: pieces are strewn with marks, and points look for marks."""
    step = max(metres, MARK_METRES)
    count = np.maximum(1, np.ceil(np.hypot(*(b - a).T) / step)).astype(np.int64)
    of = np.repeat(np.arange(len(a)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    marks = a[of] + ((nth + 0.5) / count[of])[:, None] * (b - a)[of]
    if not len(points) or not len(marks):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    found = cKDTree(marks).query_ball_point(points, metres + step / 2)
    point = np.repeat(np.arange(len(points)), [len(row) for row in found])
    piece = of[np.concatenate([np.asarray(row, np.int64) for row in found])]
    pairs = np.unique(np.stack([point, piece], axis=-1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def crossing(p: Floats, q: Floats, a: Floats, b: Floats) -> Mask:
    """Whether pieces p-q and a-b (k, 2) cross inside; touching is no crossing."""
    apart = _side(p, q, a) * _side(p, q, b) < 0
    return apart & (_side(a, b, p) * _side(a, b, q) < 0)


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    u, v = b - a, point - a
    turn: Floats = np.sign(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])
    return turn
