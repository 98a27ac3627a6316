"""Ways of people along streets, measured away from the event loop; lines, called estimates, where no street helps."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import cast

import msgspec

from api.web.maps.data import Point, at
from matching.errors import NetworkError
from matching.travel.base import Mode, Place
from matching.travel.line import LineTravel
from matching.travel.network import Network
from matching.travel.network.single import Route, route

SHORT = 25  # metres: a street that is only crossed is not named
MANY = 6  # streets named on one way
REMEMBERED = 4096  # ways kept in memory


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody sets out from, and how."""

    at: Point
    mode: Mode = "walk"


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """A way to a stop, as drawn and as told in words. `streets`: names in order, of longer stretches only."""

    number: str
    label: str
    line: tuple[Point, ...]
    metres: int
    minutes: int
    streets: tuple[str, ...] = ()
    estimated: bool


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop of somebody's day at an exact place."""

    at: Point
    number: str
    label: str
    notes: tuple[str, ...] = ()
    is_next: bool = False


def mode_of(travel_mode: str) -> Mode:
    """Return a worker's way of going about."""
    return cast("Mode", travel_mode)


async def legs_along(network: Network | None, start: Start, stops: Sequence[Stop]) -> tuple[Leg, ...]:
    """Return the ways from `start` through all stops in order; the first search of a network takes longest."""
    return await asyncio.to_thread(_legs, network, start, stops)


async def legs_of_many(
    network: Network | None, days: Iterable[tuple[Start, Sequence[Stop]]]
) -> list[tuple[Leg, ...]]:
    """Return the legs of several people, in one thread."""
    wanted = list(days)
    return await asyncio.to_thread(lambda: [_legs(network, start, stops) for start, stops in wanted])


def _legs(network: Network | None, start: Start, stops: Sequence[Stop]) -> tuple[Leg, ...]:
    here = start.at
    legs: list[Leg] = []
    for stop in stops:
        legs.append(_leg(network, start.mode, here, stop))
        here = stop.at
    return tuple(legs)


def _leg(network: Network | None, mode: Mode, here: Point, stop: Stop) -> Leg:
    found = _measured(network, mode, here, stop.at) if network is not None else None
    if found is None:
        return _by_line(mode, here, stop)
    return Leg(
        number=stop.number,
        label=stop.label,
        line=tuple(dict.fromkeys(at(*point) for point in found.line)),
        metres=found.metres,
        minutes=found.minutes(),
        streets=_names(found),
        estimated=found.estimated,
    )


@lru_cache(maxsize=REMEMBERED)
def _measured(network: Network, mode: Mode, a: Point, b: Point) -> Route | None:
    try:
        return route(network, mode, a, b)
    except NetworkError:
        return None  # nowhere near these streets: the line says that it is an estimate


def _names(found: Route) -> tuple[str, ...]:
    long = [passed.name for passed in found.streets if passed.name and passed.metres >= SHORT]
    return tuple(dict.fromkeys(long))[:MANY]


def _by_line(mode: Mode, here: Point, stop: Stop) -> Leg:
    travel = LineTravel()
    a, b = (Place(id=name, lat=lat, lon=lon) for name, (lat, lon) in (("a", here), ("b", stop.at)))
    return Leg(
        number=stop.number,
        label=stop.label,
        line=(at(*here), at(*stop.at)),
        metres=travel.metres(a, b, mode),
        minutes=travel.ticks(a, b, mode),
        estimated=True,
    )
