"""Small street networks made by hand: corners in metres from a middle point, and streets between them."""

from collections.abc import Sequence

import numpy as np

from matching.travel.earth import chord, from_plane, on_sphere
from matching.travel.network.model import ARRAYS, CAR, DEGREE, EBIKE, WALK, Facts, Network
from matching.travel.network.store import version_of

MIDDLE = (22.53, 114.05)
ALL = WALK | EBIKE | CAR
KINDS = ("residential", "footway", "steps")

Street = Sequence[int]
"""(tail, head), or (tail, head, forth), or (tail, head, forth, back), or (tail, head, forth, back, name)."""


def at(east: float, north: float) -> tuple[float, float]:
    """Degrees (lat, lon) of a point `east` and `north` metres from the middle."""
    lat, lon = from_plane(np.array([[east, north]], np.float64), MIDDLE)
    return float(lat[0]), float(lon[0])


def small_network(
    corners: Sequence[tuple[float, float]],
    streets: Sequence[Street],
    *,
    names: tuple[str, ...] = (),
    islands: Sequence[tuple[float, float, float, float]] = (),
) -> Network:
    """A network of corners (metres east, north) and streets; without bits, everybody may go both ways.

    `islands` are (east, north, east, north) in metres. Whether the modes' parts are connected is the caller's care.
    """
    lat, lon = _units(corners)
    rows = np.array([_full(street) for street in streets], np.int32).reshape(len(streets), 5)
    tail, head, name = rows[:, 0], rows[:, 1], rows[:, 4]
    points = on_sphere(lat / DEGREE, lon / DEGREE)
    ends = [_units([(piece[i], piece[i + 1]) for piece in islands]) for i in (0, 2)]
    arrays = {
        "lat": lat,
        "lon": lon,
        "tail": tail,
        "head": head,
        "length": np.ceil(100 * chord(points[tail], points[head])).astype(np.int32),
        "forth": rows[:, 2].astype(np.uint8),
        "back": rows[:, 3].astype(np.uint8),
        "kind": np.zeros(len(streets), np.uint8),
        "name": name,
        "islands": np.stack([*ends[0], *ends[1]], axis=-1).astype(np.int32),
    }
    arrays = {field: np.ascontiguousarray(arrays[field]) for field in ARRAYS}
    box = (lat.min() / DEGREE, lon.min() / DEGREE, lat.max() / DEGREE, lon.max() / DEGREE)
    facts = Facts(
        version=version_of(arrays, names, KINDS),
        source="by hand",
        attribution="nobody",
        licence="none",
        bounds=tuple(float(degree) for degree in box),
        names=names,
        kinds=KINDS,
    )
    return Network(facts, **arrays)


def blocks(columns: int, rows: int, step: float = 100.0) -> Network:
    """A town of square blocks: `columns` x `rows` corners, `step` metres apart, the first corner in the middle point."""
    corners = [(x * step, y * step) for y in range(rows) for x in range(columns)]
    along = [(y * columns + x, y * columns + x + 1) for y in range(rows) for x in range(columns - 1)]
    across = [(y * columns + x, (y + 1) * columns + x) for y in range(rows - 1) for x in range(columns)]
    return small_network(corners, along + across)


def _full(street: Street) -> tuple[int, ...]:
    tail, head, *bits = street
    forth = bits[0] if bits else ALL
    back = bits[1] if len(bits) > 1 else forth
    return tail, head, forth, back, bits[2] if len(bits) > 2 else -1


def _units(corners: Sequence[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    plane = np.array(corners, np.float64).reshape(len(corners), 2)
    lat, lon = from_plane(plane, MIDDLE)
    return np.rint(lat * DEGREE).astype(np.int32), np.rint(lon * DEGREE).astype(np.int32)
