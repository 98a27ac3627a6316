"""What follows events and timers here."""

from collections.abc import Mapping

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.events import Event
from market.needs.closing import close_unconfirmed
from market.needs.looking import start_looking
from market.needs.promises import contact_due, result_due
from market.needs.talking import ask_for_new_times
from market.outbox import Reaction, TimerAction


async def look_for_somebody(session: WriteSession, event: Event, clock: Clock) -> None:
    """A need has come in: give it to an officer and let it be matched."""
    await start_looking(session, clock, event.subject_id)


REACTIONS: Mapping[str, tuple[Reaction, ...]] = {"need.opened": (look_for_somebody,)}
TIMERS: Mapping[str, TimerAction] = {
    "need.contact_due": contact_due,
    "need.result_due": result_due,
    "need.times_over": ask_for_new_times,
    "need.auto_close": close_unconfirmed,
}
