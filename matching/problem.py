"""A matching problem as one document: what is asked, who could come, when and from where.

Times are integer ticks from the start of the horizon, distances metres. Everything is checked and sorted on
construction, so the same content in another order is the same document.
"""

from functools import cached_property

import msgspec

from matching import codec
from matching.delivery import Delivery, Depot
from matching.errors import ProblemError
from matching.gathering import Enrolment, Gathering, Occasion, Role, Venue
from matching.invariants import check_problem, sorted_fields
from matching.parts import Safeguard, SkillLevel, Span, StartWindow, Validity
from matching.travel import LineTravel, MatrixTravel, Mode, Place, TableTravel

SCHEMA = "linli.problem/1"
MAX_TICKS = 10_000_000
DAY_SECONDS = 86_400


class Horizon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`days` days from `start` (ISO date and time with offset, usually a local midnight)."""

    start: str
    days: int
    tick_seconds: int = 60

    @property
    def day_ticks(self) -> int:
        """Ticks of one day."""
        return DAY_SECONDS // self.tick_seconds

    @property
    def ticks(self) -> int:
        """Ticks of the whole horizon."""
        return self.days * self.day_ticks


class Wishes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a resident would like; each wish that somebody who comes does not meet costs `wish_ticks` of the policy.

    `workers`: one of these people (empty: no such wish).
    """

    workers: tuple[str, ...] = ()
    gender: str | None = None
    language: str | None = None


