"""A demo world as plain data: what any city's generator hands over and one adapter turns into calls of the services.

Nothing here knows a database. Ids are derived from names, so that building a world twice names the same things.
Coordinates are degrees of WGS-84, or of the system that the world names. Distances are metres, money fen, times of day
minutes after local midnight, weekdays 0 (Monday) to 6. Codes of services, skills and qualifications are those of the
catalogue's taxonomy.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct

from matching.travel.coordinates import System


class Spec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all specifications."""


class TerritorySpec(Spec, frozen=True, kw_only=True):
    """A place of the tree 区 - 街道 - 社区 - 小区 - 楼栋 - 单元; parents come before their children.

    `kind` is district, street, community, compound, building or unit. A compound's `tags` say what it is (old,
    commercial, village; no_property, weak_property, property; gated, open). `outline` is set on the street: the
    ground that the street network covers, as a ring of (lat, lon).
    """

    id: UUID
    kind: str
    parent_id: UUID | None
    community_id: UUID | None
    code: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    tags: tuple[str, ...] = ()
    governance: str | None = None
    address_zh: str | None = None
    floors: int | None = None
    has_lift: bool | None = None
    entry_notes: str | None = None
    outline: tuple[tuple[float, float], ...] | None = None


class GridSpec(Spec, frozen=True, kw_only=True):
    """A grid 网格 of compounds, or a micro-grid 微网格 of buildings below it (`kind` grid or micro_grid)."""

    id: UUID
    kind: str
    parent_id: UUID | None
    community_id: UUID
    code: str
    name_zh: str
    name_en: str
    leader_id: UUID
    backup_leader_id: UUID
    member_ids: tuple[UUID, ...]


class HouseholdSpec(Spec, frozen=True, kw_only=True):
    """People behind one door. `tenure` is owner, tenant or dormitory; `floating` 流动人口: registered elsewhere."""

    id: UUID
    unit_id: UUID
    building_id: UUID
    compound_id: UUID
    community_id: UUID
    door: str
    floor: int
    tenure: str
    floating: bool
    lat: float
    lon: float


class PersonSpec(Spec, frozen=True, kw_only=True):
    """An invented person, `gender` female or male.

    `phone` may belong to `phone_owner_id`; `relative_id` is whom to ask or tell instead. `channel` is app, phone, paper
    or relative; `tags` are need groups: older, lives_alone, disabled, child, low_income.
    Workers and officers who live elsewhere have no household.
    """

    id: UUID
    household_id: UUID | None
    name_zh: str
    name_en: str
    gender: str
    birth_year: int
    phone: str | None
    phone_owner_id: UUID | None = None
    relative_id: UUID | None = None
    languages: tuple[str, ...] = ("cmn",)
    tags: tuple[str, ...] = ()
    channel: str = "app"
    large_text: bool = False


class AvailabilitySpec(Spec, frozen=True, kw_only=True):
    """Weekly hours."""

    weekday: int
    start_minute: int
    end_minute: int


class SkillSpec(Spec, frozen=True, kw_only=True):
    """A declared skill, level 1 (can) to 3 (master)."""

    code: str
    level: int


class CredentialSpec(Spec, frozen=True, kw_only=True):
    """A qualification with its inclusive dates; some have run out."""

    id: UUID
    qualification: str
    valid_from: date
    valid_until: date | None


class ProviderSpec(Spec, frozen=True, kw_only=True):
    """A business, roster of members, team or organisation; `services` empty: whatever its people's skills allow.

    `state` is active, paused or applied; `prices` are (service, fen) pairs.
    """

    id: UUID
    kind: str
    state: str
    name_zh: str
    name_en: str
    territory_id: UUID
    contact_id: UUID
    phone: str | None
    lat: float
    lon: float
    reach_metres: int
    atomic: bool
    fallback: bool
    pledge_zh: str
    pledge_en: str
    declared_minutes_week: int
    max_tasks_day: int | None
    max_tasks_week: int | None
    services: tuple[str, ...]
    prices: tuple[tuple[str, int], ...] = ()
    credentials: tuple[CredentialSpec, ...] = ()


class WorkerSpec(Spec, frozen=True, kw_only=True):
    """A person of a provider, starting each shift from home or shop. `absences` are whole days away.

    `anchor_ids`: adopted places. `newcomer`: joined lately. `carries`: meals on one way.
    """

    id: UUID
    provider_id: UUID
    person_id: UUID
    travel_mode: str
    lat: float
    lon: float
    reach_metres: int
    max_tasks_day: int
    max_minutes_day: int
    max_tasks_week: int
    max_minutes_week: int
    declared_minutes_week: int
    focus: str
    skills: tuple[SkillSpec, ...]
    availability: tuple[AvailabilitySpec, ...]
    credentials: tuple[CredentialSpec, ...] = ()
    absences: tuple[date, ...] = ()
    anchor_ids: tuple[UUID, ...] = ()
    newcomer: bool = False
    carries: int = 0


