"""A small hand-made world: one street, two communities, three providers. No real person, no chance.

`small_world` writes it and returns its ids; `actor_of` makes actors. Ids are derived from names, so tests may name them.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, at_local, local_day
from catalog.people.models import Household, Person, Role, RoleGrant
from catalog.providers.models import (
    Availability,
    Credential,
    CredentialState,
    Provider,
    ProviderKind,
    ProviderState,
    Worker,
    WorkerSkill,
)
from catalog.services.service import load_catalogue
from catalog.territory.models import PlaceKind, Territory
from market.actor import Actor, Grant
from market.needs.commands import OpenNeed, Window
from market.needs.models import Channel
from market.rounds.models import Round, Trigger
from market.states import RoundState

LAT, LON = 22.5300, 114.0300
DEGREE_METRES = 111_195.0
OUTLINE = [[22.51, 114.00], [22.51, 114.06], [22.55, 114.06], [22.55, 114.00]]

# Real codes of the packaged taxonomy.
PLUMBING = "plumbing-drip"  # one helper, 45 minutes, 2 hours' notice, plumbing level 2
OUTING = "wheelchair-outing"  # two helpers, 90 minutes, 24 hours' notice
URGENT = "power-cut-check"  # urgent by default
ISSUE = "corridor-clutter"
DELIBERATION = "lift-retrofit"

WEEK = range(7)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of the small world."""

    street_id: UUID
    community_id: UUID
    other_community_id: UUID
    compound_id: UUID
    building_id: UUID
    household_id: UUID
    other_household_id: UUID
    path: str  # of the community
    street_path: str
    resident_id: UUID  # Auntie Chen, reads the app
    neighbour_id: UUID  # Mr Luo, of the other household of the same building
    elder_id: UUID  # Grandma Lin, on the telephone list, lives with the neighbour
    stranger_id: UUID  # lives in the other community
    officer_id: UUID  # of the community
    second_officer_id: UUID  # of the same community
    street_officer_id: UUID
    grid_leader_id: UUID
    partner_id: UUID  # a repair firm: plumbers Wu and Xu
    team_id: UUID  # a volunteer team: Ye, Zhou, Ma
    member_id: UUID  # an in-service member: Qian
    workers: dict[str, UUID]
    round_id: UUID


def id_of(name: str) -> UUID:
    """Return the id that a thing of this world has."""
    return derived_id("small world", name)


async def small_world(session: WriteSession, clock: Clock) -> World:
    """Write the small world into an empty, migrated database."""
    await load_catalogue(session, clock)
    groups = (
        _places(),
        _households(),
        _people(clock),
        _grants(clock),
        _providers(clock),
        _workers(),
        _rest(clock),
    )
    for rows in groups:
        session.add_all(rows)
        await session.flush()
    return _world()


def _places() -> list[Territory]:
    return [
        _place("district", PlaceKind.DISTRICT, None, "示例区", "Example district"),
        _place("street", PlaceKind.STREET, "district", "示例街道", "Example street", outline=OUTLINE),
        _place("lakeside", PlaceKind.COMMUNITY, "street", "湖边社区", "Lakeside", lat=LAT, lon=LON),
        _place(
            "hillside",
            PlaceKind.COMMUNITY,
            "street",
            "山边社区",
            "Hillside",
            lat=LAT + 0.012,
            lon=LON + 0.012,
        ),
        _place("garden", PlaceKind.COMPOUND, "lakeside", "湖边花园", "Lakeside Garden", lat=LAT, lon=LON),
        _place(
            "block",
            PlaceKind.BUILDING,
            "garden",
            "1栋",
            "Block 1",
            lat=LAT,
            lon=LON,
            floors=7,
            has_lift=False,
        ),
        _place(
            "stairs", PlaceKind.UNIT, "block", "1单元", "Stairs 1", lat=LAT, lon=LON, entry_notes="Ring twice"
        ),
        _place(
            "terrace",
            PlaceKind.COMPOUND,
            "hillside",
            "山边苑",
            "Hill Terrace",
            lat=LAT + 0.012,
            lon=LON + 0.012,
        ),
        _place("house", PlaceKind.BUILDING, "terrace", "2栋", "Block 2", lat=LAT + 0.012, lon=LON + 0.012),
        _place("hall", PlaceKind.UNIT, "house", "1单元", "Stairs 1", lat=LAT + 0.012, lon=LON + 0.012),
    ]


PARENTS = {
    "street": "district",
    "lakeside": "street",
    "hillside": "street",
    "garden": "lakeside",
    "block": "garden",
    "stairs": "block",
    "terrace": "hillside",
    "house": "terrace",
    "hall": "house",
}


