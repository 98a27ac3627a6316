"""An explanation as one document: what decided, by how much, and what would help.

It names nobody: of other people and their needs it holds counts alone. Times are ticks, ways metres.
"""

from typing import Literal

import msgspec

from matching import codec
from matching.errors import PlanError, ProblemError
from matching.plan import CauseCount

SCHEMA = "linli.explanation/1"

Reason = Literal[
    "served",
    "nobody",
    "waits",
    "mandatory",
    "points",
    "tie",
    "tolerance",
    "improvable",
    "alternative",
    "full",
    "few",
]
"""What decided; every unserved need has exactly one.

nobody: the rules leave nobody who could come. waits: another visit must come first, and is not served. mandatory: a visit
that must take place would be lost. points: others with more points need the time. tie: as many points either way.
tolerance: given up within the policy's tolerance for a later level. improvable: a plan was found that serves it and is
better or as good. alternative: the same need is served in another way. full: no seat is left. few: too few people for it.
"""

Code = Literal[
    "earlier",
    "later",
    "slot",
    "day",
    "kind",
    "gender",
    "language",
    "shorter",
    "session",
    "pick_up",
    "radius",
]
"""What would help, the least effort first; `radius` needs the consent of those who come."""


class Cutoff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With more points than this the need is served: it lies from `low` to `high`, and is proven where they meet."""

    low: int
    high: int


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a need is served: when, by how many, the ticks that it adds to ways, and their visits without and with it.

    `tasks_before`, `tasks_after`: visits of its people on that day, all together. `workers`: only for officers.
    """

    start: int
    people: int
    extra_ticks: int
    tasks_before: int
    tasks_after: int
    workers: tuple[str, ...] = ()


class Alternative(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody else (a team) who could come: the first level that gets worse, and by how much at least.

    Everything else stays as it is: `rules` where their day has no room beside what they already do, `none` where nothing
    gets worse. `workers`: only for officers.
    """

    level: str
    price: int = 0
    workers: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The nearest plan found that serves the need: how many others lose their visit, get another one, or gain one."""

    displaced: int
    moved: int
    gained: int


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change that was tried: with it the need is served, and nobody's points are lost.

    `start`: when it would begin. `amount`: ticks (earlier, later, shorter) or metres more (radius). `kinds`: of providers to
    allow. `gathering`: of a session. `moved`: how many visits of others move for it; 0: there is idle time.
    """

    code: Code
    start: int | None = None
    amount: int = 0
    kinds: tuple[str, ...] = ()
    gathering: str = ""
    moved: int = 0


class Explanation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a task, delivery or enrolment is served or not (`problem`, `plan`, `policy`: hashes).

    `proven`: the reason would hold against any search; else it is what the search found. `level`, `price`: the first level
    that would get worse, and by how much. `cutoff`: only where points decide. `rule`: the hard rule that kept the last ones
    away, with `causes` for all, and `relaxations`: rules (two where no single one is enough) without which somebody could
    come. `waiting`: place on a session's list. `gap_ppm`: how far the plan's points may be from the best.
    """

    task: str
    kind: Literal["task", "delivery", "enrolment"]
    served: bool
    reason: Reason
    proven: bool
    points: int
    level: str = ""
    price: int = 0
    cutoff: Cutoff | None = None
    rule: str = ""
    causes: tuple[CauseCount, ...] = ()
    relaxations: tuple[tuple[str, ...], ...] = ()
    rules: tuple[str, ...] = ()
    visit: Visit | None = None
    alternatives: tuple[Alternative, ...] = ()
    change: Change | None = None
    waiting: int | None = None
    suggestions: tuple[Suggestion, ...] = ()
    gap_ppm: int = 0
    horizon: str = ""
    tick_seconds: int = 60
    problem: str = ""
    plan: str = ""
    policy: str = ""
    schema: str = SCHEMA

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise ProblemError("schema", f"Unknown schema {self.schema!r}, expected {SCHEMA!r}")

    @property
    def short(self) -> int | None:
        """Points missing at most; None where points do not decide."""
        return None if self.cutoff is None else max(0, self.cutoff.high - self.points)


def decode_explanation(data: bytes) -> Explanation:
    """Read an explanation; any refusal is a `PlanError` that names the field."""
    try:
        return codec.decode_struct(data, Explanation)
    except ProblemError as error:
        raise PlanError(str(error)) from error


def encode_explanation(explanation: Explanation) -> bytes:
    """Canonical bytes."""
    return codec.encode_struct(explanation)
