"""Group sessions: a leader, a venue, a time and many seats. Opened only when all of them meet.

Times are ticks, ways metres, money fen. A `Gathering` is what may be opened, an `Occasion` one way to hold it, an
`Enrolment` somebody who asks for a seat.
"""

import msgspec

from matching.parts import SkillLevel, Span
from matching.travel import Mode


class Venue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A room, idle ones 幸福链接 included, of `seats` participants; one gathering at a time.

    `open`: spans within which a gathering must begin and end; empty: always. `uses`: services permitted; empty: all.
    """

    id: str
    place: str
    seats: int
    step_free: bool = True
    open: tuple[Span, ...] = ()
    uses: tuple[str, ...] = ()
    fee_fen_hour: int = 0


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People who run a gathering: at least `count`, and at least one for every `per_seats` participants begun.

    Each has the skills and qualifications (a background check is one). One person has one role; crews have none.
    """

    count: int = 1
    per_seats: int | None = None
    skills: tuple[SkillLevel, ...] = ()
    qualifications: tuple[str, ...] = ()


class Occasion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to hold a gathering: in this venue, starting then. Several starts are a term with the same people."""

    venue: str
    starts: tuple[int, ...]


class Gathering(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that may be opened on at most one of its occasions, for `min_seats` to `max_seats` participants.

    `roles`: who runs it (the leader first); none: nobody is needed, as where meals are fetched. `duration` of each start.
    `consent`: participants need a guardian's consent. `allowed_kinds`: of providers of its people; empty: any.
    `known_workers`: who has led it before (continuity).
    """

    id: str
    duration: int
    occasions: tuple[Occasion, ...]
    min_seats: int = 1
    max_seats: int = 20
    service: str = ""
    roles: tuple[Role, ...] = (Role(),)
    consent: bool = False
    allowed_kinds: tuple[str, ...] = ()
    known_workers: tuple[str, ...] = ()


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody at `place` who asks for one seat in one of `gatherings`.

    `walk_metres`: the longest way to the venue in `mode`. `free`: spans in which it must begin and end each time; empty:
    always. `consent`: a guardian has agreed. `refused_workers`: none of them may run it. `need`: as for a delivery.
    """

    id: str
    place: str
    gatherings: tuple[str, ...]
    mode: Mode = "walk"
    walk_metres: int | None = None
    step_free: bool = False
    consent: bool = False
    free: tuple[Span, ...] = ()
    refused_workers: tuple[str, ...] = ()
    priority: int = 1
    days_waited: int = 0
    groups: tuple[str, ...] = ()
    need: str = ""
