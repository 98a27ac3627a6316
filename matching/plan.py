"""A plan as one document: who comes when, and why the rest is not served.

It holds nothing of the clock or the machine: the same problem, policy, seed and deterministic limit give the
same bytes.
"""

from typing import Literal

import msgspec

from matching import codec
from matching.errors import PlanError, ProblemError

SCHEMA = "linli.plan/1"

TERMS = (
    "late_ticks",
    "late_price",
    "wishes_missed",
    "continuity_missed",
    "anchors_missed",
    "levels_over",
    "price_fen",
    "funded_fen",
)
"""Terms that every served task has; late ones once for a task, all others for each of its people."""

SHAPE_TERMS = ("deliveries", "units", "trips", "sessions", "seats", "waiting", "walk_ticks", "venue_fen")
"""Totals of delivery rounds and group sessions."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A served task: its people start together at tick `start`.

    `terms`: what of the totals `late_ticks`, `late_price`, `wishes_missed`, `continuity_missed`, `anchors_missed`,
    `levels_over`, `price_fen` and `funded_fen` is this task's; a solver leaves zeros out.
    """

    task: str
    start: int
    workers: tuple[str, ...]
    terms: dict[str, int] = {}


StopKind = Literal["visit", "load", "deliver", "lead"]


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stop on a route; travel is the way to it from the stop before (or from the start place).

    `task` names a task (`visit`), a depot (`load`), a delivery (`deliver`) or a gathering (`lead`), as `kind` says. A trip
    is a stop `load` and the stops `deliver` that follow it, up to any other stop.
    """

    task: str
    arrive: int
    start: int
    end: int
    travel_ticks: int
    travel_metres: int
    kind: StopKind = "visit"


class Staff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who has a role (index in the gathering's roles)."""

    role: int
    workers: tuple[str, ...]


class Session(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gathering that opens, on one of its occasions (index), who runs it, who has a seat, and who is next, in order."""

    gathering: str
    occasion: int
    staff: tuple[Staff, ...] = ()
    seated: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shift (index in the worker's shifts) in order of time, and the way back to its end place."""

    worker: str
    shift: int
    stops: tuple[Stop, ...]
    return_ticks: int
    return_metres: int


class CauseCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many workers (of an enrolment: occasions) this code (`rules.CAUSES`) was the first to say no."""

    cause: str
    count: int


class Unserved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task, delivery or enrolment that is not served, with causes in the order of `rules.CAUSES`.

    They add up to the number of workers, and for an enrolment to that of the occasions of the gatherings that it asks for.
    `mandatory`: it is mandatory or pinned.
    """

    task: str
    causes: tuple[CauseCount, ...]
    mandatory: bool = False


class GroupTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a group (`groups` of tasks, deliveries and enrolments) asked and got, in different needs.

    `travel_ticks`: ways to its visits and deliveries, and of its participants to their venues.
    """

    group: str
    asked: int
    served: int
    points: int
    travel_ticks: int


class LevelReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How good an objective level is: value, proven bound, and the gap between them in parts per million.

    The gap is measured with the earlier levels fixed at the values found. `optimal`: value and bound meet;
    `feasible`: the search stopped with a gap; `unproven`: the bound comes from a relaxation only.
    """

    name: str
    value: int
    bound: int
    gap_ppm: int
    status: Literal["optimal", "feasible", "unproven"]

    @property
    def bounded(self) -> bool:
        """Whether the bound says anything: a cost of 0 or more is no news."""
        return self.name in {"mandatory", "service"} or self.bound > 0 or self.value == 0


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to one problem (`problem`, `policy`: hashes), sorted on construction."""

    problem: str
    policy: str
    solver: str
    seed: int
    assignments: tuple[Assignment, ...] = ()
    routes: tuple[Route, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    sessions: tuple[Session, ...] = ()
    levels: tuple[LevelReport, ...] = ()
    groups: tuple[GroupTerms, ...] = ()
    terms: dict[str, int] = {}
    schema: str = SCHEMA

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise ProblemError("schema", f"Unknown schema {self.schema!r}, expected {SCHEMA!r}")
        ordered = {
            "assignments": tuple(sorted(self.assignments, key=lambda a: (a.task, a.start))),
            "routes": tuple(sorted(self.routes, key=lambda r: (r.worker, r.shift))),
            "unserved": tuple(sorted(self.unserved, key=lambda u: u.task)),
            "sessions": tuple(sorted(map(_sorted_session, self.sessions), key=lambda s: s.gathering)),
            "groups": tuple(sorted(self.groups, key=lambda g: g.group)),
            "terms": dict(sorted(self.terms.items())),
        }
        for name, value in ordered.items():
            msgspec.structs.force_setattr(self, name, value)

    def summary(self) -> str:
        """What a person wants to know first, one fact a line."""
        told = len(self.assignments) + len(self.unserved)
        served, asked = self.terms.get("served", len(self.assignments)), self.terms.get("asked", told)
        lines = [f"{served} of {asked} tasks served by {self.solver}"]
        lines += [f"mandatory, but unserved {u.task}: {_closest(u)}" for u in self.unserved if u.mandatory]
        lines += [f"{level.name}: {level.value} ({_quality(level)})" for level in self.levels]
        lines += [f"{name.replace('_', ' ')}: {value}" for name, value in self.terms.items() if value]
        lines += [f"unserved {u.task}: {_causes(u)}" for u in self.unserved if not u.mandatory]
        return "\n".join(lines)


def _sorted_session(session: Session) -> Session:
    """Seats are a set, staff a set for each role; the order of those who wait means something."""
    staff = (msgspec.structs.replace(one, workers=tuple(sorted(one.workers))) for one in session.staff)
    return msgspec.structs.replace(
        session,
        staff=tuple(sorted(staff, key=lambda one: one.role)),
        seated=tuple(sorted(session.seated)),
    )


def _quality(level: LevelReport) -> str:
    if level.status == "optimal":
        return "proven optimal"
    if not level.bounded:
        return "no bound known"
    return f"bound {level.bound}, gap {level.gap_ppm / 10_000:.2f} %"


def _closest(unserved: Unserved) -> str:
    """The rule at which those failed who came closest, and all others."""
    if not unserved.causes:
        return "nobody is there"
    return f"{unserved.causes[-1].cause} keeps the last ones away ({_causes(unserved)})"


def _causes(unserved: Unserved) -> str:
    return ", ".join(f"{c.cause} {c.count}" for c in unserved.causes)


def decode_plan(data: bytes) -> Plan:
    """Read a plan document; any refusal is a `PlanError` that names the field."""
    try:
        return codec.decode_struct(data, Plan)
    except ProblemError as error:
        raise PlanError(str(error)) from error


def encode_plan(plan: Plan) -> bytes:
    """Canonical bytes: the same plan gives the same bytes."""
    return codec.encode_struct(plan)
