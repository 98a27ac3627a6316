"""The estimate: straight line x factor + constant, until a street network is given."""

from collections.abc import Sequence
from math import cos, radians, sin

import msgspec
import numpy as np
import numpy.typing as npt

from matching.travel.base import IntArray, Mode, Place, access, numbering
from matching.travel.earth import EARTH_METRES


class Speeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Metres per minute."""

    walk: int = 66
    walk_slow: int = 48
    ebike: int = 200
    car: int = 300

    def ticks(self, metres: IntArray, mode: Mode, tick_seconds: int) -> IntArray:
        """Ticks of ways of so many metres, rounded up."""
        per_tick_60 = int(getattr(self, mode)) * tick_seconds
        return -(-metres * 60 // per_tick_60)


class LineTravel(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="line"
):
    """Straight line x `factor` + `constant_metres`; time rounded up to whole ticks.

    Distances are chords between points on the sphere (an arc of 100 km is 1 m longer): plain sums and square
    roots give the same bits one by one and in arrays, on every machine.
    """

    factor: float = 1.5
    constant_metres: int = 250
    speeds: Speeds = Speeds()
    tick_seconds: int = 60

    @property
    def estimated(self) -> bool:
        """Always a guess."""
        return True

    def guessed(self, a: Place, b: Place) -> bool:  # noqa: ARG002 - every pair alike
        """Always a guess."""
        return True

    def metres(self, a: Place, b: Place, mode: Mode) -> int:
        """Metres of the guessed way; 0 between identical coordinates."""
        return int(self.pairs((a,), (b,), mode)[1][0])

    def ticks(self, a: Place, b: Place, mode: Mode) -> int:
        """Ticks of the guessed way with access at both ends."""
        return int(self.pairs((a,), (b,), mode)[0][0])

    def pairs(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of `a[i]` to `b[i]`."""
        metres = self._metres(_points(a) - _points(b))
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        ticks = self._ticks(metres, mode) + np.where(number_a == number_b, 0, from_a + to_b)
        return ticks, metres

    def block(self, a: Sequence[Place], b: Sequence[Place], mode: Mode) -> tuple[IntArray, IntArray]:
        """Ticks and metres of every `a` to every `b`."""
        metres = self._metres(_points(a)[:, None, :] - _points(b)[None, :, :])
        from_a, to_b = access(a, b)
        number_a, number_b = numbering(a, b)
        same = number_a[:, None] == number_b[None, :]
        ticks = self._ticks(metres, mode) + np.where(same, 0, from_a[:, None] + to_b[None, :])
        return ticks, metres

    def _metres(self, difference: npt.NDArray[np.float64]) -> IntArray:
        x, y, z = difference[..., 0], difference[..., 1], difference[..., 2]
        chord = np.sqrt(x * x + y * y + z * z)
        way = np.ceil(chord * self.factor).astype(np.int64) + self.constant_metres
        return np.where(chord == 0.0, 0, way)

    def _ticks(self, metres: IntArray, mode: Mode) -> IntArray:
        return self.speeds.ticks(metres, mode, self.tick_seconds)


def _points(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    known: dict[tuple[float, float], tuple[float, float, float]] = {}
    rows = []
    for place in places:
        key = (place.lat, place.lon)
        if key not in known:
            lat, lon = radians(place.lat), radians(place.lon)
            known[key] = (
                EARTH_METRES * cos(lat) * cos(lon),
                EARTH_METRES * cos(lat) * sin(lon),
                EARTH_METRES * sin(lat),
            )
        rows.append(known[key])
    return np.array(rows, dtype=np.float64).reshape(len(places), 3)
