"""Meals: a standing order becomes a run, a helper brings it; a day left out; somebody who cannot come; a seat instead."""

import pytest

from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid
from market.meals import service as meals
from market.meals.commands import ChangeDay
from market.meals.models import DeliveryRun, Meal, MealWay
from market.meals.queries import meals_of, meals_of_day, order_view, runs_of_workers
from market.needs.commands import Consent
from market.rounds.problem.blocks import load_blocks
from market.rounds.problem.ticks import Calendar
from market.states import MealState, RunState, StandingState
from tests.support.rounds_world import round_row, start
from tests.support.rounds_world import run as run_round
from tests.support.shapes import add_canteen, may_carry, order_for, tomorrow
from tests.support.story import Story
from tests.support.world import id_of, small_world


@pytest.fixture
async def story(database, clock):
    async with database.write() as session:
        world = await small_world(session, clock)
        await add_canteen(session, clock)
        await may_carry(session, "Wu")
    return Story(database, clock, world)


async def matched(story, solver, **more: object):
    round_id = await start(
        story.database, story.clock, story.world.street_id, seconds=2, deterministic=True, **more
    )
    await run_round(story.database, story.clock, round_id, solver)
    return await round_row(story.database, round_id)


async def runs_of(story, who="Wu"):
    async with story.database.read() as session:
        return await runs_of_workers(session, [story.world.workers[who]], tomorrow(story.clock), 7)


async def meals_on(story, day=None):
    async with story.database.read() as session:
        return await meals_of_day(session, "", day or tomorrow(story.clock))


async def test_a_standing_order_becomes_a_run_and_a_meal_at_the_door(story, solver):
    lin = order_for(story.clock, "Lin", requester_id=id_of("Luo"), consent=Consent(how="spoken"), units=2)
    await story.do(meals.open_order, "Luo", lin)
    await story.do(meals.open_order, "Chen", order_for(story.clock))
    held = await matched(story, solver)
    assert {"asked": 2, "served": 2, "home": 2, "runs": 1, "units": 3} == {
        name: held.summary["meals"][name] for name in ("asked", "served", "home", "runs", "units")
    }
    (run,) = await runs_of(story)
    assert (RunState.PLANNED, 3, 2) == (run.state, run.units, len(run.stops))
    assert run.begins_at <= run.load_at < run.leave_at < run.stops[0].start_at < run.ends_at
    assert "meal.coming" in await story.heard("Luo")
    assert "meal.coming" in await story.heard("Lin")
    assert ["run.new"] == await story.heard("Wu")
    with pytest.raises(Forbidden):
        await story.do(meals.confirm_run, "Xu", run.id)  # Xu's firm answers as one, but by its contact Wu
    await story.do(meals.confirm_run, "Wu", run.id)
    with pytest.raises(Conflict):
        await story.do(meals.finish_run, "Wu", run.id)
    story.clock.move_to(run.ends_at)
    await story.do(meals.finish_run, "Wu", run.id)
    assert {MealState.DONE} == {meal.state for meal in await meals_on(story, run.day)}
    with pytest.raises(IllegalTransition):
        await story.do(meals.cancel_run, "Wu", run.id, "too late")


async def test_a_published_round_is_published_once(story, solver):
    await story.do(meals.open_order, "Chen", order_for(story.clock))
    first = await matched(story, solver)
    again = await matched(story, solver)
    assert (1, 1) == (first.summary["meals"]["runs"], len(await runs_of(story)))
    assert "meals" not in again.summary  # nothing was left to plan
    assert 1 == (await story.heard("Chen")).count("meal.coming")


async def test_a_day_may_be_left_out_until_the_helper_loads(story, solver):
    order = await story.do(meals.open_order, "Chen", order_for(story.clock))
    day = tomorrow(story.clock)
    with pytest.raises(Invalid):
        await story.do(meals.change_day, "Chen", ChangeDay(order_id=order.id, day=day))
    with pytest.raises(Forbidden):
        await story.do(meals.change_day, "He", ChangeDay(order_id=order.id, day=day, skip=True))
    await story.do(meals.change_day, "Chen", ChangeDay(order_id=order.id, day=day, skip=True))
    assert "meals" not in (await matched(story, solver)).summary
    await story.do(meals.change_day, "Chen", ChangeDay(order_id=order.id, day=day, usual=True))
    assert 1 == (await matched(story, solver)).summary["meals"]["served"]
    (run,) = await runs_of(story)
    with pytest.raises(Conflict):
        await story.do(meals.change_day, "Chen", ChangeDay(order_id=order.id, day=day, units=2))
    await story.do(meals.change_day, "Chen", ChangeDay(order_id=order.id, day=day, skip=True))
    assert RunState.CANCELLED == (await story.get(DeliveryRun, run.id)).state
    assert ["run.new", "run.cancelled"] == await story.heard("Wu")
    async with story.database.read() as session:
        assert [True] == [one.skip for one in (await order_view(session, order.id)).exceptions]


