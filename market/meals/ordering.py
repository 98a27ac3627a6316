"""Standing orders: opened, changed for a day, paused, ended."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, local_day
from catalog.people.models import Household, Person
from catalog.services.models import Service, Shape
from catalog.territory.models import Territory
from catalog.territory.rows import add_rows, demand, get_row, rows_by
from catalog.venues.models import Canteen
from market.actor import Actor
from market.events import record
from market.meals.access import demand_eater, load_order
from market.meals.calling_off import leave_out
from market.meals.commands import ChangeDay, OpenOrder
from market.meals.days import meal_id, runs_on
from market.meals.models import Meal, OrderException, StandingOrder
from market.needs.access import FILERS
from market.notices.service import tell_all
from market.states import STEPS, MealState, StandingState, move

FREE = ("state", "days_missed", "refused_workers", "created_at", "until_day", "consent")


async def open_order(session: WriteSession, clock: Clock, actor: Actor, command: OpenOrder) -> StandingOrder:
    """Take a standing order in; the same command twice is one order.

    Raises:
        Invalid: the command cannot be right; `field` says where.
        Forbidden: the actor may not order for these people.
        Conflict: the id exists with other content.
    """
    await open_orders(session, clock, actor, (command,))
    return await get_row(session, StandingOrder, command.id)


async def open_orders(
    session: WriteSession, clock: Clock, actor: Actor, commands: Sequence[OpenOrder]
) -> set[UUID]:
    """Take many standing orders in with few statements, all or none; return the ids of the new ones."""
    people = await rows_by(
        session, Person, {i for command in commands for i in (command.person_id, command.requester_id)}
    )
    homes = await _homes(session, [person.household_id for person in people.values() if person.household_id])
    services = await rows_by(session, Service, {command.service_code for command in commands}, "code")
    wanted = {command.canteen_id for command in commands if command.canteen_id}
    await demand(session, Canteen, wanted, field="canteen_id")
    rows = [_row(clock, actor, command, people, homes, services) for command in commands]
    new = await add_rows(session, StandingOrder, rows, free=FREE)
    for command in commands:
        if command.id in new:
            record(session, clock, "standing_order.opened", command.id, actor_id=actor.person_id)
            day = command.from_day.isoformat()
            await tell_all(session, clock, (command.person_id, command.requester_id), "meal.ordered", day=day)
    return new


async def _homes(session: WriteSession, ids: Sequence[UUID]) -> dict[UUID, tuple[Household, str]]:
    statement = (
        select(Household, Territory.path)
        .join(Territory, Territory.id == Household.community_id)
        .where(Household.id.in_(sorted(set(ids))))
    )
    return {home.id: (home, path) for home, path in await session.execute(statement)}


def _row(
    clock: Clock,
    actor: Actor,
    command: OpenOrder,
    people: Mapping[UUID, Person],
    homes: Mapping[UUID, tuple[Household, str]],
    services: Mapping[str, Service],
) -> dict[str, Any]:
    _check(command, people, services)
    household_id = people[command.person_id].household_id
    if household_id is None or household_id not in homes:
        raise Invalid("Say where the help is needed", field="person_id")
    home, path = homes[household_id]
    own = actor.is_system or actor.person_id in {command.person_id, command.requester_id}
    if not own and not actor.may(path, *FILERS):
        raise Forbidden("You may ask for yourself, and for those of your own place")
    row = msgspec.structs.asdict(command)
    return row | {
        "state": StandingState.ACTIVE,
        "consent": _consent(command, clock, actor),
        "weekdays": sorted(set(command.weekdays)),
        "other_ways": sorted({way.value for way in command.other_ways} - {command.way.value}),
        "community_id": home.community_id,
        "household_id": home.id,
        "lat": home.lat,
        "lon": home.lon,
        "refused_workers": [],
        "days_missed": 0,
        "created_at": clock.now(),
    }


def _check(command: OpenOrder, people: Mapping[UUID, Person], services: Mapping[str, Service]) -> None:
    for field in ("person_id", "requester_id"):
        if getattr(command, field) not in people:
            raise Invalid("There is no such {thing}", field=field, thing="person")
    if command.person_id != command.requester_id and command.consent is None:
        raise Invalid("Say how the person you ask for has agreed", field="consent")
    service = services.get(command.service_code)
    if service is None or not service.active or service.shape != Shape.DELIVERY:
        raise Invalid("There is no service {code}", field="service_code", code=command.service_code)
    if command.start_minute >= command.end_minute:
        raise Invalid("The end is before the beginning", field="end_minute")
    if command.until_day is not None and command.until_day < command.from_day:
        raise Invalid("The end is before the beginning", field="until_day")


def _consent(command: OpenOrder, clock: Clock, actor: Actor) -> dict[str, Any] | None:
    if command.consent is None:
        return None
    recorded_by = actor.person_id or command.requester_id
    return {"how": command.consent.how, "at": clock.now().isoformat(), "recorded_by": str(recorded_by)}


async def change_day(session: WriteSession, clock: Clock, actor: Actor, command: ChangeDay) -> StandingOrder:
    """The person's side or staff: one day differs, or is `usual` again; the last word holds.

    What is planned already can only be left out, and that until the helper loads.

    Raises:
        Invalid: the day is over, or the order has no meal on it, or nothing is said.
        Conflict: it is planned already, and more is asked than to leave it out.
    """
    order = await load_order(session, command.order_id)
    await demand_eater(session, actor, order)
    _check_day(clock, order, command)
    planned = await session.get(Meal, meal_id(order.id, command.day), populate_existing=True)
    if planned is not None and planned.state in {MealState.PLANNED, MealState.DONE}:
        if not command.skip:
            raise Conflict("The meal of this day is planned already; it can only be left out")
        await leave_out(session, clock, planned)
    await session.execute(
        delete(OrderException).where(OrderException.order_id == order.id, OrderException.day == command.day)
    )
    if not command.usual:
        session.add(_exception(clock, actor, command))
        await session.flush()
    facts = {"day": command.day.isoformat(), "skip": command.skip}
    record(session, clock, "standing_order.day_changed", order.id, actor_id=actor.person_id, **facts)
    return order


def _check_day(clock: Clock, order: StandingOrder, command: ChangeDay) -> None:
    if command.day < local_day(clock.now()):
        raise Invalid("The time is over already", field="day")
    if not runs_on(order, command.day):
        raise Invalid("There is no meal of this order on that day", field="day")
    said = [command.skip, command.usual, command.way is not None or command.units is not None]
    if sum(said) != 1:
        raise Invalid("Say what is different on that day", field="skip")


def _exception(clock: Clock, actor: Actor, command: ChangeDay) -> OrderException:
    return OrderException(
        id=derived_id("order exception", command.order_id, command.day.isoformat()),
        order_id=command.order_id,
        day=command.day,
        skip=command.skip,
        way=command.way,
        units=command.units,
        changed_by_id=actor.person_id,
        changed_at=clock.now(),
    )


async def pause_order(session: WriteSession, clock: Clock, actor: Actor, order_id: UUID) -> StandingOrder:
    """The person's side or staff: no meals until further notice. Twice is once."""
    return await _step(session, clock, actor, order_id, StandingState.PAUSED)


