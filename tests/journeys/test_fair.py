"""A fair: many haircuts close together, compared, accepted by an officer, seated by a round, held, and the needs closed."""

from datetime import timedelta

import pytest

from catalog.kernel.errors import Conflict, Forbidden
from catalog.people.models import Person
from market.gatherings import service as gatherings
from market.gatherings.models import Enrolment, Fair
from market.gatherings.queries import fairs, gathering_view, seat_of_need
from market.needs import service as needs
from market.needs.models import Need
from market.outbox import drain
from market.reactions import REACTIONS
from market.rounds.pooling import find_fairs
from market.states import EnrolmentState, FairState, NeedState, Outcome, SessionState
from tests.support.rounds_world import offers_of, round_row, start
from tests.support.rounds_world import run as run_round
from tests.support.shapes import HAIRCUT, ThreadPooler, add_neighbours, add_room, knows, tomorrow
from tests.support.story import Story
from tests.support.world import actor_of, ask, id_of, small_world, window

PEOPLE = 10


@pytest.fixture
async def story(database, clock):
    async with database.write() as session:
        world = await small_world(session, clock)
        await add_room(session, clock, uses=(HAIRCUT,))
        for name in ("Ye", "Zhou"):
            await knows(session, name, {"hairdressing": 2}, ("background_check",))
        names = await add_neighbours(session, clock, PEOPLE)
    story = Story(database, clock, world)
    morning = (window(clock.now() + timedelta(days=1), 4),)
    async with database.write() as session:
        frail = await session.get_one(Person, id_of(names[-1]))
        frail.tags = ["disabled"]
    for name in names:
        await story.do(needs.open_need, "Officer Fang", ask_for(story, name, morning))
    await settle(story)
    return story


async def settle(story):
    await drain(story.database, REACTIONS, story.clock)


def ask_for(story, name, windows):
    return ask(story.clock, name, HAIRCUT, windows=windows, id=id_of(f"haircut of {name}"))


def need_id(number):
    return id_of(f"haircut of Neighbour {number}")


async def proposed(story):
    found = await find_fairs(
        story.database,
        ThreadPooler(),
        story.clock,
        actor_of("Officer Fang"),
        story.world.community_id,
        tomorrow(story.clock),
    )
    return [await story.get(Fair, fair_id) for fair_id in found]


async def test_many_haircuts_become_a_fair_and_who_cannot_walk_is_visited(story, solver):
    with pytest.raises(Forbidden):
        await find_fairs(
            story.database,
            ThreadPooler(),
            story.clock,
            actor_of("Chen"),
            story.world.community_id,
            tomorrow(story.clock),
        )
    fair, *_ = await proposed(story)
    assert [] == await proposed(story)  # the same again is nothing new
    visits, held = fair.comparison["visits"], fair.comparison["fair"]
    assert PEOPLE == held["served"] >= visits["served"]
    assert held["helper_minutes"] < visits["helper_minutes"]
    assert (PEOPLE - 1, [str(need_id(PEOPLE - 1))]) == (len(fair.need_ids), fair.home_ids)
    with pytest.raises(Forbidden):
        await story.do(gatherings.accept_fair, "Chen", fair.id)
    gathering = await story.do(gatherings.accept_fair, "Officer Fang", fair.id)
    again = await story.do(gatherings.accept_fair, "Officer Fang", fair.id)
    assert gathering.id == again.id
    with pytest.raises(Conflict):
        await story.do(gatherings.reject_fair, "Officer Fang", fair.id, "too late")
    assert "fair.invited" in await story.heard("Neighbour 0")
    round_id = await start(story.database, story.clock, story.world.street_id, seconds=1, deterministic=True)
    await run_round(story.database, story.clock, round_id, solver)
    summary = (await round_row(story.database, round_id)).summary
    assert (PEOPLE, PEOPLE) == (summary["asked"], summary["served"])
    assert PEOPLE - 1 == summary["classes"]["seated"]
    assert NeedState.ARRANGED == (await story.get(Need, need_id(0))).state
    assert NeedState.OFFERED == (await story.get(Need, need_id(PEOPLE - 1))).state
    assert 1 == len(await offers_of(story.database, need_id(PEOPLE - 1)))
    async with story.database.read() as session:
        found = await gathering_view(session, gathering.id)
        seat = await seat_of_need(session, need_id(0))
    assert (SessionState.CONFIRMED, EnrolmentState.SEATED) == (found.state, seat.state)
    story.clock.move_to(found.first_at)
    await story.do(gatherings.note_held, "Officer Fang", gathering.id, [seat.id])
    await settle(story)
    done, back = await story.get(Need, need_id(1)), await story.get(Need, need_id(0))
    assert (NeedState.CLOSED, Outcome.SERVED) == (done.state, done.outcome)
    assert NeedState.LOOKING == back.state
    assert "need.closed.served" in await story.heard("Neighbour 1")


async def test_a_rejected_fair_leaves_the_visits(story):
    fair, *_ = await proposed(story)
    await story.do(gatherings.reject_fair, "Officer Fang", fair.id, "场地要装修")
    with pytest.raises(Conflict):
        await story.do(gatherings.accept_fair, "Officer Fang", fair.id)
    async with story.database.read() as session:
        assert [FairState.REJECTED] == [one.state for one in await fairs(session) if one.id == fair.id]
        assert None is await seat_of_need(session, need_id(0))
    assert fair.id not in {one.id for one in await proposed(story)}


async def test_whoever_withdraws_the_need_leaves_the_fair(story):
    fair, *_ = await proposed(story)
    gathering = await story.do(gatherings.accept_fair, "Officer Fang", fair.id)
    await story.do(needs.withdraw_need, "Officer Fang", need_id(0))
    await settle(story)
    async with story.database.read() as session:
        assert None is await seat_of_need(session, need_id(0))
        seat = await seat_of_need(session, need_id(1))
    assert (gathering.id, EnrolmentState.REQUESTED) == (seat.gathering_id, seat.state)
    await story.do(gatherings.cancel_gathering, "Officer Fang", gathering.id, "停电")
    assert EnrolmentState.WITHDRAWN == (await story.get(Enrolment, seat.id)).state
    assert NeedState.LOOKING == (await story.get(Need, need_id(1))).state
