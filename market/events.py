"""Events: every change writes one, in the same transaction; timers are rows with a due time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base
from catalog.kernel.db import WriteSession
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock


class Event(Base):
    """A fact in the outbox; `seq` gives the order, `done_at` says that its reactions have run (in their transaction)."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_open", "done_at", "seq"),)

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[UUID] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    payload: Mapped[dict[str, Any]]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(2000))


class Timer(Base):
    """Something that falls due; fired once, by whichever scheduler claims it first."""

    __tablename__ = "timer"
    __table_args__ = (Index("ix_timer_due", "fired_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID] = mapped_column(index=True)
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]


def record(
    session: WriteSession,
    clock: Clock,
    topic: str,
    subject_id: UUID,
    *,
    actor_id: UUID | None = None,
    **payload: Any,
) -> None:
    """Add an event `topic` ("need.opened") about a row; `payload` must be plain JSON."""
    session.add(
        Event(
            id=new_id(),
            topic=topic,
            subject=topic.split(".", 1)[0],
            subject_id=subject_id,
            payload=payload,
            actor_id=actor_id,
            at=clock.now(),
            attempts=0,
        )
    )
    session.info["events"] = True


def set_timer(session: WriteSession, topic: str, subject_id: UUID, due_at: datetime) -> None:
    """Let `topic` fall due about a row."""
    session.add(Timer(id=new_id(), topic=topic, subject_id=subject_id, due_at=due_at))
