"""Fairs 便民市集: proposed with what they would change, accepted or rejected by an officer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, NotFound
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from catalog.services.models import Service
from catalog.territory.models import Territory
from catalog.territory.rows import get_row
from catalog.venues.models import Venue
from market.actor import STAFF, SYSTEM, Actor
from market.events import record
from market.gatherings.commands import ProposeGathering, RoleSkill, RoleWanted
from market.gatherings.holding import open_enrolment
from market.gatherings.models import Enrolment, Fair, Gathering
from market.gatherings.proposing import propose_gathering
from market.gatherings.seats import tell_both
from market.needs.access import load_need
from market.needs.models import Need
from market.needs.talking import some_words
from market.states import STEPS, EnrolmentState, FairState, NeedState, move

FAIR = "便民市集"


async def propose_fairs(session: WriteSession, clock: Clock, fairs: Sequence[Fair]) -> list[Fair]:
    """Keep proposals that are new; one that is there already, or was rejected, stays as it is."""
    known = select(Fair.id).where(Fair.id.in_([fair.id for fair in fairs]))
    there = set((await session.execute(known)).scalars())
    fresh = [fair for fair in fairs if fair.id not in there]
    session.add_all(fresh)
    await session.flush()
    for fair in fresh:
        record(session, clock, "fair.proposed", fair.id, people=len(fair.need_ids))
    return fresh


async def accept_fair(session: WriteSession, clock: Clock, actor: Actor, fair_id: UUID) -> Gathering:
    """Officer: the fair is to be held; its people's needs become enrolments, who cannot walk keeps the visit.

    Twice is once. A need that has been arranged otherwise meanwhile stays so.

    Raises:
        Conflict: too few of the needs still wait.
    """
    fair = await _load(session, actor, fair_id)
    if fair.state == FairState.ACCEPTED and fair.gathering_id is not None:
        return await get_row(session, Gathering, fair.gathering_id)
    _refuse_unless(fair, FairState.ACCEPTED)
    needs = [await load_need(session, UUID(need_id)) for need_id in fair.need_ids]
    waiting = [need for need in needs if need.state == NeedState.LOOKING]
    if len(waiting) < max(2, len(needs) // 2):
        raise Conflict("Most of these requests have been arranged otherwise")
    gathering = await _opened(session, clock, fair, len(waiting))
    for need in waiting:
        await _invite(session, clock, fair, gathering, need)
    values: dict[str, Any] = {"gathering_id": gathering.id, "decided_by_id": actor.person_id}
    await move(session, Fair, fair.id, FairState.ACCEPTED, decided_at=clock.now(), **values)
    facts = {"gathering_id": str(gathering.id), "people": len(waiting)}
    record(session, clock, "fair.accepted", fair.id, actor_id=actor.person_id, **facts)
    return gathering


async def reject_fair(session: WriteSession, clock: Clock, actor: Actor, fair_id: UUID, reason: str) -> Fair:
    """Officer: the visits stay. Twice is once."""
    fair = await _load(session, actor, fair_id)
    if fair.state == FairState.REJECTED:
        return fair
    _refuse_unless(fair, FairState.REJECTED)
    why = some_words(reason, "reason")
    values: dict[str, Any] = {"reason": why, "decided_by_id": actor.person_id}
    await move(session, Fair, fair.id, FairState.REJECTED, decided_at=clock.now(), **values)
    record(session, clock, "fair.rejected", fair.id, actor_id=actor.person_id, reason=why)
    return fair


async def _load(session: WriteSession, actor: Actor, fair_id: UUID) -> Fair:
    statement = (
        select(Fair, Territory.path)
        .join(Territory, Territory.id == Fair.community_id)
        .where(Fair.id == fair_id)
        .with_for_update(key_share=True, of=Fair)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such {thing}", thing="fair")
    if not actor.is_system:
        actor.demand(row[1], *STAFF)
    fair: Fair = row[0]
    return fair


def _refuse_unless(fair: Fair, to: FairState) -> None:
    if to not in STEPS[FairState][fair.state]:
        raise Conflict("This fair has been decided on already")


async def _opened(session: WriteSession, clock: Clock, fair: Fair, people: int) -> Gathering:
    """Open a gathering of the fair: so many helpers, each for a share of the people."""
    service = await session.get_one(Service, fair.service_code)
    room = await get_row(session, Venue, fair.venue_id)
    skills = tuple(RoleSkill(skill=s["skill"], level=s["level"]) for s in service.skills)
    share = -(-max(people, len(fair.need_ids)) // fair.staff)
    role = RoleWanted(per_seats=share, skills=skills, qualifications=tuple(service.qualifications))
    command = ProposeGathering(
        id=derived_id("fair gathering", fair.id),
        title=f"{FAIR}·{service.name_zh}·{room.name_zh}"[:120],
        service_code=service.code,
        community_id=fair.community_id,
        venue_ids=(fair.venue_id,),
        dates=((fair.start_at,),),
        duration_minutes=fair.duration_minutes,
        min_seats=max(1, people // 2),
        max_seats=max(people, len(fair.need_ids)),
        roles=(role,),
        consent=False,
    )
    made = await propose_gathering(session, clock, SYSTEM, command)
    return await open_enrolment(session, clock, SYSTEM, made.id)


async def _invite(session: WriteSession, clock: Clock, fair: Fair, gathering: Gathering, need: Need) -> None:
    room = await get_row(session, Venue, fair.venue_id)
    enrolment = await _asked(session, clock, gathering, need)
    await tell_both(
        session,
        clock,
        enrolment,
        "fair.invited",
        code=need.code,
        service=need.service_code,
        venue=room.name_zh,
        start_at=fair.start_at,
    )


async def _asked(session: WriteSession, clock: Clock, gathering: Gathering, need: Need) -> Enrolment:
    """Return the enrolment of a need; somebody with two such needs comes once."""
    statement = select(Enrolment).where(
        Enrolment.gathering_id == gathering.id, Enrolment.person_id == need.beneficiary_id
    )
    there = (await session.execute(statement)).scalar_one_or_none()
    if there is not None:
        return there
    enrolment = Enrolment(
        id=derived_id("fair enrolment", gathering.id, need.id),
        state=EnrolmentState.REQUESTED,
        gathering_id=gathering.id,
        person_id=need.beneficiary_id,
        requester_id=need.requester_id,
        need_id=need.id,
        proxy=need.consent,
        household_id=need.household_id,
        lat=need.lat,
        lon=need.lon,
        mode="walk",
        refused_workers=list(need.refused_workers),
        rounds_missed=0,
        last_causes=[],
        created_at=clock.now(),
    )
    session.add(enrolment)
    await session.flush()
    record(session, clock, "enrolment.requested", enrolment.id, need_id=str(need.id))
    return enrolment


__all__ = ["accept_fair", "propose_fairs", "reject_fair"]
