"""Seats and the waiting list of a confirmed gathering: who is next, by when to say yes, and what a need becomes."""

from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.venues.models import Venue
from market.events import record, set_timer
from market.gatherings.models import Enrolment, Gathering, GatheringStaff
from market.needs.access import load_need
from market.needs.looking import back_to_looking, mark_arranged, mark_offered
from market.notices.service import tell_all
from market.states import EnrolmentState, NeedState, SessionState, move

E = EnrolmentState
PROMISED = timedelta(hours=24)
ANSWER_BEFORE = timedelta(hours=2)
OPEN_SEATS = (E.SEATED, E.PROMOTED)
LIVE = (E.REQUESTED, E.WAITING, E.PROMOTED, E.SEATED)


async def enrolment_step(
    session: WriteSession,
    clock: Clock,
    enrolment: Enrolment,
    to: EnrolmentState,
    *,
    actor_id: UUID | None = None,
    **values: Any,
) -> None:
    """Move an enrolment and record the event `enrolment.<state>`."""
    await move(session, Enrolment, enrolment.id, to, **values)
    facts = {"gathering_id": str(enrolment.gathering_id)}
    record(session, clock, f"enrolment.{to.value}", enrolment.id, actor_id=actor_id, **facts)


async def seat(
    session: WriteSession, clock: Clock, enrolment: Enrolment, gathering: Gathering, room: Venue
) -> None:
    """Somebody has a seat; both people are told, the need that it serves is arranged, other choices end."""
    before = enrolment.state
    await enrolment_step(
        session, clock, enrolment, E.SEATED, position=None, promoted_until=None, last_causes=[]
    )
    await _arrange_need(session, clock, enrolment)
    await _end_choices(session, clock, enrolment)
    if before != E.PROMOTED:
        await tell_both(
            session,
            clock,
            enrolment,
            "enrolment.seated",
            title=gathering.title,
            venue=room.name_zh,
            start_at=gathering.first_at,
        )


async def _arrange_need(session: WriteSession, clock: Clock, enrolment: Enrolment) -> None:
    if enrolment.need_id is None:
        return
    need = await load_need(session, enrolment.need_id)
    if need.state == NeedState.LOOKING:
        await mark_offered(session, clock, need.id, enrolment.round_id)
        await mark_arranged(session, clock, need)


async def _end_choices(session: WriteSession, clock: Clock, enrolment: Enrolment) -> None:
    """Of all enrolments that share a choice one is enough."""
    if enrolment.choice is None:
        return
    others = select(Enrolment).where(
        Enrolment.choice == enrolment.choice,
        Enrolment.id != enrolment.id,
        Enrolment.state.in_((E.REQUESTED, E.WAITING)),
    )
    for other in (await session.execute(others.order_by(Enrolment.id))).scalars():
        place = other.position
        await enrolment_step(session, clock, other, E.WITHDRAWN, position=None)
        await close_gap(session, other.gathering_id, place)


async def wait(
    session: WriteSession, clock: Clock, enrolment: Enrolment, gathering: Gathering, position: int
) -> None:
    """Somebody is next but so many; both people are told."""
    await enrolment_step(session, clock, enrolment, E.WAITING, position=position)
    await tell_both(session, clock, enrolment, "enrolment.waiting", title=gathering.title, position=position)


async def close_gap(session: WriteSession, gathering_id: UUID, position: int | None) -> None:
    """Who waits behind a place that is free moves up."""
    if position is not None:
        await session.execute(
            update(Enrolment)
            .where(
                Enrolment.gathering_id == gathering_id,
                Enrolment.state == E.WAITING,
                Enrolment.position > position,
            )
            .values(position=Enrolment.position - 1)
            .execution_options(synchronize_session=False)
        )


async def promote_next(session: WriteSession, clock: Clock, gathering: Gathering) -> Enrolment | None:
    """Offer a seat that has become free to the first who waits; None if nobody does, or it is too late."""
    if gathering.state != SessionState.CONFIRMED or gathering.first_at is None:
        return None
    until = min(clock.now() + PROMISED, gathering.first_at - ANSWER_BEFORE)
    if until <= clock.now() or not await seats_left(session, gathering):
        return None
    first = (
        select(Enrolment)
        .where(Enrolment.gathering_id == gathering.id, Enrolment.state == E.WAITING)
        .order_by(Enrolment.position, Enrolment.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    enrolment = (await session.execute(first)).scalar_one_or_none()
    if enrolment is None:
        return None
    place = enrolment.position
    await enrolment_step(session, clock, enrolment, E.PROMOTED, position=None, promoted_until=until)
    await close_gap(session, gathering.id, place)
    set_timer(session, "enrolment.promotion_over", enrolment.id, until)
    await tell_both(session, clock, enrolment, "enrolment.promoted", title=gathering.title, deadline_at=until)
    return enrolment


async def seats_left(session: WriteSession, gathering: Gathering) -> int:
    """Return how many seats a confirmed gathering still has: by its limit, its room, and those who run it."""
    taken = select(func.count()).where(
        Enrolment.gathering_id == gathering.id, Enrolment.state.in_(OPEN_SEATS)
    )
    room = await session.get_one(Venue, gathering.venue_id)
    staff = await _staff(session, gathering)
    most: int = min(gathering.max_seats, room.capacity, _room_for(gathering, staff))
    left: int = most - (await session.execute(taken)).scalar_one()
    return left


async def _staff(session: WriteSession, gathering: Gathering) -> dict[int, int]:
    statement = select(GatheringStaff.role, func.count()).where(GatheringStaff.gathering_id == gathering.id)
    rows = await session.execute(statement.group_by(GatheringStaff.role))
    return {row[0]: row[1] for row in rows}


def _room_for(gathering: Gathering, staff: dict[int, int]) -> int:
    """Return for how many participants those are enough who run it."""
    limits: list[int] = [
        staff.get(number, 0) * role["per_seats"]
        for number, role in enumerate(gathering.roles)
        if role.get("per_seats")
    ]
    return min([gathering.max_seats, *limits])


def people_needed(role: dict[str, Any], seated: int) -> int:
    """Return how many people a role needs for so many participants."""
    ratio = role.get("per_seats")
    return max(int(role["count"]), ceil(seated / ratio) if ratio else 0)


async def free_seat(session: WriteSession, clock: Clock, enrolment: Enrolment, gathering: Gathering) -> None:
    """A seat or a place on the list is no longer wanted: its need is looked for again, the next one is asked."""
    before, place = enrolment.state, enrolment.position
    await enrolment_step(session, clock, enrolment, E.WITHDRAWN, position=None, promoted_until=None)
    await close_gap(session, gathering.id, place if before == E.WAITING else None)
    if before in OPEN_SEATS:
        if enrolment.need_id is not None:
            await release_need(session, clock, enrolment.need_id, "seat_given_back")
        await promote_next(session, clock, gathering)


async def release_need(session: WriteSession, clock: Clock, need_id: UUID, reason: str) -> None:
    """A need that a seat would have served is looked for again."""
    need = await load_need(session, need_id)
    if need.state in {NeedState.OFFERED, NeedState.ARRANGED}:
        await back_to_looking(session, clock, need_id, reason)


async def tell_both(
    session: WriteSession, clock: Clock, enrolment: Enrolment, template: str, **params: Any
) -> None:
    """Say something to participant and requester, each once."""
    people = (enrolment.person_id, enrolment.requester_id)
    await tell_all(session, clock, people, template, enrolment.need_id, **params)
