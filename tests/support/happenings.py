"""What page and browser tests of meals, classes and fairs begin with: rows as a published round leaves them."""

from datetime import timedelta

from catalog.kernel.time import at_local
from market.gatherings import service as gatherings
from market.gatherings.models import Fair, Gathering, GatheringStaff
from market.meals import service as meals
from market.meals.days import meal_id
from market.meals.models import DeliveryRun, Meal, MealWay, RunStop
from market.states import FairState, MealState, RunState, SessionState
from tests.support.shapes import HAIRCUT, add_canteen, add_child, add_room, lesson, order_for, tomorrow
from tests.support.story import Story
from tests.support.world import id_of


async def furnished(story: Story) -> Story:
    """Add a canteen, a room and a child to the small world."""
    async with story.database.write() as session:
        await add_canteen(session, story.clock)
        await add_room(session, story.clock)
        await add_child(session, story.clock, "Yiyi")
    return story


async def opened(story: Story) -> None:
    """Propose the class and open its enrolment."""
    held = await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock))
    await story.do(gatherings.open_enrolment, "Officer Fang", held.id)


async def confirmed(story: Story, max_seats: int = 3) -> None:
    """Settle the class as publishing would: room, date, leader."""
    async with story.database.write() as session:
        held = await session.get_one(Gathering, id_of("lesson"))
        at = at_local(tomorrow(story.clock), 990)
        held.state, held.venue_id, held.max_seats = SessionState.CONFIRMED, id_of("room"), max_seats
        held.min_seats = min(held.min_seats, max_seats)
        held.starts, held.first_at, held.last_at = [at.isoformat()], at, at
        worker = story.world.workers["Ye"]
        staff = {"worker_id": worker, "provider_id": story.world.team_id, "role": 0}
        session.add(GatheringStaff(gathering_id=held.id, **staff))


async def run_of_wu(story: Story) -> DeliveryRun:
    """One run with Chen's meal, as a round would write it."""
    await story.do(meals.open_order, "Chen", order_for(story.clock, notes="Soft food"))
    day = tomorrow(story.clock)
    at = at_local(day, 690)
    run = DeliveryRun(
        id=id_of("run"),
        state=RunState.PLANNED,
        round_id=story.world.round_id,
        worker_id=story.world.workers["Wu"],
        provider_id=story.world.partner_id,
        canteen_id=id_of("canteen"),
        day=day,
        begins_at=at,
        load_at=at + timedelta(minutes=5),
        leave_at=at + timedelta(minutes=10),
        ends_at=at + timedelta(minutes=25),
        units=1,
        metres=420,
    )
    meal = Meal(
        id=meal_id(id_of("order Chen"), day),
        order_id=id_of("order Chen"),
        day=day,
        state=MealState.PLANNED,
        way=MealWay.HOME,
        units=1,
        round_id=run.round_id,
        run_id=run.id,
        canteen_id=run.canteen_id,
        at=at + timedelta(minutes=20),
        causes=[],
    )
    stop = RunStop(
        id=id_of("stop"),
        run_id=run.id,
        meal_id=meal.id,
        position=0,
        arrive_at=at + timedelta(minutes=20),
        start_at=at + timedelta(minutes=20),
        end_at=at + timedelta(minutes=25),
        units=1,
        travel_minutes=3,
        travel_metres=210,
        estimated=True,
    )
    async with story.database.write() as session:
        for row in (run, meal, stop):
            session.add(row)
            await session.flush()
    return run


async def proposed_fairs(story: Story, count: int = 2) -> list[Fair]:
    """Propose the same fair several times for two requests."""
    needs = [await story.looking(name, HAIRCUT) for name in ("Chen", "Luo")]
    both = {
        "visits": {"served": 1, "helper_minutes": 95, "walk_metres": 0},
        "fair": {"served": 2, "helper_minutes": 60, "walk_metres": 700},
    }
    fairs = [
        Fair(
            id=id_of(f"fair {n}"),
            state=FairState.PROPOSED,
            community_id=id_of("lakeside"),
            service_code=HAIRCUT,
            venue_id=id_of("room"),
            start_at=at_local(tomorrow(story.clock), 840),
            duration_minutes=120,
            staff=1,
            need_ids=[str(need.id) for need in needs],
            home_ids=[],
            comparison=both,
            created_at=story.clock.now(),
        )
        for n in range(1, count + 1)
    ]
    async with story.database.write() as session:
        session.add_all(fairs)
    return fairs
