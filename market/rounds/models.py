"""Tables of matching rounds."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of
from market.states import RoundState


class Trigger(StrEnum):
    """Why a round runs."""

    SCHEDULE = "schedule"
    OFFICER = "officer"
    URGENT = "urgent"
    NEXT_BEST = "next_best"


class Round(Base):
    """One matching of open needs below a territory for the days `first_day` and `days` - 1 after it.

    `attempt` is the fencing token of the solver that holds the lease: who lost it can no longer write.
    """

    __tablename__ = "round"
    __table_args__ = (Index("ix_round_state_lease", "state", "lease_until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    state: Mapped[RoundState] = mapped_column(one_of(RoundState))
    trigger: Mapped[Trigger] = mapped_column(one_of(Trigger))
    first_day: Mapped[date]
    days: Mapped[int]
    auto_publish: Mapped[bool]
    seconds: Mapped[int]
    deterministic: Mapped[bool] = mapped_column(default=False)
    only_need_id: Mapped[UUID | None]  # no key: needs point at their last round
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    problem: Mapped[bytes | None] = mapped_column(LargeBinary)
    policy: Mapped[bytes | None] = mapped_column(LargeBinary)
    input_root: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[int | None]
    plan: Mapped[bytes | None] = mapped_column(LargeBinary)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]


class RoundNeed(Base):
    """A need in a frozen round and what came of it: planned, or unserved with the counted first rule per candidate."""

    __tablename__ = "round_need"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"), primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), primary_key=True, index=True)
    planned: Mapped[bool | None]
    causes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
