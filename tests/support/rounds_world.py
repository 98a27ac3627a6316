"""What tests of rounds need besides the small world: a solver in this process, silent progress, shorthand for rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, local_day
from market.actor import SYSTEM, Actor
from market.needs.commands import OpenNeed
from market.needs.models import Need
from market.needs.service import open_need
from market.offers.models import Offer
from market.outbox import drain
from market.ports import NoWays, SolveOptions, SolverFailed
from market.reactions import REACTIONS
from market.rounds import service
from market.rounds.commands import StartRound
from market.rounds.models import Round
from market.rounds.runner import run_round
from market.states import RoundState
from matching import codec
from matching.entry import solve_bytes, travel_bytes
from matching.plan import encode_plan
from matching.solve import Result
from tests.support.streets import futian


class GreedySolver:
    """The library itself, in a thread, without its exact solver: quick, and the plans are real."""

    def __init__(self) -> None:
        self.solved = 0

    async def solve(
        self,
        problem: bytes,
        policy: bytes,
        options: SolveOptions,
        on_progress: Callable[[dict[str, Any]], None],
    ) -> bytes:
        self.solved += 1
        # Work, not time: meals and classes beside the visits are searched for.
        stop = {"deterministic": 0.2}
        wanted = msgspec.json.encode(
            {"seed": options.seed, "solver": "greedy", "stop": stop, "deterministic": True}
        )
        answer = await asyncio.to_thread(solve_bytes, problem, policy, wanted)
        on_progress({"stage": "done"})
        return encode_plan(codec.decode_struct(answer, Result).plan)


class FailingSolver:
    """Dies every time."""

    def __init__(self) -> None:
        self.asked = 0

    async def solve(self, *_: Any) -> bytes:
        self.asked += 1
        raise SolverFailed("the solver process has died")


class FutianRouter:
    """The library itself, in a thread, on the demo's streets; `before` is awaited each time with the number of the time."""

    def __init__(self, before: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.asked: list[bytes] = []
        self.before = before

    async def travel(self, problem: bytes) -> bytes | None:
        self.asked.append(problem)
        if self.before:
            await self.before(len(self.asked))
        return await asyncio.to_thread(travel_bytes, problem, futian())


class NoRouter:
    """Has a network that cannot be used."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def travel(self, _: bytes) -> bytes | None:
        raise NoWays(self.reason)


class Told:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.news: list[dict[str, Any]] = []

    async def tell(self, _: UUID, news: dict[str, Any]) -> None:
        self.news.append(news)

    @property
    def states(self) -> list[str]:
        found = [news["state"] for news in self.news]
        return [state for i, state in enumerate(found) if found[:i][-1:] != [state]]


def round_command(territory_id: UUID, first_day: date, **changes: Any) -> StartRound:
    fields: dict[str, Any] = {"id": new_id(), "territory_id": territory_id, "first_day": first_day}
    return StartRound(**fields | changes)


async def start(
    database: Database, clock: Clock, territory_id: UUID, *, actor: Actor = SYSTEM, **changes: Any
) -> UUID:
    """Open a round for tomorrow, published by itself unless told otherwise."""
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    fields = {"auto_publish": True} | changes
    command = round_command(territory_id, fields.pop("first_day", tomorrow), **fields)
    async with database.write() as session:
        return (await service.start_round(session, clock, actor, command)).id


async def run(
    database: Database, clock: Clock, round_id: UUID, solver: Any = None, **more: Any
) -> RoundState | None:
    """Take a round to its end; `more`: a router, or when to stop."""
    return await run_round(database, solver or GreedySolver(), Told(), clock, round_id, **more)


async def ask_for(database: Database, clock: Clock, *commands: OpenNeed) -> list[UUID]:
    """Open needs and let them be looked for."""
    async with database.write() as session:
        for command in commands:
            await open_need(session, clock, SYSTEM, command)
    await drain(database, REACTIONS, clock)
    return [command.id for command in commands]


async def offers_of(database: Database, *need_ids: UUID) -> list[Offer]:
    async with database.read() as session:
        statement = select(Offer).where(Offer.need_id.in_(need_ids)).order_by(Offer.sent_at, Offer.seat)
        return list((await session.execute(statement)).scalars())


async def need_row(database: Database, need_id: UUID) -> Need:
    async with database.read() as session:
        return await session.get_one(Need, need_id)


async def round_row(database: Database, round_id: UUID) -> Round:
    async with database.read() as session:
        return await session.get_one(Round, round_id)


async def all_rounds(database: Database, **equal: Any) -> list[Round]:
    async with database.read() as session:
        return list(
            (await session.execute(select(Round).filter_by(**equal).order_by(Round.created_at))).scalars()
        )


async def run_all(database: Database, clock: Clock, solver: Any = None) -> None:
    """Work off the outbox and every round that came of it, until nothing is left."""
    from market.rounds.queries import outstanding_rounds  # noqa: PLC0415

    for _ in range(20):
        await drain(database, REACTIONS, clock)
        async with database.read() as session:
            found = await outstanding_rounds(session, clock, older_than=timedelta(0))
        if not found:
            return
        for round_id in found:
            await run(database, clock, round_id, solver)
