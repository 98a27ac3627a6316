"""Tables of needs."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of
from catalog.services.models import Lane
from market.states import NeedState, Outcome


class Channel(StrEnum):
    """How a need reached us; all wait equally long."""

    PAGE = "page"
    PHONE = "phone"
    PAPER = "paper"
    VISIT = "visit"
    RELATIVE = "relative"
    IMPORT = "import"


class Urgency(StrEnum):
    """How soon; danger to life is never a need."""

    NORMAL = "normal"
    SAME_DAY = "same_day"
    URGENT = "urgent"


class Need(Base):
    """What somebody asks for. The database itself refuses to close one without outcome and message."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint(
            "state <> 'closed' OR (outcome IS NOT NULL AND closing_message_id IS NOT NULL)",
            name="closed_needs_outcome_and_message",
        ),
        CheckConstraint("beneficiary_id = requester_id OR consent IS NOT NULL", name="proxy_needs_consent"),
        Index("ix_need_queue", "community_id", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    lane: Mapped[Lane] = mapped_column(one_of(Lane))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"), index=True)
    requester_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    beneficiary_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    filed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str | None] = mapped_column(String(32))
    # {"how": "spoken" | "written" | "phone" | "guardian", "at": ISO time, "recorded_by": id}
    consent: Mapped[dict[str, Any] | None]
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"))
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"))
    lat: Mapped[float]
    lon: Mapped[float]
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency))
    headcount: Mapped[int]
    duration_minutes: Mapped[int]
    description: Mapped[str] = mapped_column(Text)
    # {"same_helper": worker id or null, "gender": "female" | "male" | null, "language": code or null}
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    refused_workers: Mapped[list[str]] = mapped_column(default=list)
    access_notes: Mapped[str | None] = mapped_column(String(400))
    private: Mapped[bool] = mapped_column(default=False)
    state: Mapped[NeedState] = mapped_column(one_of(NeedState), index=True)
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    outcome_reason: Mapped[str | None] = mapped_column(String(400))
    closing_message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"))
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    rounds_missed: Mapped[int] = mapped_column(default=0)
    # [{"cause": code, "count": n}] of the last round that could not place it
    last_causes: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    last_round_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class NeedWindow(Base):
    """A span in which the whole service must fit; a need may have several."""

    __tablename__ = "need_window"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="forward"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
