"""Where a need may be: the ground that a street's network covers, and the community that it belongs to."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.territory.models import PlaceKind, Territory

Ring = Sequence[Sequence[float]]


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """A community with the outline of the street above it, if that has one."""

    id: UUID
    path: str
    lat: float | None
    lon: float | None
    outline: Ring | None

    def covers(self, lat: float, lon: float) -> bool:
        """Say whether a point lies on the covered ground; without an outline everything does."""
        return self.outline is None or inside(lat, lon, self.outline)


def inside(lat: float, lon: float, ring: Ring) -> bool:
    """Say whether a point lies in a ring of [lat, lon], by counting the edges that a ray to the east crosses."""
    crossed = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a):
            crossed = not crossed
    return crossed


async def load_communities(session: AsyncSession) -> dict[UUID, Community]:
    """Return all communities, with the outline of the nearest street above each, in one statement."""
    columns = (Territory.id, Territory.kind, Territory.path, Territory.lat, Territory.lon, Territory.outline)
    kinds = (PlaceKind.STREET, PlaceKind.COMMUNITY)
    rows = (await session.execute(select(*columns).where(Territory.kind.in_(kinds)))).all()
    streets = {row.path: row.outline for row in rows if row.kind == PlaceKind.STREET}
    return {
        row.id: Community(
            id=row.id, path=row.path, lat=row.lat, lon=row.lon, outline=_above(row.path, streets)
        )
        for row in rows
        if row.kind == PlaceKind.COMMUNITY
    }


def nearest_community(communities: Sequence[Community], lat: float, lon: float) -> Community | None:
    """Return the community whose middle is nearest among those that cover a point."""
    around = [place for place in communities if place.lat is not None and place.covers(lat, lon)]
    return min(around, key=lambda place: (_apart(place, lat, lon), place.path), default=None)


def above(path: str) -> list[str]:
    """Return a place's own path and those above it, the nearest first: `a/b/c/` -> `a/b/c/`, `a/b/`, `a/`."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1)]


def _above(path: str, streets: dict[str, Ring | None]) -> Ring | None:
    return next((streets[prefix] for prefix in above(path) if prefix in streets), None)


def _apart(place: Community, lat: float, lon: float) -> float:
    return ((place.lat or 0.0) - lat) ** 2 + ((place.lon or 0.0) - lon) ** 2
