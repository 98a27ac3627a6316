"""Table of offers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of
from market.states import OfferState

LONGEST_REASON = 64  # of a decline, or of giving an accepted task back
LIVE = text("state IN ('sent', 'seen', 'accepted')")


class Offer(Base):
    """One place (`seat`, from 0) of a need for one worker, until `deadline_at`; one live offer a seat."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("uq_offer_live_seat", "need_id", "seat", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index(
            "uq_offer_live_worker",
            "need_id",
            "worker_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_offer_worker_state", "worker_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"), index=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"), index=True)
    seat: Mapped[int]
    state: Mapped[OfferState] = mapped_column(one_of(OfferState))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    travel_minutes: Mapped[int]
    travel_metres: Mapped[int]
    estimated: Mapped[bool]
    # {"candidates": n, "nearest_rank": n, "skills": [...], "same_helper": true, ...}: facts that the page puts into words
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decline_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
