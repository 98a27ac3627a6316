"""What follows events and timers here."""

from collections.abc import Mapping

from market.outbox import Reaction, TimerAction

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {}
TIMERS: Mapping[str, TimerAction] = {}
