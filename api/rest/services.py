"""What can be asked for."""

from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from catalog.kernel.db import ReadSession
from catalog.services.commands import FindServices
from catalog.services.models import Lane, Service, Shape
from catalog.services.queries import browse, search, service


class ServiceView(msgspec.Struct, frozen=True, kw_only=True):
    """A service: durations in minutes, reach in metres, prices in fen, limits in working days."""

    code: str
    category_code: str
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    icon: str
    lane: Lane
    shape: Shape
    duration_minutes: int
    people_needed: int
    skills: list[dict[str, Any]]
    qualifications: list[str]
    safeguarding: list[str]
    price_kind: str
    price_cap_fen: int | None
    provider_kinds: list[str]
    reach_metres: int
    lead_hours: int
    wait_limit_days: int
    urgency_default: str


class ShelfView(msgspec.Struct, frozen=True, kw_only=True):
    """A category with its services, in the order of the catalogue."""

    code: str
    name_zh: str
    name_en: str
    icon: str
    services: tuple[ServiceView, ...]


def view(row: Service) -> ServiceView:
    """Return what readers get of a service."""
    return msgspec.convert(row, ServiceView, from_attributes=True)


@get("/services", operation_id="listServices")
async def list_services(
    read: NamedDependency[ReadSession],
    lane: FromQuery[Lane | None] = None,
    category: Annotated[str | None, QueryParameter(max_length=64, description="Code of a category")] = None,
) -> list[ShelfView]:
    """List the catalogue by category."""
    shelves = await browse(read, lane)
    return [
        ShelfView(
            code=shelf.category.code,
            name_zh=shelf.category.name_zh,
            name_en=shelf.category.name_en,
            icon=shelf.category.icon,
            services=tuple(view(row) for row in shelf.services),
        )
        for shelf in shelves
        if category in {None, shelf.category.code}
    ]


@get("/services/search", operation_id="searchServices")
async def search_services(
    read: NamedDependency[ReadSession],
    text: Annotated[str, QueryParameter(min_length=1, max_length=80, description="What people call it")],
    lane: FromQuery[Lane | None] = None,
) -> list[ServiceView]:
    """Find services by name, keyword or summary, best first."""
    return [view(row) for row in await search(read, FindServices(text=text, lane=lane))]


@get("/services/{code:str}", operation_id="getService")
async def get_service(read: NamedDependency[ReadSession], code: FromPath[str]) -> ServiceView:
    """Return one service."""
    return view(await service(read, code))


ROUTES = [list_services, search_services, get_service]
