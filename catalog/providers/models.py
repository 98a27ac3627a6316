"""Tables of those who help. Times of day are minutes after local midnight, reach is metres, weeks begin on Monday."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of, source_system


class ProviderKind(StrEnum):
    """Who a provider is."""

    RED_PARTNER = "red_partner"  # 红色合伙人
    IN_SERVICE_MEMBER = "in_service_member"  # 双报到在职党员
    VOLUNTEER_TEAM = "volunteer_team"  # 志愿服务队
    SOCIAL_ORGANISATION = "social_organisation"  # 社会组织
    SELF_ORGANISATION = "self_organisation"  # 居民自组织
    LINKED_UNIT = "linked_unit"  # 共建单位
    PROPERTY_FIRM = "property_firm"  # 物业服务企业


# A business answers as one: whoever stands behind the counter may say yes for a colleague. People who give their own
# time (members, volunteers, neighbours) answer for themselves; beside them only the provider's contact.
ANSWER_AS_ONE = (ProviderKind.RED_PARTNER, ProviderKind.PROPERTY_FIRM)


class ProviderState(StrEnum):
    """From application to work; only an active provider gets offers."""

    APPLIED = "applied"
    DOCUMENTS_CHECKED = "documents_checked"
    APPROVED = "approved"
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    LEFT = "left"


class CredentialState(StrEnum):
    """A paper is asked for, looked at, and holds until its last day."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REVOKED = "revoked"


class Provider(Base):
    """A business, member, team or organisation that helps; `atomic` takes a job as a whole, `fallback` comes last."""

    __tablename__ = "provider"
    __table_args__ = (CheckConstraint("first_approver_id <> second_approver_id", name="two_approvers"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[ProviderKind] = mapped_column(one_of(ProviderKind))
    state: Mapped[ProviderState] = mapped_column(one_of(ProviderState), index=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    phone: Mapped[str | None] = mapped_column(String(32))
    lat: Mapped[float]
    lon: Mapped[float]
    coordinate_system: Mapped[str] = source_system()
    reach_metres: Mapped[int]
    atomic: Mapped[bool] = mapped_column(default=False)
    fallback: Mapped[bool] = mapped_column(default=False)
    pledge_zh: Mapped[str | None] = mapped_column(String(300))
    pledge_en: Mapped[str | None] = mapped_column(String(300))
    declared_minutes_week: Mapped[int]
    max_tasks_day: Mapped[int | None]
    max_tasks_week: Mapped[int | None]
    services: Mapped[list[str]] = mapped_column(default=list)  # empty: whatever its people's skills allow
    created_at: Mapped[datetime]
    # Who answers for the admission; the two approvers are two people.
    documents_checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    first_approver_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    second_approver_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state_reason: Mapped[str | None] = mapped_column(String(400))


class Worker(Base):
    """A person of a provider, starting each shift from `lat`, `lon`.

    `anchors`: ids of the stairwells, buildings or compounds that somebody has adopted (三个一: one team, one stairwell, one
    zone). `newcomer`: joined lately; whoever has finished a first visit is none any more, whatever stands here.
    `carries`: meals that somebody brings round on one way; 0: none.
    """

    __tablename__ = "worker"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    travel_mode: Mapped[str] = mapped_column(String(16), default="walk")
    lat: Mapped[float]
    lon: Mapped[float]
    coordinate_system: Mapped[str] = source_system()
    reach_metres: Mapped[int]
    max_tasks_day: Mapped[int | None]
    max_minutes_day: Mapped[int | None]
    max_tasks_week: Mapped[int | None]
    max_minutes_week: Mapped[int | None]
    declared_minutes_week: Mapped[int]
    anchors: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    newcomer: Mapped[bool] = mapped_column(default=False, server_default=false())
    carries: Mapped[int] = mapped_column(default=0, server_default="0")


class WorkerSkill(Base):
    """A declared skill with its level."""

    __tablename__ = "worker_skill"

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(ForeignKey("skill.code"), primary_key=True, index=True)
    level: Mapped[int]


class Credential(Base):
    """A qualification held by a worker or by a provider for all its people; dates are inclusive."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint("(worker_id IS NULL) <> (provider_id IS NULL)", name="one_holder"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("worker.id"), index=True)
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"), index=True)
    qualification_code: Mapped[str] = mapped_column(ForeignKey("qualification.code"))
    state: Mapped[CredentialState] = mapped_column(one_of(CredentialState))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Availability(Base):
    """Weekly hours: weekday 0 (Monday) to 6."""

    __tablename__ = "availability"
    __table_args__ = (CheckConstraint("start_minute < end_minute", name="forward"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), index=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class AvailabilityException(Base):
    """One day that differs: away as a whole (no times), or other hours instead of the weekly ones."""

    __tablename__ = "availability_exception"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), index=True)
    day: Mapped[date]
    start_minute: Mapped[int | None]
    end_minute: Mapped[int | None]
