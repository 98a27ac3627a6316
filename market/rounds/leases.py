"""Who solves a round: a lease with a fencing token, so that a solver that was given up can no longer write."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, or_, select, update

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, IllegalTransition
from catalog.kernel.time import Clock
from market.events import record
from market.rounds.models import Round, RoundNeed
from market.rounds.starting import TRIES, round_of
from market.rounds.summary import kept
from market.rounds.ties import Ties
from market.states import RoundState, move
from matching.errors import PlanError
from matching.plan import decode_plan
from matching.policy import decode_policy, policy_hash
from matching.problem import decode_problem
from matching.rules import check


class Lease(msgspec.Struct, frozen=True):
    """The right to solve a round until `until`; `attempt` is the fencing token."""

    round_id: UUID
    attempt: int
    until: datetime


class LeaseLost(Conflict):
    """Somebody else solves this round now; what was computed is thrown away."""

    code = "lease_lost"


def spent(attempt: int) -> bool:
    """Say whether the attempt was the last of its series of tries."""
    return attempt > 0 and attempt % TRIES == 0


async def claim_round(
    session: WriteSession, clock: Clock, round_id: UUID, lease: timedelta, owner: str = ""
) -> Lease | None:
    """Take a seeded round, or one whose solver was not heard of in time; None if there is nothing to take."""
    until = clock.now() + lease
    abandoned = and_(Round.state == RoundState.SOLVING, Round.lease_until < clock.now())
    statement = (
        update(Round)
        .where(Round.id == round_id)
        .where(or_(Round.state == RoundState.SEEDED, and_(abandoned, Round.attempt % TRIES != 0)))
        .values(state=RoundState.SOLVING, attempt=Round.attempt + 1, lease_until=until)
        .returning(Round.attempt)
        .execution_options(synchronize_session=False)
    )
    attempt = (await session.execute(statement)).scalar_one_or_none()
    if attempt is None:
        return None
    record(session, clock, "round.solving", round_id, attempt=attempt, owner=owner)
    return Lease(round_id, attempt, until)


async def renew_lease(session: WriteSession, clock: Clock, lease: Lease, by: timedelta) -> Lease:
    """Keep the round for longer.

    Raises:
        LeaseLost: somebody else has it.
    """
    until = clock.now() + by
    statement = (
        update(Round)
        .where(Round.id == lease.round_id, Round.state == RoundState.SOLVING, Round.attempt == lease.attempt)
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )
    if getattr(await session.execute(statement), "rowcount", 0) != 1:
        raise _lost(lease)
    return Lease(lease.round_id, lease.attempt, until)


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost("Another solver has taken this round (attempt {attempt})", attempt=lease.attempt)


async def give_back(session: WriteSession, clock: Clock, lease: Lease, error: str) -> RoundState:
    """Solving failed: another try, or `failed` after the last one; returns which."""
    to = RoundState.FAILED if spent(lease.attempt) else RoundState.SEEDED
    await _leave(session, lease, to, error=error[:2000])
    topic = "round.failed" if to is RoundState.FAILED else "round.given_back"
    record(session, clock, topic, lease.round_id, error=error[:2000], attempt=lease.attempt)
    return to


async def record_plan(
    session: WriteSession, clock: Clock, lease: Lease, plan: bytes, *, seconds: float = 0.0
) -> RoundState:
    """Keep a plan that no rule objects to; otherwise the round fails. Returns the new state.

    Raises:
        LeaseLost: somebody else solves the round now.
    """
    held = await round_of(session, lease.round_id)
    objection = await asyncio.to_thread(_objection, held.problem or b"", held.policy or b"", plan)
    if objection:
        await _leave(session, lease, RoundState.FAILED, error=objection)
        record(session, clock, "round.failed", lease.round_id, error=objection)
        return RoundState.FAILED
    summary = {**held.summary, **await _preview(session, held, plan), "seconds": round(seconds, 2)}
    await _leave(
        session, lease, RoundState.CHECKED, plan=plan, checked_at=clock.now(), summary=summary, error=None
    )
    record(session, clock, "round.checked", lease.round_id, attempt=lease.attempt)
    return RoundState.CHECKED


async def _preview(session: WriteSession, held: Round, plan: bytes) -> dict[str, Any]:
    """Return what an officer sees of a plan before it is published."""
    answer = decode_plan(plan)
    found = await session.execute(select(RoundNeed.need_id).where(RoundNeed.round_id == held.id))
    asked = {str(need_id) for need_id in found.scalars()}
    teams = {a.task: a.workers for a in answer.assignments if a.task in asked}
    return {
        "asked": len(asked),
        "served": len(teams),
        "solver": answer.solver,
        "levels": [msgspec.to_builtins(level) for level in answer.levels],
        "terms": answer.terms,
        "kept": kept(await asyncio.to_thread(Ties.read, held.problem or b""), teams, held.summary),
    }


async def _leave(session: WriteSession, lease: Lease, to: RoundState, **values: Any) -> None:
    mine = (Round.state == RoundState.SOLVING, Round.attempt == lease.attempt)
    try:
        await move(session, Round, lease.round_id, to, *mine, lease_until=None, **values)
    except IllegalTransition as error:
        raise _lost(lease) from error


def _objection(problem: bytes, policy: bytes, plan: bytes) -> str | None:
    """Return why a plan must not be published, or None."""
    try:
        answer = decode_plan(plan)
    except PlanError as error:
        return f"The plan cannot be read: {error}"[:2000]
    rules = decode_policy(policy)
    if answer.policy != policy_hash(rules):
        return "The plan follows another policy"
    violations = check(decode_problem(problem), answer, rules)
    lines = [f"{v.rule}: {v.message} (task {v.task}, worker {v.worker})" for v in violations]
    return "; ".join(lines)[:2000] or None
