"""Tables of people. A person is not a phone number: one phone may serve several people, and a person may have none."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of, source_system


class Role(StrEnum):
    """What a person may do within a territory; being a resident needs no grant, being a worker comes from a provider."""

    GRID_LEADER = "grid_leader"
    BUILDING_CONTACT = "building_contact"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Household(Base):
    """People behind one door; the place of most needs."""

    __tablename__ = "household"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    building_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    door: Mapped[str] = mapped_column(String(32))
    floor: Mapped[int]
    tenure: Mapped[str] = mapped_column(String(16), default="owner")
    lat: Mapped[float]
    lon: Mapped[float]
    coordinate_system: Mapped[str] = source_system()


class Person(Base):
    """A resident, worker or officer. `tags` are need groups, set by the person or with consent: sensitive."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    birth_year: Mapped[int | None]
    gender: Mapped[str | None] = mapped_column(String(8))
    languages: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    # {"channel": "app" | "phone" | "paper" | "relative", "lang": "zh" | "en", "reader_id": id or null}
    contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role of a person over a place and all that lies below it."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "territory_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    granted_at: Mapped[datetime]
