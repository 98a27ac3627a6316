"""Delivery runs: confirmed by who carries, done, or called off; the record that a round writes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from catalog.kernel.db import WriteSession
from catalog.kernel.errors import Conflict, IllegalTransition
from catalog.kernel.time import Clock
from market.actor import Actor
from market.events import record
from market.meals.access import demand_carrier, load_run
from market.meals.calling_off import tell_carrier
from market.meals.models import DeliveryRun, Meal, RunStop, StandingOrder
from market.needs.talking import some_words
from market.notices.service import tell_all
from market.states import STEPS, MealState, RunState, move

CALLED_OFF = [{"cause": "busy", "count": 1}]


async def confirm_run(session: WriteSession, clock: Clock, actor: Actor, run_id: UUID) -> DeliveryRun:
    """The helper, the provider or staff: it will be done. Twice is once."""
    run = await load_run(session, run_id)
    await demand_carrier(session, actor, run)
    if run.state != RunState.CONFIRMED:
        if run.ends_at <= clock.now():
            raise Conflict("The time is over already")
        await _step(session, clock, actor, run, RunState.CONFIRMED)
    return run


async def finish_run(session: WriteSession, clock: Clock, actor: Actor, run_id: UUID) -> DeliveryRun:
    """The helper, the provider or staff: all meals have been handed over. Twice is once.

    Raises:
        Conflict: nobody can have loaded yet.
    """
    run = await load_run(session, run_id)
    await demand_carrier(session, actor, run)
    if run.state == RunState.DONE:
        return run
    if clock.now() < run.load_at:
        raise Conflict("This round has not begun yet")
    await _step(session, clock, actor, run, RunState.DONE)
    for meal in await meals_on(session, run.id):
        await move(session, Meal, meal.id, MealState.DONE)
        record(session, clock, "meal.done", meal.id, order_id=str(meal.order_id))
    return run


async def cancel_run(
    session: WriteSession, clock: Clock, actor: Actor, run_id: UUID, reason: str
) -> DeliveryRun:
    """The helper, the provider or staff: it cannot be done; its people are told, the next round looks again.

    Raises:
        Invalid: no reason.
        IllegalTransition: it is over.
    """
    run = await load_run(session, run_id)
    await demand_carrier(session, actor, run)
    why = some_words(reason, "reason")
    await _step(session, clock, actor, run, RunState.CANCELLED, reason=why)
    meals = await meals_on(session, run.id)
    await session.execute(delete(RunStop).where(RunStop.run_id == run.id))
    for meal in meals:
        await move(session, Meal, meal.id, MealState.UNSERVED, run_id=None, causes=CALLED_OFF)
        record(session, clock, "meal.unserved", meal.id, order_id=str(meal.order_id), cause="busy")
        await _tell_eaters(session, clock, meal)
    await tell_carrier(session, clock, run, "run.cancelled", reason=why)
    return run


async def meals_on(session: WriteSession, run_id: UUID) -> Sequence[Meal]:
    """Return the planned meals of a run."""
    statement = select(Meal).where(Meal.run_id == run_id, Meal.state == MealState.PLANNED).order_by(Meal.id)
    return (await session.execute(statement)).scalars().all()


async def _tell_eaters(session: WriteSession, clock: Clock, meal: Meal) -> None:
    order = await session.get_one(StandingOrder, meal.order_id)
    people = (order.person_id, order.requester_id)
    await tell_all(session, clock, people, "meal.called_off", day=meal.day.isoformat())


async def _step(
    session: WriteSession,
    clock: Clock,
    actor: Actor,
    run: DeliveryRun,
    to: RunState,
    **values: str,
) -> None:
    if to not in STEPS[RunState][run.state]:
        allowed = [step.value for step in STEPS[RunState][run.state]]
        raise IllegalTransition("delivery_run", run.state.value, to.value, allowed)
    await move(session, DeliveryRun, run.id, to, **values)
    record(session, clock, f"run.{to.value}", run.id, actor_id=actor.person_id, **values)
