"""Tables of meals. Times of day are minutes after local midnight, weekdays 0 (Monday) to 6."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, Json, one_of
from market.states import MealState, RunState, StandingState


class MealWay(StrEnum):
    """How a meal reaches somebody."""

    HOME = "home"
    PICK_UP = "pick_up"
    DINE_IN = "dine_in"


class StandingOrder(Base):
    """Meals on some weekdays from a day on: `units` at a time, `way` if possible, else one of `other_ways`.

    The meal is wanted between two minutes of the day. `walk_metres`: the longest way to a canteen; None: any.
    `canteen_id`: from this one only. `allergies` and the like stand in `notes`.
    """

    __tablename__ = "standing_order"
    __table_args__ = (
        CheckConstraint("start_minute < end_minute", name="forward"),
        CheckConstraint("person_id = requester_id OR consent IS NOT NULL", name="proxy_needs_consent"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[StandingState] = mapped_column(one_of(StandingState), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    requester_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    # {"how": ..., "at": ISO time, "recorded_by": id} as for a need
    consent: Mapped[dict[str, Any] | None]
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"))
    lat: Mapped[float]
    lon: Mapped[float]
    weekdays: Mapped[list[int]] = mapped_column(Json)
    units: Mapped[int]
    way: Mapped[MealWay] = mapped_column(one_of(MealWay))
    other_ways: Mapped[list[str]]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    canteen_id: Mapped[UUID | None] = mapped_column(ForeignKey("canteen.id"))
    walk_metres: Mapped[int | None]
    step_free: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(String(400), default="")
    refused_workers: Mapped[list[str]]
    days_missed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class OrderException(Base):
    """A single day that differs: none at all (`skip`), another way, another number of meals."""

    __tablename__ = "order_exception"
    __table_args__ = (Index("uq_order_exception_day", "order_id", "day", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("standing_order.id"))
    day: Mapped[date]
    skip: Mapped[bool] = mapped_column(default=False)
    way: Mapped[MealWay | None] = mapped_column(one_of(MealWay))
    units: Mapped[int | None]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class DeliveryRun(Base):
    """One load that a helper fetches at a canteen and brings to doors. `metres`: all its ways, from where it began.

    `begins_at` is when the helper sets out for the canteen, `ends_at` when the last meal has been handed over.
    """

    __tablename__ = "delivery_run"
    __table_args__ = (Index("ix_delivery_run_worker_day", "worker_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(one_of(RunState))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"), index=True)
    canteen_id: Mapped[UUID] = mapped_column(ForeignKey("canteen.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    begins_at: Mapped[datetime]
    load_at: Mapped[datetime]
    leave_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    units: Mapped[int]
    metres: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(400))


class Meal(Base):
    """What a round made of an order on a day: on a run, at a canteen (`at`: from when), or unserved with counted causes."""

    __tablename__ = "meal"
    __table_args__ = (Index("uq_meal_order_day", "order_id", "day", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("standing_order.id"))
    day: Mapped[date] = mapped_column(index=True)
    state: Mapped[MealState] = mapped_column(one_of(MealState))
    way: Mapped[MealWay] = mapped_column(one_of(MealWay))
    units: Mapped[int]
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"), index=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("delivery_run.id"), index=True)
    canteen_id: Mapped[UUID | None] = mapped_column(ForeignKey("canteen.id"))
    at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    causes: Mapped[list[dict[str, Any]]]


class RunStop(Base):
    """One door of a run, in order from 0, with the way to it."""

    __tablename__ = "run_stop"
    __table_args__ = (Index("uq_run_stop_position", "run_id", "position", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_run.id"))
    meal_id: Mapped[UUID] = mapped_column(ForeignKey("meal.id"), index=True)
    position: Mapped[int]
    arrive_at: Mapped[datetime]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    units: Mapped[int]
    travel_minutes: Mapped[int]
    travel_metres: Mapped[int]
    estimated: Mapped[bool]
