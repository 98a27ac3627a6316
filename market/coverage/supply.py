"""Who gives which service where. Businesses and rooms stand at their address, people in a cell of about 200 metres.

A person's home must not be found out from what is told here. Two things keep it: homes are moved to the middle of their
cell before anything is measured, and people count only where three or more of them are within reach (`people_needed`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from catalog.providers.models import ANSWER_AS_ONE
from catalog.services.models import Service, Shape
from catalog.venues.models import Venue
from market.coverage.facts import Around, Helper
from market.coverage.views import HELPERS, Spot
from market.needs.reading import blurred

Point = tuple[float, float]


class Given(NamedTuple):
    """One service: the spots that give it, how many people do in each cell, and how many people in all."""

    spots: tuple[Spot, ...]
    cells: Mapping[Point, int]
    people: int
    people_needed: int


class Supply(NamedTuple):
    """Services that need a way, each with what there is, in the order of the catalogue."""

    services: tuple[Service, ...]
    given: Mapping[str, Given]

    def points(self) -> tuple[Point, ...]:
        """Return every place of supply once."""
        spots = {(spot.lat, spot.lon) for given in self.given.values() for spot in given.spots}
        cells = {cell for given in self.given.values() for cell in given.cells}
        return tuple(sorted(spots | cells))


def supply_of(around: Around, *, step_free: bool = False) -> Supply:
    """Work out who gives what; `step_free`: of the rooms only those that one gets into without steps."""
    asked = tuple(service for service in around.services if service.shape != Shape.REMOTE)
    return Supply(asked, {service.code: _given(service, around, step_free=step_free) for service in asked})


def _given(service: Service, around: Around, *, step_free: bool) -> Given:
    able = [helper for helper in around.helpers if gives(helper, service)]
    rooms = [room for room in around.venues if service.code in room.uses]
    shops = _shops(helper for helper in able if helper.kind in ANSWER_AS_ONE)
    spots = [_room(room) for room in rooms if room.step_free or not step_free]
    # People go to a group's room, so there it is the room that must be easy to get into; nobody has asked the shops.
    if service.shape != Shape.GROUP or not step_free:
        spots += [spot for spot, crew in shops if crew >= service.people_needed]
    cells = _cells(able) if service.shape != Shape.GROUP else {}
    people = sum(cells.values())
    return Given(tuple(spots), cells, people, max(HELPERS, service.people_needed))


def gives(helper: Helper, service: Service) -> bool:
    """Say whether a helper may and can do a service: kind, what the provider offers, skills, papers of today."""
    return (
        (not service.provider_kinds or helper.kind.value in service.provider_kinds)
        and (not helper.offered or service.code in helper.offered)
        and all(helper.skills.get(skill["skill"], 0) >= skill["level"] for skill in service.skills)
        and helper.papers.issuperset(service.qualifications)
    )


def _shops(helpers: Iterable[Helper]) -> list[tuple[Spot, int]]:
    """Return each business once, at its own address and never at a worker's, with how many of its people are able."""
    crews: dict[UUID, list[Helper]] = defaultdict(list)
    for helper in helpers:
        crews[helper.provider_id].append(helper)
    return [(_shop(crew[0]), len({one.person_id for one in crew})) for crew in crews.values()]


def _shop(helper: Helper) -> Spot:
    lat, lon = helper.at
    return Spot(
        id=helper.provider_id,
        kind="business",
        name_zh=helper.name_zh,
        name_en=helper.name_en,
        lat=lat,
        lon=lon,
        step_free=None,
    )


def _room(room: Venue) -> Spot:
    return Spot(
        id=room.id,
        kind="venue",
        name_zh=room.name_zh,
        name_en=room.name_en,
        lat=room.lat,
        lon=room.lon,
        step_free=room.step_free,
    )


def _cells(helpers: Iterable[Helper]) -> dict[Point, int]:
    """Count people, each once, by the cell that they start from."""
    found: dict[Point, set[UUID]] = defaultdict(set)
    seen: set[UUID] = set()
    for helper in helpers:
        if helper.kind not in ANSWER_AS_ONE and helper.person_id not in seen:
            seen.add(helper.person_id)
            found[blurred(helper.lat), blurred(helper.lon)].add(helper.person_id)
    return {cell: len(found[cell]) for cell in sorted(found)}
