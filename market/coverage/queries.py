"""Reading coverage: a territory with all its services, one service or category building by building, one building."""

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock, local_day
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.queries import territory
from market.coverage.facts import Ground, box_of, load_around, load_ground
from market.coverage.looking import look
from market.coverage.near import near
from market.coverage.supply import Supply, supply_of
from market.coverage.views import Coverage, Nearby, Wish
from matching.travel.network import Network

USUAL = Wish()


async def coverage_of(
    session: AsyncSession,
    clock: Clock,
    territory_id: UUID,
    network: Network | None,
    *,
    chosen: str | None = None,
    or_worst: bool = False,
    wish: Wish = USUAL,
) -> Coverage:
    """Say which services the buildings below a place have within 500 metres and 15 minutes; nine statements.

    `chosen`: the code of a service or category whose buildings are listed; `or_worst`: if none is, the service of the worst
    gap. Whoever calls has checked who reads.

    Raises:
        NotFound: no such place, or no such service or category among those that need a way.
    """
    place = await territory(session, territory_id)
    ground, supply = await _read(session, clock, place, wish)
    known = {service.code for service in supply.services} | {s.category_code for s in supply.services}
    if chosen is not None and chosen not in known:
        raise NotFound("There is no such {thing}", thing="service")
    return await asyncio.to_thread(look, place, ground, supply, network, chosen, or_worst, wish)


async def _read(session: AsyncSession, clock: Clock, place: Territory, wish: Wish) -> tuple[Ground, Supply]:
    now = clock.now()
    today = local_day(now)
    ground = await load_ground(session, place.path, now, today)
    points = [(building.lat, building.lon) for building in ground.buildings]
    around = await load_around(session, box_of(points or [_middle(place)]), today)
    return ground, supply_of(around, step_free=wish.step_free)


def _middle(place: Territory) -> tuple[float, float]:
    return (place.lat or 0.0, place.lon or 0.0)


async def nearby(
    session: AsyncSession, clock: Clock, building_id: UUID, network: Network | None, wish: Wish = USUAL
) -> Nearby:
    """Say what one building has within 15 minutes on foot; six statements.

    Raises:
        NotFound: no such building, or it has no coordinates.
    """
    place = await territory(session, building_id)
    if place.kind != PlaceKind.BUILDING or place.lat is None or place.lon is None:
        raise NotFound("There is no such {thing}", thing="building")
    point = (place.lat, place.lon)
    around = await load_around(session, box_of([point]), local_day(clock.now()))
    supply = supply_of(around, step_free=wish.step_free)
    return await asyncio.to_thread(near, place.id, point, supply, network, wish)
