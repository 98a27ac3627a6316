"""What callers fill in about gatherings."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from market.needs.commands import Command, Consent, Moment

Seats: TypeAlias = Annotated[int, Meta(ge=1, le=10_000)]
Dates: TypeAlias = Annotated[tuple[Moment, ...], Meta(min_length=1, max_length=100)]


class RoleSkill(Command, frozen=True, kw_only=True):
    """A skill that somebody in a role has at least at this level."""

    skill: Annotated[str, Meta(min_length=1, max_length=64)]
    level: Annotated[int, Meta(ge=1, le=3)] = 1


class RoleWanted(Command, frozen=True, kw_only=True):
    """People who run it: at least `count`, and one for every `per_seats` participants begun."""

    count: Annotated[int, Meta(ge=1, le=20)] = 1
    per_seats: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    skills: Annotated[tuple[RoleSkill, ...], Meta(max_length=10)] = ()
    qualifications: Annotated[tuple[str, ...], Meta(max_length=10)] = ()


class ProposeGathering(Command, frozen=True, kw_only=True):
    """Something that may be held in one of `venue_ids`, on one of `dates` (each a single start, or those of a term).

    `roles` empty: one leader (and as many assistants as the service asks for) with the skills and papers of the service.
    `duration_minutes` and seats default to the service's; `consent` (a guardian's) to whether it is for children.
    """

    id: UUID
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    service_code: Annotated[str, Meta(min_length=1, max_length=64)]
    community_id: UUID
    venue_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=50)]
    dates: Annotated[tuple[Dates, ...], Meta(min_length=1, max_length=50)]
    duration_minutes: Annotated[int, Meta(ge=5, le=1_440)] | None = None
    min_seats: Seats | None = None
    max_seats: Seats | None = None
    roles: Annotated[tuple[RoleWanted, ...], Meta(max_length=10)] = ()
    consent: bool | None = None
    follows_id: UUID | None = None


class Enrol(Command, frozen=True, kw_only=True):
    """Ask for a seat for `person_id`. `guardian`: how the guardian (`requester_id`) agreed, for what needs one.

    `proxy`: how a grown person agreed that somebody else asks. `choice`: of all that share it at most one is seated.
    """

    id: UUID
    gathering_id: UUID
    person_id: UUID
    requester_id: UUID
    guardian: Consent | None = None
    proxy: Consent | None = None
    mode: Literal["walk", "walk_slow", "ebike", "car"] = "walk"
    walk_metres: Annotated[int, Meta(ge=50, le=20_000)] | None = None
    step_free: bool = False
    choice: UUID | None = None
