"""Transaction 2: a checked plan becomes offers, once; needs that changed meanwhile are left alone."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from market.actor import Actor
from market.causes import Causes
from market.events import record
from market.needs import service as needs_service
from market.needs.models import Need
from market.offers import service as offers_service
from market.offers.commands import NewOffer
from market.rounds.busy import Seats, load_seats, lock_needs, lock_workers
from market.rounds.convening import Hall, leaders
from market.rounds.delivering import Kitchen, carriers
from market.rounds.digest import Digest, digest
from market.rounds.models import Round, RoundNeed
from market.rounds.starting import demand_officer, round_of
from market.rounds.summary import Result, summarise
from market.states import NeedState, RoundState, move
from matching.plan import Assignment

TAKEN_MEANWHILE: Causes = [{"cause": "busy", "count": 1}]
TOO_LATE: Causes = [{"cause": "start_in_window", "count": 1}]


async def publish_round(session: WriteSession, clock: Clock, actor: Actor, round_id: UUID) -> Round:
    """Send the offers of a checked round and tell the unserved why.

    Raises:
        Forbidden: the actor is no officer of the territory.
        IllegalTransition: the round is not checked, or has been published already.
    """
    held = await round_of(session, round_id)
    await demand_officer(session, actor, held.territory_id)
    await move(session, Round, round_id, RoundState.PUBLISHED, published_at=clock.now())
    plan = await asyncio.to_thread(digest, held)
    results, more = await _decide(session, clock, held, plan)
    await _send(session, clock, held, results)
    await _note(session, held.id, results)
    held.summary = {**await summarise(session, held, plan, results), **more}
    counts = {key: held.summary[key] for key in ("asked", "served", "unserved", "changed")}
    record(session, clock, "round.published", round_id, actor_id=actor.person_id, **counts)
    await session.flush()
    return held


async def _decide(
    session: WriteSession, clock: Clock, held: Round, plan: Digest
) -> tuple[list[Result], dict[str, Any]]:
    """Return what becomes of each need, after gatherings and meals of the plan have been written."""
    noted = await _round_needs(session, held.id)
    needs = await lock_needs(session, list(noted))
    asked = {UUID(w) for need in needs for w in _team(plan, need)} | carriers(plan) | leaders(plan)
    active = await lock_workers(session, sorted(asked))
    days = (plan.calendar.start, plan.calendar.end)
    seats = await load_seats(session, list(needs), sorted(asked), days)
    hall = Hall(session, clock, held, plan, seats, active)
    kitchen = Kitchen(session, clock, held, plan, seats, active)
    more = {**await hall.publish(), **await kitchen.publish()}
    judge = _Judge(clock.now(), held, plan, active, seats, hall.seated_needs, hall.left)
    return [judge.result(need, noted[need.id]) for need in needs.values()], more


async def _round_needs(session: WriteSession, round_id: UUID) -> dict[UUID, Causes]:
    statement = select(RoundNeed.need_id, RoundNeed.causes).where(RoundNeed.round_id == round_id)
    return {row.need_id: row.causes for row in await session.execute(statement)}


def _team(plan: Digest, need_id: UUID) -> tuple[str, ...]:
    planned = plan.teams.get(need_id)
    return planned.workers if planned else ()


class _Judge:
    """Decides what becomes of each need, given how the world is now."""

    def __init__(
        self,
        now: datetime,
        held: Round,
        plan: Digest,
        active: set[UUID],
        seats: Seats,
        seated: Collection[UUID] = (),
        without_seat: Mapping[UUID, Causes] | None = None,
    ) -> None:
        self.seated, self.without_seat = seated, without_seat or {}
        self.now, self.held, self.plan, self.active, self.seats = now, held, plan, active, seats
        self.left_out: Mapping[str, int] = held.summary.get("left_out", {})
        again = held.only_need_id is not None
        self.open = {NeedState.LOOKING, NeedState.OFFERED} if again else {NeedState.LOOKING}

    def result(self, need: Need, noted: Causes) -> Result:
        if need.id in self.seated:
            return Result(need, seated=True)
        pinned = self.plan.pinned.get(need.id, set())
        if need.state not in self.open or set(self.seats.of_need[need.id]) != pinned:
            return Result(need)
        planned = self.plan.teams.get(need.id)
        if planned is None:
            if str(need.id) not in self.plan.problem.task_by_id:
                noted = self.without_seat.get(need.id, noted)
            return Result(need, causes=noted or self.plan.causes(need.id, self.left_out))
        return self._planned(need, planned, [w for w in planned.workers if w not in pinned])

    def _planned(self, need: Need, planned: Assignment, missing: Sequence[str]) -> Result:
        start = self.plan.calendar.at(planned.start)
        end = start + timedelta(minutes=need.duration_minutes)
        if start <= self.now:
            return Result(need, causes=TOO_LATE)
        if not all(self._still_free(need, UUID(worker), start, end) for worker in missing):
            return Result(need, causes=TAKEN_MEANWHILE)
        for worker in missing:
            self.seats.take(UUID(worker), start, end)
        return Result(need, self._offers(need, missing, start, end))

    def _still_free(self, need: Need, worker: UUID, start: datetime, end: datetime) -> bool:
        willing = worker in self.active and str(worker) not in need.refused_workers
        return willing and self.seats.free(worker, start, end)

    def _offers(
        self, need: Need, missing: Sequence[str], start: datetime, end: datetime
    ) -> tuple[NewOffer, ...]:
        taken = set(self.seats.of_need[need.id].values())
        free = [seat for seat in range(need.headcount) if seat not in taken]
        return tuple(
            self._offer(need, worker, seat, start, end) for worker, seat in zip(missing, free, strict=True)
        )

    def _offer(self, need: Need, worker: str, seat: int, start: datetime, end: datetime) -> NewOffer:
        stop, estimated = self.plan.legs[str(need.id), worker]
        return NewOffer(
            id=derived_id("offer", self.held.id, need.id, seat),
            round_id=self.held.id,
            need_id=need.id,
            worker_id=UUID(worker),
            provider_id=UUID(self.plan.problem.worker_by_id[worker].provider),
            seat=seat,
            start_at=start,
            end_at=end,
            travel_minutes=stop.travel_ticks,
            travel_metres=stop.travel_metres,
            estimated=estimated,
            reasons=self.plan.reasons(need, worker),
        )


async def _send(session: WriteSession, clock: Clock, held: Round, results: Sequence[Result]) -> None:
    await offers_service.send_offers(session, clock, [offer for r in results for offer in r.offers])
    for result in results:
        if result.offers and result.need.state == NeedState.LOOKING:
            await needs_service.mark_offered(session, clock, result.need.id, held.id)
        if result.causes is not None:
            await _leave_open(session, clock, held, result.need, result.causes)


async def _leave_open(session: WriteSession, clock: Clock, held: Round, need: Need, causes: Causes) -> None:
    """Nobody fits: who had agreed to come with the missing person is let go, the next round looks again."""
    if need.state == NeedState.OFFERED:
        await offers_service.withdraw_offers(session, clock, need.id)
        await needs_service.back_to_looking(session, clock, need.id, "nobody_fits")
    await needs_service.note_unserved(session, clock, need.id, held.id, causes)


async def _note(session: WriteSession, round_id: UUID, results: Sequence[Result]) -> None:
    rows = [
        {"round_id": round_id, "need_id": r.need.id, "planned": r.planned, "causes": r.causes or []}
        for r in results
    ]
    if rows:
        await session.execute(update(RoundNeed), rows)
