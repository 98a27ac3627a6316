"""What is asked of a plan in memory, and what it answers: options, holes, changes. Times and costs are ticks."""

from typing import Literal

import msgspec

from matching.plan import Plan
from matching.problem import Place, Problem, Task


class OnlineError(ValueError):
    """What is asked cannot be done with this plan; the message says why."""


class StaleError(OnlineError):
    """The plan is no longer the one for which an option was made: ask again."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers of the online rule; part of a policy that people see and may change.

    `overdue_days`: an unserved task that has waited so long keeps the time that it needs: nobody who waited less may
    take it (reserve rule). `even_ticks`: of the two cheapest, whose cost differs by no more, the one with the
    smaller load comes first (two choices). `spare_skill_ticks`: price of each skill that a worker has and the task
    does not need, so that people who can do much stay free for what few can do. `depth`: how many visits one after
    another may be moved to make room. `effort`: pairs of task and shift looked at while searching such moves, so
    that every answer is quick; the same effort gives the same answer.
    """

    overdue_days: int = 14
    even_ticks: int = 5
    spare_skill_ticks: int = 5
    depth: int = 3
    effort: int = 60_000


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who comes when: `shifts[i]` is the index of the shift of `workers[i]`."""

    start: int
    workers: tuple[str, ...]
    shifts: tuple[int, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task before and after; None: not served. `confirmed`: the visit before was confirmed."""

    task: str
    before: Visit | None = None
    after: Visit | None = None
    confirmed: bool = False


ReasonCode = Literal[
    "known_face",
    "wish_met",
    "nearest",
    "least_detour",
    "least_loaded",
    "anchor",
    "on_time",
    "late",
    "moves",
    "displaces",
    "reserve",
    "guessed_way",
]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an option is good, or what it costs, with its number.

    `known_face` (visits by people known there), `wish_met` (wishes), `nearest` (ticks from the shift's start place),
    `least_detour` (ticks more on the way), `least_loaded` (per cent of the declared time in use), `anchor` (0),
    `on_time` (0), `late` (ticks),
    `moves` (visits that move), `displaces` (points lost), `reserve` (days waited: the time was kept for it),
    `guessed_way` (0).
    """

    code: ReasonCode
    value: int = 0


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to serve a task now.

    `detour_ticks`: ways of all routes together after it, less those before. `cost_ticks`: the same of the policy's
    last level of cost (lateness, wishes and so on). `points`: of the task, less those of what it displaces.
    `displaces`: tasks that are then not served.
    `changes`: the task itself first, then every visit that moves in person or time.
    """

    task: str
    start: int
    workers: tuple[str, ...]
    shifts: tuple[int, ...]
    detour_ticks: int
    cost_ticks: int
    points: int
    displaces: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Decline(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="decline"
):
    """A worker does not do a task; the pair is forbidden from now on."""

    task: str
    worker: str


class NoShow(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="no_show"
):
    """A worker did not come to a task: nobody counts on them for the rest of that shift."""

    task: str
    worker: str


class Sick(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="sick"
):
    """A worker does nothing more that starts at `since` or later; None for `until` is the end of the horizon."""

    worker: str
    since: int
    until: int | None = None


class Cancelled(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="cancelled"
):
    """A task is no longer asked for."""

    task: str


class Urgent(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="urgent"
):
    """A new task that cannot wait; `place`: where it is, if the problem does not know the place."""

    task: Task
    place: Place | None = None


Hole = Decline | NoShow | Sick | Urgent | Cancelled


class Mended(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a repair changed in a plan in memory; see `Repaired`."""

    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()


class Repaired(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan around a hole. `problem` is what it answers: the one before, with what the hole changed.

    `changes`: every visit that is not as it was, those lost and those won included, in order of task. `left`:
    sentences on what could not be repaired here (trips and sessions that nobody else could take over).
    """

    problem: Problem
    plan: Plan
    changes: tuple[Change, ...]
    left: tuple[str, ...] = ()