async def resume_order(session: WriteSession, clock: Clock, actor: Actor, order_id: UUID) -> StandingOrder:
    """The person's side or staff: meals again. Twice is once."""
    return await _step(session, clock, actor, order_id, StandingState.ACTIVE)


async def end_order(session: WriteSession, clock: Clock, actor: Actor, order_id: UUID) -> StandingOrder:
    """The person's side or staff: no meals any more; people are told. Twice is once."""
    return await _step(session, clock, actor, order_id, StandingState.ENDED)


async def _step(
    session: WriteSession, clock: Clock, actor: Actor, order_id: UUID, to: StandingState
) -> StandingOrder:
    order = await load_order(session, order_id)
    await demand_eater(session, actor, order)
    if order.state == to:
        return order
    if to not in STEPS[StandingState][order.state]:
        allowed = [step.value for step in STEPS[StandingState][order.state]]
        raise IllegalTransition("standing_order", order.state.value, to.value, allowed)
    await move(session, StandingOrder, order_id, to)
    record(session, clock, f"standing_order.{to.value}", order_id, actor_id=actor.person_id)
    if to != StandingState.ACTIVE:
        for meal in await _coming(session, clock, order_id):
            await leave_out(session, clock, meal)
    if to == StandingState.ENDED:
        await tell_all(session, clock, (order.person_id, order.requester_id), "meal.order_ended")
    return order


async def _coming(session: WriteSession, clock: Clock, order_id: UUID) -> Sequence[Meal]:
    """Return planned meals that can still be left out."""
    statement = select(Meal).where(
        Meal.order_id == order_id, Meal.state == MealState.PLANNED, Meal.at > clock.now()
    )
    return (await session.execute(statement.order_by(Meal.day))).scalars().all()
