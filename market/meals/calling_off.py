"""One meal less: a stop leaves its run, and a run without stops is over."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict
from catalog.kernel.time import Clock
from catalog.providers.models import Worker
from market.events import record
from market.meals.access import load_run, room_of
from market.meals.models import DeliveryRun, Meal, RunStop
from market.notices.service import tell
from market.states import MealState, RunState, move


async def leave_out(session: WriteSession, clock: Clock, meal: Meal) -> None:
    """A planned meal is not wanted after all; the helper is told.

    Raises:
        Conflict: it has been loaded, or the place at the table has begun.
    """
    run = await load_run(session, meal.run_id) if meal.run_id else None
    begins = run.load_at if run else meal.at
    if meal.state == MealState.DONE or (begins is not None and begins <= clock.now()):
        raise Conflict("It is too late to leave this meal out")
    await move(session, Meal, meal.id, MealState.CANCELLED, run_id=None)
    record(session, clock, "meal.cancelled", meal.id, order_id=str(meal.order_id))
    if run is not None:
        await _one_stop_less(session, clock, run, meal)


async def _one_stop_less(session: WriteSession, clock: Clock, run: DeliveryRun, meal: Meal) -> None:
    await session.execute(delete(RunStop).where(RunStop.run_id == run.id, RunStop.meal_id == meal.id))
    run.units -= meal.units
    await session.flush()
    left = select(func.count()).select_from(RunStop).where(RunStop.run_id == run.id)
    if (await session.execute(left)).scalar_one():
        await tell_carrier(session, clock, run, "run.changed")
        return
    await move(session, DeliveryRun, run.id, RunState.CANCELLED, reason="nobody_left")
    record(session, clock, "run.cancelled", run.id, reason="nobody_left")
    await tell_carrier(session, clock, run, "run.cancelled", reason="")


async def tell_carrier(
    session: WriteSession, clock: Clock, run: DeliveryRun, template: str, **params: Any
) -> None:
    """Say something about a run to its helper."""
    room = await room_of(session, run.canteen_id)
    person = await carrier_of(session, run.worker_id)
    await tell(session, clock, person, template, venue=room.name_zh, start_at=run.load_at, **params)


async def carrier_of(session: WriteSession, worker_id: UUID) -> UUID:
    """Return the person behind a worker."""
    return (await session.execute(select(Worker.person_id).where(Worker.id == worker_id))).scalar_one()
