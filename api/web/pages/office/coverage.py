"""Service circles: which buildings have a service near and where it is missing, as a map, as tables and as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import Translator, translator
from api.rest.coverage import READERS, place_to_read
from api.runtime import Runtime
from api.web.formats import Formats
from api.web.pages.office.coverage_asked import Asked, read_address
from api.web.pages.office.coverage_map import circles_of, drawing_of
from api.web.pages.office.coverage_words import Named, lead, named
from api.web.pages.office.places import PLACES
from api.web.pages.office.sheets import csv_file
from api.web.render import language_of, page
from catalog.kernel.db import ReadSession
from catalog.kernel.time import Clock, local_day
from catalog.services.models import Lane, Shape
from catalog.services.queries import Shelf, browse
from catalog.territory.models import Territory
from catalog.territory.queries import subtree
from market.actor import Actor
from market.coverage.queries import coverage_of
from market.coverage.views import BuildingReach, CompoundReach, Coverage, Reach
from matching.travel.line import LineTravel
from matching.travel.network import Network

SIZE = 200  # buildings on one page
GAPS = 8
ORDER = {Reach.BEYOND: 0, Reach.WITHIN: 1, Reach.NEAR: 2}


@get("/coverage", include_in_schema=False)
async def show_coverage(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    runtime: NamedDependency[Runtime],
) -> Template:
    """Show one service or category of a place; what is looked at stands in the address."""
    network = runtime.streets.network
    say = translator(language_of(request))
    asked, places, shelves = await _asked(request, read, actor)
    found = await _found(read, clock, asked, network)
    what = named(say, found, shelves)
    rings = await circles_of(network, found, asked.around)
    return page(
        request,
        "office/coverage.html",
        asked=asked,
        place=asked.place,
        places=places,
        shelves=shelves,
        found=found,
        what=what,
        lead=lead(say, found, what),
        drawing=drawing_of(say, found, what, rings, network),
        around=asked.around if rings else None,
        compounds=sorted(found.compounds, key=_compound_order(say, asked.sort)),
        rows=sorted(found.rows, key=_building_order(say, asked.sort, what))[_span(asked)],
        pages=max(1, -(-len(found.rows) // SIZE)),
        gaps=found.gaps[:GAPS],
        estimate=LineTravel(),
    )


@get("/coverage.csv", include_in_schema=False)
async def coverage_csv(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """Hand out the buildings of one service or category as a table for spreadsheets."""
    say = translator(language_of(request))
    asked, _, shelves = await _asked(request, read, actor)
    found = await _found(read, clock, asked, runtime.streets.network)
    what = named(say, found, shelves)
    return csv_file(
        f"coverage-{found.chosen or 'none'}-{local_day(clock.now())}.csv", _lines(say, found, what)
    )


async def _asked(
    request: AnyRequest, session: AsyncSession, actor: Actor
) -> tuple[Asked, Sequence[Territory], Sequence[Shelf]]:
    top = await place_to_read(session, actor, None)
    below = await subtree(session, top.path, PLACES)
    places = [place for place in below if actor.may(place.path, *READERS)]
    shelves = [_on_foot(shelf) for shelf in await browse(session, Lane.SERVICE)]
    return read_address(request, top, places, shelves), places, [s for s in shelves if s.services]


def _on_foot(shelf: Shelf) -> Shelf:
    kept = tuple(service for service in shelf.services if service.shape != Shape.REMOTE)
    return Shelf(category=shelf.category, services=kept)


async def _found(session: AsyncSession, clock: Clock, asked: Asked, network: Network | None) -> Coverage:
    return await coverage_of(
        session, clock, asked.place.id, network, chosen=asked.what or None, or_worst=True, wish=asked.wish()
    )


def _span(asked: Asked) -> slice:
    return slice((asked.number - 1) * SIZE, asked.number * SIZE)


def _compound_order(say: Translator, sort: str) -> Any:
    fmt = Formats(say.language)
    keys: Mapping[str, Any] = {
        "name": lambda one: (fmt.name(one), one.code),
        "households": lambda one: (-one.tally.households, one.code),
        "unmet": lambda one: (-_told(one), one.code),
    }
    return keys.get(sort, lambda one: (-one.tally.households_beyond, one.code))


def _told(one: CompoundReach) -> float:
    return 0.5 if one.unmet is None else one.unmet


def _building_order(say: Translator, sort: str, what: Named) -> Any:
    fmt = Formats(say.language)

    def name(row: BuildingReach) -> tuple[str, str]:
        return what.compound(row.compound_id, fmt), row.code

    keys: Mapping[str, Any] = {
        "name": name,
        "households": lambda row: (-row.households, name(row)),
    }
    return keys.get(sort, lambda row: (ORDER[row.reach], name(row)))


def _lines(say: Translator, found: Coverage, what: Named) -> list[list[Any]]:
    fmt, _ = Formats(say.language), say.gettext
    head = [
        _("Service"),
        _("Compound"),
        _("Building"),
        _("Code"),
        _("Households"),
        _("Residents of 60 or more"),
        _("Reach on foot"),
        _("Estimate"),
        _("Latitude"),
        _("Longitude"),
    ]
    few = f"<{found.smallest_shown}"
    return [head] + [
        [
            what.name,
            what.compound(row.compound_id, fmt),
            fmt.name(row),
            row.code,
            row.households,
            few if row.older is None else row.older,
            what.reaches[row.reach],
            _("yes") if row.estimated else _("no"),
            row.lat,
            row.lon,
        ]
        for row in found.rows
    ]


ROUTES = [show_coverage, coverage_csv]
