"""The JSON API under /api/v1, for programs; bearer tokens only."""

from litestar import Router


def rest_router() -> Router:
    """Return the router of the whole API."""
    return Router("/api/v1", route_handlers=[])
