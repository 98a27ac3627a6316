"""The application factory: settings in, an ASGI application out; nothing is read from the environment here."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.enums import ScopeType
from litestar.stores.registry import StoreRegistry
from litestar.types import ASGIApp, ControllerRouterHandler, Receive, Scope, Send

from api.auth.identity import Identify
from api.auth.sessions import session_config
from api.deps import DEPENDENCIES
from api.errors import HANDLERS
from api.headers import HeadAsGet, SecurityHeaders
from api.logs import RequestLog
from api.runtime import Runtime, open_runtime
from api.settings import Settings
from api.stores import redis_of, store_factory
from api.web.assets import static_router
from api.web.render import template_config
from api.web.site import site_of
from catalog.kernel.time import Clock, SystemClock


class Application(Litestar):
    """Litestar within the edge: request ids, headers and HEAD also for addresses that no route knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._edge: ASGIApp | None = None
        super().__init__(*args, **kwargs)
        self._edge = RequestLog(SecurityHeaders(HeadAsGet(super().__call__)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Serve one connection."""
        serve = self._edge if self._edge and scope["type"] == ScopeType.HTTP else super().__call__
        await serve(scope, receive, send)


def create_app(settings: Settings, *, clock: Clock | None = None, background: bool = True) -> Litestar:
    """Build the application; `background=False` leaves relay, timers and rounds to the caller (tests, `linli worker`)."""
    redis = redis_of(settings)
    stores = StoreRegistry(default_factory=store_factory(redis))
    return Application(
        route_handlers=[*_routes(settings), static_router()],
        dependencies=DEPENDENCIES,
        exception_handlers=HANDLERS,
        middleware=[session_config(settings).middleware, Identify],
        csrf_config=_csrf(settings),
        template_config=template_config(),
        stores=stores,
        request_max_body_size=settings.max_body_bytes,
        openapi_config=None,  # Litestar's own routes answer HTML; api/rest/openapi.py builds the document
        logging_config=None,
        lifespan=[
            _lifespan(
                partial(open_runtime, settings, clock or SystemClock(), stores, redis, background=background)
            )
        ],
    )


def _csrf(settings: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=settings.secret or secrets.token_hex(32),
        cookie_name="linli_csrf",
        cookie_secure=settings.secure_cookies,
        cookie_httponly=True,
        exclude=["^/api/"],  # bearer tokens only: no cookie is read there
    )


def _routes(settings: Settings) -> list[ControllerRouterHandler]:
    from api.rest import rest_routes  # noqa: PLC0415 routes import the whole product; settings and tests need not
    from api.web.pages import page_routes  # noqa: PLC0415

    return [*rest_routes(), *page_routes(demo=settings.demo)]


def _lifespan(
    opening: Callable[[], AbstractAsyncContextManager[Runtime]],
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opening() as runtime:
            app.state.runtime = runtime
            app.state.site = await site_of(runtime)
            yield

    return lifespan
