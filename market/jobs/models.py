"""Tables of jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of
from market.states import JobState

LIVE = text("state NOT IN ('closed', 'cancelled', 'no_show')")


class Job(Base):
    """Agreed work on a need; `door_code` is what the resident tells the helper at the door."""

    __tablename__ = "job"
    __table_args__ = (
        Index("uq_job_live_need", "need_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    state: Mapped[JobState] = mapped_column(one_of(JobState), index=True)
    start_at: Mapped[datetime] = mapped_column(index=True)
    end_at: Mapped[datetime]
    door_code: Mapped[str] = mapped_column(String(8))
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]


class JobWorker(Base):
    """One of the people on a job, by the offer that they accepted."""

    __tablename__ = "job_worker"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"), primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), primary_key=True, index=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"), unique=True)