async def test_when_the_helper_cannot_come_the_next_round_looks_again(story, solver):
    await story.do(meals.open_order, "Chen", order_for(story.clock))
    await matched(story, solver)
    (run,) = await runs_of(story)
    await story.do(meals.cancel_run, "Wu", run.id, "摔伤了")
    (meal,) = await meals_on(story)
    assert (MealState.UNSERVED, None) == (meal.state, meal.run_id)
    assert "meal.called_off" in await story.heard("Chen")
    async with story.database.write() as session:
        await may_carry(session, "Xu")
    assert 1 == (await matched(story, solver)).summary["meals"]["served"]
    assert MealState.PLANNED == (await meals_on(story))[0].state


async def test_a_seat_at_the_canteen_where_nobody_can_bring_it(story, solver):
    async with story.database.write() as session:
        await may_carry_nothing(session)
    order = order_for(story.clock, other_ways=(MealWay.DINE_IN,), walk_metres=1_000)
    await story.do(meals.open_order, "Chen", order)
    await story.do(meals.open_order, "Luo", order_for(story.clock, "Luo"))
    summary = (await matched(story, solver)).summary["meals"]
    assert (1, 0, 1) == (summary["dine_in"], summary["home"], sum(summary["unserved_by_cause"].values()))
    found = {meal.person_name: meal for meal in await meals_on(story)}
    assert (MealWay.DINE_IN, MealState.PLANNED) == (found["Chen"].way, found["Chen"].state)
    assert (MealState.UNSERVED, True) == (found["Luo"].state, bool(found["Luo"].causes))
    assert "meal.dine_in" in await story.heard("Chen")
    assert "meal.unserved" in await story.heard("Luo")
    await matched(story, solver)
    assert 1 == (await story.heard("Luo")).count("meal.unserved")  # the same reason is told once


async def may_carry_nothing(session):
    from catalog.providers.models import Worker  # noqa: PLC0415

    (await session.get_one(Worker, id_of("worker Wu"))).carries = 0


async def test_a_run_keeps_its_helper_away_from_other_work(story, solver):
    await story.do(meals.open_order, "Chen", order_for(story.clock))
    await matched(story, solver)
    (run,) = await runs_of(story)
    calendar = Calendar(run.day, 1)
    async with story.database.read() as session:
        (block,) = await load_blocks(session, calendar.start, calendar.end)
    assert (run.worker_id, run.load_at, run.ends_at) == (block.worker_id, block.start_at, block.end_at)


async def test_an_order_is_paused_and_ended(story):
    order = await story.do(meals.open_order, "Chen", order_for(story.clock))
    await story.do(meals.open_order, "Chen", order_for(story.clock))
    with pytest.raises(Conflict):
        await story.do(meals.open_order, "Chen", order_for(story.clock, units=4))
    await story.do(meals.pause_order, "Chen", order.id)
    assert [] == await meals_on(story)
    await story.do(meals.resume_order, "Chen", order.id)
    assert 1 == len(await meals_on(story))
    await story.do(meals.end_order, "Chen", order.id)
    with pytest.raises(IllegalTransition):
        await story.do(meals.resume_order, "Chen", order.id)
    async with story.database.read() as session:
        assert StandingState.ENDED == (await order_view(session, order.id)).state
        assert [] == await meals_of(session, [id_of("Chen")], tomorrow(story.clock), 3)
        assert None is await session.get(Meal, order.id)


async def test_what_cannot_be_is_refused(story):
    for changes in (
        {"requester_id": id_of("Luo")},
        {"service_code": "plumbing-drip"},
        {"start_minute": 800},
        {"until_day": story.clock.now().date()},
        {"canteen_id": id_of("no canteen")},
        {"person_id": id_of("Wu"), "requester_id": id_of("Wu")},
    ):
        with pytest.raises(Invalid):
            await story.do(meals.open_order, "Officer Fang", order_for(story.clock, **changes))
    with pytest.raises(Forbidden):
        await story.do(meals.open_order, "He", order_for(story.clock))
