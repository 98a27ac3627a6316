"""Reading which needs and helpers of a round are near no street of the network."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.people.models import Household, Person
from catalog.providers.models import Worker
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.needs.models import Need
from market.rounds.views import Far, FarNeed

Building, Compound = aliased(Territory), aliased(Territory)


async def far_of(session: AsyncSession, summary: Mapping[str, Any]) -> Far:
    """Return who the summary of a round says is far from every street, by name; two statements at most."""
    needs = [UUID(need_id) for need_id in summary.get("far_needs", ())]
    workers = [UUID(worker_id) for worker_id in summary.get("far_workers", ())]
    return Far(
        needs=await _needs(session, needs) if needs else (),
        helpers=await _names(session, workers) if workers else (),
    )


async def _needs(session: AsyncSession, ids: Sequence[UUID]) -> tuple[FarNeed, ...]:
    statement = (
        select(
            Need.id.label("need_id"),
            Need.code.label("need_code"),
            Service.name_zh.label("service_zh"),
            Service.name_en.label("service_en"),
            Compound.name_zh.label("compound_zh"),
            Compound.name_en.label("compound_en"),
        )
        .join(Service, Service.code == Need.service_code)
        .outerjoin(Household, Household.id == Need.household_id)
        .outerjoin(Building, Building.id == Household.building_id)
        .outerjoin(Compound, Compound.id == Building.parent_id)
        .where(Need.id.in_(ids))
        .order_by(Need.code)
    )
    return tuple(FarNeed(**row._mapping) for row in await session.execute(statement))  # noqa: SLF001 its columns


async def _names(session: AsyncSession, ids: Sequence[UUID]) -> tuple[str, ...]:
    statement = select(Person.name).join(Worker, Worker.person_id == Person.id).where(Worker.id.in_(ids))
    return tuple((await session.execute(statement.order_by(Person.name, Worker.id))).scalars())
