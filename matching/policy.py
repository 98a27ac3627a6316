"""What is improved first, and what a fallback costs."""

from typing import Literal

import msgspec

from matching import codec
from matching.errors import ProblemError

MILLION = 1_000_000
PRICES = (
    "fallback_penalty_ticks",
    "wish_ticks",
    "continuity_ticks",
    "anchor_ticks",
    "overlevel_ticks",
    "hundred_yuan_ticks",
)

Level = Literal["service", "travel", "experience"]
ORDERS = (
    ("service",),
    ("service", "travel"),
    ("service", "experience"),
    ("service", "travel", "experience"),
)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ordered objective levels: each is fixed (to its tolerance) before the next is improved.

    service: sum of `priority` of the served tasks, deliveries and seats, maximised.
    travel: ticks of travel from the start place through all stops back to the end place, plus
    `fallback_penalty_ticks` for every visit, trip and start of a gathering by a fallback provider, minimised.
    experience: travel as above, plus the price of lateness, and for each visit (one worker at one task) `wish_ticks` for
    every wish that this worker does not meet, `continuity_ticks` if others are known there, `anchor_ticks` outside the
    worker's anchors, `overlevel_ticks` for each level above what a skill needs, `hundred_yuan_ticks` for every 100 yuan
    (10,000 fen, rounded down); for each session the ticks of the ways of its participants, `continuity_ticks` for each of
    its people if others are known, `hundred_yuan_ticks` for every 100 yuan of its venue; minimised.
    `tolerances`: parts per million by which each level may be given up for the later ones; empty: none.
    """

    version: str = "1"
    levels: tuple[Level, ...] = ("service", "travel")
    fallback_penalty_ticks: int = 60
    tolerances: tuple[int, ...] = ()
    wish_ticks: int = 15
    continuity_ticks: int = 10
    anchor_ticks: int = 5
    overlevel_ticks: int = 1
    hundred_yuan_ticks: int = 0

    def __post_init__(self) -> None:
        if self.levels not in ORDERS:
            allowed = "; ".join(", ".join(order) for order in ORDERS)
            raise ProblemError("levels", f"Expected one of these orders: {allowed}")
        if self.tolerances and len(self.tolerances) != len(self.levels):
            raise ProblemError("tolerances", "Expected one tolerance for each level")
        if any(not 0 <= tolerance <= MILLION for tolerance in self.tolerances):
            raise ProblemError("tolerances", "Expected parts per million from 0 to 1000000")
        for name in PRICES:
            if not 0 <= getattr(self, name) <= MILLION:
                raise ProblemError(name, "Expected ticks from 0 to 1000000")


def decode_policy(data: bytes) -> Policy:
    """Read a policy document; any refusal is a `ProblemError` with a path."""
    return codec.decode_struct(data, Policy)


def encode_policy(policy: Policy) -> bytes:
    """Canonical bytes."""
    return codec.encode_struct(policy)


def policy_hash(policy: Policy) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return codec.sha256(encode_policy(policy))
