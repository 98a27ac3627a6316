"""Households: who lives together behind which door."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from seed.shatou.areas import communities
from seed.shatou.dice import dice, named
from seed.shatou.territory import Estate
from seed.world import HouseholdSpec

# A family is a string of members: E elder, M middle generation, Y young adult, C child. The shares give 2.4 people a
# household and, in old compounds, a quarter aged 60 or over (Shibei 2020: 24.6 % and 2.41).
FAMILIES = ("E", "EE", "Y", "YY", "MMC", "MMCC", "MMCE", "MMCEE", "YYY", "EM", "MC")
MIX = {
    "old": (0.11, 0.12, 0.14, 0.14, 0.16, 0.06, 0.09, 0.04, 0.03, 0.08, 0.03),
    "commercial": (0.03, 0.05, 0.16, 0.19, 0.23, 0.10, 0.08, 0.03, 0.06, 0.03, 0.04),
    "village": (0.03, 0.02, 0.30, 0.27, 0.15, 0.06, 0.03, 0.01, 0.10, 0.02, 0.01),
}
# Tenants' share; two thirds of the street's people are registered elsewhere.
TENANTS = {"old": 0.55, "commercial": 0.50, "village": 0.88}
FLOATING = {"tenant": 0.94, "owner": 0.42, "dormitory": 0.95}
SETTLED_ELDERS = 0.45
DORMITORY = 0.04
ALONE = 0


class Homes(Struct, frozen=True):
    """Households and, in the same order, their family (index into FAMILIES) and the style of their compound."""

    households: list[HouseholdSpec]
    families: NDArray[np.int64]
    styles: list[str]
    villages: list[bool]


def draw_homes(estates: list[Estate], seed: int) -> Homes:
    """Fill every compound up to its number of households."""
    chance = dice(seed, "households")
    households: list[HouseholdSpec] = []
    families: list[NDArray[np.int64]] = []
    styles: list[str] = []
    villages: list[bool] = []
    for estate in estates:
        count, style = estate.compound.households, estate.compound.style
        drawn = chance.choice(len(FAMILIES), size=count, p=MIX[style])
        households.extend(draw_doors(chance, estate, drawn))
        families.append(drawn)
        styles += [style] * count
        villages += [communities()[estate.compound.community].village] * count
    return Homes(households, np.concatenate(families), styles, villages)


def draw_doors(
    chance: np.random.Generator, estate: Estate, families: NDArray[np.int64]
) -> list[HouseholdSpec]:
    """Distinct doors of one compound, in the order of buildings and floors."""
    doors = [
        (b, u, floor, f"{floor}{door:02d}")
        for b, building in enumerate(estate.buildings)
        for u in range(len(building.units))
        for floor in range(1, (building.place.floors or 1) + 1)
        for door in range(1, building.doors + 1)
    ]
    chosen = np.sort(chance.choice(len(doors), size=len(families), replace=False)).tolist()
    tenures = draw_tenures(chance, estate.compound.style, families)
    rolls = chance.random(len(families)).tolist()
    return [
        household(estate, doors[slot], tenure, floating=roll < FLOATING[tenure] * settled(int(family)))
        for slot, tenure, roll, family in zip(chosen, tenures, rolls, families, strict=True)
    ]


def settled(family: int) -> float:
    """Households of older people alone have more often long been registered here."""
    return SETTLED_ELDERS if set(FAMILIES[family]) == {"E"} else 1.0


def draw_tenures(chance: np.random.Generator, style: str, families: NDArray[np.int64]) -> list[str]:
    """Owner, tenant or dormitory; households of older people alone rent less."""
    rent = TENANTS[style] * np.array([settled(int(family)) for family in families])
    roll = chance.random(len(families))
    kinds = np.where(roll < rent, "tenant", np.where(roll > 1 - DORMITORY, "dormitory", "owner"))
    return [str(kind) for kind in kinds]


def household(
    estate: Estate, door: tuple[int, int, int, str], tenure: str, *, floating: bool
) -> HouseholdSpec:
    """One household behind its door."""
    building = estate.buildings[door[0]]
    place = building.place
    community = estate.place.community_id or estate.place.id
    return HouseholdSpec(
        id=named("household", place.code, door[1], door[3]),
        unit_id=building.units[door[1]],
        building_id=place.id,
        compound_id=estate.place.id,
        community_id=community,
        door=door[3],
        floor=door[2],
        tenure=tenure,
        floating=floating,
        lat=place.lat,
        lon=place.lon,
    )
