"""The pages, one module per kind of reader."""

from typing import Any


def page_routes(*, demo: bool) -> list[Any]:
    """Return the handlers of all pages; those of the demo exist only there."""
    from api.web.pages import carrying, maps, office, provider, public, resident, sign_in  # noqa: PLC0415 they import the whole product

    routes: list[Any] = [
        *resident.ROUTES,
        *public.ROUTES,
        *provider.ROUTES,
        *carrying.ROUTES,
        *office.ROUTES,
        *sign_in.ROUTES,
        *maps.ROUTES,
    ]
    if not demo:
        return routes
    from api.web.pages import demo as story  # noqa: PLC0415 the only page that knows the example world

    return [*routes, *sign_in.DEMO_ROUTES, *public.DEMO_ROUTES, *story.ROUTES]
