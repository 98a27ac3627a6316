"""What is near me: services within 500 metres and 15 minutes on foot of a building; for everybody."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import User
from api.deps import AnyRequest
from api.i18n import translator
from api.runtime import Runtime
from api.web.pages.resident import lookups
from api.web.pages.resident.nearby_map import drawing_of, spots_of
from api.web.render import language_of, page
from catalog.kernel.db import ReadSession
from catalog.kernel.time import Clock
from catalog.services.models import Category, Lane, Service, Shape
from catalog.services.queries import Shelf, browse
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.queries import children, communities, territories
from market.coverage.queries import nearby
from market.coverage.views import Nearby, NearService, Reach, Wish
from matching.travel.network import Network


class Around(NamedTuple):
    """A category with what is within reach of it."""

    category: Category
    services: tuple[NearService, ...]


@get("/nearby", include_in_schema=False)
async def show_nearby(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    runtime: NamedDependency[Runtime],
) -> Template:
    """Show what a building has on foot; the reader's own unless another is chosen."""
    user: User | None = request.scope["user"]
    slow = request.query_params.get("slow") == "on"
    place = await _place(read, request.query_params.get("place", ""))
    if place is None and user is not None and "place" not in request.query_params:
        home = await lookups.home_of(read, user.person_id)
        place = home.building if home else None
    if place is None or place.kind != PlaceKind.BUILDING or place.lat is None:
        return await _choose(request, read, place)
    return await _show(request, read, clock, runtime.streets.network, place, slow=slow)


async def _place(session: AsyncSession, text: str) -> Territory | None:
    try:
        wanted = UUID(text)
    except ValueError:
        return None
    return (await territories(session, [wanted])).get(wanted)


async def _choose(request: AnyRequest, session: AsyncSession, place: Territory | None) -> Template:
    """Show the way down to a building: communities, then compounds, then buildings."""
    wide = place is None or place.kind in {PlaceKind.DISTRICT, PlaceKind.STREET}
    below = await communities(session) if place is None or wide else await children(session, place.id)
    kinds = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND, PlaceKind.BUILDING)
    return page(
        request,
        "resident/nearby_choose.html",
        place=None if wide else place,
        places=[one for one in below if one.kind in kinds],
    )


async def _show(
    request: AnyRequest,
    session: AsyncSession,
    clock: Clock,
    network: Network | None,
    building: Territory,
    *,
    slow: bool,
) -> Template:
    wish = Wish(pace="walk_slow" if slow else "walk")
    found = await nearby(session, clock, building.id, network, wish)
    shelves = await browse(session, Lane.SERVICE)
    compound = (await territories(session, [building.parent_id])) if building.parent_id else {}
    say = translator(language_of(request))
    return page(
        request,
        "resident/nearby.html",
        building=building,
        compound=next(iter(compound.values()), None),
        slow=slow,
        found=found,
        near=sum(one.reach == Reach.NEAR for one in found.services),
        shelves=_around(shelves, found),
        missing=_named(shelves, found.missing),
        remote=[one for shelf in shelves for one in shelf.services if one.shape == Shape.REMOTE],
        spots=spots_of(found),
        drawing=await asyncio.to_thread(drawing_of, say, building, found, network),
    )


def _around(shelves: Sequence[Shelf], found: Nearby) -> list[Around]:
    """Return what is in reach by category, the nearest first."""
    order = {Reach.NEAR: 0, Reach.WITHIN: 1}
    around = [
        Around(
            shelf.category,
            tuple(
                sorted(
                    (one for one in found.services if one.category_code == shelf.category.code),
                    key=lambda one: order[one.reach],
                )
            ),
        )
        for shelf in shelves
    ]
    return [one for one in around if one.services]


def _named(shelves: Sequence[Shelf], codes: Sequence[str]) -> list[Service]:
    wanted = set(codes)
    return [service for shelf in shelves for service in shelf.services if service.code in wanted]


ROUTES = [show_nearby]
