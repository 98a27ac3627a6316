"""Buildings counted by reach."""

from collections.abc import Sequence
from uuid import UUID

from market.coverage.cells import shown
from market.coverage.facts import Building, Ground
from market.coverage.views import SMALLEST, BuildingReach, CompoundReach, Reach, Tally


def tally(buildings: Sequence[Building], reaches: Sequence[Reach]) -> Tally:
    """Count buildings and households by class."""
    homes = dict.fromkeys(Reach, 0)
    blocks = dict.fromkeys(Reach, 0)
    for building, reach in zip(buildings, reaches, strict=True):
        blocks[reach] += 1
        homes[reach] += building.households
    return Tally(
        buildings=len(buildings),
        households=sum(homes.values()),
        buildings_near=blocks[Reach.NEAR],
        buildings_within=blocks[Reach.WITHIN],
        buildings_beyond=blocks[Reach.BEYOND],
        households_near=homes[Reach.NEAR],
        households_within=homes[Reach.WITHIN],
        households_beyond=homes[Reach.BEYOND],
    )


def group_of(building: Building) -> UUID:
    """Return what a building belongs to: its compound, or the community right above it."""
    return building.place.parent_id or building.place.id


def members(ground: Ground) -> dict[UUID, list[int]]:
    """Return the indexes of the buildings of each compound, in path order."""
    found: dict[UUID, list[int]] = {}
    for i, building in enumerate(ground.buildings):
        found.setdefault(group_of(building), []).append(i)
    return found


def rows(ground: Ground, reaches: Sequence[Reach], guessed: Sequence[bool]) -> tuple[BuildingReach, ...]:
    """Return each building with its class."""
    return tuple(
        BuildingReach(
            id=building.place.id,
            code=building.place.code,
            name_zh=building.place.name_zh,
            name_en=building.place.name_en,
            compound_id=group_of(building),
            lat=building.lat,
            lon=building.lon,
            households=building.households,
            older=shown(building.older),
            reach=reach,
            estimated=guess,
        )
        for building, reach, guess in zip(ground.buildings, reaches, guessed, strict=True)
    )


def compound(ground: Ground, group: UUID, inside: Sequence[int], reaches: Sequence[Reach]) -> CompoundReach:
    """Return one compound; older residents are added up from buildings with 10 or more, each of which is told anyway."""
    blocks, classes = [ground.buildings[i] for i in inside], [reaches[i] for i in inside]
    place = ground.groups.get(group, blocks[0].place)
    pairs = zip(blocks, classes, strict=True)
    return CompoundReach(
        id=group,
        code=place.code,
        name_zh=place.name_zh,
        name_en=place.name_en,
        tally=tally(blocks, classes),
        older_beyond=sum(b.older for b, c in pairs if c == Reach.BEYOND and b.older >= SMALLEST),
        unmet=None,
    )
