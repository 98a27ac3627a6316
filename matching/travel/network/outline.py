"""The outline of everything near some lines: a field of distances on a fine grid, and the curve where it falls to zero.

The curve is found square by square between four neighbouring nodes of the grid. Every side of a square whose ends lie on
different sides of the curve is crossed once; the crossing is where one square's stretch of the curve ends and the next
one's begins. Stretches have the inside on their left, so outer rings turn counter-clockwise and holes clockwise.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.travel.earth import Floats
from matching.travel.network.grid import Ints, batches, ranges

APART = 0.05
"""Crossings keep this share of a side away from its ends, so that no two of them coincide."""


class Field(NamedTuple):
    """Values at the nodes of a grid: (rows, columns), `size` metres apart, the first at `corner` (east, north)."""

    values: npt.NDArray[np.float32]
    corner: Floats
    size: float


def nearness(a: Floats, b: Floats, *, buffer: float, size: float) -> Field:
    """`buffer` less the distance to the nearest of the lines from `a` to `b` (n, 2) metres; -`size` far from all of them.

    Nodes lie on multiples of `size`, so that neighbouring fields fit together.
    """
    margin = buffer + size
    corner = np.floor((np.minimum(a, b).min(axis=0) - margin) / size) * size
    columns, rows = (int(n) + 2 for n in np.ceil((np.maximum(a, b).max(axis=0) + margin - corner) / size))
    values = np.full(rows * columns, -size, np.float32)
    low = np.floor((np.minimum(a, b) - margin - corner) / size).astype(np.int64).clip(0)
    high = np.ceil((np.maximum(a, b) + margin - corner) / size).astype(np.int64) + 1
    square = np.maximum(((b - a) ** 2).sum(axis=-1), 1e-12)
    for start, stop in batches((high - low).prod(axis=-1)):
        line, column = ranges(low[start:stop, :1], high[start:stop, :1])
        at, row = ranges(low[start + line, 1:], high[start + line, 1:])
        line, column = start + line[at], column[at]
        x, y = column * size + corner[0] - a[line, 0], row * size + corner[1] - a[line, 1]
        east, north = (b - a)[line].T
        share = np.clip((x * east + y * north) / square[line], 0.0, 1.0)
        value = (buffer - np.hypot(x - share * east, y - share * north)).astype(np.float32)
        np.maximum.at(values, row * columns + column, value)
    return Field(values.reshape(rows, columns), corner, size)


def outline(field: Field) -> list[Floats]:
    """Rings (n, 2) metres around what is above zero, without their first point again at the end."""
    following = _stretches(field.values)
    crossings = np.array(sorted(following), np.int64)
    places = dict(zip(crossings.tolist(), _crossings(field, crossings), strict=True))
    rings = []
    while following:
        first, at = next(iter(following.items()))
        ring = [first]
        while at != first:
            ring.append(at)
            at = following[at]
        for crossing in ring:
            del following[crossing]
        rings.append(np.array([places[crossing] for crossing in ring]))
    return rings


def _stretches(values: npt.NDArray[np.float32]) -> dict[int, int]:
    """The curve as a map from crossing to next crossing.

    Sides along a row are numbered as the node at their left, sides up a column as the node at their foot + all nodes.
    """
    inside = values > 0
    bl, br, tl, tr = inside[:-1, :-1], inside[:-1, 1:], inside[1:, :-1], inside[1:, 1:]
    row, column = np.nonzero((bl != br) | (br != tr) | (tr != tl))
    node = row * values.shape[1] + column
    sides = [node, values.size + node + 1, node + values.shape[1], values.size + node]
    corners = [corner[row, column] for corner in (bl, br, tr, tl)]
    leaves = [corners[k] & ~corners[(k + 1) % 4] for k in range(4)]
    enters = [~corners[k] & corners[(k + 1) % 4] for k in range(4)]
    middle = values[:-1, :-1] + values[:-1, 1:] + values[1:, :-1] + values[1:, 1:]
    joined = middle[row, column] > 0
    return dict(_paired(sides, leaves, enters, joined))


def _paired(
    sides: list[Ints],
    leaves: list[npt.NDArray[np.bool_]],
    enters: list[npt.NDArray[np.bool_]],
    joined: npt.NDArray[np.bool_],
) -> list[tuple[int, int]]:
    """From each side where the inside is left, going around a square, the side where it is entered again.

    Two opposite corners inside are one piece if the square's middle is inside (`joined`): then the curve cuts off the
    corner that comes next, else the one just left.
    """
    pairs: list[tuple[int, int]] = []
    for k in range(4):
        after, across, before = ((k + step) % 4 for step in (1, 2, 3))
        saddle = enters[after] & enters[before]
        for end, chosen in (
            (after, enters[after] & (~saddle | joined)),
            (across, enters[across]),
            (before, enters[before] & (~saddle | ~joined)),
        ):
            which = leaves[k] & chosen
            pairs += zip(sides[k][which].tolist(), sides[end][which].tolist(), strict=True)
    return pairs


def _crossings(field: Field, side: Ints) -> Floats:
    """Where the curve crosses sides (n,), in metres (n, 2): on a straight line between the values at both ends."""
    values, columns = field.values, field.values.shape[1]
    up = side >= values.size
    node = np.where(up, side - values.size, side)
    one = values.ravel()[node].astype(np.float64)
    other = values.ravel()[node + np.where(up, columns, 1)].astype(np.float64)
    share = np.clip(one / (one - other), APART, 1 - APART)
    row, column = np.divmod(node, columns)
    at = np.stack([column + np.where(up, 0.0, share), row + np.where(up, share, 0.0)], axis=-1)
    crossings: Floats = at * field.size + field.corner
    return crossings
