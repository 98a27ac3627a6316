"""Reading places: the tree, its grids, and whom to ask in a building."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.people.models import Person, Role, RoleGrant
from catalog.territory.models import Grid, GridKind, GridMember, PlaceKind, Territory
from catalog.territory.rows import get_row, rows_by

EXAMPLE = "example"  # 示例数据: the tag of a street whose people are invented


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to ask: building head 楼栋长 or liaison 联络人 of the building or of a place above it."""

    person_id: UUID
    name: str
    phone: str | None
    role: Role
    territory_id: UUID
    territory_zh: str
    territory_en: str


async def territory(session: AsyncSession, territory_id: UUID) -> Territory:
    """Return a place; `NotFound` if there is none."""
    return await get_row(session, Territory, territory_id)


async def territories(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Territory]:
    """Return places by id, for lists."""
    return await rows_by(session, Territory, ids)


async def find_place(session: AsyncSession, path: str) -> Territory:
    """Return the place of a code path ("440304/440304005/"); `NotFound` if there is none."""
    found = await session.execute(select(Territory).where(Territory.path == path))
    place = found.scalar_one_or_none()
    if place is None:
        raise NotFound("There is no such {thing}", thing="territory")
    return place


async def subtree(session: AsyncSession, path: str, kinds: Collection[PlaceKind] = ()) -> Sequence[Territory]:
    """Return the place of a path and all below it, in path order; of some kinds only if given."""
    below = Territory.path.startswith(path, autoescape=True)
    statement = select(Territory).where(below).order_by(Territory.path)
    if kinds:
        statement = statement.where(Territory.kind.in_(kinds))
    return (await session.execute(statement)).scalars().all()


async def children(session: AsyncSession, territory_id: UUID) -> Sequence[Territory]:
    """Return the places right below one."""
    statement = select(Territory).where(Territory.parent_id == territory_id).order_by(Territory.path)
    return (await session.execute(statement)).scalars().all()


async def ancestors(session: AsyncSession, place: Territory) -> Sequence[Territory]:
    """Return the places above one and itself, the widest first."""
    statement = select(Territory).where(Territory.path.in_(prefixes(place.path)))
    return (await session.execute(statement.order_by(func.length(Territory.path)))).scalars().all()


async def communities(session: AsyncSession, path: str = "") -> Sequence[Territory]:
    """Return the communities below a path; all of them if none is given."""
    return await subtree(session, path, (PlaceKind.COMMUNITY,))


async def community_of(session: AsyncSession, territory_id: UUID) -> Territory:
    """Return the community in which a place lies; `NotFound` for a street or district."""
    place = await territory(session, territory_id)
    if place.community_id is None:
        raise NotFound("There is no such {thing}", thing="community")
    return place if place.community_id == place.id else await territory(session, place.community_id)


async def roots(session: AsyncSession) -> Sequence[Territory]:
    """Return the places that lie below no other."""
    return (await session.execute(select(Territory).where(Territory.parent_id.is_(None)))).scalars().all()


async def is_example(session: AsyncSession) -> bool:
    """Say whether this deployment shows example data 示例数据: a street is tagged so."""
    statement = select(Territory.tags).where(Territory.kind == PlaceKind.STREET)
    return any(EXAMPLE in tags for tags in (await session.execute(statement)).scalars())


async def contacts_of(session: AsyncSession, building_id: UUID) -> Sequence[Contact]:
    """Return the contacts of a building and of the places above it, the nearest first."""
    building = await territory(session, building_id)
    found = await session.execute(
        select(Person.id, Person.name, Person.phone, RoleGrant.role, Territory)
        .join_from(RoleGrant, Territory, RoleGrant.territory_id == Territory.id)
        .join(Person, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.BUILDING_CONTACT, Territory.path.in_(prefixes(building.path)))
        .order_by(func.length(Territory.path).desc(), RoleGrant.granted_at, Person.name)
    )
    return [
        Contact(
            person_id=person_id,
            name=name,
            phone=phone,
            role=role,
            territory_id=place.id,
            territory_zh=place.name_zh,
            territory_en=place.name_en,
        )
        for person_id, name, phone, role, place in found
    ]


async def search_places(
    session: AsyncSession, text: str, kinds: Collection[PlaceKind] = (), limit: int = 20
) -> Sequence[Territory]:
    """Return places whose name, alias or code holds the text; places are often written in two ways (白果山, 百果山)."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    named = [col.icontains(wanted, autoescape=True) for col in (Territory.name_zh, Territory.name_en)]
    # Databases write Chinese in JSON in their own ways: whoever has an alias is looked at here.
    statement = select(Territory).where(
        or_(*named, Territory.code == text.strip(), cast(Territory.aliases, String) != "[]")
    )
    if kinds:
        statement = statement.where(Territory.kind.in_(kinds))
    found = (await session.execute(statement.order_by(func.length(Territory.path), Territory.path))).scalars()
    return [place for place in found if _says(place, wanted)][:limit]


async def grids(session: AsyncSession, community_id: UUID, kind: GridKind | None = None) -> Sequence[Grid]:
    """Return the grids of a community."""
    statement = select(Grid).where(Grid.community_id == community_id).order_by(Grid.code)
    return (await session.execute(statement.where(Grid.kind == kind) if kind else statement)).scalars().all()


async def grids_of(session: AsyncSession, territory_id: UUID) -> Sequence[Grid]:
    """Return the grids that a compound or building belongs to."""
    mine = select(GridMember.grid_id).where(GridMember.territory_id == territory_id)
    return (await session.execute(select(Grid).where(Grid.id.in_(mine)).order_by(Grid.code))).scalars().all()


async def grid_members(session: AsyncSession, grid_id: UUID) -> Sequence[Territory]:
    """Return the compounds of a grid, or the buildings of a micro-grid."""
    mine = select(GridMember.territory_id).where(GridMember.grid_id == grid_id)
    statement = select(Territory).where(Territory.id.in_(mine)).order_by(Territory.path)
    return (await session.execute(statement)).scalars().all()


def prefixes(path: str) -> list[str]:
    """Return the paths of a place and of all above it."""
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def _says(place: Territory, wanted: str) -> bool:
    words = (place.name_zh, place.name_en, place.code, *place.aliases)
    return any(wanted in word.casefold() for word in words)
