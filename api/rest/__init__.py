"""The JSON API under /api/v1, for programs; bearer tokens only."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from litestar import Response, Router, get
from litestar.types import ControllerRouterHandler

from api.deps import AnyRequest
from api.rest import (
    auth,
    board,
    coverage,
    gatherings,
    health,
    jobs,
    meals,
    messages,
    needs,
    offers,
    office,
    reviews,
    rounds,
    services,
    territory,
)
from api.rest.bodies import JsonRequest
from api.rest.openapi import PREFIX, document

NOUNS = (
    auth,
    services,
    territory,
    needs,
    meals,
    gatherings,
    offers,
    jobs,
    reviews,
    messages,
    office,
    rounds,
    board,
    coverage,
)


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi_json(request: AnyRequest) -> Response[dict[str, Any]]:
    """Return the OpenAPI document."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = document(request.app)
    return Response(state.openapi, headers={"Cache-Control": "no-cache"})


def rest_routes() -> Sequence[ControllerRouterHandler]:
    """Return the API and, at the root, the probes."""
    nouns = [_noun(module) for module in NOUNS]
    api = Router(PREFIX, route_handlers=[openapi_json, *nouns], request_class=JsonRequest)
    return [api, *health.ROUTES]


def _noun(module: ModuleType) -> Router:
    return Router(
        "/",
        route_handlers=module.ROUTES,
        tags=[module.__name__.rsplit(".", 1)[-1]],
        guards=getattr(module, "GUARDS", None),
    )
