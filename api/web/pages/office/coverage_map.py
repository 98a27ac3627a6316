"""The map of service circles: each building a sign whose colour and shape say its class, and who gives the service."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.i18n import N_, Translator
from api.web.formats import Formats
from api.web.maps.data import Area, Dot, Drawing, Key, Mark, Shape, Tone, at
from api.web.maps.ground import streets_of
from api.web.pages.office.coverage_words import Named
from catalog.kernel.errors import LinliError
from market.coverage.circles import Circle, circle_of
from market.coverage.views import BuildingReach, Coverage, Reach, Spot
from matching.travel.network import Network

SIGNS: dict[Reach, tuple[Tone, Shape]] = {
    Reach.NEAR: ("good", "circle"),
    Reach.WITHIN: ("wait", "diamond"),
    Reach.BEYOND: ("bad", "triangle"),
}
MOST = 3_000  # buildings drawn, those without the service first
SIZE, SMALLER = 7, 5


class Rings(NamedTuple):
    """The ground within 500 metres and within 15 minutes of a spot."""

    spot: Spot
    near: Circle
    within: Circle


async def circles_of(network: Network | None, found: Coverage, around: UUID | None) -> Rings | None:
    """Return the circles around one of the spots that give what is looked at; None if none is named."""
    spot = next((spot for spot in found.spots if spot.id == around), None)
    if spot is None:
        return None
    try:
        return await asyncio.to_thread(rings_around, network, spot, found.near_metres, found.within_metres)
    except LinliError:  # nothing is known about the ground there: the signs say what can be said
        return None


def rings_around(network: Network | None, spot: Spot, near: int, within: int) -> Rings:
    """Work out the circles around a spot."""
    return Rings(
        spot,
        circle_of(network, spot.lat, spot.lon, metres=near),
        circle_of(network, spot.lat, spot.lon, metres=within),
    )


def drawing_of(
    say: Translator, found: Coverage, what: Named, rings: Rings | None, network: Network | None
) -> Drawing:
    """Return what the map shows."""
    rows = sorted(found.rows, key=lambda row: row.reach != Reach.BEYOND)[:MOST]
    size = SIZE if len(rows) <= 300 else SMALLER  # noqa: PLR2004 a street; more would hide each other
    return Drawing(
        streets=streets_of(network),
        dots=tuple(_dot(say, row, what, size) for row in rows),
        marks=tuple(_mark(say, spot) for spot in found.spots),
        areas=_areas(say, found, rings),
        legend=_legend(say, found, what, rings),
    )


def _dot(say: Translator, row: BuildingReach, what: Named, size: int) -> Dot:
    fmt = Formats(say.language)
    tone, shape = SIGNS[row.reach]
    return Dot(
        at=at(row.lat, row.lon),
        label=f"{what.compound(row.compound_id, fmt)} {fmt.name(row)}",
        tone=tone,
        shape=shape,
        size=size,
        notes=(
            what.reaches[row.reach],
            say.ngettext("{n} household", "{n} households", row.households),
        ),
    )


def _mark(say: Translator, spot: Spot) -> Mark:
    room = spot.kind == "venue"
    notes = [say.gettext(N_("Venue") if room else N_("Business"))]
    if room:
        notes.append(say.gettext(N_("no steps") if spot.step_free else N_("with steps")))
    return Mark(
        at=at(spot.lat, spot.lon),
        label=Formats(say.language).name(spot),
        icon="landmark" if room else "store",
        tone="route",
        notes=tuple(notes),
    )


def _areas(say: Translator, found: Coverage, rings: Rings | None) -> tuple[Area, ...]:
    if rings is None:
        return ()
    name = Formats(say.language).name(rings.spot)
    return (
        Area(
            shape=shape_of(rings.within),
            label=say.gettext(N_("15 minutes around {name}"), name=name),
            tone="route",
        ),
        Area(
            shape=shape_of(rings.near),
            label=say.gettext(N_("{n} m around {name}"), n=found.near_metres, name=name),
            tone="route",
        ),
    )


def shape_of(circle: Circle) -> dict[str, Any]:
    """Return the geometry of a circle as a map takes it."""
    shape: dict[str, Any] = msgspec.to_builtins(circle.geometry)
    return shape


def _legend(say: Translator, found: Coverage, what: Named, rings: Rings | None) -> tuple[Key, ...]:
    keys = [
        Key(label=what.reaches[reach], sign=shape, tone=tone)
        for reach, (tone, shape) in SIGNS.items()
        if any(row.reach == reach for row in found.rows)
    ]
    if found.spots:
        keys.append(Key(label=say.gettext(N_("Venue or business")), sign="pin", tone="route"))
    if rings:
        words = N_("{n} m and 15 minutes around {name}")
        name = Formats(say.language).name(rings.spot)
        keys.append(Key(label=say.gettext(words, n=found.near_metres, name=name), sign="area", tone="route"))
    return tuple(keys)
