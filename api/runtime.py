"""What one process holds while it runs: database, clock, stores and the ports to the outside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.stores.base import Store
from litestar.stores.registry import StoreRegistry
from redis.asyncio import Redis

from api.auth.codes import Codes
from api.background import open_background, open_line
from api.explaining import Explainer
from api.planner import Planner
from api.progress import Watchable
from api.settings import Settings
from api.sms import LogSms, MemorySms, Sms
from api.solver_pool import SolverPool, solver_pool
from api.stores import Counters, MemoryCounters, RedisCounters
from api.streets import Streets
from api.who_now import WhoNow
from catalog.kernel.db import Database
from catalog.kernel.time import Clock
from market.ports import RoundQueue


@dataclass(kw_only=True)
class Runtime:
    """Made by the application's lifespan; handlers reach it through dependencies."""

    settings: Settings
    clock: Clock
    database: Database
    sms: Sms
    codes: Codes
    counters: Counters
    tokens: Store
    progress: Watchable
    queue: RoundQueue
    streets: Streets
    explainer: Explainer
    who_now: WhoNow
    answering: SolverPool  # for what somebody waits for in front of a page
    demo_links: dict[str, UUID] = field(default_factory=dict)  # token -> person; filled in demo mode only


@asynccontextmanager
async def open_runtime(
    settings: Settings, clock: Clock, stores: StoreRegistry, redis: "Redis | None", *, background: bool
) -> AsyncIterator[Runtime]:
    """Open everything a serving process needs; close it in the reverse order."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url, pool_size=settings.pool_size)
        stack.push_async_callback(database.dispose)
        sms = MemorySms() if settings.demo else LogSms()
        if redis is not None:
            stack.push_async_callback(redis.aclose)
        counters = RedisCounters(redis) if redis is not None else MemoryCounters(clock)
        answering = solver_pool(settings, 1)  # not that of the rounds: nobody waits for a round to be solved
        stack.push_async_callback(answering.close)
        planner = Planner()
        stack.push_async_callback(planner.close)
        line = await stack.enter_async_context(open_line(settings))
        if background and not settings.served:  # where there are workers, they do it
            await stack.enter_async_context(open_background(settings, database, clock, line))
        yield Runtime(
            settings=settings,
            clock=clock,
            database=database,
            sms=sms,
            codes=Codes(stores.get("codes"), counters, sms, clock),
            counters=counters,
            tokens=stores.get("tokens"),
            progress=line.progress,
            queue=line.queue,
            streets=Streets(settings.network),
            explainer=Explainer(database, answering),
            who_now=WhoNow(database, clock, answering, planner),
            answering=answering,
        )


def runtime_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Runtime:
    """Return the runtime of the application that serves this connection."""
    runtime: Runtime = connection.app.state.runtime
    return runtime
