"""Everything a round has read before it computes: plain rows, safe to hand to another thread."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.models import Household
from catalog.services.models import Service
from catalog.territory.models import Territory
from market.needs.models import Need
from market.rounds.claims import Span, windows_of
from market.rounds.models import Round
from market.rounds.problem.bonds import Bonds, load_bonds
from market.rounds.problem.commitments import Commitment, load_commitments, load_refusals
from market.rounds.problem.people import People, load_people
from market.rounds.problem.shapes import Shapes, load_shapes
from market.rounds.problem.ticks import Calendar


class Door(NamedTuple):
    """Where in a house somebody is visited; None where nobody noted it. `zones`: its stairwell, building, compound."""

    floor: int | None = None
    has_lift: bool | None = None
    zones: tuple[UUID, ...] = ()


class Facts(NamedTuple):
    """The world as the round saw it when it froze; `doors` by need, of visits at home."""

    round_id: UUID
    calendar: Calendar
    now: datetime
    needs: Sequence[Need]
    windows: Mapping[UUID, Sequence[Span]]
    services: Mapping[str, Service]
    communities: Mapping[UUID, str]
    people: People
    commitments: Sequence[Commitment]
    refusals: Sequence[tuple[UUID, UUID]]
    doors: Mapping[UUID, Door]
    bonds: Bonds = Bonds({}, frozenset())
    shapes: Shapes = Shapes()


async def load_facts(
    session: AsyncSession, opened: Round, needs: Sequence[Need], now: datetime, path: str = ""
) -> Facts:
    """Read what a round needs to know, in a number of statements that does not grow with the world."""
    calendar = Calendar(opened.first_day, opened.days)
    services = await _services(session, needs)
    commitments = await load_commitments(session, calendar)
    below = path if opened.only_need_id is None else None
    shapes = await load_shapes(session, calendar, below, needs, now)
    return Facts(
        opened.id,
        calendar,
        now,
        needs,
        await windows_of(session, needs),
        services,
        await _communities(session, needs),
        await load_people(session, calendar, needs, services, shapes),
        commitments,
        await load_refusals(
            session, [need.id for need in needs], expired_too=opened.only_need_id is not None
        ),
        await _doors(session, {need.id for need in needs} | {seat.need_id for seat in commitments}),
        await load_bonds(session, needs, services, now),
        shapes,
    )


async def _services(session: AsyncSession, needs: Sequence[Need]) -> dict[str, Service]:
    codes = sorted({need.service_code for need in needs})
    found = await session.execute(select(Service).where(Service.code.in_(codes)))
    return {service.code: service for service in found.scalars()}


async def _communities(session: AsyncSession, needs: Sequence[Need]) -> dict[UUID, str]:
    ids = sorted({need.community_id for need in needs})
    found = await session.execute(select(Territory.id, Territory.code).where(Territory.id.in_(ids)))
    return {row.id: row.code for row in found}


async def _doors(session: AsyncSession, need_ids: Collection[UUID]) -> dict[UUID, Door]:
    """Return floor and lift of needs at home; who waits somewhere else is not found by the stairs of their house."""
    at_home = and_(Household.id == Need.household_id, Household.lat == Need.lat, Household.lon == Need.lon)
    found = await session.execute(
        select(
            Need.id,
            Household.floor,
            Territory.has_lift,
            Household.unit_id,
            Household.building_id,
            Territory.parent_id,
        )
        .join(Household, at_home)
        .join(Territory, Territory.id == Household.building_id)
        .where(Need.id.in_(sorted(need_ids)))
    )
    return {
        need_id: Door(floor, has_lift, tuple(zone for zone in zones if zone is not None))
        for need_id, floor, has_lift, *zones in found
    }
