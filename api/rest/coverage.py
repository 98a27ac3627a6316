"""Service circles, and which buildings have which services on foot."""

import asyncio
from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.codes import address_of
from api.auth.identity import role_guard, signed_in
from api.deps import AnyRequest
from api.runtime import Runtime
from catalog.kernel.db import ReadSession
from catalog.kernel.errors import Forbidden, TooMany
from catalog.kernel.time import Clock
from catalog.people.models import Role
from catalog.territory.models import Territory
from catalog.territory.queries import territory as place_named
from market.actor import STAFF, Actor
from market.coverage.circles import Circle, CircleMode, circle_of, demand_known, in_wgs84, metres_of
from market.coverage.queries import coverage_of
from market.coverage.views import Coverage, Pace, Wish
from market.needs.ground import load_communities
from matching.travel.coordinates import System

READERS = (*STAFF, Role.REVIEWER)
readers = role_guard(*READERS)
GEOJSON = "application/geo+json"
CIRCLES, SPAN = 60, 60  # so many from one address in so many seconds


async def place_to_read(session: AsyncSession, actor: Actor, territory_id: UUID | None) -> Territory:
    """Return the place named, else the widest place of the reader's own roles.

    Raises:
        NotFound: no such place.
        Forbidden: no role of an officer or reviewer covers it.
    """
    own = sorted((grant for grant in actor.grants if grant.role in READERS), key=lambda one: len(one.path))
    if not own:
        raise Forbidden("This page is for {roles}", roles="officer, reviewer")
    place = await place_named(session, territory_id or own[0].territory_id)
    actor.demand(place.path, *READERS)
    return place


@get("/coverage", operation_id="coverage", guards=[signed_in, readers], opt={"problems": (404,)})
async def get_coverage(
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    runtime: NamedDependency[Runtime],
    territory: Annotated[
        UUID | None, QueryParameter(description="A place; the reader's own unless said")
    ] = None,
    service: Annotated[
        str | None, QueryParameter(min_length=1, max_length=64, description="Code of a service or category")
    ] = None,
    mode: Annotated[Pace, QueryParameter(description="walk 66, walk_slow 48 metres a minute")] = "walk",
    step_free: Annotated[
        bool, QueryParameter(description="Only rooms that one enters without steps")
    ] = False,
) -> Coverage:
    """Say which services the buildings of a place have within 500 metres and within 15 minutes on foot.

    `services` and `gaps` (worst first) speak of everything that needs a way; `compounds` and `rows` (buildings) of the one
    service or category asked for, and are empty without. A person who helps counts only where three or more who do are
    within reach; nobody's home is told. Numbers of needs below 10 are null.
    """
    place = await place_to_read(read, actor, territory)
    wish = Wish(pace=mode, step_free=step_free)
    return await coverage_of(read, clock, place.id, runtime.streets.network, chosen=service, wish=wish)


@get(
    "/circles",
    operation_id="circle",
    media_type=GEOJSON,
    opt={"media": GEOJSON, "problems": (429,), "answer": "A GeoJSON Feature"},
)
async def get_circle(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    runtime: NamedDependency[Runtime],
    lat: Annotated[float, QueryParameter(ge=-90, le=90, description="Latitude in degrees")],
    lon: Annotated[float, QueryParameter(ge=-180, le=180, description="Longitude in degrees")],
    metres: Annotated[
        int | None, QueryParameter(ge=50, le=5_000, description="How far; 500 if nothing is said")
    ] = None,
    minutes: Annotated[
        int | None, QueryParameter(ge=1, le=30, description="How long, instead of metres")
    ] = None,
    mode: Annotated[CircleMode, QueryParameter(description="How one goes")] = "walk",
    given: Annotated[System, QueryParameter(description="Coordinate system of lat and lon")] = "wgs84",
    coordinates: Annotated[System, QueryParameter(description="Coordinate system of the answer")] = "wgs84",
) -> Circle:
    """Draw the ground that one reaches from a place on foot or by e-bike, along streets, as a GeoJSON Feature.

    GeoJSON is WGS-84 unless both sides agree on something else: `coordinates` asks for GCJ-02 or BD-09, and the properties
    of the answer name the system. At most 60 in a minute from one address.
    """
    if await runtime.counters.hit(f"circles:{address_of(request)}", SPAN) > CIRCLES:
        raise TooMany("Too many service circles in a minute; wait a little")
    far = metres_of(mode, metres, minutes)
    lat, lon = in_wgs84(lat, lon, given)
    network = runtime.streets.network
    demand_known(network, await load_communities(read), lat, lon)
    return await asyncio.to_thread(
        circle_of, network, lat, lon, metres=far, minutes=minutes, mode=mode, coordinates=coordinates
    )


ROUTES = [get_coverage, get_circle]