class VenueSpec(Spec, frozen=True, kw_only=True):
    """A room; `uses` are service codes, `fee_fen_hour` 0 where it is lent."""

    id: UUID
    territory_id: UUID
    kind: str
    name_zh: str
    name_en: str
    lat: float
    lon: float
    capacity: int
    step_free: bool
    idle: bool
    owner: str
    fee_fen_hour: int
    opening: tuple[AvailabilitySpec, ...]
    uses: tuple[str, ...] = ()


class CanteenSpec(Spec, frozen=True, kw_only=True):
    """A canteen in a room; `ready` as for opening. Seats where meals are fetched, and where they are eaten."""

    id: UUID
    venue_id: UUID
    ready: tuple[AvailabilitySpec, ...]
    load_minutes: int
    fresh_minutes: int
    meals_day: int
    pick_up_seats: int
    dine_in_seats: int


class OrderSpec(Spec, frozen=True, kw_only=True):
    """A standing order for meals from the world's day on; `way` and `other_ways` are home, pick_up or dine_in."""

    id: UUID
    person_id: UUID
    requester_id: UUID
    weekdays: tuple[int, ...]
    way: str
    other_ways: tuple[str, ...]
    start_minute: int
    end_minute: int
    consent: str | None = None
    walk_metres: int | None = None
    notes: str = ""


class ClassSpec(Spec, frozen=True, kw_only=True):
    """A class on the world's day, in one of some rooms, at one of some minutes."""

    id: UUID
    title: str
    service: str
    community_id: UUID
    venue_ids: tuple[UUID, ...]
    start_minutes: tuple[int, ...]
    duration_minutes: int
    min_seats: int
    max_seats: int


class EnrolmentSpec(Spec, frozen=True, kw_only=True):
    """Somebody who asks for a seat; `guardian`: how the requester agreed for a child."""

    id: UUID
    class_id: UUID
    person_id: UUID
    requester_id: UUID
    guardian: str
    walk_metres: int


class WindowSpec(Spec, frozen=True, kw_only=True):
    """A span of the world's day in which the work may start and must end."""

    start_minute: int
    end_minute: int


class NeedSpec(Spec, frozen=True, kw_only=True):
    """What somebody asks for on the world's day.

    `lane` is service or issue (then closed with `outcome` and `reply_zh`). `channel` is page, phone, paper, visit or
    relative; `filed_by_id` is the officer or grid leader who wrote it down. When requester and beneficiary differ,
    `proxy_relation` and `proxy_consent` (spoken, written, phone, guardian) say how that came about. `urgency` is normal,
    same_day or urgent; `wish_*` are wishes, not conditions. `asked_days_ago` counts back from the eve of the day.
    """

    id: UUID
    lane: str
    service: str
    requester_id: UUID
    beneficiary_id: UUID
    household_id: UUID
    territory_id: UUID
    lat: float
    lon: float
    channel: str
    description_zh: str
    urgency: str
    duration_minutes: int
    people_needed: int
    windows: tuple[WindowSpec, ...]
    asked_days_ago: int
    filed_by_id: UUID | None = None
    proxy_relation: str | None = None
    proxy_consent: str | None = None
    wish_worker_id: UUID | None = None
    wish_gender: str | None = None
    wish_language: str | None = None
    access_notes: str | None = None
    outcome: str | None = None
    reply_zh: str | None = None


class StaffSpec(Spec, frozen=True, kw_only=True):
    """A role of a person over a place: admin, officer, reviewer, grid_leader or building_contact."""

    id: UUID
    person_id: UUID
    role: str
    territory_id: UUID
    title_zh: str
    title_en: str


class World(Spec, frozen=True, kw_only=True):
    """Everything of one demo world. `notice` is shown wherever it is; `personas` name the people of the story.

    `coordinates` is the system of all its places; whoever loads it converts (`seed.coordinates`).
    """

    name: str
    notice_zh: str
    notice_en: str
    attribution: str
    zone: str
    scale: int
    seed: int
    day: date
    coordinates: System = "wgs84"
    territories: tuple[TerritorySpec, ...] = ()
    grids: tuple[GridSpec, ...] = ()
    households: tuple[HouseholdSpec, ...] = ()
    persons: tuple[PersonSpec, ...] = ()
    providers: tuple[ProviderSpec, ...] = ()
    workers: tuple[WorkerSpec, ...] = ()
    venues: tuple[VenueSpec, ...] = ()
    needs: tuple[NeedSpec, ...] = ()
    canteens: tuple[CanteenSpec, ...] = ()
    orders: tuple[OrderSpec, ...] = ()
    classes: tuple[ClassSpec, ...] = ()
    enrolments: tuple[EnrolmentSpec, ...] = ()
    staff: tuple[StaffSpec, ...] = ()
    personas: dict[str, UUID] = {}

    def summary(self) -> dict[str, int]:
        """How many of each."""
        return {
            name: len(value)
            for name in self.__struct_fields__
            if isinstance(value := getattr(self, name), tuple)
        }
