"""A world in the coordinates of a Chinese map becomes a world in WGS-84; what it was stays on record."""

from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from matching.travel.coordinates import System, convert
from seed.world import Spec, World

DIGITS = 7  # 1 cm
PLACED = ("territories", "households", "providers", "workers", "venues", "needs")

SpecType = TypeVar("SpecType", bound=Spec)


def to_wgs84(world: World) -> World:
    """Return a world with all its places in WGS-84; `coordinates` keeps naming the system in which they were given.

    Equal coordinates stay equal, so that a need still lies at the door of its household.

    Raises:
        ValueError: a coordinate that is none, named.
    """
    if world.coordinates == "wgs84":
        return world
    moved: dict[str, Any] = {
        name: tuple(_moved(spec, world.coordinates) for spec in getattr(world, name)) for name in PLACED
    }
    return msgspec.structs.replace(world, **moved)


def _moved(spec: SpecType, system: System) -> SpecType:
    placed: Any = spec
    lat, lon = _point(placed.lat, placed.lon, system)
    values: dict[str, Any] = {"lat": lat, "lon": lon}
    if outline := getattr(spec, "outline", None):
        values["outline"] = tuple(_point(*point, system) for point in outline)
    return msgspec.structs.replace(spec, **values)


@lru_cache(maxsize=100_000)
def _point(lat: float, lon: float, system: System) -> tuple[float, float]:
    """One by one: arrays may differ in the last digit by where in them a point stands."""
    moved = convert(lat, lon, system, "wgs84")
    return round(moved[0], DIGITS), round(moved[1], DIGITS)
