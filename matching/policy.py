"""What is improved first, and what a fallback costs."""

from typing import Literal

import msgspec

from matching import codec
from matching.errors import ProblemError

MILLION = 1_000_000

Level = Literal["service", "travel"]


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ordered objective levels: each is fixed (to its tolerance) before the next is improved.

    service: sum of `priority` of the served tasks, maximised.
    travel: ticks of travel from the start place through all stops back to the end place, plus
    `fallback_penalty_ticks` for every visit by a fallback provider, minimised.
    `tolerances`: parts per million by which each level may be given up for the later ones; empty: none.
    """

    version: str = "1"
    levels: tuple[Level, ...] = ("service", "travel")
    fallback_penalty_ticks: int = 60
    tolerances: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.levels)) != len(self.levels) or self.levels[:1] != ("service",):
            raise ProblemError("levels", "Expected distinct levels that begin with 'service'")
        if self.tolerances and len(self.tolerances) != len(self.levels):
            raise ProblemError("tolerances", "Expected one tolerance for each level")
        if any(not 0 <= tolerance <= MILLION for tolerance in self.tolerances):
            raise ProblemError("tolerances", "Expected parts per million from 0 to 1000000")
        if not 0 <= self.fallback_penalty_ticks <= MILLION:
            raise ProblemError("fallback_penalty_ticks", "Expected ticks from 0 to 1000000")


def decode_policy(data: bytes) -> Policy:
    """Read a policy document; any refusal is a `ProblemError` with a path."""
    return codec.decode_struct(data, Policy)


def encode_policy(policy: Policy) -> bytes:
    """Canonical bytes."""
    return codec.encode_struct(policy)


def policy_hash(policy: Policy) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return codec.sha256(encode_policy(policy))
