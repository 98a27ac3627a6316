"""A small application that shows the page of all components, as the real one does, in memory and behind a real socket."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from litestar import Litestar, Request, get, post
from litestar.datastructures import ResponseHeader
from litestar.response import Redirect, ServerSentEvent, ServerSentEventMessage, Template

from api.i18n import N_
from api.web.assets import static_router
from api.web.components import example
from api.web.forms import Form
from api.web.render import NavItem, Site, page, see_other, template_config

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 9:00 in Shanghai
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ANY = Request[Any, Any, Any]


@get("/design")
async def design(request: ANY) -> Template:
    return page(request, "components.html", **example(datetime.now(UTC)))  # noqa: TID251 the browser's countdown is real


@get("/calm")
async def calm(request: ANY) -> Template:
    return page(request, "components.html", **(example(NOW) | {"form": Form()}))


@get("/design/title")
async def title(request: ANY) -> Template:
    return page(request, "components.html", block="title", **example(NOW))


@post("/design")
async def sent(request: ANY) -> Redirect:
    await request.form()
    return see_other("/calm", N_("We have your request."))


@get("/design/stream")
async def stream() -> ServerSentEvent:
    async def figures() -> AsyncIterator[ServerSentEventMessage]:
        yield ServerSentEventMessage(
            msgspec.json.encode({"placed": 99, "placed_text": "99 / 150", "served": 144}).decode()
        )

    return ServerSentEvent(figures())


@get("/wrong")
async def wrong(request: ANY) -> Template:
    return page(
        request,
        "error.html",
        status_code=404,
        title="找不到",
        message="<b>",
        actions=[],
        code="A7",
        user=SimpleNamespace(name="李敏"),
    )


def application() -> Litestar:
    app = Litestar(
        [design, calm, title, sent, stream, wrong, static_router()],
        template_config=template_config(),
        response_headers=[ResponseHeader(name="Content-Security-Policy", value=CSP)],
        openapi_config=None,
    )
    entries = (NavItem("/design", N_("Home"), "house"), NavItem("/calm", N_("Public board"), "chart-column"))
    app.state.site = Site(demo=True, navigation={"": entries})
    return app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
        yield client


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """Address of the application on a socket of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        config = uvicorn.Config(
            application(), log_level="warning", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=5)
