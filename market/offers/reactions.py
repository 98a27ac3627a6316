"""What follows events and timers here. Next-best rounds after a decline are the rounds' own reaction."""

from collections.abc import Mapping

from market.offers.answering import expire_offer
from market.outbox import Reaction, TimerAction

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {}
TIMERS: Mapping[str, TimerAction] = {"offer.expires": expire_offer}
