"""The application behind a real socket with the small world in it, and Chromium to look at it.

The server runs in a thread with an event loop of its own, so that tests may use Playwright's synchronous interface;
`served.run(...)` lets a coroutine run there, beside the application.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Self, TypeVar

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.settings import Settings
from catalog.kernel.time import FrozenClock
from tests.support.app import House, opened
from tests.support.database import MONDAY_TEN
from tests.support.world import id_of

T = TypeVar("T")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 30  # seconds


class Served:
    """A served application: `url`, its `house`, and a way to do things in its event loop."""

    def __init__(self, settings: Settings, clock: FrozenClock) -> None:
        self._settings, self._clock = settings, clock
        self._loop = asyncio.new_event_loop()
        self._ready: Future[tuple[House, int]] = Future()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._serve(),), daemon=True
        )
        self._server: uvicorn.Server | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.house, port = self._ready.result(timeout=PATIENCE)
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(timeout=PATIENCE)
        self._loop.close()

    async def _serve(self) -> None:
        try:
            async with opened(self._settings, self._clock) as house:
                with socket.socket() as listener:
                    listener.bind(("127.0.0.1", 0))
                    listener.listen(64)
                    config = uvicorn.Config(
                        house.app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
                    )
                    self._server = uvicorn.Server(config)
                    self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
                    self._ready.set_result((house, listener.getsockname()[1]))
                    await self._server.serve(sockets=[listener])
        except Exception as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let a coroutine run beside the application and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=PATIENCE)

    def enter(self, page: Page, who: str) -> None:
        """Sign somebody of the world in, in this browser (by the demo's link)."""
        self.house.runtime.demo_links[f"link {who}"] = id_of(who)
        page.goto(f"{self.url}/demo/enter/link {who}")


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Served]:
    """The application in demo mode, on a Monday at ten, in a world of this test's own."""
    with Served(Settings(database_url=sqlite_url, demo=True), FrozenClock(MONDAY_TEN)) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the tests of a module: the driver's event loop must not outlive them for async tests that follow."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        with suppress(Exception):
            browser.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Open a page in a fresh browser profile: `new_page(viewport=DESK, lang="en", scripts=False)`."""
    contexts: list[BrowserContext] = []

    def make(*, viewport: dict[str, int] = PHONE, lang: str = "zh", scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            locale={"zh": "zh-CN", "en": "en-GB"}[lang],
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong on a page: rule, what it is about, where."""
    found = Axe().run(page)
    return [
        f"{item['id']}: {item['help']} at {[node['target'] for node in item['nodes']][:3]}"
        for item in found.response["violations"]
    ]


def wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
