"""The pages, one module per kind of reader."""

from typing import Any


def page_routes(*, demo: bool) -> list[Any]:
    """Return the handlers of all pages; those of the demo exist only there."""
    routes: list[Any] = []
    return routes if not demo else [*routes]
