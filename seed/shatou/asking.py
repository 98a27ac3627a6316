"""Who asks for whom, and how it reaches the street: page, phone, paper, visit or relative."""

from typing import TypeAlias
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from seed.shatou.grids import Leaders
from seed.shatou.persons import OLDER
from seed.world import HouseholdSpec, PersonSpec

NDFloat: TypeAlias = NDArray[np.float64]

ADULT, WORKING, FRAIL, SCHOOL_AGES = 18, 50, 75, range(7, 14)
GROUPS = ("older", "frail", "anyone", "tenant", "jobless", "pupil")
# Weights of page, phone, paper, visit, relative.
CHANNELS = ("page", "phone", "paper", "visit", "relative")
YOUNG_WAYS, OLDER_WAYS, SILENT_WAYS = (75, 18, 0, 5, 2), (20, 34, 8, 16, 22), (0, 0, 25, 40, 35)


class Street(Struct, frozen=True):
    """What needs are drawn from: residents, their homes, leaders of compounds, officers of communities."""

    persons: list[PersonSpec]
    homes: dict[UUID, HouseholdSpec]
    leaders: dict[UUID, Leaders]
    officers: dict[UUID, UUID]
    year: int
    by_id: dict[UUID, PersonSpec]
    adults: dict[UUID, UUID]

    def age(self, person: PersonSpec) -> int:
        """Years in the world's year."""
        return self.year - person.birth_year


class Asking(Struct, frozen=True):
    """Who asked, how, and who wrote it down; `relation` is what the beneficiary is to who asked."""

    requester_id: UUID
    channel: str
    filed_by_id: UUID | None = None
    relation: str | None = None
    consent: str | None = None


def street_of(
    persons: list[PersonSpec],
    homes: dict[UUID, HouseholdSpec],
    leaders: dict[UUID, Leaders],
    officers: dict[UUID, UUID],
    year: int,
) -> Street:
    """The street with its look-up tables."""
    grown = [p for p in persons if p.household_id and year - p.birth_year >= ADULT]
    adults = {p.household_id: p.id for p in reversed(grown) if p.household_id}
    return Street(persons, homes, leaders, officers, year, {p.id: p for p in persons}, adults)


def group_weights(street: Street) -> dict[str, NDFloat]:
    """Per group of askers, how likely each resident is to be the one; the older and frail are so more often."""
    rows = np.array([weights(street, person) for person in street.persons], dtype=np.float64)
    return dict(zip(GROUPS, rows.T, strict=True))


def weights(street: Street, person: PersonSpec) -> tuple[float, ...]:
    """The weights of one resident in the order of GROUPS; 0 where a service is not meant for them."""
    home = street.homes[person.household_id or person.id]
    age = street.age(person)
    if age < ADULT:
        return (0, 0, 0, 0, 0, float(age in SCHOOL_AGES and home.id in street.adults))
    older, disabled = age >= OLDER, "disabled" in person.tags
    weight = 1.0 + 4 * older + 5 * ("lives_alone" in person.tags) + 3 * disabled
    frail = age >= FRAIL or disabled
    return (weight * older, weight * frail, weight, weight * home.floating, weight * (age < WORKING), 0)


def draw_asking(
    chance: np.random.Generator, street: Street, person: PersonSpec, home: HouseholdSpec
) -> Asking:
    """How this need came in."""
    if street.age(person) < ADULT:
        return Asking(street.adults[home.id], "page", relation="child", consent="guardian")
    ways = OLDER_WAYS if street.age(person) >= OLDER else YOUNG_WAYS
    ways = ways if person.phone else SILENT_WAYS
    way = CHANNELS[int(chance.choice(len(CHANNELS), p=np.array(ways) / 100))]
    if way == "relative" and person.relative_id:
        consent = ("spoken", "phone", "written")[int(chance.integers(0, 3))]
        return Asking(person.relative_id, way, relation="parent", consent=consent)
    if way in {"visit", "relative"}:
        return Asking(person.id, "visit", street.leaders[home.compound_id].first, None, "spoken")
    clerk = street.officers[home.community_id] if way in {"phone", "paper"} else None
    return Asking(person.id, way, clerk)
