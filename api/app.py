"""The application factory: settings in, an ASGI application out; nothing is read from the environment here."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.middleware.session.server_side import ServerSideSessionConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.stores.registry import StoreRegistry
from litestar.types import ControllerRouterHandler

from api.auth.identity import Identify
from api.deps import DEPENDENCIES
from api.errors import HANDLERS
from api.headers import SecurityHeaders
from api.runtime import Runtime, open_runtime
from api.settings import Settings
from api.stores import store_factory
from api.web.assets import static_router
from api.web.render import template_config
from api.web.site import site_of
from catalog.kernel.time import Clock, SystemClock

SESSION_SECONDS = 30 * 24 * 3600


def create_app(settings: Settings, *, clock: Clock | None = None, background: bool = True) -> Litestar:
    """Build the application; `background=False` leaves relay, timers and rounds to the caller (tests, `linli worker`)."""
    stores = StoreRegistry(default_factory=store_factory(settings))
    sessions = ServerSideSessionConfig(
        key="linli_session",
        max_age=SESSION_SECONDS,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        store="sessions",
        exclude=["^/static/", "^/api/"],
    )
    return Litestar(
        route_handlers=[*_routes(settings), static_router()],
        dependencies=DEPENDENCIES,
        exception_handlers=HANDLERS,
        middleware=[SecurityHeaders(), sessions.middleware, Identify],
        csrf_config=CSRFConfig(
            secret=settings.secret or secrets.token_hex(32),
            cookie_name="linli_csrf",
            cookie_secure=settings.secure_cookies,
            cookie_httponly=True,
            exclude=["^/api/"],  # bearer tokens only: no cookie is read there
        ),
        template_config=template_config(),
        stores=stores,
        request_max_body_size=settings.max_body_bytes,
        openapi_config=_openapi(),
        lifespan=[_lifespan(settings, stores, clock or SystemClock(), background)],
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Linli 邻里",
        version="1",
        description="Neighbourhood services, matched by a constraint solver that shows its reasons.",
        path="/api/v1",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
    )


def _routes(settings: Settings) -> list[ControllerRouterHandler]:
    from api.rest import rest_router  # noqa: PLC0415 routes import the whole product; settings and tests need not
    from api.web.pages import page_routes  # noqa: PLC0415

    return [rest_router(), *page_routes(demo=settings.demo)]


def _lifespan(
    settings: Settings, stores: StoreRegistry, clock: Clock, background: bool
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            runtime: Runtime = await stack.enter_async_context(
                open_runtime(settings, clock, stores, background=background)
            )
            app.state.runtime = runtime
            app.state.site = await site_of(runtime)
            yield

    return lifespan
