"""What follows events and timers here."""

from collections.abc import Mapping

from market.outbox import Reaction, TimerAction
from market.reviews.service import reveal_reviews

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {}
TIMERS: Mapping[str, TimerAction] = {"review.reveal": reveal_reviews}