def path_of(name: str) -> str:
    """Return a place's code path."""
    return (path_of(PARENTS[name]) if name in PARENTS else "") + f"sw-{name}/"


def _place(
    name: str, kind: PlaceKind, parent: str | None, name_zh: str, name_en: str, **rest: Any
) -> Territory:
    path = path_of(name)
    inside = next((c for c in ("lakeside", "hillside") if f"sw-{c}/" in path), None)
    return Territory(
        id=id_of(name),
        kind=kind,
        parent_id=id_of(parent) if parent else None,
        community_id=id_of(inside) if inside else None,
        code=f"sw-{name}",
        path=path,
        name_zh=name_zh,
        name_en=name_en,
        **rest,
    )


def _households() -> list[Household]:
    return [
        _home("home", "stairs", "block", "lakeside", "301", 3, LAT + 0.00012, LON + 0.00034),
        _home("next door", "stairs", "block", "lakeside", "302", 3, LAT + 0.00013, LON + 0.00035),
        _home("far home", "hall", "house", "hillside", "101", 1, LAT + 0.012, LON + 0.012),
    ]


def _home(
    name: str, unit: str, building: str, community: str, door: str, floor: int, lat: float, lon: float
) -> Household:
    return Household(
        id=id_of(name),
        unit_id=id_of(unit),
        building_id=id_of(building),
        community_id=id_of(community),
        door=door,
        floor=floor,
        lat=lat,
        lon=lon,
    )


# name, household, phone, gender, birth year, channel
PEOPLE = (
    ("Chen", "home", "13800000001", "female", 1961, "app"),
    ("Luo", "next door", "13800000002", "male", 1985, "app"),
    ("Lin", "next door", None, "female", 1938, "phone"),
    ("He", "far home", "13800000004", "male", 1990, "app"),
    ("Officer Fang", None, "13800000011", "female", 1988, "app"),
    ("Officer Gu", None, "13800000012", "male", 1979, "app"),
    ("Officer Song", None, "13800000013", "female", 1975, "app"),
    ("Leader Deng", None, "13800000014", "male", 1966, "app"),
    ("Wu", None, "13800000021", "male", 1980, "app"),
    ("Xu", None, "13800000022", "female", 1992, "app"),
    ("Ye", None, "13800000023", "female", 1970, "app"),
    ("Zhou", None, "13800000024", "male", 1972, "app"),
    ("Ma", None, "13800000025", "female", 1999, "app"),
    ("Qian", None, "13800000026", "male", 1983, "app"),
)


def _people(clock: Clock) -> list[Person]:
    return [
        Person(
            id=id_of(name),
            household_id=id_of(home) if home else None,
            name=name,
            phone=phone,
            gender=gender,
            birth_year=born,
            languages=["zh"],
            contact={"channel": channel, "lang": "zh", "reader_id": None},
            created_at=clock.now(),
        )
        for name, home, phone, gender, born, channel in PEOPLE
    ]


def _grants(clock: Clock) -> list[RoleGrant]:
    return [
        RoleGrant(
            id=id_of(f"grant {name}"),
            person_id=id_of(name),
            role=role,
            territory_id=id_of(place),
            granted_at=clock.now(),
        )
        for name, role, place in GRANTS
    ]


GRANTS = (
    ("Officer Fang", Role.OFFICER, "lakeside"),
    ("Officer Gu", Role.OFFICER, "lakeside"),
    ("Officer Song", Role.OFFICER, "street"),
    ("Leader Deng", Role.GRID_LEADER, "garden"),
)


def _providers(clock: Clock) -> list[Provider]:
    return [
        _provider(clock, "Fixit", ProviderKind.RED_PARTNER, "修修铺", "Wu"),
        _provider(clock, "Helping Hands", ProviderKind.VOLUNTEER_TEAM, "帮帮队", "Ye"),
        _provider(clock, "Qian's desk", ProviderKind.IN_SERVICE_MEMBER, "钱同志", "Qian"),
    ]


def _provider(clock: Clock, name: str, kind: ProviderKind, name_zh: str, contact: str) -> Provider:
    return Provider(
        id=id_of(name),
        kind=kind,
        state=ProviderState.ACTIVE,
        name_zh=name_zh,
        name_en=name,
        territory_id=id_of("street"),
        contact_id=id_of(contact),
        phone="13800000099",
        lat=LAT,
        lon=LON,
        reach_metres=5_000,
        declared_minutes_week=2_400,
        services=[],
        created_at=clock.now(),
    )


