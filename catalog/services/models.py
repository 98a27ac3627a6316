"""Tables of the service catalogue; filled from the packaged taxonomy, caps and reach may differ by deployment."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of


class Lane(StrEnum):
    """One intake, three lanes: matching, tracked hand-off, agenda of a deliberation."""

    SERVICE = "service"
    ISSUE = "issue"
    DELIBERATION = "deliberation"


class Shape(StrEnum):
    """How a service happens."""

    VISIT = "visit"
    DELIVERY = "delivery"
    GROUP = "group"
    REMOTE = "remote"


class Category(Base):
    """First level of the taxonomy."""

    __tablename__ = "service_category"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    icon: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]


class Skill(Base):
    """Something a worker can do, with a level from 1 (can) to 3 (master)."""

    __tablename__ = "skill"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))


class Qualification(Base):
    """A paper that must be valid on the day; `holder` says whether the worker or the provider holds it."""

    __tablename__ = "qualification"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    validity_months: Mapped[int | None]
    holder: Mapped[str] = mapped_column(String(16))


class Service(Base):
    """A leaf service. Durations in minutes, reach in metres, caps in fen, limits in working days."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"), index=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    summary_zh: Mapped[str] = mapped_column(String(300))
    summary_en: Mapped[str] = mapped_column(String(300))
    icon: Mapped[str] = mapped_column(String(40))
    lane: Mapped[Lane] = mapped_column(one_of(Lane))
    shape: Mapped[Shape] = mapped_column(one_of(Shape))
    duration_minutes: Mapped[int]
    people_needed: Mapped[int]
    skills: Mapped[list[dict[str, Any]]]
    qualifications: Mapped[list[str]]
    safeguarding: Mapped[list[str]]
    price_kind: Mapped[str] = mapped_column(String(16))
    price_cap_fen: Mapped[int | None]
    provider_kinds: Mapped[list[str]]
    reach_metres: Mapped[int]
    lead_hours: Mapped[int]
    wait_limit_days: Mapped[int]
    urgency_default: Mapped[str] = mapped_column(String(16))
    weight: Mapped[int]
    poolable: Mapped[bool]
    keywords: Mapped[list[str]]
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
