"""What several readers of needs share."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.people.models import Household, Person
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.needs.models import Need, NeedWindow
from market.needs.views import ServiceName, WindowView
from market.offers.views import Place

BLUR = 0.002  # degrees, about 200 m

Community, Compound, Building, Unit = (aliased(Territory) for _ in range(4))
Helper = aliased(Person)


def service_name(service: Service) -> ServiceName:
    """Return what pages show of a service."""
    return ServiceName(code=service.code, name_zh=service.name_zh, name_en=service.name_en, icon=service.icon)


def with_place(statement: Any) -> Any:
    """Join the household of a need with its unit, building and compound; all may be absent."""
    return (
        statement.outerjoin(Household, Household.id == Need.household_id)
        .outerjoin(Unit, Unit.id == Household.unit_id)
        .outerjoin(Building, Building.id == Household.building_id)
        .outerjoin(Compound, Compound.id == Building.parent_id)
    )


PLACE = (Household, Unit, Building, Compound)


def place_view(
    need: Need,
    home: Household | None,
    unit: Territory | None = None,
    building: Territory | None = None,
    compound: Territory | None = None,
    *,
    exact: bool,
) -> Place:
    """Return where a need is; not `exact`: about 200 m off, and the compound's name only."""
    if not exact or home is None:
        return Place(
            exact=exact,
            lat=need.lat if exact else blurred(need.lat),
            lon=need.lon if exact else blurred(need.lon),
            compound_zh=compound.name_zh if compound else None,
            compound_en=compound.name_en if compound else None,
            access_notes=need.access_notes if exact else None,
        )
    return Place(
        exact=True,
        lat=need.lat,
        lon=need.lon,
        compound_zh=compound.name_zh if compound else None,
        compound_en=compound.name_en if compound else None,
        building_zh=building.name_zh if building else None,
        building_en=building.name_en if building else None,
        door=home.door,
        floor=home.floor,
        has_lift=building.has_lift if building else None,
        entry_notes=unit.entry_notes if unit else None,
        access_notes=need.access_notes,
    )


def blurred(degrees: float) -> float:
    """Return the middle of the cell of about 200 m that a coordinate lies in."""
    return round(round(degrees / BLUR) * BLUR, 3)


async def windows_of(session: AsyncSession, need_ids: Collection[UUID]) -> dict[UUID, tuple[WindowView, ...]]:
    """Return the times of needs, in order."""
    statement = (
        select(NeedWindow)
        .where(NeedWindow.need_id.in_(need_ids))
        .order_by(NeedWindow.starts_at, NeedWindow.id)
    )
    found: dict[UUID, tuple[WindowView, ...]] = {}
    for row in await session.scalars(statement):
        span = WindowView(starts_at=row.starts_at, ends_at=row.ends_at)
        found[row.need_id] = (*found.get(row.need_id, ()), span)
    return found
