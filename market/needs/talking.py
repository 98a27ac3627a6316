"""Questions to the resident, and other lanes."""

from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.services.models import Lane, Service
from market.actor import Actor
from market.events import record
from market.needs.access import both_sides, demand_side, demand_staff, load_need
from market.needs.commands import Window
from market.needs.looking import refuse_unless, start_looking, take_step
from market.needs.models import Need
from market.needs.times import replace_windows, times_are_over
from market.notices.service import tell_all
from market.states import NeedState

LONGEST = 400


async def ask_resident(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, question: str
) -> Need:
    """Staff: received or looking -> waiting for the resident, with a message that carries the question."""
    need = await load_need(session, need_id)
    await demand_staff(session, actor, need)
    asked = some_words(question, "question")
    await take_step(session, clock, need, NeedState.WAITING_RESIDENT, actor_id=actor.person_id, reason=asked)
    await tell_all(session, clock, both_sides(need), "need.question", need.id, code=need.code, question=asked)
    return need


async def ask_for_new_times(session: WriteSession, need_id: UUID, clock: Clock) -> None:
    """Timer: nobody was found before the last time was over, so the person is asked for others."""
    need = await load_need(session, need_id)
    waiting = need.state in {NeedState.RECEIVED, NeedState.LOOKING}
    if not waiting or not await times_are_over(session, clock, need_id):
        return
    await take_step(session, clock, need, NeedState.WAITING_RESIDENT, reason="times are over")
    await tell_all(session, clock, both_sides(need), "need.new_times", need.id, code=need.code)


async def answer_question(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    answer: str,
    windows: tuple[Window, ...] = (),
) -> Need:
    """Resident's side or staff: waiting for the resident -> looking; `windows`, if given, replace the old ones."""
    need = await load_need(session, need_id)
    await demand_side(session, actor, need)
    refuse_unless(need, NeedState.LOOKING, NeedState.WAITING_RESIDENT)
    if windows:
        await replace_windows(session, clock, need, windows)
    elif await times_are_over(session, clock, need_id):
        raise Invalid("The times have passed; please give new ones", field="windows")
    said = some_words(answer, "answer") if answer.strip() or not windows else ""
    record(session, clock, "need.answered", need.id, actor_id=actor.person_id, answer=said)
    await take_step(session, clock, need, NeedState.RECEIVED)
    await start_looking(session, clock, need.id)
    return need


async def hand_over(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, lane: Lane, reason: str
) -> Need:
    """Staff: move it to another lane; the resident is told why."""
    need = await load_need(session, need_id)
    await demand_staff(session, actor, need)
    why = some_words(reason, "reason")
    service = await session.get_one(Service, need.service_code)
    if lane == Lane.SERVICE and service.lane != Lane.SERVICE:
        raise Invalid(
            "This belongs to the lane {lane}, not to {given}",
            field="lane",
            lane=service.lane.value,
            given=lane.value,
        )
    await tell_all(session, clock, both_sides(need), "need.handed_over", need.id, code=need.code, reason=why)
    await _to_lane(session, clock, need, lane, why)
    return need


async def _to_lane(session: WriteSession, clock: Clock, need: Need, lane: Lane, why: str) -> None:
    if lane == Lane.SERVICE:
        await take_step(session, clock, need, NeedState.RECEIVED, reason=why, lane=lane)
        await start_looking(session, clock, need.id)
    elif need.state == NeedState.HANDED_OVER:
        need.lane = lane
        record(session, clock, "need.handed_over", need.id, lane=lane.value, reason=why)
    else:
        await take_step(session, clock, need, NeedState.HANDED_OVER, reason=why, lane=lane)


def some_words(text: str, field: str) -> str:
    """Return text without its edges; refuse none and too much."""
    words = text.strip()
    if not words:
        raise Invalid("Please say it in a few words", field=field)
    if len(words) > LONGEST:
        raise Invalid("Please say it in at most {most} letters", field=field, most=LONGEST)
    return words
