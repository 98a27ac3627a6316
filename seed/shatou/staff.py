"""Who works for the street: officers and reviewers of each community, leaders of grids, contacts of buildings."""

from datetime import date
from uuid import UUID

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from seed.shatou.areas import communities
from seed.shatou.dice import dice, named
from seed.shatou.grids import Leaders
from seed.shatou.names import draw_families, full_name
from seed.shatou.persons import Phones
from seed.world import GridSpec, HouseholdSpec, PersonSpec, StaffSpec

PERSONA_COMMUNITY = "440304005036"
ROLES = (
    ("officer", "社区工作者", "Community Officer"),
    ("officer", "社区工作者", "Community Officer"),
    ("reviewer", "居民代表", "Resident Reviewer"),
)
ABOVE = (
    ("officer", "街道党群办工作人员", "Street Officer"),
    ("reviewer", "街道评议员", "Street Reviewer"),
    ("admin", "平台管理员", "Administrator"),
)


class Office(Struct, frozen=True):
    """Staff, the persons among them who live elsewhere, the first officer of each community, the story's people."""

    staff: list[StaffSpec]
    people: list[PersonSpec]
    officers: dict[UUID, UUID]
    personas: dict[str, UUID]


def draw_office(seed: int, day: date, phones: Phones) -> Office:
    """Two officers and a reviewer per community; one officer, reviewer and administrator above them."""
    chance = dice(seed, "office")
    office = Office([], [], {}, {})
    for area in communities():
        place = named("community", area.code)
        for number, (role, zh, en) in enumerate(ROLES):
            person = draw_person(chance, named("office", area.code, number), day, phones)
            if area.code == PERSONA_COMMUNITY and number == 0:
                person = officer_chen(person)
                zh, en = "社区主任", "Community Director"  # noqa: PLW2901
                office.personas["officer_chen"] = person.id
            if area.code == PERSONA_COMMUNITY and role == "reviewer":
                office.personas["reviewer"] = person.id
            office.people.append(person)
            office.staff.append(post(person.id, role, place, zh, en))
            office.officers.setdefault(place, person.id)
    for number, (role, zh, en) in enumerate(ABOVE):
        person = draw_person(chance, named("office", "street", number), day, phones)
        office.people.append(person)
        office.staff.append(post(person.id, role, named("street"), zh, en))
        office.personas[("street_officer", "street_reviewer", "admin")[number]] = person.id
    return office


def officer_chen(person: PersonSpec) -> PersonSpec:
    """陈主任, the officer of the story."""
    return replace(person, name_zh="陈海燕", name_en="Chen Haiyan", gender="female")


def draw_person(chance: np.random.Generator, key: UUID, day: date, phones: Phones) -> PersonSpec:
    """Somebody who works here and lives elsewhere."""
    age = int(chance.integers(26, 56))
    gender = "female" if chance.random() < 0.6 else "male"  # noqa: PLR2004
    a, b = chance.integers(0, 10, 2).tolist()
    zh, en = full_name(draw_families(chance, 1)[0], a, b, gender, age)
    return PersonSpec(
        id=key,
        household_id=None,
        name_zh=zh,
        name_en=en,
        gender=gender,
        birth_year=day.year - age,
        phone=phones.next(),
        languages=("cmn", "yue"),
    )


def post(person: UUID, role: str, place: UUID, zh: str, en: str) -> StaffSpec:
    """One role over one place."""
    return StaffSpec(
        id=named("role", person, role, place),
        person_id=person,
        role=role,
        territory_id=place,
        title_zh=zh,
        title_en=en,
    )


def leader_posts(leaders: dict[UUID, Leaders], grids: list[GridSpec]) -> list[StaffSpec]:
    """Leaders and stand-ins of grids and micro-grids, over every compound that they lead."""
    pairs = {(leader, compound) for compound, both in leaders.items() for leader in (both.first, both.backup)}
    for grid in grids:
        if grid.kind == "grid":
            pairs |= {
                (who, place) for place in grid.member_ids for who in (grid.leader_id, grid.backup_leader_id)
            }
    order = sorted(pairs, key=lambda pair: (pair[1].int, pair[0].int))
    return [post(who, "grid_leader", place, "网格长", "Grid Leader") for who, place in order]


def building_posts(households: list[HouseholdSpec], persons: list[PersonSpec], year: int) -> list[StaffSpec]:
    """Building contact 楼栋长: in each building the first grown resident with an own phone."""
    homes = {home.id: home for home in households}
    contacts: dict[UUID, UUID] = {}
    for person in persons:
        if (
            person.household_id
            and person.phone
            and person.phone_owner_id is None
            and person.birth_year < year - 30
        ):
            contacts.setdefault(homes[person.household_id].building_id, person.id)
    return [
        post(who, "building_contact", place, "楼栋长", "Building Contact") for place, who in contacts.items()
    ]
