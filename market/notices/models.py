"""Table of messages to people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base


class Message(Base):
    """Something said to a person: a template with parameters, put into words in the reader's language.

    `channel` is "app" for who reads pages, "call" for the telephone list of who does not.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_person_created", "person_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    need_id: Mapped[UUID | None] = mapped_column(
        index=True
    )  # no key: a need points back at its closing message
    channel: Mapped[str] = mapped_column(String(16))
    template: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
