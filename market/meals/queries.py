"""Reading meals; every function issues a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from catalog.kernel.errors import NotFound
from catalog.people.models import Household, Person
from catalog.providers.models import Provider, Worker
from catalog.territory.models import Territory
from catalog.venues import queries as venues
from catalog.venues.models import Canteen, Venue
from market.meals.days import Wanted, load_exceptions, wanted
from market.meals.days import load_wanted as _load_wanted
from market.meals.models import DeliveryRun, Meal, MealWay, OrderException, RunStop, StandingOrder
from market.meals.views import (
    CanteenView,
    Cause,
    ExceptionView,
    MealView,
    OrderView,
    RunView,
    StopView,
)
from market.states import StandingState

Building, Compound = aliased(Territory), aliased(Territory)


async def canteens(session: AsyncSession, path: str = "") -> list[CanteenView]:
    """Return the canteens below a path."""
    return [_canteen_view(canteen, room) for canteen, room in await venues.canteens(session, path)]


def _canteen_view(canteen: Canteen, room: Venue) -> CanteenView:
    return CanteenView(
        id=canteen.id,
        venue_id=room.id,
        name_zh=room.name_zh,
        name_en=room.name_en,
        lat=room.lat,
        lon=room.lon,
        step_free=room.step_free,
        meals_day=canteen.meals_day,
        pick_up_seats=canteen.pick_up_seats,
        dine_in_seats=canteen.dine_in_seats,
    )


async def orders_of(session: AsyncSession, person_ids: Collection[UUID]) -> list[OrderView]:
    """Return the orders of people and those that they asked for somebody else, those that run first."""
    ids = sorted(person_ids)
    statement = _orders().where(StandingOrder.person_id.in_(ids) | StandingOrder.requester_id.in_(ids))
    return await _order_views(session, statement)


async def order_view(session: AsyncSession, order_id: UUID) -> OrderView:
    """Return one order.

    Raises:
        NotFound: there is none of that id.
    """
    found = await _order_views(session, _orders().where(StandingOrder.id == order_id))
    if not found:
        raise NotFound("There is no such {thing}", thing="standing_order")
    return found[0]


def _orders() -> Any:
    return (
        select(StandingOrder, Person.name)
        .join(Person, Person.id == StandingOrder.person_id)
        .order_by(StandingOrder.state, StandingOrder.created_at.desc(), StandingOrder.id)
    )


async def _order_views(session: AsyncSession, statement: Any) -> list[OrderView]:
    rows = [(row[0], row[1]) for row in await session.execute(statement)]
    days = select(OrderException).where(OrderException.order_id.in_([order.id for order, _ in rows]))
    differ: dict[UUID, list[ExceptionView]] = defaultdict(list)
    for one in (await session.execute(days.order_by(OrderException.day))).scalars():
        differ[one.order_id].append(ExceptionView(day=one.day, skip=one.skip, way=one.way, units=one.units))
    return [_order_view(order, name, tuple(differ[order.id])) for order, name in rows]


def _order_view(order: StandingOrder, name: str, differ: tuple[ExceptionView, ...]) -> OrderView:
    own = ("weekdays", "other_ways", "exceptions", "person_name")
    plain = {field: getattr(order, field) for field in OrderView.__struct_fields__ if field not in own}
    return OrderView(
        **plain,
        person_name=name,
        weekdays=tuple(order.weekdays),
        other_ways=tuple(MealWay(way) for way in order.other_ways),
        exceptions=differ,
    )


async def meals_of_day(session: AsyncSession, path: str, day: date) -> list[MealView]:
    """Return what is wanted below a path on a day and what has become of it, by name."""
    return await _meal_views(session, await _load_wanted(session, path, day, 1))


async def meals_of(
    session: AsyncSession, person_ids: Collection[UUID], first: date, days: int
) -> list[MealView]:
    """Return the meals of people on some days, by day."""
    ids = sorted(person_ids)
    statement = select(StandingOrder).where(
        StandingOrder.person_id.in_(ids) | StandingOrder.requester_id.in_(ids),
        StandingOrder.state == StandingState.ACTIVE,
    )
    orders = (await session.execute(statement.order_by(StandingOrder.id))).scalars().all()
    differ = await load_exceptions(session, [order.id for order in orders], first, days)
    asked = wanted(orders, differ, [first + timedelta(days=n) for n in range(days)])
    return await _meal_views(session, list(asked))


async def _meal_views(session: AsyncSession, asked: Sequence[Wanted]) -> list[MealView]:
    names = await _names(session, {one.order.person_id for one in asked})
    made = await _made(session, [one.id for one in asked])
    views = [_meal_view(one, names[one.order.person_id], made.get(one.id)) for one in asked]
    return sorted(views, key=lambda view: (view.day, view.person_name, view.id))


async def _names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    found = await session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(ids))))
    return {row.id: row.name for row in found}


async def _made(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Any]:
    statement = (
        select(Meal, Person.name, Venue.name_zh, Venue.name_en)
        .outerjoin(DeliveryRun, DeliveryRun.id == Meal.run_id)
        .outerjoin(Worker, Worker.id == DeliveryRun.worker_id)
        .outerjoin(Person, Person.id == Worker.person_id)
        .outerjoin(Canteen, Canteen.id == Meal.canteen_id)
        .outerjoin(Venue, Venue.id == Canteen.venue_id)
        .where(Meal.id.in_(ids))
    )
    return {row[0].id: row for row in await session.execute(statement)}


def _meal_view(one: Wanted, name: str, made: Any) -> MealView:
    view: dict[str, Any] = {
        "id": one.id,
        "order_id": one.order.id,
        "person_id": one.order.person_id,
        "person_name": name,
        "day": one.day,
        "start_minute": one.order.start_minute,
        "end_minute": one.order.end_minute,
    }
    if made is None:
        return MealView(**view, way=one.way, units=one.units)
    meal, helper, canteen_zh, canteen_en = made
    return MealView(
        **view,
        way=meal.way,
        units=meal.units,
        state=meal.state,
        at=meal.at,
        until=meal.until,
        run_id=meal.run_id,
        helper_name=helper,
        canteen_id=meal.canteen_id,
        canteen_zh=canteen_zh,
        canteen_en=canteen_en,
        causes=tuple(Cause(**cause) for cause in meal.causes),
    )


async def runs_of_workers(
    session: AsyncSession, worker_ids: Collection[UUID], first: date, days: int
) -> list[RunView]:
    """Return the runs of workers on some days with their stops, by time; two statements."""
    statement = _runs().where(
        DeliveryRun.worker_id.in_(sorted(worker_ids)),
        DeliveryRun.day >= first,
        DeliveryRun.day < first + timedelta(days=days),
    )
    return await _run_views(session, statement)


async def runs_of_day(session: AsyncSession, path: str, day: date) -> list[RunView]:
    """Return the runs from canteens below a path on a day with their stops, by time; two statements."""
    statement = _runs().join(Territory, Territory.id == Venue.territory_id)
    below = Territory.path.startswith(path, autoescape=True)
    return await _run_views(session, statement.where(below, DeliveryRun.day == day))


async def run_view(session: AsyncSession, run_id: UUID) -> RunView:
    """Return one run.

    Raises:
        NotFound: there is none of that id.
    """
    found = await _run_views(session, _runs().where(DeliveryRun.id == run_id))
    if not found:
        raise NotFound("There is no such {thing}", thing="delivery_run")
    return found[0]


def _runs() -> Any:
    return (
        select(DeliveryRun, Person.name, Provider, Venue)
        .join(Worker, Worker.id == DeliveryRun.worker_id)
        .join(Person, Person.id == Worker.person_id)
        .join(Provider, Provider.id == DeliveryRun.provider_id)
        .join(Canteen, Canteen.id == DeliveryRun.canteen_id)
        .join(Venue, Venue.id == Canteen.venue_id)
        .order_by(DeliveryRun.begins_at, DeliveryRun.id)
    )


async def _run_views(session: AsyncSession, statement: Any) -> list[RunView]:
    rows = (await session.execute(statement)).all()
    stops = await _stops(session, [run.id for run, *_ in rows])
    return [
        RunView(
            **_same(run, RunView),
            worker_name=name,
            provider_zh=provider.name_zh,
            provider_en=provider.name_en,
            canteen_zh=room.name_zh,
            canteen_en=room.name_en,
            canteen_lat=room.lat,
            canteen_lon=room.lon,
            stops=tuple(stops[run.id]),
        )
        for run, name, provider, room in rows
    ]


async def _stops(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, list[StopView]]:
    statement = (
        select(RunStop, StandingOrder, Person, Household.door, Household.floor, Building, Compound)
        .join(Meal, Meal.id == RunStop.meal_id)
        .join(StandingOrder, StandingOrder.id == Meal.order_id)
        .join(Person, Person.id == StandingOrder.person_id)
        .outerjoin(Household, Household.id == StandingOrder.household_id)
        .outerjoin(Building, Building.id == Household.building_id)
        .outerjoin(Compound, Compound.id == Building.parent_id)
        .where(RunStop.run_id.in_(run_ids))
        .order_by(RunStop.run_id, RunStop.position)
    )
    found: dict[UUID, list[StopView]] = defaultdict(list)
    for stop, order, person, door, floor, building, compound in await session.execute(statement):
        found[stop.run_id].append(
            StopView(
                **_same(stop, StopView),
                person_id=person.id,
                person_name=person.name,
                phone=person.phone,
                door=door,
                **_names_of("building", building),
                **_names_of("compound", compound),
                floor=floor,
                notes=order.notes,
                lat=order.lat,
                lon=order.lon,
            )
        )
    return found


def _names_of(stem: str, place: Territory | None) -> dict[str, Any]:
    """Return the names of a place under the names that a view has; nothing of one that nobody noted."""
    found = (None, None) if place is None else (place.name_zh, place.name_en)
    return dict(zip((f"{stem}_zh", f"{stem}_en"), found, strict=True))


def _same(row: Any, view: type) -> dict[str, Any]:
    """Return the columns of a row that a view has under the same name."""
    columns = row.__table__.columns.keys()
    fields: Sequence[str] = view.__struct_fields__  # type: ignore[attr-defined]
    return {name: getattr(row, name) for name in fields if name in columns}
