"""Browser sessions: in the store under an id that changes at every sign-in, written only when they change."""

from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection, Request
from litestar.middleware.session.server_side import ServerSideSessionBackend, ServerSideSessionConfig
from litestar.types import Empty, Message, ScopeSession

from api.settings import Settings

SECONDS = 30 * 24 * 3600
ROTATE = "linli_rotate_session"
LOADED = "linli_loaded_session"
Connection = ASGIConnection[Any, Any, Any, Any]


class RotatingBackend(ServerSideSessionBackend):
    """Litestar's backend would take whatever id a cookie brings: an id planted before sign-in would be signed in too."""

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        """Read the session and remember what it was."""
        held = await super().load_from_connection(connection)
        connection.scope["state"][LOADED] = dict(held)
        return held

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: Connection
    ) -> None:
        """Write what has changed; a session that was signed in or out gets a new id or none."""
        state: dict[str, Any] = connection.scope["state"]
        before = state.get(LOADED, {})
        now = {} if scope_session in (Empty, None) else scope_session
        if now == before and ROTATE not in state:
            return
        if ROTATE in state or not before:  # an id that the store does not know was made up by somebody
            await self._forget(connection)
            connection.cookies[self.config.key] = self.generate_session_id()
        await super().store_in_message(scope_session if now else Empty, message, connection)

    async def _forget(self, connection: Connection) -> None:
        if old := connection.cookies.get(self.config.key):
            await self.delete(old, self.config.get_store_from_app(connection.app))


class RotatingConfig(ServerSideSessionConfig):
    """Configures `RotatingBackend`."""

    _backend_class = RotatingBackend


def session_config(settings: Settings) -> RotatingConfig:
    """Return the sessions of pages; the API and static files have none."""
    return RotatingConfig(
        key="linli_session",
        max_age=SECONDS,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        store="sessions",
        exclude=["^/static/", "^/api/", "^/health$", "^/ready$"],
    )


def sign_in(request: Request[Any, Any, Any], person_id: UUID) -> None:
    """Make the request's session this person's, under a fresh id."""
    request.set_session({"person_id": str(person_id)})
    request.scope["state"][ROTATE] = True


def sign_out(request: Request[Any, Any, Any]) -> None:
    """End the request's session."""
    request.clear_session()
