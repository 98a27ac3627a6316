"""The tree of places of 沙头街道: district, street, communities, compounds, buildings, stairwell units."""

from uuid import UUID

import numpy as np
from msgspec import Struct

from seed.shatou.areas import communities, home_nodes, street_name
from seed.shatou.compounds import Compound, draw_compounds
from seed.shatou.dice import dice, named
from seed.shatou.geo import ground, metres, offset, walkable_points
from seed.world import TerritorySpec

DISTRICT_CODE, STREET_CODE = "440304", "440304005"
# Floors from, floors to, units per building, doors per floor of a unit, share of buildings with a lift.
BUILD = {"old": (6, 8, 3, 2, 0.08), "village": (6, 9, 1, 4, 0.15), "commercial": (16, 31, 2, 4, 1.0)}
GOVERNANCE = {"no_property": "self_governed", "weak_property": "joined", "property": "three_party"}
GATED_SHARE = {"old": 0.5, "village": 0.1, "commercial": 1.0}
OCCUPIED = 0.9
RESETTLED = 0.2
LIFT_FLOORS = 9


class Building(Struct, frozen=True):
    """A building with its stairwell units and the doors on each floor of a unit."""

    place: TerritorySpec
    units: tuple[UUID, ...]
    doors: int


class Estate(Struct, frozen=True):
    """A compound with its place and buildings."""

    compound: Compound
    place: TerritorySpec
    buildings: tuple[Building, ...]


def draw_estates(scale: int, seed: int) -> list[Estate]:
    """All compounds with their buildings, each standing at a point of the street network."""
    chance = dice(seed, "buildings")
    return [draw_estate(chance, compound) for compound in draw_compounds(scale, seed)]


def draw_estate(chance: np.random.Generator, compound: Compound) -> Estate:
    """One compound; its buildings stand at the street nodes nearest to its gate."""
    place = compound_place(chance, compound)
    points = walkable_points()
    near = home_nodes()[compound.community]
    near = near[np.argsort(metres(points[near], points[compound.node]), kind="stable")][:14]
    buildings: list[Building] = []
    room = 0.0
    while room * OCCUPIED < compound.households:
        building = draw_building(
            chance, compound, place, len(buildings) + 1, points[near[len(buildings) * 2 % len(near)]]
        )
        buildings.append(building)
        room += (building.place.floors or 0) * len(building.units) * building.doors
    return Estate(compound, place, tuple(buildings))


def compound_place(chance: np.random.Generator, compound: Compound) -> TerritorySpec:
    """The compound's node of the tree."""
    area = communities()[compound.community]
    lat, lon = offset(walkable_points()[compound.node], 0.0, 0.0)
    gated = chance.random() < GATED_SHARE[compound.style]
    extra = {
        "village": ("mixed",),
        "old": (),
        "commercial": ("resettlement",) if chance.random() < RESETTLED else (),
    }
    return TerritorySpec(
        id=named("compound", compound.index),
        kind="compound",
        parent_id=named("community", area.code),
        community_id=named("community", area.code),
        code=f"{area.code}-{compound.index + 1:03d}",
        name_zh=compound.name_zh,
        name_en=compound.name_en,
        lat=lat,
        lon=lon,
        tags=(compound.style, *extra[compound.style], compound.firm, "gated" if gated else "open"),
        governance=GOVERNANCE[compound.firm],
        address_zh=f"{street_name(lat, lon)}{int(chance.integers(1, 200))}号",
        entry_notes="正门保安室登记后进入" if gated else None,
    )


def draw_building(
    chance: np.random.Generator, compound: Compound, place: TerritorySpec, number: int, node: np.ndarray
) -> Building:
    """One building 8 to 40 m from a street node."""
    low, high, units, doors, lifts = BUILD[compound.style]
    floors = int(chance.integers(low, high))
    turn, far = chance.uniform(0, 2 * np.pi), chance.uniform(8, 40)
    lat, lon = offset(node, float(far * np.cos(turn)), float(far * np.sin(turn)))
    coded = chance.random() < GATED_SHARE[compound.style]
    spec = TerritorySpec(
        id=named("building", compound.index, number),
        kind="building",
        parent_id=place.id,
        community_id=place.community_id,
        code=f"{place.code}-{number:02d}",
        name_zh=f"{number}栋",
        name_en=f"Building {number}",
        lat=lat,
        lon=lon,
        address_zh=f"{place.address_zh}{place.name_zh}{number}栋",
        floors=floors,
        has_lift=floors > LIFT_FLOORS or bool(chance.random() < lifts),
        entry_notes=f"楼下门禁，按 {int(chance.integers(1000, 9999))}# 开门" if coded else None,
    )
    return Building(spec, tuple(named("unit", compound.index, number, u + 1) for u in range(units)), doors)


def unit_places(building: Building) -> list[TerritorySpec]:
    """The stairwell units of a building."""
    above = building.place
    return [
        TerritorySpec(
            id=unit,
            kind="unit",
            parent_id=above.id,
            community_id=above.community_id,
            code=f"{above.code}-{number}",
            name_zh=f"{number}单元",
            name_en=f"Unit {number}",
            lat=above.lat,
            lon=above.lon,
        )
        for number, unit in enumerate(building.units, start=1)
    ]


def top_places() -> list[TerritorySpec]:
    """District, street and the twelve communities."""
    lat = float(np.mean([area.lat for area in communities()]))
    lon = float(np.mean([area.lon for area in communities()]))
    district = TerritorySpec(
        id=named("district"), kind="district", parent_id=None, community_id=None, code=DISTRICT_CODE,
        name_zh="福田区", name_en="Futian District", lat=lat, lon=lon,
    )  # fmt: skip
    street = TerritorySpec(
        id=named("street"), kind="street", parent_id=district.id, community_id=None, code=STREET_CODE,
        name_zh="沙头街道", name_en="Shatou Street", lat=lat, lon=lon, outline=ground().ring,
    )  # fmt: skip
    areas = [
        TerritorySpec(
            id=(key := named("community", area.code)), kind="community", parent_id=street.id, community_id=key,
            code=area.code, name_zh=area.name_zh, name_en=area.name_en, lat=area.lat, lon=area.lon,
        )
        for area in communities()
    ]  # fmt: skip
    return [district, street, *areas]


def all_places(estates: list[Estate]) -> list[TerritorySpec]:
    """The whole tree, parents first."""
    places = top_places()
    for estate in estates:
        places.append(estate.place)
        for building in estate.buildings:
            places.append(building.place)
            places.extend(unit_places(building))
    return places