# worker, provider, metres east of the middle, skills
WORKERS = (
    ("Wu", "Fixit", 100, (("plumbing", 2), ("electrical", 3))),
    ("Xu", "Fixit", 300, (("plumbing", 3),)),
    ("Ye", "Helping Hands", 150, (("heavy_lifting", 1), ("disability_support", 1))),
    ("Zhou", "Helping Hands", 250, (("heavy_lifting", 2), ("disability_support", 1))),
    ("Ma", "Helping Hands", 350, (("heavy_lifting", 1), ("disability_support", 2))),
    ("Qian", "Qian's desk", 200, (("smartphone", 1), ("heavy_lifting", 1))),
)


def _workers() -> list[Worker]:
    return [
        Worker(
            id=id_of(f"worker {name}"),
            provider_id=id_of(provider),
            person_id=id_of(name),
            travel_mode="walk",
            lat=LAT,
            lon=LON + metres / DEGREE_METRES,
            reach_metres=5_000,
            declared_minutes_week=600,
        )
        for name, provider, metres, _ in WORKERS
    ]


def _rest(clock: Clock) -> list[Any]:
    skills = [
        WorkerSkill(worker_id=id_of(f"worker {name}"), skill_code=skill, level=level)
        for name, _, _, known in WORKERS
        for skill, level in known
    ]
    hours = [
        Availability(
            id=id_of(f"hours {name} {day}"),
            worker_id=id_of(f"worker {name}"),
            weekday=day,
            start_minute=8 * 60,
            end_minute=20 * 60,
        )
        for name, *_ in WORKERS
        for day in WEEK
    ]
    paper = Credential(
        id=id_of("licence Wu"),
        worker_id=id_of("worker Wu"),
        qualification_code="electrician_licence",
        state=CredentialState.VERIFIED,
        valid_from=date(2025, 1, 1),
        valid_until=date(2027, 12, 31),
    )
    return [*skills, *hours, paper, _round(clock)]


def _round(clock: Clock) -> Round:
    return Round(
        id=id_of("round"),
        territory_id=id_of("street"),
        state=RoundState.PUBLISHED,
        trigger=Trigger.OFFICER,
        first_day=clock.now().date(),
        days=3,
        auto_publish=True,
        seconds=5,
        created_at=clock.now(),
    )


def _world() -> World:
    return World(
        street_id=id_of("street"),
        community_id=id_of("lakeside"),
        other_community_id=id_of("hillside"),
        compound_id=id_of("garden"),
        building_id=id_of("block"),
        household_id=id_of("home"),
        other_household_id=id_of("next door"),
        path=path_of("lakeside"),
        street_path=path_of("street"),
        resident_id=id_of("Chen"),
        neighbour_id=id_of("Luo"),
        elder_id=id_of("Lin"),
        stranger_id=id_of("He"),
        officer_id=id_of("Officer Fang"),
        second_officer_id=id_of("Officer Gu"),
        street_officer_id=id_of("Officer Song"),
        grid_leader_id=id_of("Leader Deng"),
        partner_id=id_of("Fixit"),
        team_id=id_of("Helping Hands"),
        member_id=id_of("Qian's desk"),
        workers={name: id_of(f"worker {name}") for name, *_ in WORKERS},
        round_id=id_of("round"),
    )


def actor_of(name: str) -> Actor:
    """Return somebody of this world, with roles, workers and, for a provider's contact, the provider."""
    lead = {"Wu": "Fixit", "Ye": "Helping Hands", "Qian": "Qian's desk"}
    return Actor(
        person_id=id_of(name),
        name=name,
        grants=tuple(
            Grant(role=role, territory_id=id_of(place), path=path_of(place))
            for who, role, place in GRANTS
            if who == name
        ),
        worker_ids=tuple(id_of(f"worker {who}") for who, *_ in WORKERS if who == name),
        provider_ids=(id_of(lead[name]),) if name in lead else (),
    )


def window(start: datetime, hours: float = 4) -> Window:
    """Return a span of some hours."""
    return Window(starts_at=start, ends_at=start + timedelta(hours=hours))


def by_day(clock: Clock) -> tuple[Window, ...]:
    """Return tomorrow from ten to two: hours of helpers, at whatever hour a test of the real clock runs."""
    return (window(at_local(local_day(clock.now()) + timedelta(days=1), 10 * 60)),)


def ask(clock: Clock, name: str = "Chen", service: str = PLUMBING, **changes: Any) -> OpenNeed:
    """Return a request of somebody, by default for tomorrow at the same hour; `changes` replace fields."""
    fields: dict[str, Any] = {
        "id": id_of(f"need {name} {service} {clock.now()}"),
        "channel": Channel.PAGE,
        "service_code": service,
        "requester_id": id_of(name),
        "beneficiary_id": id_of(name),
        "windows": (window(clock.now() + timedelta(days=1, hours=2)),),
    }
    return OpenNeed(**fields | changes)
