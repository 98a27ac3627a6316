"""Service circles: the ground that one reaches from a place, as GeoJSON (RFC 7946)."""

from typing import Any, Literal

import msgspec
import numpy as np

from catalog.kernel.errors import Invalid, LinliError
from market.needs.ground import Community, nearest_community
from matching.errors import NetworkError
from matching.travel.coordinates import System, convert, in_china
from matching.travel.earth import chord, on_sphere
from matching.travel.line import Speeds
from matching.travel.network import Network
from matching.travel.network.circles import circle, estimated_circle
from matching.travel.network.snap import MAX_OFF_METRES

DIGITS = 6  # decimals of a degree: a tenth of a metre
CircleMode = Literal["walk", "walk_slow", "ebike"]


class Elsewhere(LinliError):
    """The place lies outside of what is known here."""

    status = 400
    code = "outside"


Position = tuple[float, float]


class Polygon(msgspec.Struct, frozen=True, tag_field="type", tag="Polygon"):
    """One piece of ground: rings of [longitude, latitude], the outer one first."""

    coordinates: tuple[tuple[Position, ...], ...]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the ground is: reached within so many metres (and minutes, where minutes were asked for).

    `coordinates` names the system of the geometry and of `lat`, `lon`. `estimated`: by line, not along streets.
    """

    lat: float
    lon: float
    metres: int
    minutes: int | None
    mode: CircleMode
    coordinates: System
    estimated: bool
    attribution: str | None


class Circle(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="Feature"):
    """A GeoJSON Feature."""

    geometry: Polygon
    properties: About


def metres_of(mode: CircleMode, metres: int | None, minutes: int | None) -> int:
    """Return how far is asked for: metres, or what one gets in some minutes; 500 metres if neither is said.

    Raises:
        Invalid: both are said.
    """
    if metres is not None and minutes is not None:
        raise Invalid("Say metres or minutes, not both", field="minutes")
    if minutes is not None:
        return int(minutes * getattr(Speeds(), mode))
    return 500 if metres is None else metres


def in_wgs84(lat: float, lon: float, given: System) -> tuple[float, float]:
    """Return a place in WGS-84; far from China, where the systems do not differ, as it is."""
    return convert(lat, lon, given, "wgs84") if in_china(lat, lon) else (lat, lon)


def demand_known(network: Network | None, communities: dict[Any, Community], lat: float, lon: float) -> None:
    """Refuse a place about which nothing is known.

    Raises:
        Elsewhere: it lies more than 150 metres outside of the street network or, without one, in no community.
    """
    if network is None:
        if communities and nearest_community(list(communities.values()), lat, lon) is None:
            raise Elsewhere(
                "{lat}, {lon} is in none of our communities; is it WGS-84, latitude first?", lat=lat, lon=lon
            )
        return
    south, west, north, east = network.facts.bounds
    inside = on_sphere(min(max(lat, south), north), min(max(lon, west), east))
    if float(chord(on_sphere(lat, lon), inside)) > MAX_OFF_METRES:
        raise Elsewhere(
            "{lat}, {lon} is outside of our street network (latitude {south} to {north}, longitude {west} to {east}); "
            "is it WGS-84, latitude first?",
            lat=lat,
            lon=lon,
            south=south,
            north=north,
            west=west,
            east=east,
        )


def circle_of(
    network: Network | None,
    lat: float,
    lon: float,
    *,
    metres: int,
    minutes: int | None = None,
    mode: CircleMode = "walk",
    coordinates: System = "wgs84",
) -> Circle:
    """Return the ground within so many metres of a place in WGS-84, drawn in a coordinate system.

    Raises:
        Invalid: the network has no streets for this mode.
    """
    found = _feature(network, mode, lat, lon, metres)
    shown = convert(lat, lon, "wgs84", coordinates)
    return Circle(
        geometry=_moved(found["geometry"], coordinates),
        properties=About(
            lat=round(shown[0], DIGITS),
            lon=round(shown[1], DIGITS),
            metres=metres,
            minutes=minutes,
            mode=mode,
            coordinates=coordinates,
            estimated=found["properties"]["estimated"],
            attribution=network.facts.attribution if network else None,
        ),
    )


def _feature(
    network: Network | None, mode: CircleMode, lat: float, lon: float, metres: int
) -> dict[str, Any]:
    if network is None:
        return estimated_circle(mode, lat, lon, metres=metres)
    try:
        return circle(network, mode, lat, lon, metres=metres)
    except NetworkError as error:
        raise Invalid("Our street network has no streets for “{mode}”", field="mode", mode=mode) from error


def _moved(geometry: dict[str, Any], system: System) -> Polygon:
    """What is reached hangs together: always one polygon."""
    return Polygon(tuple(_positions(ring, system) for ring in geometry["coordinates"]))


def _positions(ring: Any, system: System) -> tuple[Position, ...]:
    lons, lats = np.array(ring, np.float64).T
    moved_lats, moved_lons = convert(lats, lons, "wgs84", system)
    both = np.stack([moved_lons, moved_lats], axis=-1).round(DIGITS).tolist()
    return tuple((lon, lat) for lon, lat in both)
