"""Reading the service catalogue: by shelf, by code, by what people call it."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import NotFound
from catalog.services.commands import FindServices
from catalog.services.models import Category, Lane, Qualification, Service, Skill
from catalog.territory.rows import rows_by


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """A category with the services that can be asked for now."""

    category: Category
    services: tuple[Service, ...]


async def browse(session: AsyncSession, lane: Lane | None = None) -> Sequence[Shelf]:
    """Return the categories in their order with their services; of one lane only if given. Two statements."""
    categories = (await session.execute(select(Category).order_by(Category.position))).scalars().all()
    found = await services(session, lane)
    shelves = (
        Shelf(category=category, services=tuple(s for s in found if s.category_code == category.code))
        for category in categories
    )
    return [shelf for shelf in shelves if shelf.services]


async def services(session: AsyncSession, lane: Lane | None = None) -> Sequence[Service]:
    """Return the services that can be asked for now, in their order."""
    statement = select(Service).where(Service.active).order_by(Service.position)
    return (
        (await session.execute(statement.where(Service.lane == lane) if lane else statement)).scalars().all()
    )


async def service(session: AsyncSession, code: str) -> Service:
    """Return a service, retired ones too; `NotFound` if there is none of that code."""
    found = await session.get(Service, code)
    if found is None:
        raise NotFound("There is no such {thing}", thing="service")
    return found


async def services_by_code(session: AsyncSession, codes: Collection[str]) -> dict[str, Service]:
    """Return services by code, for lists."""
    return await rows_by(session, Service, codes, "code")


async def skills(session: AsyncSession) -> Sequence[Skill]:
    """Return all skills."""
    return (await session.execute(select(Skill).order_by(Skill.code))).scalars().all()


async def qualifications(session: AsyncSession) -> Sequence[Qualification]:
    """Return all qualifications."""
    return (await session.execute(select(Qualification).order_by(Qualification.code))).scalars().all()


async def search(session: AsyncSession, wanted: FindServices) -> Sequence[Service]:
    """Return services whose name, keyword or summary holds the text, best first.

    The catalogue is a hundred rows: it is read whole and looked through here, the same way on every database.
    """
    text = wanted.text.strip().casefold()
    if not text:
        return []
    ranked = [(_rank(found, text), found) for found in await services(session, wanted.lane)]
    hits = [(rank, found.position, found) for rank, found in ranked if rank is not None]
    return [found for *_, found in sorted(hits, key=lambda hit: hit[:2])][: wanted.limit]


def _rank(service: Service, text: str) -> int | None:
    names = [name.casefold() for name in (service.name_zh, service.name_en)]
    words = [word.casefold() for word in service.keywords]
    summaries = [summary.casefold() for summary in (service.summary_zh, service.summary_en)]
    tests = (
        any(name.startswith(text) for name in names),
        any(text in name for name in names),
        # "水龙头一直滴水" holds the keyword 滴水: people write sentences
        any(text in word or word in text for word in words),
        any(text in summary for summary in summaries),
    )
    return next((rank for rank, hit in enumerate(tests) if hit), None)
