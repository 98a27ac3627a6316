"""What handlers ask for by name: sessions, clock, the person."""

from collections.abc import AsyncIterator
from typing import Any

from litestar.connection import Request
from litestar.di import NamedDependency, Provide

from api.auth.identity import User
from api.runtime import Runtime, runtime_of
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import NotSignedIn
from catalog.kernel.time import Clock
from market.actor import Actor

AnyRequest = Request[Any, Any, Any]


async def provide_runtime(request: AnyRequest) -> Runtime:
    """Return the process's runtime."""
    return runtime_of(request)


async def provide_read(runtime: NamedDependency[Runtime]) -> AsyncIterator[ReadSession]:
    """Open a read session for the request."""
    async with runtime.database.read() as session:
        yield session


async def provide_write(runtime: NamedDependency[Runtime]) -> AsyncIterator[WriteSession]:
    """Open the request's one transaction; it commits before the response is sent and a failed commit is seen."""
    async with runtime.database.write() as session:
        yield session


async def provide_clock(runtime: NamedDependency[Runtime]) -> Clock:
    """Return the process's clock."""
    return runtime.clock


async def provide_actor(request: AnyRequest) -> Actor:
    """Return who acts.

    Raises:
        NotSignedIn: nobody is.
    """
    user: User | None = request.scope.get("user")
    if user is None:
        raise NotSignedIn("Please sign in first")
    return user.actor


DEPENDENCIES = {
    "runtime": Provide(provide_runtime),
    "read": Provide(provide_read),
    "write": Provide(provide_write),
    "clock": Provide(provide_clock),
    "actor": Provide(provide_actor),
}
