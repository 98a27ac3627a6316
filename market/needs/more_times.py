"""More times for a request that still waits: what helps most often, and what its people can do themselves."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.services.models import Service
from market.actor import Actor
from market.events import record
from market.needs.access import demand_side, load_need
from market.needs.checks import check_windows, lead_hours
from market.needs.commands import MAX_WINDOWS, Window
from market.needs.looking import refuse_unless
from market.needs.models import Need, NeedWindow
from market.needs.times import add_windows, windows_of
from market.states import NeedState

WAITING = (NeedState.RECEIVED, NeedState.LOOKING)


async def add_times(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, windows: Sequence[Window]
) -> Need:
    """Resident's side or staff: a request that is still looked for may also be served at these times.

    Raises:
        Forbidden: the actor is neither.
        IllegalTransition: it is not looked for.
        Invalid: none, too many, over, too soon or too short.
    """
    need = await load_need(session, need_id)
    await demand_side(session, actor, need)
    refuse_unless(need, NeedState.LOOKING, *WAITING)
    if not windows:
        raise Invalid("Please choose at least one time", field="windows")
    service = await session.get_one(Service, need.service_code)
    given = joined(windows)
    check_windows(
        given, clock.now(), minutes=need.duration_minutes, lead_hours=lead_hours(service, need.urgency)
    )
    left = [window for window in await windows_of(session, need_id) if window.ends_at > clock.now()]
    await _put(session, need_id, joined([*left, *given]))
    record(session, clock, "need.times_added", need_id, actor_id=actor.person_id, windows=len(given))
    return need


def joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return windows in order; those that overlap or touch are one: a visit may last over noon."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda w: (w.starts_at, w.ends_at)):
        if found and window.starts_at <= found[-1].ends_at:
            last = found.pop()
            found.append(Window(starts_at=last.starts_at, ends_at=max(last.ends_at, window.ends_at)))
        else:
            found.append(window)
    return tuple(found)


async def _put(session: WriteSession, need_id: UUID, windows: Sequence[Window]) -> None:
    if len(windows) > MAX_WINDOWS:
        raise Invalid("Please choose {most} times at most", field="windows", most=MAX_WINDOWS)
    await session.execute(delete(NeedWindow).where(NeedWindow.need_id == need_id))
    add_windows(session, need_id, windows)
