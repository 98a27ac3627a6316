"""What readers of coverage get."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from catalog.services.models import Shape

NEAR_METRES = 500
MINUTES = 15
SMALLEST = 10
"""Numbers of people and needs below it are not shown, as on the public board; zero is."""
HELPERS = 3
"""So many helpers count as one supplier: fewer would show where somebody lives."""

Pace = Literal["walk", "walk_slow"]


class Reach(StrEnum):
    """How far the nearest supply is on foot. Nothing finer is told of services that people give from their homes."""

    NEAR = "near"  # 500 metres or less
    WITHIN = "within"  # 15 minutes or less
    BEYOND = "beyond"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How it is looked at: the pace, and whether a venue counts only if one gets in without steps."""

    pace: Pace = "walk"
    step_free: bool = False


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A venue or business: its address is public. `step_free` is None where nobody has said."""

    id: UUID
    kind: Literal["venue", "business"]
    name_zh: str
    name_en: str
    lat: float
    lon: float
    step_free: bool | None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Buildings and households by reach; the three classes do not overlap."""

    buildings: int
    households: int
    buildings_near: int
    buildings_within: int
    buildings_beyond: int
    households_near: int
    households_within: int
    households_beyond: int


class ServiceReach(msgspec.Struct, frozen=True, kw_only=True):
    """One service over a whole territory.

    `venues` and `businesses` give it; `helpers` are people who do, None for one or two. `unmet` are requests of the last 30
    days that nobody has served or agreed to serve, None for a small number.
    """

    code: str
    category_code: str
    name_zh: str
    name_en: str
    icon: str
    shape: Shape
    venues: int
    businesses: int
    helpers: int | None
    tally: Tally
    unmet: int | None

    @property
    def has_supply(self) -> bool:
        """Whether anybody gives it in or around the territory."""
        return bool(self.venues or self.businesses or self.helpers or self.helpers is None)


class BuildingReach(msgspec.Struct, frozen=True, kw_only=True):
    """One building: `older` residents (60 or more years) are None below 10; `estimated` if it hangs on no street."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    compound_id: UUID
    lat: float
    lon: float
    households: int
    older: int | None
    reach: Reach
    estimated: bool


class CompoundReach(msgspec.Struct, frozen=True, kw_only=True):
    """The buildings of one compound, or of one community that has none.

    `older_beyond` adds up buildings with 10 older residents or more, so it is a number of people "at least".
    """

    id: UUID
    code: str
    name_zh: str
    name_en: str
    tally: Tally
    older_beyond: int
    unmet: int | None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Households of one compound without one service within 15 minutes, and the requests there that nobody served."""

    service_code: str
    compound_id: UUID
    households_beyond: int
    unmet: int | None


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """A territory, its services and, for one service or category, its buildings. Gaps come worst first.

    `estimated`: there is no street network, every way is a line with an allowance. `unplaced` buildings have no coordinates
    and are in no other number. `network` names the version of the network. `spots` give what is chosen, in or around.
    """

    territory_id: UUID
    name_zh: str
    name_en: str
    pace: Pace
    step_free: bool
    near_metres: int
    within_metres: int
    smallest_shown: int
    helpers_needed: int
    estimated: bool
    network: str | None
    attribution: str | None
    unplaced: int
    buildings: int
    services: tuple[ServiceReach, ...]
    gaps: tuple[Gap, ...]
    chosen: str | None
    spots: tuple[Spot, ...]
    compounds: tuple[CompoundReach, ...]
    rows: tuple[BuildingReach, ...]


class NearSpot(Spot, frozen=True, kw_only=True):
    """A venue or business near a building, with the way to it on foot."""

    metres: int
    minutes: int


class NearService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that somebody gives within 15 minutes: where, and whether three or more people do (`helpers`)."""

    code: str
    category_code: str
    name_zh: str
    name_en: str
    icon: str
    reach: Reach
    spots: tuple[NearSpot, ...]
    helpers: Reach | None


class Nearby(msgspec.Struct, frozen=True, kw_only=True):
    """What one building has within 15 minutes on foot, and what it has not (`missing`, service codes)."""

    building_id: UUID
    pace: Pace
    near_metres: int
    within_metres: int
    estimated: bool
    attribution: str | None
    services: tuple[NearService, ...]
    missing: tuple[str, ...]
