"""What readers of gatherings get."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from market.meals.views import Cause
from market.states import EnrolmentState, FairState, SessionState


class OccasionView(msgspec.Struct, frozen=True, kw_only=True):
    """One way to hold a gathering."""

    venue_id: UUID
    venue_zh: str
    venue_en: str
    starts: tuple[datetime, ...]


class StaffView(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs it; role 0 leads."""

    role: int
    worker_id: UUID
    name: str
    provider_zh: str
    provider_en: str


class GatheringView(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering; `occasions` while it is open, venue, `starts` and staff once it is confirmed. Counts of enrolments."""

    id: UUID
    state: SessionState
    title: str
    service_code: str
    service_zh: str
    service_en: str
    community_id: UUID
    duration_minutes: int
    min_seats: int
    max_seats: int
    consent: bool
    asked: int
    seated: int
    waiting: int
    venue_id: UUID | None = None
    venue_zh: str | None = None
    venue_en: str | None = None
    lat: float | None = None
    lon: float | None = None
    step_free: bool | None = None
    starts: tuple[datetime, ...] = ()
    first_at: datetime | None = None
    occasions: tuple[OccasionView, ...] = ()
    staff: tuple[StaffView, ...] = ()
    round_id: UUID | None = None
    reason: str | None = None


class EnrolmentView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's seat, or place on the waiting list (`position` from 1)."""

    id: UUID
    state: EnrolmentState
    gathering_id: UUID
    title: str
    person_id: UUID
    person_name: str
    requester_id: UUID
    need_id: UUID | None
    position: int | None
    promoted_until: datetime | None
    consented: bool
    walk_metres: int | None
    step_free: bool
    causes: tuple[Cause, ...]
    created_at: datetime


class FairView(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed fair with its comparison: {"visits": {...}, "fair": {...}}, each served, helper_minutes, walk_metres."""

    id: UUID
    state: FairState
    community_id: UUID
    service_code: str
    service_zh: str
    service_en: str
    venue_id: UUID
    venue_zh: str
    venue_en: str
    start_at: datetime
    duration_minutes: int
    staff: int
    people: int
    at_home: int
    comparison: dict[str, Any]
    gathering_id: UUID | None
    reason: str | None
    created_at: datetime
