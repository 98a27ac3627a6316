"""Classes: proposed, enrolled for, opened with leader, room and seats; the waiting list; held; cancelled; too few."""

from datetime import timedelta

import pytest

from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid
from catalog.kernel.ids import new_id
from catalog.providers.models import Provider, ProviderKind
from catalog.venues.commands import CloseVenue
from catalog.venues.service import close_venue
from market.gatherings import service as gatherings
from market.gatherings.models import Enrolment, Gathering
from market.gatherings.queries import enrolments_in, gathering_view, sessions_of_workers
from market.gatherings.reactions import TIMERS
from market.outbox import fire_timers
from market.rounds.problem.blocks import load_blocks
from market.rounds.problem.ticks import Calendar
from market.states import EnrolmentState, SessionState
from tests.support.rounds_world import round_row, start
from tests.support.rounds_world import run as run_round
from tests.support.shapes import add_child, add_room, knows, lesson, seat_for, tomorrow
from tests.support.story import Story
from tests.support.world import id_of, small_world

E = EnrolmentState
CHILDREN = ("Yiyi", "Erer", "Sansan", "Sisi")


@pytest.fixture
async def story(database, clock):
    async with database.write() as session:
        world = await small_world(session, clock)
        await add_room(session, clock)
        for name in CHILDREN:
            await add_child(session, clock, name)
        await knows(session, "Ye", {"childcare": 2}, ("background_check",))
        await knows(session, "Ma", {"childcare": 2})  # without a paper: nobody for children
        team = await session.get_one(Provider, world.team_id)
        team.kind = ProviderKind.SELF_ORGANISATION
    return Story(database, clock, world)


async def opened(story, **changes: object):
    held = await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock, **changes))
    return await story.do(gatherings.open_enrolment, "Officer Fang", held.id)


async def matched(story, solver, **more: object):
    more = {"deterministic": True, "seconds": 2} | more
    round_id = await start(story.database, story.clock, story.world.street_id, **more)
    await run_round(story.database, story.clock, round_id, solver)
    return await round_row(story.database, round_id)


async def seated(story, *names: str):
    for name in names:
        await story.do(gatherings.enrol, "Chen", seat_for(name))
        story.clock.advance(timedelta(minutes=1))


async def states(story):
    async with story.database.read() as session:
        found = await enrolments_in(session, id_of("lesson"))
    return {one.person_name: (one.state, one.position) for one in found}


async def view(story):
    async with story.database.read() as session:
        return await gathering_view(session, id_of("lesson"))


async def test_a_class_opens_and_the_waiting_list_moves_up(story, solver):
    await opened(story)
    await seated(story, *CHILDREN)
    summary = (await matched(story, solver)).summary["classes"]
    assert (4, 1, 3, 1) == tuple(summary[name] for name in ("asked", "opened", "seated", "waiting"))
    found = await view(story)
    assert (SessionState.CONFIRMED, 3, 1) == (found.state, found.seated, found.waiting)
    assert [("Ye", 0)] == [(one.name, one.role) for one in found.staff]
    assert "gathering.confirmed" in await story.heard("Ye")
    assert {"enrolment.seated", "enrolment.waiting"} <= set(await story.heard("Chen"))
    ((waiting, _),) = [(name, s) for name, s in (await states(story)).items() if s == (E.WAITING, 1)]
    away = next(name for name, (state, _) in (await states(story)).items() if state == E.SEATED)
    with pytest.raises(Forbidden):
        await story.do(gatherings.withdraw_enrolment, "He", id_of(f"seat {away}"))
    await story.do(gatherings.withdraw_enrolment, "Chen", id_of(f"seat {away}"))
    assert (E.PROMOTED, None) == (await states(story))[waiting]
    await story.do(gatherings.take_seat, "Chen", id_of(f"seat {waiting}"))
    assert (E.SEATED, None) == (await states(story))[waiting]
    with pytest.raises(Conflict):
        await story.do(gatherings.note_held, "Ye", id_of("lesson"))
    story.clock.move_to(found.first_at)
    absent = id_of(f"seat {waiting}")
    await story.do(gatherings.note_held, "Ye", id_of("lesson"), [absent])
    assert E.ABSENT == (await story.get(Enrolment, absent)).state
    assert 2 == [state for state, _ in (await states(story)).values()].count(E.ATTENDED)
    with pytest.raises(Forbidden):
        await story.do(gatherings.close_gathering, "Ye", id_of("lesson"))
    await story.do(gatherings.close_gathering, "Officer Fang", id_of("lesson"))
    assert SessionState.CLOSED == (await view(story)).state


async def test_a_seat_that_nobody_takes_goes_on(story, solver):
    await opened(story, max_seats=2)
    await seated(story, *CHILDREN)
    await matched(story, solver)
    before = await states(story)
    gone = next(name for name, (state, _) in before.items() if state == E.SEATED)
    first, second = (next(n for n, (_, place) in before.items() if place == p) for p in (1, 2))
    await story.do(gatherings.withdraw_enrolment, "Chen", id_of(f"seat {gone}"))
    promoted = await story.get(Enrolment, id_of(f"seat {first}"))
    story.clock.move_to(promoted.promoted_until)
    await fire_timers(story.database, TIMERS, story.clock)
    after = await states(story)
    assert (E.WITHDRAWN, None) == after[first]
    assert "enrolment.expired" in await story.heard("Chen")
    assert E.WITHDRAWN != after[second][0]
    with pytest.raises(IllegalTransition):
        await story.do(gatherings.take_seat, "Chen", id_of(f"seat {first}"))


