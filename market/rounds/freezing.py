"""Transaction 1: a round takes its needs and keeps the exact bytes that will be solved; then its seed is drawn."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import IllegalTransition
from catalog.kernel.time import Clock
from catalog.territory.models import Territory
from market.events import record
from market.needs.models import Need
from market.rounds.claims import open_needs, serialise_freezes
from market.rounds.models import Round, RoundNeed
from market.rounds.policy import POLICY
from market.rounds.problem.build import Built, build_problem
from market.rounds.problem.facts import Facts, load_facts
from market.rounds.starting import round_of
from market.rounds.ways import FindWays, estimates
from market.states import RoundState, move
from matching import codec
from matching.policy import encode_policy
from matching.problem import encode

SEED_BITS = 0x7FFFFFFF
"""Seeds fit into 31 bits, which every solver takes."""


class Draft(NamedTuple):
    """What a round would freeze as the world stands: needs, facts, and the problem of them with estimated ways."""

    needs: Sequence[Need]
    facts: Facts
    built: Built
    document: bytes


async def freeze_round(
    session: WriteSession,
    clock: Clock,
    round_id: UUID,
    ways: FindWays = estimates,
    *,
    now: datetime | None = None,
) -> None:
    """Take the open needs and store problem, policy and the root of both; `now`: what time it is for the problem.

    Raises:
        IllegalTransition: the round is not open.
        ProblemError: the rows make no valid problem.
        WorldMoved: the ways are of another problem.
    """
    opened, path = await _opened(session, round_id)
    await serialise_freezes(session, path)
    draft = await _draft(session, opened, path, now or clock.now())
    found = await ways(draft.document)
    problem, said = await asyncio.to_thread(found.put_into, draft.built.problem, draft.document)
    policy = encode_policy(POLICY)
    await move(
        session,
        Round,
        round_id,
        RoundState.FROZEN,
        Round.state == RoundState.OPEN,
        problem=problem,
        policy=policy,
        input_root=input_root(problem, policy),
        frozen_at=clock.now(),
        summary={
            "left_out": draft.facts.people.left_out,
            "wished_absent": _wished_absent(draft.needs, draft.built),
            **said,
        },
    )
    taken = _taken(opened, draft.needs, draft.built)
    session.add_all(taken)
    workers = len(draft.built.problem.workers)
    record(session, clock, "round.frozen", round_id, needs=len(taken), workers=workers)


async def foresee(session: AsyncSession, now: datetime, round_id: UUID) -> bytes:
    """Return the document that the round would freeze, with estimated ways.

    Raises:
        IllegalTransition: the round is not open.
        ProblemError: the rows make no valid problem.
    """
    opened, path = await _opened(session, round_id)
    if opened.state is not RoundState.OPEN:
        raise IllegalTransition(Round.__tablename__, opened.state.value, RoundState.FROZEN.value, [])
    return (await _draft(session, opened, path, now)).document


async def _opened(session: AsyncSession, round_id: UUID) -> tuple[Round, str]:
    opened = await round_of(session, round_id)
    found = select(Territory.path).where(Territory.id == opened.territory_id)
    return opened, (await session.execute(found)).scalar_one()


async def _draft(session: AsyncSession, opened: Round, path: str, now: datetime) -> Draft:
    needs = await open_needs(session, opened, path, now)
    facts = await load_facts(session, opened, needs, now, path)
    return Draft(needs, facts, *await asyncio.to_thread(_built, facts))


def _built(facts: Facts) -> tuple[Built, bytes]:
    built = build_problem(facts)
    return built, encode(built.problem)


def _taken(opened: Round, needs: Sequence[Need], built: Built) -> list[RoundNeed]:
    """A need for which it is too late waits for a round with later days; asked for alone, it must hear so."""
    late: list[dict[str, Any]] = [{"cause": "start_in_window", "count": len(built.problem.workers)}]
    alone = opened.only_need_id is not None
    return [
        RoundNeed(round_id=opened.id, need_id=need.id, causes=late if need.id in built.too_late else [])
        for need in needs
        if alone or need.id not in built.too_late
    ]


def _wished_absent(needs: Sequence[Need], built: Built) -> list[str]:
    """Return the needs that ask for a helper who is none of those who could be planned."""
    tasks = built.problem.task_by_id
    return [
        str(need.id)
        for need in needs
        if need.wishes.get("same_helper") and str(need.id) in tasks and not tasks[str(need.id)].wishes.workers
    ]


def input_root(problem: bytes, policy: bytes) -> str:
    """Return the hash that names everything a round was solved from."""
    return codec.sha256(f"linli.input/1\n{codec.sha256(problem)}\n{codec.sha256(policy)}\n".encode())


async def seed_round(session: WriteSession, clock: Clock, round_id: UUID) -> None:
    """Derive the seed from the input, so that nobody can choose it."""
    frozen = await round_of(session, round_id)
    seed = int(frozen.input_root or "0", 16) & SEED_BITS
    await move(session, Round, round_id, RoundState.SEEDED, Round.state == RoundState.FROZEN, seed=seed)
    record(session, clock, "round.seeded", round_id, seed=seed)
