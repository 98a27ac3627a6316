"""What a solve tells while it runs, and who found what."""

from typing import Literal

import msgspec

Status = Literal["optimal", "feasible", "interrupted"]


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a solve is: `share` of its time from 0 to 1, and the best plan so far; `bound` of the current level."""

    stage: str
    share: float
    served: int
    points: int
    bound: int | None
    message: str


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A better plan: which part of the solver found it, after how many seconds; `cost` of the policy's last level."""

    part: str
    seconds: float
    served: int
    points: int
    cost: int
