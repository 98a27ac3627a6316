"""What happens without anybody asking: reactions to events, timers, rounds to run, rounds of the evening.

Every step is a compare-and-set in the database, so any number of these may run and none of them leads.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import structlog
from taskiq import AsyncBroker, InMemoryBroker
from taskiq.receiver import Receiver

from api.progress import Watchable, open_progress
from api.settings import Settings
from api.solver_pool import router_of, solver_pool
from api.tasks import TaskQueue, open_broker
from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from catalog.kernel.time import Clock, SystemClock
from market.actor import SYSTEM
from market.outbox import Reactions, TimerAction, drain, fire_timers
from market.ports import Router, Solver
from market.reactions import REACTIONS, TIMERS
from market.rounds import queries, schedule, service
from market.rounds.runner import run_round, within

END_SECONDS = 10.0
"""How long transactions that have begun may take to end."""

log = structlog.get_logger()

Timers = Mapping[str, TimerAction]


@dataclass(frozen=True)
class Line:
    """How rounds are handed out and watched: every serving process has one, whoever solves."""

    progress: Watchable
    queue: TaskQueue


@asynccontextmanager
async def open_line(settings: Settings) -> AsyncIterator[Line]:
    """Open queue and progress: in memory, or on Redis where several processes share the work."""
    progress = open_progress(settings.redis_url)
    broker = open_broker(settings.redis_url)
    await broker.startup()
    try:
        yield Line(progress, TaskQueue(broker))
    finally:
        await _finish(broker)
        await broker.shutdown()
        await progress.close()


async def _finish(broker: AsyncBroker) -> None:
    if isinstance(broker, InMemoryBroker):
        # What is still running has been cancelled or is a last step: let it end before the database closes.
        with suppress(asyncio.CancelledError):
            await broker.wait_all()


class Background:
    """Relay, timers and rounds of one process; `async with` starts and ends them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        solver: Solver,
        line: Line,
        reactions: Reactions = REACTIONS,
        timers: Timers = TIMERS,
        *,
        router: Router | None = None,
        lease_seconds: float = 15.0,
        tick_seconds: float = 2.0,
        parallel: int = 1,
    ) -> None:
        self.database, self.clock, self.solver, self.line = database, clock, solver, line
        self.router = router
        self.reactions, self.timers = reactions, timers
        self.lease_seconds, self.tick_seconds, self.parallel = lease_seconds, tick_seconds, parallel
        self.owner = f"{socket.gethostname()}:{os.getpid()}"
        self._wake = asyncio.Event()
        self._pushed: dict[UUID, float] = {}
        self._running: dict[UUID, asyncio.Task[object]] = {}
        self._stop = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self.line.queue.run = self.run_round
        self.database.after_commit.append(self._wake.set)
        self._loops = [
            asyncio.create_task(self._forever(self.relay), name="relay"),
            asyncio.create_task(self._forever(self.tick), name="tick"),
        ]
        if not isinstance(self.line.queue.broker, InMemoryBroker):
            self._loops.append(asyncio.create_task(self._forever(self.receive), name="receive"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.after_commit.remove(self._wake.set)
        # Searches end at once and are left to another process or the next start; transactions are let finish:
        # one that is cut short may keep its connection, and with it a lock.
        self._stop.set()
        self._wake.set()
        ending: list[asyncio.Task[Any]] = [*self._loops, *self._running.values()]
        await asyncio.wait(ending, timeout=END_SECONDS)
        await _end(ending)
        self.line.queue.run = None

    async def run_round(self, round_id: UUID) -> None:
        """Run one round as far as it goes; a second call for a round that runs here already does nothing."""
        if round_id in self._running or self._stop.is_set():
            return
        task = asyncio.create_task(self._run(round_id))
        self._running[round_id] = task
        try:
            await task
        except Exception:
            # The round keeps its state; it is pushed again after a while.
            log.exception("round not finished", round=str(round_id))
        finally:
            del self._running[round_id]

    async def _run(self, round_id: UUID) -> object:
        return await run_round(
            self.database,
            self.solver,
            self.line.progress,
            self.clock,
            round_id,
            router=self.router,
            lease_seconds=self.lease_seconds,
            owner=self.owner,
            stop=self._stop,
        )

    async def receive(self) -> None:
        """Take rounds from the queue of all workers until this one ends."""
        broker = self.line.queue.broker
        broker.is_worker_process = True
        receiver = Receiver(
            broker, run_startup=False, max_async_tasks=self.parallel, wait_tasks_timeout=END_SECONDS
        )
        await receiver.listen(self._stop)

    async def relay(self) -> None:
        """Work off the outbox, hand out the rounds that came of it, then wait for the next commit or tick."""
        self._wake.clear()
        if await drain(self.database, self.reactions, self.clock):
            await self.hand_out_rounds()
        await within(self._wake, self.tick_seconds)

    async def tick(self) -> None:
        """Fire timers, open the rounds of the evening, pick up what was left lying."""
        if await fire_timers(self.database, self.timers, self.clock):
            self._wake.set()
        await self.open_daily_rounds()
        await self.drop_outdated_rounds()
        await self.hand_out_rounds()
        await within(self._stop, self.tick_seconds)

    async def hand_out_rounds(self) -> None:
        """Push rounds that wait for somebody, each at most once in a lease's time."""
        now = time.monotonic()
        self._pushed = {i: at for i, at in self._pushed.items() if now - at < self.lease_seconds}
        async with self.database.read() as session:
            found = await queries.outstanding_rounds(session, self.clock, older_than=timedelta(0))
        for round_id in found:
            if round_id not in self._pushed and round_id not in self._running:
                self._pushed[round_id] = now
                await self.line.queue.push(round_id)

    async def open_daily_rounds(self) -> None:
        """Open the round of this evening in every street that has none yet."""
        async with self.database.read() as session:
            due = await schedule.due_daily_rounds(session, self.clock)
        for territory_id in due:
            async with self.database.write() as session:
                await schedule.open_daily_round(session, self.clock, territory_id)

    async def drop_outdated_rounds(self) -> None:
        """Discard plans that nobody published before their days had passed."""
        async with self.database.read() as session:
            found = await queries.outdated_rounds(session, self.clock)
        for round_id in found:
            with suppress(LinliError):
                async with self.database.write() as session:
                    await service.discard_round(
                        session, self.clock, SYSTEM, round_id, "Its days have passed unpublished"
                    )

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stop.is_set():
            try:
                await step()
            except Exception:
                # A database that is away for a moment must not end the background of a process that runs for months.
                log.exception("background step failed", step=step.__name__)
                await within(self._stop, self.tick_seconds)


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel what has not ended in time, until it has: a library may take a cancellation for a lost connection."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at, so that nobody reports it as forgotten


@asynccontextmanager
async def open_background(
    settings: Settings, database: Database, clock: Clock, line: Line
) -> AsyncIterator[Background]:
    """Run relay, timers and rounds in this process, with solver processes of its own, until the block ends."""
    solver = solver_pool(settings)
    background = Background(
        database,
        clock,
        solver,
        line,
        router=router_of(solver),
        lease_seconds=settings.lease_seconds,
        tick_seconds=settings.tick_seconds,
        parallel=settings.solver_processes,
    )
    try:
        async with background:
            yield background
    finally:
        await solver.close()


async def worker_main(
    settings: Settings, *, clock: Clock | None = None, stop: asyncio.Event | None = None
) -> None:
    """Be a worker: `linli worker`. Ends at SIGTERM or SIGINT, or when `stop` is set."""
    ending = stop or asyncio.Event()
    _stop_at_signals(ending)
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url, pool_size=settings.pool_size)
        stack.push_async_callback(database.dispose)
        line = await stack.enter_async_context(open_line(settings))
        await stack.enter_async_context(open_background(settings, database, clock or SystemClock(), line))
        log.info("worker ready", pid=os.getpid())
        await ending.wait()


def _stop_at_signals(ending: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(number, ending.set)
