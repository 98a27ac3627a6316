"""Table of reviews."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of


class Side(StrEnum):
    """Who speaks."""

    RESIDENT = "resident"
    PROVIDER = "provider"


class Review(Base):
    """One side's word on a job; shown when both have spoken or the window of 7 days has closed (`visible_at`)."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("job_id", "side"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"), index=True)
    side: Mapped[Side] = mapped_column(one_of(Side))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    stars: Mapped[int]
    solved: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    visible_at: Mapped[datetime | None]
