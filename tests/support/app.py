"""The application in the test's own event loop: a frozen clock, the small world, and clients that are signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from litestar import Litestar

from api.app import create_app
from api.auth.tokens import issue_token
from api.runtime import Runtime
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from market.outbox import drain, fire_timers
from market.reactions import REACTIONS, TIMERS
from tests.support.world import World, id_of, small_world

BASE = "http://linli.test"
API = "/api/v1"


class House:
    """A running application with the small world in it."""

    def __init__(self, app: Litestar, clock: FrozenClock, world: World) -> None:
        self.app, self.clock, self.world = app, clock, world
        self.runtime: Runtime = app.state.runtime
        self._stack = AsyncExitStack()

    @property
    def database(self) -> Database:
        """The application's own database."""
        return self.runtime.database

    async def visitor(self) -> httpx.AsyncClient:
        """A client of its own cookies that nobody has signed in."""
        transport = httpx.ASGITransport(self.app)
        client = httpx.AsyncClient(transport=transport, base_url=BASE, headers={"Accept-Language": "en"})
        return await self._stack.enter_async_context(client)

    async def api(self, who: str) -> httpx.AsyncClient:
        """A program that acts for somebody of the world, by name."""
        client = await self.visitor()
        client.headers["Authorization"] = f"Bearer {await issue_token(self.runtime.tokens, id_of(who))}"
        client.base_url = httpx.URL(BASE + API)
        return client

    async def browser(self, who: str) -> httpx.AsyncClient:
        """A browser in which somebody of the world has signed in (by the demo's link; needs demo mode)."""
        client = await self.visitor()
        self.runtime.demo_links[f"link {who}"] = id_of(who)
        answer = await client.get(f"/demo/enter/link {who}")
        assert answer.status_code == 303, answer.text
        return client

    async def settle(self) -> None:
        """Run what events cause, as the background would."""
        await drain(self.database, REACTIONS, self.clock)

    async def fire(self) -> int:
        """Fire what has fallen due, and what that causes."""
        fired = await fire_timers(self.database, TIMERS, self.clock)
        await self.settle()
        return fired

    async def close(self) -> None:
        """Close the clients."""
        await self._stack.aclose()


def csrf_of(client: httpx.AsyncClient) -> str:
    """Return the CSRF token that the client's cookie holds; forms carry the same."""
    return client.cookies.get("linli_csrf", "")


async def send_form(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    """Open a page and send a form to the same path, as a browser does."""
    if not csrf_of(client):
        await client.get("/sign-in")
    return await client.post(path, data={"_csrf_token": csrf_of(client), **fields})


@asynccontextmanager
async def opened(settings: Settings, clock: FrozenClock) -> AsyncIterator[House]:
    """Start an application without background on a migrated, empty database and fill in the small world."""
    database = Database(settings.database_url)
    async with database.write() as session:
        world = await small_world(session, clock)
    await database.dispose()
    app = create_app(settings, clock=clock, background=False)
    async with LifespanManager(app):
        house = House(app, clock, world)
        try:
            yield house
        finally:
            await house.close()


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """SQLite, in memory otherwise, demo mode: codes can be read."""
    return Settings(database_url=sqlite_url, demo=True)


@pytest.fixture
async def house(settings: Settings, clock: FrozenClock) -> AsyncIterator[House]:
    """The application with the small world."""
    async with opened(settings, clock) as house:
        yield house


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    """Somebody who has not signed in."""
    return await house.visitor()


@pytest.fixture
def api(house: House) -> Callable[[str], Awaitable[httpx.AsyncClient]]:
    """Return `await api("Chen")`: a program that acts for a person of the small world."""
    return house.api
