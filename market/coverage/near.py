"""What one building has around it: plain computation, safe in a thread."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from catalog.services.models import Service
from market.coverage.reach import (
    BEYOND,
    FARTHEST,
    Metres,
    classes,
    guessed,
    nearest,
    people_metres,
    searched,
    within_metres,
)
from market.coverage.supply import Given, Point, Supply
from market.coverage.views import NEAR_METRES, Nearby, NearService, NearSpot, Reach, Wish
from matching.travel.line import Speeds
from matching.travel.network import Network

SPOTS = 5  # of one service, the nearest


def near(building_id: UUID, point: Point, supply: Supply, network: Network | None, wish: Wish) -> Nearby:
    """Return what a building at `point` has within 15 minutes; see `nearby`."""
    places = supply.points()
    table = searched(network, (point,), places, FARTHEST).T
    index = {place: i for i, place in enumerate(places)}
    found = [(s, near_service(s, supply.given[s.code], index, table, wish)) for s in supply.services]
    return Nearby(
        building_id=building_id,
        pace=wish.pace,
        near_metres=NEAR_METRES,
        within_metres=within_metres(wish.pace),
        estimated=guessed(network, (point,))[0],
        attribution=network.facts.attribution if network else None,
        services=tuple(told for _, told in found if told is not None),
        missing=tuple(service.code for service, told in found if told is None),
    )


def near_service(
    service: Service, given: Given, index: Mapping[Point, int], table: Metres, wish: Wish
) -> NearService | None:
    """Return one service with its nearest spots; None if nothing is in reach."""
    reach = classes(nearest(given, index, table), wish.pace)[0]
    if reach == Reach.BEYOND:
        return None
    helpers = classes(people_metres(given, index, table), wish.pace)[0]
    return NearService(
        code=service.code,
        category_code=service.category_code,
        name_zh=service.name_zh,
        name_en=service.name_en,
        icon=service.icon,
        reach=reach,
        spots=_spots(given, index, table, wish),
        helpers=None if helpers == Reach.BEYOND else helpers,
    )


def _spots(given: Given, index: Mapping[Point, int], table: Metres, wish: Wish) -> tuple[NearSpot, ...]:
    most, speed = within_metres(wish.pace), int(getattr(Speeds(), wish.pace))
    found = [(int(table[index[spot.lat, spot.lon], 0]), spot) for spot in given.spots]
    reached = sorted(
        ((metres, spot) for metres, spot in found if metres != BEYOND and metres <= most),
        key=lambda pair: (pair[0], str(pair[1].id)),
    )
    return tuple(
        NearSpot(**msgspec.structs.asdict(spot), metres=metres, minutes=-(-metres // speed))
        for metres, spot in reached[:SPOTS]
    )
