"""Where: the communities of this deployment."""

from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency

from catalog.kernel.db import ReadSession
from catalog.territory.queries import communities


class CommunityView(msgspec.Struct, frozen=True, kw_only=True):
    """A community 社区; `path` is its code path, `phone` reaches a person."""

    id: UUID
    code: str
    path: str
    name_zh: str
    name_en: str
    phone: str | None
    lat: float | None
    lon: float | None
    tags: list[str]


@get("/territory/communities", operation_id="listCommunities")
async def list_communities(read: NamedDependency[ReadSession]) -> list[CommunityView]:
    """List the communities."""
    return [msgspec.convert(row, CommunityView, from_attributes=True) for row in await communities(read)]


ROUTES = [list_communities]
