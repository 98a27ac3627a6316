"""Drives a round from whatever state it is found in: each step its own transaction, routing and solving outside any.

Safe to run twice at once and after a crash at any point: every step is a compare-and-set, who comes second looks again.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import load_only

from catalog.kernel.db import Database
from catalog.kernel.errors import IllegalTransition, LinliError
from catalog.kernel.time import Clock
from market.actor import SYSTEM
from market.ports import Progress, Router, SolveOptions, Solver, SolverFailed
from market.rounds import service
from market.rounds.freezing import foresee
from market.rounds.leases import Lease, LeaseLost
from market.rounds.models import Round
from market.rounds.ways import FindWays, Foreseen, WorldMoved, along, estimates
from market.states import RoundState
from matching.errors import ProblemError

MOST_STEPS = 24
"""More steps than any round needs, three tries included: a round that goes in circles is a defect."""

LOOKS = 2
"""How often a world that moves on is looked at anew before its ways are measured while it is held still."""

log = structlog.get_logger()

T = TypeVar("T")


async def run_round(
    database: Database,
    solver: Solver,
    progress: Progress,
    clock: Clock,
    round_id: UUID,
    *,
    router: Router | None = None,
    lease_seconds: float = 15.0,
    owner: str = "",
    stop: asyncio.Event | None = None,
) -> RoundState | None:
    """Take a round as far as it goes: published, or checked if an officer publishes, or failed.

    Without a router ways are estimated. Returns the state in which it was left; None if there is no such round. A round
    that somebody else is solving is left to them. Setting `stop` ends a search at once and lets another runner have the
    round; a transaction is never cut short.
    """
    stop = stop or asyncio.Event()
    find = estimates if router is None else along(router)
    run = _Run(database, solver, find, progress, clock, round_id, lease_seconds, owner, stop)
    return await run.to_the_end()


class _Run:
    """One runner at one round."""

    def __init__(
        self,
        database: Database,
        solver: Solver,
        find_ways: FindWays,
        progress: Progress,
        clock: Clock,
        round_id: UUID,
        lease_seconds: float,
        owner: str,
        stop: asyncio.Event,
    ) -> None:
        self.database, self.solver, self.progress, self.clock = database, solver, progress, clock
        self.find_ways = find_ways
        self.round_id, self.lease, self.owner = round_id, timedelta(seconds=lease_seconds), owner
        self.stop = stop

    async def to_the_end(self) -> RoundState | None:
        for _ in range(MOST_STEPS):
            held = await self.look()
            if held is None:
                return None
            await self.tell(held.state)
            try:
                if self.stop.is_set() or not await self.step(held):
                    return held.state
            except (IllegalTransition, LeaseLost):
                # Another runner was faster: see how far it has come.
                continue
        raise RuntimeError(f"round {self.round_id} goes in circles")

    async def look(self) -> Round | None:
        async with self.database.read() as session:
            return (await session.execute(_without_bytes(self.round_id))).scalar_one_or_none()

    async def tell(self, state: RoundState, **news: Any) -> None:
        with suppress(OSError):
            await self.progress.tell(self.round_id, {"state": state.value, **news})

    async def step(self, held: Round) -> bool:
        """Take one step; False if there is none to take."""
        if held.state is RoundState.OPEN:
            await self.freeze()
        elif held.state is RoundState.FROZEN:
            async with self.database.write() as session:
                await service.seed_round(session, self.clock, self.round_id)
        elif held.state in {RoundState.SEEDED, RoundState.SOLVING}:
            return await self.solve(held)
        elif held.state is RoundState.CHECKED and held.auto_publish:
            async with self.database.write() as session:
                await service.publish_round(session, self.clock, SYSTEM, self.round_id)
        else:
            return False
        return True

    async def freeze(self) -> None:
        try:
            await (self.freeze_now() if self.find_ways is estimates else self.freeze_routed())
        except _Stopped:
            return
        except ProblemError as error:
            async with self.database.write() as session:
                await service.fail_round(session, self.clock, self.round_id, f"No valid problem: {error}")

    async def freeze_routed(self) -> None:
        """Measure the ways of the world as it is, outside any transaction, and freeze it if it still is so."""
        for _ in range(LOOKS):
            with suppress(WorldMoved):
                await self.freeze_now(await self.foresee())
                return
        await self.freeze_now()

    async def foresee(self) -> Foreseen:
        now = self.clock.now()
        async with self.database.read() as session:
            problem = await foresee(session, now, self.round_id)
        found = await self.first(asyncio.ensure_future(self.find_ways(problem)))
        return Foreseen(now, problem, found)

    async def freeze_now(self, foreseen: Foreseen | None = None) -> None:
        ways = foreseen.ways if foreseen else self.find_ways
        async with self.database.write() as session:
            await service.freeze_round(
                session, self.clock, self.round_id, ways, now=foreseen.now if foreseen else None
            )

    async def solve(self, held: Round) -> bool:
        async with self.database.write() as session:
            lease = await service.claim_round(session, self.clock, self.round_id, self.lease, self.owner)
        if lease is None:
            return await self.bury(held)
        await self.tell(RoundState.SOLVING, attempt=lease.attempt)
        try:
            plan, seconds = await self.solved(lease)
        except _Stopped:
            async with self.database.write() as session:
                await service.renew_lease(session, self.clock, lease, timedelta(0))
            return True
        except SolverFailed as error:
            log.warning("solver failed", round=str(self.round_id), attempt=lease.attempt, error=str(error))
            async with self.database.write() as session:
                await service.give_back(session, self.clock, lease, str(error))
            return True
        async with self.database.write() as session:
            await service.record_plan(session, self.clock, lease, plan, seconds=seconds)
        return True

    async def bury(self, held: Round) -> bool:
        """A round whose last try was never heard of again has failed; False if it is merely somebody else's."""
        now = self.clock.now()
        over = held.lease_until is not None and held.lease_until < now and service.spent(held.attempt)
        if held.state is not RoundState.SOLVING or not over:
            return held.state is RoundState.SEEDED
        async with self.database.write() as session:
            lease = Lease(self.round_id, held.attempt, now)
            await service.give_back(session, self.clock, lease, "The solver was not heard of again")
        return True

    async def solved(self, lease: Lease) -> tuple[bytes, float]:
        async with self.database.read() as session:
            held = (await session.execute(select(Round).where(Round.id == self.round_id))).scalar_one()
        options = SolveOptions(
            seconds=float(held.seconds), seed=held.seed or 0, deterministic=held.deterministic
        )
        began = time.monotonic()
        async with self.news() as on_progress, self.renewing(lease) as lost:
            work = asyncio.ensure_future(
                self.solver.solve(held.problem or b"", held.policy or b"", options, on_progress)
            )
            plan = await self.first(work, lost)
        return plan, time.monotonic() - began

    async def first(self, work: "asyncio.Future[T]", lost: "asyncio.Task[None] | None" = None) -> T:
        """Return the answer, unless the lease is lost or we are asked to stop first."""
        stopped = asyncio.create_task(self.stop.wait())
        all_of_them: set[asyncio.Future[Any]] = {work, stopped, *filter(None, [lost])}
        try:
            await asyncio.wait(all_of_them, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise _Stopped if stopped.done() else LeaseLost("Another solver has taken this round")
        finally:
            stopped.cancel()
            if not work.done():
                work.cancel()
                with suppress(asyncio.CancelledError, SolverFailed):
                    await work

    @asynccontextmanager
    async def renewing(self, lease: Lease) -> AsyncIterator["asyncio.Task[None]"]:
        """Renew the lease in the background; the task that is handed out ends when the lease is lost."""
        solved = asyncio.Event()
        task = asyncio.create_task(self._renew(lease, solved))
        try:
            yield task
        finally:
            # Asked, not cancelled: a transaction that is cut short may keep its connection, and with it a lock.
            solved.set()
            await task

    async def _renew(self, lease: Lease, solved: asyncio.Event) -> None:
        while not await within(solved, self.lease.total_seconds() / 3):
            try:
                async with self.database.write() as session:
                    lease = await service.renew_lease(session, self.clock, lease, self.lease)
            except LinliError:
                return
            except Exception as error:  # noqa: BLE001 a database that hiccups once has not taken the lease away
                log.warning("lease not renewed", round=str(self.round_id), error=repr(error))

    @asynccontextmanager
    async def news(self) -> AsyncIterator[Any]:
        """Hand on what the solver says, in order, without making it wait."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        task = asyncio.create_task(self._hand_on(queue))
        try:
            yield queue.put_nowait
        finally:
            await _end(task)

    async def _hand_on(self, queue: "asyncio.Queue[dict[str, Any]]") -> None:
        while True:
            await self.tell(RoundState.SOLVING, **await queue.get())


class _Stopped(Exception):
    """This process is ending."""


async def within(happened: asyncio.Event, seconds: float) -> bool:
    """Wait for something, for so long at most; say whether it has happened."""
    with suppress(TimeoutError):
        await asyncio.wait_for(happened.wait(), seconds)
    return happened.is_set()


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _without_bytes(round_id: UUID) -> Any:
    columns = (Round.id, Round.state, Round.auto_publish, Round.attempt, Round.lease_until)
    return select(Round).where(Round.id == round_id).options(load_only(*columns))
