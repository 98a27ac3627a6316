"""Transaction 1: a round takes its needs and keeps the exact bytes that will be solved; then its seed is drawn."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.territory.models import Territory
from market.events import record
from market.needs.models import Need
from market.rounds.claims import open_needs, serialise_freezes
from market.rounds.models import Round, RoundNeed
from market.rounds.problem.build import Built, build_problem
from market.rounds.problem.facts import Facts, load_facts
from market.rounds.starting import round_of
from market.states import RoundState, move
from matching import codec
from matching.policy import Policy, encode_policy
from matching.problem import encode

SEED_BITS = 0x7FFFFFFF
"""Seeds fit into 31 bits, which every solver takes."""


async def freeze_round(session: WriteSession, clock: Clock, round_id: UUID) -> None:
    """Take the open needs and store problem, policy and the root of both.

    Raises:
        IllegalTransition: the round is not open.
        ProblemError: the rows make no valid problem.
    """
    opened = await round_of(session, round_id)
    found = select(Territory.path).where(Territory.id == opened.territory_id)
    path = (await session.execute(found)).scalar_one()
    await serialise_freezes(session, path)
    needs = await open_needs(session, opened, path, clock.now())
    facts = await load_facts(session, opened, needs, clock.now())
    built, problem = await asyncio.to_thread(_built, facts)
    policy = encode_policy(Policy())
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
        summary={"left_out": facts.people.left_out},
    )
    taken = _taken(opened, needs, built)
    session.add_all(taken)
    record(session, clock, "round.frozen", round_id, needs=len(taken), workers=len(built.problem.workers))


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


def input_root(problem: bytes, policy: bytes) -> str:
    """Return the hash that names everything a round was solved from."""
    return codec.sha256(f"linli.input/1\n{codec.sha256(problem)}\n{codec.sha256(policy)}\n".encode())


async def seed_round(session: WriteSession, clock: Clock, round_id: UUID) -> None:
    """Derive the seed from the input, so that nobody can choose it."""
    frozen = await round_of(session, round_id)
    seed = int(frozen.input_root or "0", 16) & SEED_BITS
    await move(session, Round, round_id, RoundState.SEEDED, Round.state == RoundState.FROZEN, seed=seed)
    record(session, clock, "round.seeded", round_id, seed=seed)
