"""Pages of the office: the queue, one need at a time, rounds, the telephone list."""

from typing import Any

from litestar import Router

from api.auth.identity import officers
from api.rest.coverage import readers
from api.web.pages.office import (
    calls,
    classes,
    coverage,
    meals,
    need,
    proposing,
    queue,
    rounds,
    stream,
    who,
    why,
)

ROUTES: list[Any] = [
    Router(
        "/office",
        route_handlers=[
            *queue.ROUTES,
            *need.ROUTES,
            *who.ROUTES,
            *why.ROUTES,
            *rounds.ROUTES,
            *stream.ROUTES,
            *calls.ROUTES,
            *meals.ROUTES,
            *proposing.ROUTES,
            *classes.ROUTES,
        ],
        guards=[officers],
    ),
    Router("/office", route_handlers=coverage.ROUTES, guards=[readers]),
]