class Task(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One occurrence of a need: `headcount` people start together at `place` and stay `duration` ticks.

    `priority` is the points of serving it (1..1000). `allowed_kinds` are kinds of providers, empty for any.
    `reach_metres` bounds the way from where a helper's shift starts. `groups` are for fairness reports.
    `known_workers`: who has been there before (continuity). `zones`: its stairwell, building, zone (see `anchors`).
    `price_cap_fen`: the most that its people may cost together; what is above it is paid by `fund`, if one is named.
    `safeguards`: `experienced` - not only newcomers come; `two_adults` - at least two people come.
    `need`: of all tasks, deliveries and enrolments that name the same need at most one is served; empty: none other.
    """

    id: str
    place: str
    duration: int
    windows: tuple[StartWindow, ...]
    headcount: int = 1
    priority: int = 1
    mandatory: bool = False
    service: str = ""
    skills: tuple[SkillLevel, ...] = ()
    qualifications: tuple[str, ...] = ()
    allowed_kinds: tuple[str, ...] = ()
    refused_workers: tuple[str, ...] = ()
    required_gender: str | None = None
    required_language: str | None = None
    reach_metres: int | None = None
    days_waited: int = 0
    groups: tuple[str, ...] = ()
    wishes: Wishes = Wishes()
    known_workers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    price_cap_fen: int | None = None
    fund: str | None = None
    safeguards: tuple[Safeguard, ...] = ()
    need: str = ""


class Shift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time available, travel included; it counts for the day on which it starts."""

    start: int
    end: int
    start_place: str
    end_place: str


class Worker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person, or a crew of several `people` that never splits and comes alone; None means no limit.

    `reach_metres`: way from the shift's start place to a task. `max_leg_ticks`: any single way, and the direct
    way from the start place and to the end place. `max_ticks_*`: ticks of service, without travel.
    `anchors`: adopted stairwells or zones; tasks elsewhere (that name zones) cost `anchor_ticks` of the policy.
    `capacity`: units carried on one trip; 0: makes no delivery rounds. A trip, and each start of a gathering, counts
    as one task in limits; its ticks of service are those of its stops.
    """

    id: str
    provider: str
    shifts: tuple[Shift, ...]
    mode: Mode = "walk"
    skills: tuple[SkillLevel, ...] = ()
    qualifications: tuple[Validity, ...] = ()
    reach_metres: int | None = None
    max_leg_ticks: int | None = None
    max_tasks_day: int | None = None
    max_ticks_day: int | None = None
    max_tasks_week: int | None = None
    max_ticks_week: int | None = None
    gender: str | None = None
    languages: tuple[str, ...] = ()
    declared_ticks: int | None = None
    people: int = 1
    newcomer: bool = False
    anchors: tuple[str, ...] = ()
    capacity: int = 0


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one worker costs for one visit of a `service` (empty: any that has no rate of its own), in fen."""

    service: str = ""
    visit_fen: int = 0
    hour_fen: int = 0


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for workers. `atomic`: takes a task with its own people only, or not at all.

    `fallback`: used at a price. `max_tasks_*` count visits of its workers (two people at one task are two).
    `rates`: at most one for each service; without one a visit is free.
    """

    id: str
    kind: str
    admitted: bool = True
    paused: bool = False
    atomic: bool = False
    fallback: bool = False
    max_tasks_day: int | None = None
    max_tasks_week: int | None = None
    rates: tuple[Rate, ...] = ()


class Fund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money (public income, awards 以奖代补) that pays what tasks cost above their price caps, `fen` in all."""

    id: str
    fen: int


class Precedence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`after` is served only if `before` is, and starts `min_lag` to `max_lag` ticks after the end of `before`."""

    before: str
    after: str
    min_lag: int = 0
    max_lag: int | None = None


class Pin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This worker belongs to this task (at this start, if given): it is served so, or reported unserved."""

    task: str
    worker: str
    start: int | None = None


class Forbid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This worker must not serve this task."""

    task: str
    worker: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Everything a solver may know. Raises `ProblemError` with the path of the first field that is wrong."""

    id: str
    horizon: Horizon
    places: tuple[Place, ...] = ()
    tasks: tuple[Task, ...] = ()
    workers: tuple[Worker, ...] = ()
    providers: tuple[Provider, ...] = ()
    pins: tuple[Pin, ...] = ()
    forbids: tuple[Forbid, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    funds: tuple[Fund, ...] = ()
    depots: tuple[Depot, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    venues: tuple[Venue, ...] = ()
    gatherings: tuple[Gathering, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    travel: LineTravel | MatrixTravel | TableTravel = LineTravel()
    schema: str = SCHEMA

    def __post_init__(self) -> None:
        check_problem(self)
        for name, value in sorted_fields(self).items():
            msgspec.structs.force_setattr(self, name, value)

    @cached_property
    def place_by_id(self) -> dict[str, Place]:
        """Places by id."""
        return {place.id: place for place in self.places}

    @cached_property
    def task_by_id(self) -> dict[str, Task]:
        """Tasks by id."""
        return {task.id: task for task in self.tasks}

    @cached_property
    def worker_by_id(self) -> dict[str, Worker]:
        """Workers by id."""
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def provider_by_id(self) -> dict[str, Provider]:
        """Providers by id."""
        return {provider.id: provider for provider in self.providers}

    @cached_property
    def depot_by_id(self) -> dict[str, Depot]:
        """Depots by id."""
        return {depot.id: depot for depot in self.depots}

    @cached_property
    def delivery_by_id(self) -> dict[str, Delivery]:
        """Deliveries by id."""
        return {delivery.id: delivery for delivery in self.deliveries}

    @cached_property
    def venue_by_id(self) -> dict[str, Venue]:
        """Venues by id."""
        return {venue.id: venue for venue in self.venues}

    @cached_property
    def gathering_by_id(self) -> dict[str, Gathering]:
        """Gatherings by id."""
        return {gathering.id: gathering for gathering in self.gatherings}

    @cached_property
    def enrolment_by_id(self) -> dict[str, Enrolment]:
        """Enrolments by id."""
        return {enrolment.id: enrolment for enrolment in self.enrolments}

    @property
    def visits_only(self) -> bool:
        """Whether nothing but visits is asked for."""
        return not (self.deliveries or self.enrolments)

    def day_of(self, shift: Shift) -> int:
        """Day (from 0) for which a shift counts."""
        return shift.start // self.horizon.day_ticks

    def week_of(self, shift: Shift) -> int:
        """Week (seven days from the start of the horizon, from 0) for which a shift counts."""
        return self.day_of(shift) // 7


def decode_problem(data: bytes) -> Problem:
    """Read a problem document; any refusal is a `ProblemError` with a path."""
    return codec.decode_struct(data, Problem)


def encode(problem: Problem) -> bytes:
    """Canonical bytes: the same content gives the same bytes."""
    return codec.encode_struct(problem)


def problem_hash(problem: Problem) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return codec.sha256(encode(problem))


__all__ = [
    "SCHEMA",
    "Delivery",
    "Depot",
    "Enrolment",
    "Forbid",
    "Fund",
    "Gathering",
    "Horizon",
    "LineTravel",
    "MatrixTravel",
    "Mode",
    "Occasion",
    "Pin",
    "Place",
    "Precedence",
    "Problem",
    "ProblemError",
    "Provider",
    "Rate",
    "Role",
    "Safeguard",
    "Shift",
    "SkillLevel",
    "Span",
    "StartWindow",
    "TableTravel",
    "Task",
    "Validity",
    "Venue",
    "Wishes",
    "Worker",
    "decode_problem",
    "encode",
    "problem_hash",
]
