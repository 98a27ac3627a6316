"""From received to arranged and done, and back: the steps that rounds, offers and jobs cause."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import IllegalTransition
from catalog.kernel.time import Clock
from catalog.people.models import Role, RoleGrant
from catalog.services.models import Lane
from catalog.territory.models import Territory
from market.causes import deciding
from market.events import record, set_timer
from market.needs.access import both_sides, load_need, path_of
from market.needs.ground import above
from market.needs.models import Need
from market.needs.times import times_are_over
from market.notices.service import tell_all
from market.states import STEPS, NeedState, move

PROMISED = frozenset({NeedState.ARRANGED, NeedState.UNDER_WAY, NeedState.TO_CONFIRM})


async def start_looking(session: WriteSession, clock: Clock, need_id: UUID) -> None:
    """Give a received need to an officer and let it be matched, or hand it over if it is in another lane."""
    need = await load_need(session, need_id)
    if need.state != NeedState.RECEIVED:
        return  # withdrawn or asked about meanwhile
    officer = need.responsible_id or await _least_busy_officer(session, await path_of(session, need))
    if need.lane == Lane.SERVICE:
        await take_step(session, clock, need, NeedState.LOOKING, responsible_id=officer)
        return
    await take_step(session, clock, need, NeedState.HANDED_OVER, responsible_id=officer)
    await tell_all(
        session,
        clock,
        both_sides(need),
        f"need.handed_over.{need.lane.value}",
        need.id,
        code=need.code,
    )


async def mark_offered(
    session: WriteSession, clock: Clock, need_id: UUID, round_id: UUID | None = None
) -> None:
    """Somebody has been asked: looking -> offered; nothing to do when it already is."""
    need = await load_need(session, need_id)
    if need.state == NeedState.OFFERED:
        return
    values: dict[str, Any] = {"last_round_id": round_id} if round_id else {}
    await take_step(session, clock, need, NeedState.OFFERED, last_causes=[], **values)


async def mark_arranged(session: WriteSession, clock: Clock, need: Need) -> None:
    """Everybody has accepted: offered -> arranged."""
    await take_step(session, clock, need, NeedState.ARRANGED)


async def mark_under_way(session: WriteSession, clock: Clock, need: Need) -> None:
    """Somebody is at the door: arranged -> under way."""
    if need.state != NeedState.UNDER_WAY:
        await take_step(session, clock, need, NeedState.UNDER_WAY)


async def mark_to_confirm(session: WriteSession, clock: Clock, need: Need) -> None:
    """The work is finished: under way -> to confirm."""
    if need.state != NeedState.TO_CONFIRM:
        await take_step(session, clock, need, NeedState.TO_CONFIRM)


async def back_to_looking(session: WriteSession, clock: Clock, need_id: UUID, reason: str) -> None:
    """Look again; the resident is told if an appointment had been promised. Nothing to do when already looking."""
    need = await load_need(session, need_id)
    if need.state == NeedState.LOOKING:
        return
    promised = need.state in PROMISED
    await take_step(session, clock, need, NeedState.LOOKING, reason=reason)
    if promised:
        await tell_all(session, clock, both_sides(need), "need.looking_again", need.id, **named(need))
    if await times_are_over(session, clock, need_id):
        set_timer(session, "need.times_over", need_id, clock.now())


async def note_unserved(
    session: WriteSession, clock: Clock, need_id: UUID, round_id: UUID, causes: list[dict[str, Any]]
) -> None:
    """A round could not place it: `causes` are [{"cause": code, "count": n}].

    The person is told when the main cause is new. The same round twice is once.
    """
    need = await load_need(session, need_id)
    if need.last_round_id == round_id and need.last_causes:
        return
    before, now = deciding(need.last_causes) if need.rounds_missed else None, deciding(causes)
    need.rounds_missed += 1
    need.last_causes = causes
    need.last_round_id = round_id
    record(session, clock, "need.unserved", need.id, round_id=str(round_id), cause=now)
    if now != before and need.state == NeedState.LOOKING:
        await tell_all(session, clock, both_sides(need), "need.unserved", need.id, cause=now, **named(need))


async def take_step(
    session: WriteSession,
    clock: Clock,
    need: Need,
    to: NeedState,
    *,
    actor_id: UUID | None = None,
    reason: str | None = None,
    **values: Any,
) -> None:
    """Move a need and record the event `need.<state>`."""
    before = need.state
    await move(session, Need, need.id, to, **values)
    facts: dict[str, Any] = {"from": before.value} | ({"reason": reason} if reason else {})
    record(session, clock, f"need.{to.value}", need.id, actor_id=actor_id, **facts)


def refuse_unless(need: Need, wanted: NeedState, *states: NeedState) -> None:
    """Refuse a step that the state table may allow, but not to this person."""
    if need.state not in states:
        allowed = [step.value for step in STEPS[NeedState][need.state]]
        raise IllegalTransition("need", need.state.value, wanted.value, allowed)


def named(need: Need) -> dict[str, str]:
    """Return what nearly every message about a need says."""
    return {"code": need.code, "service": need.service_code}


async def _least_busy_officer(session: WriteSession, path: str) -> UUID | None:
    open_needs = (
        select(func.count(Need.id))
        .where(Need.responsible_id == RoleGrant.person_id, Need.state != NeedState.CLOSED)
        .correlate(RoleGrant)
        .scalar_subquery()
    )
    statement = (
        select(RoleGrant.person_id)
        .join(Territory, Territory.id == RoleGrant.territory_id)
        .where(RoleGrant.role == Role.OFFICER, Territory.path.in_(above(path)))
        .order_by(func.length(Territory.path).desc(), open_needs, RoleGrant.person_id)
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()
