"""What follows events and timers here."""

from collections.abc import Mapping

from market.jobs.reminding import alarm, remind, remind_to_confirm
from market.outbox import Reaction, TimerAction

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {}
TIMERS: Mapping[str, TimerAction] = {
    "job.remind": remind,
    "job.no_show": alarm,
    "job.confirm_reminder": remind_to_confirm,
}
