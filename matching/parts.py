"""What tasks, deliveries and gatherings have in common: spans of time, skills, papers."""

from typing import Literal

import msgspec


class SkillLevel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A skill: had at this level by a worker, wanted at least at this level by a task."""

    skill: str
    level: int = 1


class Validity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worker's qualification, valid from one tick until another; None is open."""

    code: str
    valid_from: int | None = None
    valid_until: int | None = None


class StartWindow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ticks at which a task may start, both ends included.

    With `late_until` (after `latest`) it may start up to then, at `late_price` ticks of the level `experience` for each
    tick after `latest`. A late part never overlaps another window of the task.
    """

    earliest: int
    latest: int
    late_until: int | None = None
    late_price: int = 1

    @property
    def end(self) -> int:
        """Last tick at which the task may start, late or not."""
        return self.latest if self.late_until is None else self.late_until


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ticks from `start` to `end`, within which something must begin and end."""

    start: int
    end: int


Safeguard = Literal["experienced", "two_adults"]
