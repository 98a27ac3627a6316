"""What readers of meals get."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from market.meals.models import MealWay
from market.states import MealState, RunState, StandingState


class CanteenView(msgspec.Struct, frozen=True, kw_only=True):
    """A canteen with its room."""

    id: UUID
    venue_id: UUID
    name_zh: str
    name_en: str
    lat: float
    lon: float
    step_free: bool
    meals_day: int
    pick_up_seats: int
    dine_in_seats: int


class ExceptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A single day that differs."""

    day: date
    skip: bool
    way: MealWay | None
    units: int | None


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """A standing order with its exceptions from today on."""

    id: UUID
    state: StandingState
    person_id: UUID
    person_name: str
    requester_id: UUID
    community_id: UUID
    weekdays: tuple[int, ...]
    units: int
    way: MealWay
    other_ways: tuple[MealWay, ...]
    start_minute: int
    end_minute: int
    from_day: date
    until_day: date | None
    canteen_id: UUID | None
    walk_metres: int | None
    step_free: bool
    notes: str
    exceptions: tuple[ExceptionView, ...] = ()


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """For how many helpers or places this rule (`matching.rules.CAUSES`) was the first to say no."""

    cause: str
    count: int


class MealView(msgspec.Struct, frozen=True, kw_only=True):
    """The meals of one order on one day; `state` None: no round has looked at them yet."""

    id: UUID
    order_id: UUID
    person_id: UUID
    person_name: str
    day: date
    way: MealWay
    units: int
    start_minute: int
    end_minute: int
    state: MealState | None = None
    at: datetime | None = None
    until: datetime | None = None
    run_id: UUID | None = None
    helper_name: str | None = None
    canteen_id: UUID | None = None
    canteen_zh: str | None = None
    canteen_en: str | None = None
    causes: tuple[Cause, ...] = ()


class StopView(msgspec.Struct, frozen=True, kw_only=True):
    """One door of a run."""

    meal_id: UUID
    person_id: UUID
    person_name: str
    phone: str | None
    door: str | None
    building_zh: str | None
    building_en: str | None
    compound_zh: str | None
    compound_en: str | None
    floor: int | None
    notes: str
    lat: float
    lon: float
    position: int
    arrive_at: datetime
    start_at: datetime
    end_at: datetime
    units: int
    travel_minutes: int
    travel_metres: int
    estimated: bool


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery run with its stops in order."""

    id: UUID
    state: RunState
    round_id: UUID
    worker_id: UUID
    worker_name: str
    provider_id: UUID
    provider_zh: str
    provider_en: str
    canteen_id: UUID
    canteen_zh: str
    canteen_en: str
    canteen_lat: float
    canteen_lon: float
    day: date
    begins_at: datetime
    load_at: datetime
    leave_at: datetime
    ends_at: datetime
    units: int
    metres: int
    stops: tuple[StopView, ...] = ()
