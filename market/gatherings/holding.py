"""The course of a gathering: open for enrolment, held, closed, or cancelled."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, IllegalTransition
from catalog.kernel.time import Clock
from catalog.providers.models import Worker
from market.actor import SYSTEM, Actor
from market.events import Event, record
from market.gatherings.access import demand_leader, demand_staff, load_enrolment, load_gathering
from market.gatherings.models import Enrolment, Gathering, GatheringStaff
from market.gatherings.seats import LIVE, OPEN_SEATS, enrolment_step, free_seat, release_need, tell_both
from market.needs.access import load_need
from market.needs.closing import close_need
from market.needs.talking import some_words
from market.notices.service import tell_all
from market.states import STEPS, EnrolmentState, NeedState, Outcome, SessionState, move

E, G = EnrolmentState, SessionState


async def open_enrolment(session: WriteSession, clock: Clock, actor: Actor, gathering_id: UUID) -> Gathering:
    """Staff: people may ask for seats now. Twice is once."""
    gathering = await load_gathering(session, gathering_id)
    await demand_staff(session, actor, gathering)
    if gathering.state != G.ENROLLING:
        await gathering_step(session, clock, gathering, G.ENROLLING, actor_id=actor.person_id)
    return gathering


async def note_held(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    gathering_id: UUID,
    absent: Collection[UUID] = (),
) -> Gathering:
    """Who runs it, or staff: it has been held; `absent` are the enrolments of those who did not come. Twice is once.

    A need that a seat has served closes; whoever did not come is looked for again.

    Raises:
        Conflict: its last date has not begun.
    """
    gathering = await load_gathering(session, gathering_id)
    await demand_leader(session, actor, gathering)
    if gathering.state == G.HELD:
        return gathering
    begun = gathering.last_at is not None and gathering.last_at <= clock.now()
    if gathering.state == G.CONFIRMED and not begun:
        raise Conflict("{title} has not taken place yet", title=gathering.title)
    await gathering_step(session, clock, gathering, G.HELD, actor_id=actor.person_id)
    for enrolment in await enrolments_in(session, gathering_id, LIVE):
        await _settle(session, clock, enrolment, absent)
    return gathering


async def _settle(
    session: WriteSession, clock: Clock, enrolment: Enrolment, absent: Collection[UUID]
) -> None:
    if enrolment.state != E.SEATED:
        await enrolment_step(session, clock, enrolment, E.WITHDRAWN, position=None, promoted_until=None)
        return
    came = enrolment.id not in absent
    await enrolment_step(session, clock, enrolment, E.ATTENDED if came else E.ABSENT)
    if enrolment.need_id is None:
        return
    if not came:
        await release_need(session, clock, enrolment.need_id, "absent")
    elif (await load_need(session, enrolment.need_id)).state != NeedState.CLOSED:
        await close_need(session, clock, SYSTEM, enrolment.need_id, Outcome.SERVED)


async def close_gathering(session: WriteSession, clock: Clock, actor: Actor, gathering_id: UUID) -> Gathering:
    """Staff: nothing is left to do about it. Twice is once."""
    gathering = await load_gathering(session, gathering_id)
    await demand_staff(session, actor, gathering)
    if gathering.state != G.CLOSED:
        await gathering_step(session, clock, gathering, G.CLOSED, actor_id=actor.person_id)
    return gathering


async def cancel_gathering(
    session: WriteSession, clock: Clock, actor: Actor, gathering_id: UUID, reason: str
) -> Gathering:
    """Staff: it does not take place; everybody is told, needs are looked for again. Twice is once."""
    gathering = await load_gathering(session, gathering_id)
    await demand_staff(session, actor, gathering)
    if gathering.state == G.CANCELLED:
        return gathering
    why = some_words(reason, "reason")
    await gathering_step(session, clock, gathering, G.CANCELLED, actor_id=actor.person_id, reason=why)
    for enrolment in await enrolments_in(session, gathering_id, LIVE):
        held = enrolment.state in OPEN_SEATS
        await enrolment_step(session, clock, enrolment, E.WITHDRAWN, position=None, promoted_until=None)
        if held and enrolment.need_id is not None:
            await release_need(session, clock, enrolment.need_id, "gathering_cancelled")
        await tell_both(session, clock, enrolment, "gathering.cancelled", title=gathering.title, reason=why)
    staff = await people_running(session, gathering_id)
    await tell_all(session, clock, staff, "gathering.cancelled", title=gathering.title, reason=why)
    return gathering


async def gathering_step(
    session: WriteSession,
    clock: Clock,
    gathering: Gathering,
    to: SessionState,
    *,
    actor_id: UUID | None = None,
    **values: Any,
) -> None:
    """Move a gathering and record the event `gathering.<state>`."""
    if to not in STEPS[SessionState][gathering.state]:
        allowed = [step.value for step in STEPS[SessionState][gathering.state]]
        raise IllegalTransition("gathering", gathering.state.value, to.value, allowed)
    await move(session, Gathering, gathering.id, to, **values)
    record(session, clock, f"gathering.{to.value}", gathering.id, actor_id=actor_id)


async def enrolments_in(
    session: WriteSession, gathering_id: UUID, states: Collection[EnrolmentState]
) -> Sequence[Enrolment]:
    """Return the enrolments of a gathering in some states, those who asked first first."""
    statement = (
        select(Enrolment)
        .where(Enrolment.gathering_id == gathering_id, Enrolment.state.in_(states))
        .order_by(Enrolment.created_at, Enrolment.id)
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalars().all()


async def people_running(session: WriteSession, gathering_id: UUID) -> list[UUID]:
    """Return the people behind the workers who run a gathering."""
    statement = (
        select(Worker.person_id)
        .join(GatheringStaff, GatheringStaff.worker_id == Worker.id)
        .where(GatheringStaff.gathering_id == gathering_id)
        .order_by(GatheringStaff.role, Worker.id)
    )
    return list((await session.execute(statement)).scalars())


async def need_closed(session: WriteSession, event: Event, clock: Clock) -> None:
    """A need has ended in another way: its place in a gathering is free for the next one."""
    statement = select(Enrolment.id).where(Enrolment.need_id == event.subject_id, Enrolment.state.in_(LIVE))
    for enrolment_id in (await session.execute(statement.order_by(Enrolment.id))).scalars().all():
        enrolment, gathering = await load_enrolment(session, enrolment_id)
        if enrolment.state in LIVE:
            await free_seat(session, clock, enrolment, gathering)
