"""What one process holds while it runs: database, clock, stores and the ports to the outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.stores.base import Store
from litestar.stores.registry import StoreRegistry

from api.settings import Settings
from api.sms import LogSms, MemorySms, Sms
from catalog.kernel.db import Database
from catalog.kernel.time import Clock


@dataclass(kw_only=True)
class Runtime:
    """Made by the application's lifespan; handlers reach it through dependencies."""

    settings: Settings
    clock: Clock
    database: Database
    sms: Sms
    codes: Store
    tokens: Store
    demo_links: dict[str, UUID] = field(default_factory=dict)  # token -> person; filled in demo mode only


@asynccontextmanager
async def open_runtime(
    settings: Settings, clock: Clock, stores: StoreRegistry, *, background: bool
) -> AsyncIterator[Runtime]:
    """Open everything a serving process needs; close it in the reverse order."""
    database = Database(settings.database_url, pool_size=settings.pool_size)
    try:
        yield Runtime(
            settings=settings,
            clock=clock,
            database=database,
            sms=MemorySms() if settings.demo else LogSms(),
            codes=stores.get("codes"),
            tokens=stores.get("tokens"),
        )
    finally:
        await database.dispose()


def runtime_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Runtime:
    """Return the runtime of the application that serves this connection."""
    runtime: Runtime = connection.app.state.runtime
    return runtime
