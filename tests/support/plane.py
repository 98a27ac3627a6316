"""Questions of plane geometry that only tests ask."""

from collections.abc import Sequence

import numpy as np


def contains(ring: np.ndarray, points: np.ndarray | Sequence[tuple[float, float]]) -> np.ndarray:
    """Which points (n, 2) lie within a ring: those from which a line to the east crosses it an odd number of times."""
    x, y = np.asarray(points, np.float64)[:, :, None].swapaxes(0, 1)
    a, b = ring.astype(np.float64), np.roll(ring, -1, axis=0).astype(np.float64)
    over = (a[:, 1] > y) != (b[:, 1] > y)
    rise = np.where(a[:, 1] == b[:, 1], 1.0, b[:, 1] - a[:, 1])
    at = a[:, 0] + (y - a[:, 1]) / rise * (b[:, 0] - a[:, 0])
    crossed: np.ndarray = (over & (at > x)).sum(axis=1) % 2 == 1
    return crossed
