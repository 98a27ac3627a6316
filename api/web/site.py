"""What the pages of this deployment share: whose they are, and the navigation of each role."""

from sqlalchemy import select

from api.i18n import N_
from api.runtime import Runtime
from api.web.render import Community, NavItem, Site
from catalog.territory.models import PlaceKind, Territory

BOARD = NavItem("/board", N_("Board"), "chart-column")
MEALS = NavItem("/office/meals", N_("Meals"), "utensils")
CLASSES = NavItem("/office/classes", N_("Classes and fairs"), "school")
CIRCLES = NavItem("/office/coverage", N_("Service circles"), "target")
NAVIGATION: dict[str, tuple[NavItem, ...]] = {
    "": (NavItem("/", N_("Home"), "house"), NavItem("/services", N_("Services"), "list")),
    "resident": (
        NavItem("/", N_("Home"), "house"),
        NavItem("/ask", N_("I need help"), "hand-helping"),
        NavItem("/me", N_("My appointments"), "calendar"),
    ),
    "provider": (
        NavItem("/work", N_("Today"), "list"),
        NavItem("/work/offers", N_("Offers"), "inbox"),
    ),
    "officer": (
        NavItem("/office", N_("Queue"), "list"),
        NavItem("/office/rounds", N_("Rounds"), "play"),
        NavItem("/office/calls", N_("Call list"), "phone"),
        MEALS,
        CLASSES,
        CIRCLES,
        BOARD,
    ),
    "admin": (
        NavItem("/office", N_("Queue"), "list"),
        NavItem("/office/rounds", N_("Rounds"), "play"),
        NavItem("/office/calls", N_("Call list"), "phone"),
        MEALS,
        CLASSES,
        CIRCLES,
        BOARD,
    ),
    "grid_leader": (
        NavItem("/", N_("Home"), "house"),
        NavItem("/ask", N_("Ask for somebody"), "hand-helping"),
        NavItem("/me", N_("My appointments"), "calendar"),
        BOARD,
    ),
    "building_contact": (
        NavItem("/", N_("Home"), "house"),
        NavItem("/ask", N_("Ask for somebody"), "hand-helping"),
        BOARD,
    ),
    "reviewer": (BOARD, CIRCLES, NavItem("/algorithm", N_("How matching decides"), "scale")),
}
DEMO = NavItem("/demo", N_("The demo's day"), "sun")


async def site_of(runtime: Runtime) -> Site:
    """Return the deployment's site: the street's own name and phone."""
    async with runtime.database.read() as session:
        street = (
            (
                await session.execute(
                    select(Territory).where(Territory.kind == PlaceKind.STREET).order_by(Territory.code)
                )
            )
            .scalars()
            .first()
        )
    community = (
        Community(street.name_zh, street.name_en, street.phone or Community.phone) if street else Community()
    )
    return Site(
        community=community, demo=runtime.settings.demo, navigation=navigation(demo=runtime.settings.demo)
    )


def navigation(*, demo: bool) -> dict[str, tuple[NavItem, ...]]:
    """Return the entries of each role; in demo mode everybody finds the way back to the story."""
    return {role: (*items, DEMO) for role, items in NAVIGATION.items()} if demo else NAVIGATION
