"""What callers fill in about providers, their workers, papers and hours."""

from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from catalog.providers.models import ProviderKind
from catalog.territory.limits import (
    Code,
    Command,
    CoordinateSystem,
    Count,
    DayMinutes,
    Lat,
    Lon,
    Metres,
    Name,
    Note,
    PhoneText,
    Pledge,
    Tag,
    Weekday,
    WeekMinutes,
)

TravelMode: TypeAlias = Literal["walk", "walk_slow", "ebike", "car"]
Level: TypeAlias = Annotated[int, Meta(ge=1, le=3)]


class Apply(Command, frozen=True, kw_only=True):
    """Who wants to help. `services` empty: whatever the people's skills allow; the rest is the public pledge 亮承诺."""

    id: UUID
    kind: ProviderKind
    name_zh: Name
    name_en: Name
    territory_id: UUID
    contact_id: UUID | None = None
    phone: PhoneText | None = None
    lat: Lat
    lon: Lon
    coordinate_system: CoordinateSystem = "wgs84"
    reach_metres: Metres
    atomic: bool = False
    fallback: bool = False
    pledge_zh: Pledge | None = None
    pledge_en: Pledge | None = None
    # All people together: a firm of hundreds declares more than one person's week.
    declared_minutes_week: Annotated[int, Meta(ge=0, le=10_000_000)]
    max_tasks_day: Count | None = None
    max_tasks_week: Count | None = None
    services: Annotated[tuple[Code, ...], Meta(max_length=200)] = ()


class ProviderStep(Command, frozen=True, kw_only=True):
    """A step of a provider by a person; `reason` is told to the provider."""

    provider_id: UUID
    by_id: UUID
    reason: Note | None = None


class AdmitProviders(Command, frozen=True, kw_only=True):
    """All steps from applied to active for many at once, with the three people who answer for them."""

    provider_ids: tuple[UUID, ...]
    checked_by_id: UUID
    approved_by_ids: tuple[UUID, UUID]


class SkillLevel(Command, frozen=True, kw_only=True):
    """A declared skill, level 1 (can) to 3 (master)."""

    code: Tag
    level: Level


class Hours(Command, frozen=True, kw_only=True):
    """Weekly hours: weekday 0 (Monday) to 6, minutes after local midnight."""

    weekday: Weekday
    start_minute: DayMinutes
    end_minute: DayMinutes


class DayOff(Command, frozen=True, kw_only=True):
    """A day that differs: no times for away, or other hours instead of the weekly ones."""

    day: date
    start_minute: DayMinutes | None = None
    end_minute: DayMinutes | None = None


class Caps(Command, frozen=True, kw_only=True):
    """The most that somebody wants to do; None for no limit of their own."""

    max_tasks_day: Count | None = None
    max_minutes_day: DayMinutes | None = None
    max_tasks_week: Count | None = None
    max_minutes_week: WeekMinutes | None = None
    declared_minutes_week: WeekMinutes


class AddWorker(Command, frozen=True, kw_only=True):
    """A person of a provider, starting each shift from (`lat`, `lon`).

    `anchor_ids`: stairwells, buildings or compounds that they have adopted. `newcomer`: nobody knows yet how they work.
    `carries`: meals brought round on one way.
    """

    id: UUID
    provider_id: UUID
    person_id: UUID
    travel_mode: TravelMode = "walk"
    lat: Lat
    lon: Lon
    coordinate_system: CoordinateSystem = "wgs84"
    reach_metres: Metres
    caps: Caps
    skills: Annotated[tuple[SkillLevel, ...], Meta(max_length=50)] = ()
    hours: Annotated[tuple[Hours, ...], Meta(max_length=70)] = ()
    days_off: Annotated[tuple[DayOff, ...], Meta(max_length=400)] = ()
    anchor_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()
    newcomer: bool = False
    carries: Annotated[int, Meta(ge=0, le=1_000)] = 0


class SetSkills(Command, frozen=True, kw_only=True):
    """The skills that a worker has from now on."""

    worker_id: UUID
    skills: Annotated[tuple[SkillLevel, ...], Meta(max_length=50)]


class SetHours(Command, frozen=True, kw_only=True):
    """The weekly hours that a worker has from now on."""

    worker_id: UUID
    hours: Annotated[tuple[Hours, ...], Meta(max_length=70)]


class SetDay(Command, frozen=True, kw_only=True):
    """One day that differs from the week; no `hours`: away. `usual` true: like every week again."""

    worker_id: UUID
    day: date
    hours: Annotated[tuple[tuple[DayMinutes, DayMinutes], ...], Meta(max_length=10)] = ()
    usual: bool = False


class SetCaps(Command, frozen=True, kw_only=True):
    """The caps that a worker has from now on."""

    worker_id: UUID
    caps: Caps


class SubmitCredential(Command, frozen=True, kw_only=True):
    """A paper of a worker or of a provider for all its people; dates are inclusive."""

    id: UUID
    worker_id: UUID | None = None
    provider_id: UUID | None = None
    qualification: Tag
    valid_from: date
    valid_until: date | None = None


class CredentialStep(Command, frozen=True, kw_only=True):
    """A paper that was looked at, or that holds no longer."""

    credential_id: UUID
    by_id: UUID