async def test_too_few_children_and_why(story, solver):
    await opened(story)
    await seated(story, "Yiyi")
    summary = (await matched(story, solver)).summary["classes"]
    assert (0, 0) == (summary["opened"], summary["seated"])
    one = await story.get(Enrolment, id_of("seat Yiyi"))
    assert (E.REQUESTED, 1, "min_seats") == (one.state, one.rounds_missed, one.last_causes[-1]["cause"])
    assert "enrolment.unserved" in await story.heard("Chen")
    await seated(story, "Erer")
    assert 2 == (await matched(story, solver)).summary["classes"]["seated"]


async def test_a_room_that_is_closed_opens_nothing(story, solver):
    async with story.database.write() as session:
        closed = CloseVenue(
            id=new_id(), venue_id=id_of("room"), day=tomorrow(story.clock), reason="floor is being mended"
        )
        await close_venue(session, story.clock, closed)
    await opened(story)
    await seated(story, "Yiyi", "Erer")
    summary = (await matched(story, solver)).summary["classes"]
    assert (0, {"venue_open": 2}) == (summary["opened"], summary["unserved_by_cause"])


async def test_a_term_keeps_leader_and_room_and_its_leader_is_busy(story, solver):
    await opened(story, days=(1, 2))
    await seated(story, "Yiyi", "Erer")
    await matched(story, solver)
    assert SessionState.ENROLLING == (await view(story)).state  # a round of one day does not hold the term
    await matched(story, solver, days=2)
    found = await view(story)
    assert (SessionState.CONFIRMED, 2, 1) == (found.state, len(found.starts), len(found.staff))
    calendar = Calendar(tomorrow(story.clock), 2)
    async with story.database.read() as session:
        blocks = await load_blocks(session, calendar.start, calendar.end)
        assert [found.id] == [one.id for one in await sessions_of_workers(session, [blocks[0].worker_id])]
    assert list(found.starts) == [block.start_at for block in blocks]
    second = lesson(story.clock, id=id_of("other lesson"), venue_ids=(id_of("room"),))
    await story.do(gatherings.propose_gathering, "Officer Fang", second)
    await story.do(gatherings.open_enrolment, "Officer Fang", second.id)
    for name in ("Sansan", "Sisi"):
        other = seat_for(name, id=id_of(f"other {name}"), gathering_id=second.id)
        await story.do(gatherings.enrol, "Chen", other)
    assert 0 == (await matched(story, solver)).summary["classes"]["opened"]  # room and leader are taken


async def test_a_cancelled_class_tells_everybody(story, solver):
    await opened(story)
    await seated(story, "Yiyi", "Erer")
    await matched(story, solver)
    with pytest.raises(Forbidden):
        await story.do(gatherings.cancel_gathering, "Chen", id_of("lesson"), "rain")
    await story.do(gatherings.cancel_gathering, "Officer Fang", id_of("lesson"), "停水")
    assert {(E.WITHDRAWN, None)} == set((await states(story)).values())
    assert "gathering.cancelled" in await story.heard("Chen")
    assert "gathering.cancelled" in await story.heard("Ye")
    with pytest.raises(Conflict):
        await story.do(gatherings.enrol, "Chen", seat_for("Sansan"))
    with pytest.raises(IllegalTransition):
        await story.do(gatherings.note_held, "Officer Fang", id_of("lesson"))


async def test_who_comes_later_gets_a_free_seat_at_once(story, solver):
    await opened(story)
    await seated(story, "Yiyi", "Erer")
    await matched(story, solver)
    await seated(story, "Sansan", "Sisi")
    found = await states(story)
    assert [(E.SEATED, None), (E.WAITING, 1)] == [found["Sansan"], found["Sisi"]]


async def test_what_cannot_be_is_refused(story):
    with pytest.raises(Forbidden):
        await story.do(gatherings.propose_gathering, "Chen", lesson(story.clock))
    for changes in (
        {"service_code": "plumbing-drip"},
        {"min_seats": 9},
        {"min_seats": 40, "max_seats": 50},
        {"venue_ids": (id_of("no room"),)},
        {"dates": ((story.clock.now(),),)},
    ):
        with pytest.raises(Invalid):
            await opened(story, **changes)
    held = await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock))
    with pytest.raises(Conflict):
        await story.do(gatherings.enrol, "Chen", seat_for("Yiyi"))  # not open yet
    await story.do(gatherings.open_enrolment, "Officer Fang", held.id)
    with pytest.raises(Conflict):
        await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock, max_seats=5))
    for changes in (
        {"guardian": None},
        {"requester_id": id_of("Yiyi")},
        {"requester_id": id_of("Erer")},
        {"person_id": id_of("Luo")},
    ):
        with pytest.raises(Invalid):
            await story.do(gatherings.enrol, "Officer Fang", seat_for("Yiyi", **changes))
    await seated(story, "Yiyi")
    with pytest.raises(Conflict):
        await story.do(gatherings.enrol, "Chen", seat_for("Yiyi", id=new_id()))
    assert SessionState.ENROLLING == (await story.get(Gathering, held.id)).state
