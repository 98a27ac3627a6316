"""Tables of gatherings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.base import Base, one_of
from market.states import EnrolmentState, FairState, SessionState


class Gathering(Base):
    """Something that opens when leader, venue and enough people meet; `venue_id`, `starts` (ISO, UTC) once it is confirmed.

    `roles`: [{"count": n, "per_seats": n | null, "skills": [{"skill", "level"}], "qualifications": [code]}], the leader
    first. `follows_id`: the term before it, whose leaders are known. `consent`: participants need a guardian's.
    """

    __tablename__ = "gathering"
    __table_args__ = (
        CheckConstraint("min_seats <= max_seats", name="seats"),
        CheckConstraint("state <> 'confirmed' OR venue_id IS NOT NULL", name="confirmed_has_venue"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[SessionState] = mapped_column(one_of(SessionState), index=True)
    title: Mapped[str] = mapped_column(String(120))
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    duration_minutes: Mapped[int]
    min_seats: Mapped[int]
    max_seats: Mapped[int]
    roles: Mapped[list[dict[str, Any]]]
    allowed_kinds: Mapped[list[str]]
    consent: Mapped[bool]
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("gathering.id"))
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"), index=True)
    starts: Mapped[list[str]]
    first_at: Mapped[datetime | None] = mapped_column(index=True)
    last_at: Mapped[datetime | None]
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"), index=True)
    reason: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]


class Occasion(Base):
    """One way to hold a gathering: a venue and its starts (ISO, UTC); several starts are a term."""

    __tablename__ = "occasion"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id"), index=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    starts: Mapped[list[str]]
    first_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime]


class GatheringStaff(Base):
    """Who runs a confirmed gathering, in which role (from 0, the leader)."""

    __tablename__ = "gathering_staff"

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id"), primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.id"), primary_key=True, index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    role: Mapped[int]


class Enrolment(Base):
    """Somebody who asks for a seat; `position` on the waiting list from 1, `promoted_until`: by when to say yes.

    `consent`: {"how", "at", "guardian_id", "recorded_by"} of a guardian; `proxy`: how somebody agreed for whom another
    asks. `need_id`: the need that this seat would serve. `choice`: of all that share it at most one is seated.
    """

    __tablename__ = "enrolment"
    __table_args__ = (Index("uq_enrolment_person", "gathering_id", "person_id", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[EnrolmentState] = mapped_column(one_of(EnrolmentState), index=True)
    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    requester_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"), index=True)
    choice: Mapped[UUID | None]
    consent: Mapped[dict[str, Any] | None]
    proxy: Mapped[dict[str, Any] | None]
    household_id: Mapped[UUID | None] = mapped_column(ForeignKey("household.id"))
    lat: Mapped[float]
    lon: Mapped[float]
    mode: Mapped[str] = mapped_column(String(16), default="walk")
    walk_metres: Mapped[int | None]
    step_free: Mapped[bool] = mapped_column(default=False)
    refused_workers: Mapped[list[str]]
    position: Mapped[int | None]
    promoted_until: Mapped[datetime | None]
    rounds_missed: Mapped[int] = mapped_column(default=0)
    last_causes: Mapped[list[dict[str, Any]]]
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("round.id"), index=True)
    created_at: Mapped[datetime]


class Fair(Base):
    """A proposed fair 便民市集: needs of one service that lie close together, a venue, a start, and what it would change.

    `need_ids`: whose needs would be met there; `home_ids`: those who cannot walk and keep their visit. `comparison`:
    {"visits": {...}, "fair": {...}} with people served, helper minutes and metres walked. `gathering_id`: once accepted.
    """

    __tablename__ = "fair"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[FairState] = mapped_column(one_of(FairState), index=True)
    community_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    service_code: Mapped[str] = mapped_column(ForeignKey("service.code"))
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    start_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    staff: Mapped[int]
    need_ids: Mapped[list[str]]
    home_ids: Mapped[list[str]]
    comparison: Mapped[dict[str, Any]]
    gathering_id: Mapped[UUID | None] = mapped_column(ForeignKey("gathering.id"))
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]
