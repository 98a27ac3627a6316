"""What follows events and timers here."""

from collections.abc import Mapping

from market.gatherings.enrolling import promotion_over
from market.gatherings.holding import need_closed
from market.outbox import Reaction, TimerAction

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {"need.closed": (need_closed,)}
TIMERS: Mapping[str, TimerAction] = {"enrolment.promotion_over": promotion_over}
