"""Which meals a day asks for: standing orders on their weekdays, less what is different on single days."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.ids import derived_id
from catalog.territory.models import Territory
from market.meals.models import MealWay, OrderException, StandingOrder
from market.states import StandingState

Exceptions = Mapping[tuple[UUID, date], OrderException]


class Wanted(NamedTuple):
    """The meals of an order on a day: how many, how, and how else."""

    order: StandingOrder
    day: date
    units: int
    way: MealWay
    others: tuple[MealWay, ...]

    @property
    def id(self) -> UUID:
        """The id of what a round makes of them."""
        return meal_id(self.order.id, self.day)

    @property
    def ways(self) -> tuple[MealWay, ...]:
        """Every way in which they may come, the preferred one first."""
        return (self.way, *(way for way in self.others if way != self.way))


def meal_id(order_id: UUID, day: date) -> UUID:
    """Return the id of the meals of an order on a day."""
    return derived_id("meal", order_id, day.isoformat())


async def load_wanted(session: AsyncSession, path: str, first: date, days: int) -> list[Wanted]:
    """Return what is wanted below a path on some days, by day and order; two statements."""
    orders = await active_orders(session, path, first, first + timedelta(days=days - 1))
    exceptions = await load_exceptions(session, [o.id for o in orders], first, days) if orders else {}
    return list(wanted(orders, exceptions, [first + timedelta(days=n) for n in range(days)]))


async def active_orders(session: AsyncSession, path: str, first: date, last: date) -> Sequence[StandingOrder]:
    """Return the orders below a path that run on some of the days, in order of their ids."""
    statement = (
        select(StandingOrder)
        .join(Territory, Territory.id == StandingOrder.community_id)
        .where(
            StandingOrder.state == StandingState.ACTIVE,
            Territory.path.startswith(path, autoescape=True),
            StandingOrder.from_day <= last,
            or_(StandingOrder.until_day.is_(None), StandingOrder.until_day >= first),
        )
        .order_by(StandingOrder.id)
    )
    return (await session.execute(statement)).scalars().all()


async def load_exceptions(
    session: AsyncSession, order_ids: Collection[UUID], first: date, days: int
) -> dict[tuple[UUID, date], OrderException]:
    """Return the days that differ, by order and day."""
    statement = select(OrderException).where(
        OrderException.order_id.in_(sorted(order_ids)),
        OrderException.day >= first,
        OrderException.day < first + timedelta(days=days),
    )
    return {(one.order_id, one.day): one for one in (await session.execute(statement)).scalars()}


def wanted(orders: Sequence[StandingOrder], exceptions: Exceptions, days: Sequence[date]) -> Iterator[Wanted]:
    """Yield what is wanted on each day; a day that names another way is served that way, or as the order allows."""
    for day in days:
        for order in orders:
            differs = exceptions.get((order.id, day))
            if runs_on(order, day) and not (differs and differs.skip):
                way = (differs and differs.way) or order.way
                units = (differs and differs.units) or order.units
                yield Wanted(order, day, units, way, tuple(MealWay(other) for other in order.other_ways))


def runs_on(order: StandingOrder, day: date) -> bool:
    """Say whether an order has meals on a day, but for exceptions."""
    begun = order.from_day <= day
    return begun and (order.until_day is None or day <= order.until_day) and day.weekday() in order.weekdays
