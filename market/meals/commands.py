"""What callers fill in about meals."""

from datetime import date
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta

from market.meals.models import MealWay
from market.needs.commands import Command, Consent

Weekdays: TypeAlias = Annotated[
    tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(min_length=1, max_length=7)
]
Units: TypeAlias = Annotated[int, Meta(ge=1, le=20)]
Minutes: TypeAlias = Annotated[int, Meta(ge=0, le=1_440)]

MEALS = "elder-meal-delivery"


class OpenOrder(Command, frozen=True, kw_only=True):
    """Meals for `person_id` on some weekdays (0: Monday) between two minutes of the day, from a day on.

    `consent` is needed when somebody else asks. `other_ways`: how it may come as well; `canteen_id`: from this one only;
    `walk_metres`: the longest way to a canteen.
    """

    id: UUID
    person_id: UUID
    requester_id: UUID
    consent: Consent | None = None
    service_code: Annotated[str, Meta(min_length=1, max_length=64)] = MEALS
    weekdays: Weekdays
    units: Units = 1
    way: MealWay = MealWay.HOME
    other_ways: Annotated[tuple[MealWay, ...], Meta(max_length=3)] = ()
    start_minute: Minutes = 660
    end_minute: Minutes = 750
    from_day: date
    until_day: date | None = None
    canteen_id: UUID | None = None
    walk_metres: Annotated[int, Meta(ge=50, le=20_000)] | None = None
    step_free: bool = False
    notes: Annotated[str, Meta(max_length=400)] = ""


class ChangeDay(Command, frozen=True, kw_only=True):
    """One day that differs: no meal (`skip`), another way or number; `usual`: like every week again."""

    order_id: UUID
    day: date
    skip: bool = False
    way: MealWay | None = None
    units: Units | None = None
    usual: bool = False
