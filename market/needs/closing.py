"""The ends of a need. `_close` is the only way to closed: outcome and message first, then the step."""

from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Invalid, NotFound
from catalog.kernel.time import Clock
from catalog.services.models import Lane
from market.actor import SYSTEM, Actor
from market.events import record
from market.jobs.steps import call_off, complete, live_job
from market.needs.access import both_sides, demand_side, demand_staff, load_need
from market.needs.commands import Window
from market.needs.deadlines import CONFIRM, REOPEN
from market.needs.looking import named, refuse_unless, take_step
from market.needs.models import Need
from market.needs.talking import some_words
from market.needs.times import renew_windows, replace_windows
from market.notices.service import tell_all
from market.offers.withdrawing import end_offers, withdraw_offers
from market.states import LIVE_OFFERS, NeedState, OfferState, Outcome

N = NeedState
BEFORE_THE_DOOR = (N.RECEIVED, N.LOOKING, N.OFFERED, N.ARRANGED, N.WAITING_RESIDENT, N.HANDED_OVER)
SAYS_WHY = frozenset({Outcome.NOT_POSSIBLE, Outcome.TRANSFERRED})


async def close_need(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    outcome: Outcome,
    reason: str | None = None,
    *,
    duplicate_of_id: UUID | None = None,
) -> Need:
    """Staff: close with outcome and message; live offers and jobs end, their people are told.

    Raises:
        Invalid: no reason where one is owed, or a duplicate of nothing.
        IllegalTransition: it is closed already.
    """
    need = await load_need(session, need_id)
    await demand_staff(session, actor, need)
    if outcome in SAYS_WHY and not (reason or "").strip():
        raise Invalid("Please say it in a few words", field="reason")
    if (outcome == Outcome.DUPLICATE) != (duplicate_of_id is not None) or duplicate_of_id == need_id:
        raise Invalid("Say which request this is the same as", field="duplicate_of_id")
    if duplicate_of_id is not None:
        if await session.get(Need, duplicate_of_id) is None:  # not locked: two may be closed as each other's
            raise NotFound("There is no such {thing}", thing="need")
        need.duplicate_of_id = duplicate_of_id
    return await _close(session, clock, actor, need, outcome, reason)


async def withdraw_need(
    session: WriteSession, clock: Clock, actor: Actor, need_id: UUID, reason: str | None = None
) -> Need:
    """Requester, beneficiary or staff: close it as withdrawn, before anybody is at the door. Twice is once."""
    need = await load_need(session, need_id)
    await demand_side(session, actor, need)
    if need.outcome == Outcome.WITHDRAWN:
        return need
    refuse_unless(need, N.CLOSED, *BEFORE_THE_DOOR)
    return await _close(session, clock, actor, need, Outcome.WITHDRAWN, reason)


async def confirm_done(session: WriteSession, clock: Clock, actor: Actor, need_id: UUID) -> Need:
    """Requester, beneficiary or staff: it is done; job and need close, outcome served. Twice is once."""
    need = await load_need(session, need_id)
    await demand_side(session, actor, need)
    if need.outcome == Outcome.SERVED:
        return need
    refuse_unless(need, N.CLOSED, N.TO_CONFIRM)
    return await _close(session, clock, actor, need, Outcome.SERVED)


async def close_unconfirmed(session: WriteSession, need_id: UUID, clock: Clock) -> None:
    """Timer: nobody has confirmed for 7 days; closed as served, and the message says why."""
    need = await load_need(session, need_id)
    job = await live_job(session, need_id)
    if need.state != N.TO_CONFIRM or job is None or job.checked_out_at is None:
        return
    if job.checked_out_at + CONFIRM <= clock.now():
        await _close(session, clock, SYSTEM, need, Outcome.SERVED, template="need.closed.unconfirmed")


async def close_absent(session: WriteSession, clock: Clock, actor: Actor, need: Need) -> Need:
    """Nobody was at home; the job has been ended by its own service."""
    return await _close(session, clock, actor, need, Outcome.PERSON_ABSENT)


async def reopen_need(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need_id: UUID,
    reason: str | None = None,
    windows: tuple[Window, ...] = (),
) -> Need:
    """Resident's side or staff: not solved -> looking, while it is to be confirmed or within 7 days of closing.

    Times that have all passed move to the same hours from tomorrow, unless `windows` says other ones.
    """
    need = await load_need(session, need_id)
    await demand_side(session, actor, need)
    refuse_unless(need, N.LOOKING, N.CLOSED, N.TO_CONFIRM)
    if need.closed_at is not None and need.closed_at + REOPEN < clock.now():
        raise Conflict("The {days} days for reopening are over; please ask again", days=REOPEN.days)
    job = await live_job(session, need_id)
    if job is not None:
        await call_off(session, clock, need, job, reason or "")
    await end_offers(session, clock, need_id)
    if windows:
        await replace_windows(session, clock, need, windows)
    else:
        await renew_windows(session, clock, need)
    await _open_again(session, clock, actor, need, reason)
    return need


async def _open_again(
    session: WriteSession, clock: Clock, actor: Actor, need: Need, reason: str | None
) -> None:
    cleared = {"outcome": None, "outcome_reason": None, "closing_message_id": None, "closed_at": None}
    await take_step(session, clock, need, N.LOOKING, reason=reason, last_causes=[], **cleared)
    record(session, clock, "need.reopened", need.id, actor_id=actor.person_id, reason=reason)
    await tell_all(session, clock, both_sides(need), "need.reopened", need.id, code=need.code)
    if need.lane != Lane.SERVICE:
        await take_step(session, clock, need, N.HANDED_OVER)


async def _close(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    need: Need,
    outcome: Outcome,
    reason: str | None = None,
    *,
    template: str | None = None,
) -> Need:
    why = some_words(reason, "reason") if reason and reason.strip() else None
    refuse_unless(need, N.CLOSED, *(state for state in N if state != N.CLOSED))
    await _end_work(session, clock, need, outcome, why or "")
    said = await tell_all(
        session,
        clock,
        both_sides(need),
        template or f"need.closed.{outcome.value}",
        need.id,
        reason=why or "",
        days=CONFIRM.days,
        **named(need),
    )
    await session.flush()
    values = {"outcome": outcome, "outcome_reason": why, "closing_message_id": said[-1].id}
    who = actor.person_id
    await take_step(
        session, clock, need, N.CLOSED, actor_id=who, reason=outcome.value, closed_at=clock.now(), **values
    )
    return need


async def _end_work(session: WriteSession, clock: Clock, need: Need, outcome: Outcome, why: str) -> None:
    job = await live_job(session, need.id)
    if outcome == Outcome.SERVED and job is not None:
        await complete(session, clock, job)
        await end_offers(session, clock, need.id, OfferState.WITHDRAWN, LIVE_OFFERS)
        return
    if job is not None:
        await call_off(session, clock, need, job, why)
        await end_offers(session, clock, need.id, OfferState.WITHDRAWN, (OfferState.ACCEPTED,))
    await withdraw_offers(session, clock, need.id)
