"""Rings made presentable: fewer points, no crossing lines."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.travel.earth import Floats
from matching.travel.network.grid import batches, ranges

Ring = npt.NDArray[np.int64]
"""Points (n, 2) east, north in whole units; the first is not repeated at the end. Areas are in square units."""


def area(ring: npt.NDArray[np.number]) -> float:
    """Area of a ring, positive if it turns counter-clockwise."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2


def simplified(ring: Floats, tolerance: float) -> Floats:
    """A ring with some of its points, none of the others further than `tolerance` from the line (Douglas and Peucker)."""
    far = int(((ring - ring[0]) ** 2).sum(axis=-1).argmax())
    closed = np.concatenate([ring, ring[:1]])
    keep = np.zeros(len(closed), np.bool_)
    keep[[0, far]] = True
    stretches = [(0, far), (far, len(ring))]
    while stretches:
        first, last = stretches.pop()
        if last - first > 1:
            off = _off_line(closed[first + 1 : last], closed[first], closed[last])
            worst = int(off.argmax())
            if off[worst] > tolerance:
                middle = first + 1 + worst
                keep[middle] = True
                stretches += [(first, middle), (middle, last)]
    return ring[keep[:-1]]


def _off_line(points: Floats, a: Floats, b: Floats) -> Floats:
    """Distance of points from the straight piece between a and b."""
    way, apart = b - a, points - a
    share = np.clip((apart * way).sum(axis=-1) / max(float((way * way).sum()), 1e-12), 0.0, 1.0)
    off: Floats = np.hypot(apart[:, 0] - share * way[0], apart[:, 1] - share * way[1])
    return off


def cross(rings: Sequence[Ring]) -> bool:
    """Whether any two sides of the rings cross or touch, other than neighbours in their common point.

    Exact: all products are of whole numbers.
    """
    a = np.concatenate(rings)
    b = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    order = np.argsort(np.minimum(a[:, 0], b[:, 0]), kind="stable")
    a, b = a[order], b[order]
    low, high = np.minimum(a, b), np.maximum(a, b)
    first = np.arange(1, len(a) + 1)
    last = np.maximum(first, np.searchsorted(low[:, 0], high[:, 0], side="right"))
    for start, stop in batches(last - first):
        one, other = ranges(first[start:stop, None], last[start:stop, None])
        one += start
        near = (low[other, 1] <= high[one, 1]) & (high[other, 1] >= low[one, 1])
        one, other = one[near], other[near]
        if _meet(a[one], b[one], a[other], b[other]).any():
            return True
    return False


def _meet(a: Ring, b: Ring, c: Ring, d: Ring) -> npt.NDArray[np.bool_]:
    """Whether sides from a to b meet those from c to d, whose boxes touch, elsewhere than as neighbours do."""
    joined = (a == d).all(axis=-1) | (b == c).all(axis=-1)
    to_c, to_d = _turn(a, b, c), _turn(a, b, d)
    one, other = np.sign(to_c) * np.sign(to_d), np.sign(_turn(c, d, a)) * np.sign(_turn(c, d, b))
    # neighbours meet in their common point; they may not also fold back onto each other
    folded = joined & (to_c == 0) & (to_d == 0) & (((b - a) * (d - c)).sum(axis=-1) < 0)
    meet: npt.NDArray[np.bool_] = ((one <= 0) & (other <= 0) & ~joined) | folded
    return meet


def _turn(a: Ring, b: Ring, c: Ring) -> Ring:
    """Positive where a, b, c turn to the left."""
    turn: Ring = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        c[..., 0] - a[..., 0]
    )
    return turn
