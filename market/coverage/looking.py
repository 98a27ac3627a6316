"""From facts to coverage: plain computation, safe in a thread."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from catalog.services.models import Service
from catalog.territory.models import Territory
from market.coverage import tallies
from market.coverage.cells import shown, shown_lines, told_sum
from market.coverage.facts import Ground
from market.coverage.reach import classes, guessed, least, nearest, ways, within_metres
from market.coverage.supply import Given, Supply
from market.coverage.views import (
    HELPERS,
    NEAR_METRES,
    SMALLEST,
    CompoundReach,
    Coverage,
    Gap,
    Reach,
    ServiceReach,
    Spot,
    Wish,
)
from matching.travel.network import Network

GAPS = 50
HIDDEN = SMALLEST // 2
"""What a hidden number weighs when gaps are ordered: by the number itself, the order would tell it."""

Unmet = Mapping[tuple[UUID, str], int | None]
Classes = Mapping[str, list[Reach]]


def look(
    place: Territory,
    ground: Ground,
    supply: Supply,
    network: Network | None,
    chosen: str | None,
    or_worst: bool,
    wish: Wish,
) -> Coverage:
    """Return the coverage of a territory; see `coverage_of`."""
    points = tuple((building.lat, building.lon) for building in ground.buildings)
    places = supply.points()
    table = ways(network, points, places)
    index = {point: i for i, point in enumerate(places)}
    metres = {code: nearest(given, index, table) for code, given in supply.given.items()}
    reaches = {code: classes(way, wish.pace) for code, way in metres.items()}
    groups = tallies.members(ground)
    unmet = _unmet(ground, supply, list(groups))
    gaps = _gaps(ground, reaches, groups, unmet)
    if chosen is None and or_worst and supply.services:
        chosen = gaps[0].service_code if gaps else supply.services[0].code
    picked = _picked(supply, chosen)
    best = classes(least([metres[service.code] for service in picked], len(points)), wish.pace)
    return Coverage(
        territory_id=place.id,
        name_zh=place.name_zh,
        name_en=place.name_en,
        pace=wish.pace,
        step_free=wish.step_free,
        near_metres=NEAR_METRES,
        within_metres=within_metres(wish.pace),
        smallest_shown=SMALLEST,
        helpers_needed=HELPERS,
        estimated=network is None,
        network=network.facts.version if network else None,
        attribution=network.facts.attribution if network else None,
        unplaced=ground.unplaced,
        buildings=len(points),
        services=tuple(_services(ground, supply, reaches)),
        gaps=gaps,
        chosen=chosen,
        spots=_spots(supply, picked),
        compounds=_compounds(ground, groups, best, picked, unmet) if picked else (),
        rows=tallies.rows(ground, best, guessed(network, points)) if picked else (),
    )


def _picked(supply: Supply, chosen: str | None) -> list[Service]:
    return [s for s in supply.services if chosen is not None and chosen in {s.code, s.category_code}]


def _spots(supply: Supply, picked: Sequence[Service]) -> tuple[Spot, ...]:
    found = {spot.id: spot for service in picked for spot in supply.given[service.code].spots}
    return tuple(sorted(found.values(), key=lambda spot: (spot.kind, spot.name_zh, str(spot.id))))


def _services(ground: Ground, supply: Supply, reaches: Classes) -> list[ServiceReach]:
    totals: dict[str, int] = {}
    for (_, code), number in ground.unmet.items():
        totals[code] = totals.get(code, 0) + number
    return [
        _service(ground, service, supply.given[code], reaches[code], shown(totals.get(code, 0)))
        for code, service in ((service.code, service) for service in supply.services)
    ]


def _service(
    ground: Ground, service: Service, given: Given, reaches: list[Reach], unmet: int | None
) -> ServiceReach:
    return ServiceReach(
        code=service.code,
        category_code=service.category_code,
        name_zh=service.name_zh,
        name_en=service.name_en,
        icon=service.icon,
        shape=service.shape,
        venues=sum(spot.kind == "venue" for spot in given.spots),
        businesses=sum(spot.kind == "business" for spot in given.spots),
        helpers=None if 0 < given.people < given.people_needed else given.people,
        tally=tallies.tally(ground.buildings, reaches),
        unmet=unmet,
    )


def _unmet(ground: Ground, supply: Supply, groups: Sequence[UUID]) -> Unmet:
    """Return what may be told of unmet needs by compound and service, beside the sums of the services."""
    known = {service.code for service in supply.services}
    cells = {
        (group, code): number
        for (group, code), number in ground.unmet.items()
        if group is not None and code in known
    }
    return shown_lines(cells, [[(group, service.code) for group in groups] for service in supply.services])


def _compounds(
    ground: Ground,
    groups: Mapping[UUID, Sequence[int]],
    reaches: list[Reach],
    picked: Sequence[Service],
    unmet: Unmet,
) -> tuple[CompoundReach, ...]:
    """Return the compounds, those with most households beyond first."""
    found = [
        msgspec.structs.replace(
            tallies.compound(ground, group, inside, reaches),
            unmet=told_sum([unmet.get((group, service.code), 0) for service in picked]),
        )
        for group, inside in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.tally.households_beyond, one.code)))


def _gaps(
    ground: Ground, reaches: Classes, groups: Mapping[UUID, Sequence[int]], unmet: Unmet
) -> tuple[Gap, ...]:
    """Return households beyond x unmet needs, the largest first; each household counts once where nobody has asked."""
    found = [
        Gap(
            service_code=code,
            compound_id=group,
            households_beyond=sum(
                ground.buildings[i].households for i in inside if missed[i] == Reach.BEYOND
            ),
            unmet=unmet.get((group, code), 0),
        )
        for code, missed in reaches.items()
        for group, inside in groups.items()
    ]
    worst = sorted(
        (gap for gap in found if gap.households_beyond),
        key=lambda gap: (-_weight(gap), gap.service_code, str(gap.compound_id)),
    )
    return tuple(worst[:GAPS])


def _weight(gap: Gap) -> int:
    return gap.households_beyond * (1 + (HIDDEN if gap.unmet is None else gap.unmet))
