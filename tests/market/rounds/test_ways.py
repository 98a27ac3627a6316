"""Rounds on a street network: what is measured, what is a guess, and what becomes of a round when it cannot be measured."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from catalog.providers.models import Worker
from market.needs.models import Need
from market.ports import NoWays, SolverFailed
from market.rounds.far import far_of
from market.states import RoundState
from matching.problem import TableTravel, decode_problem
from matching.travel.network.single import route
from tests.support.queries import counted
from tests.support.rounds_world import (
    FutianRouter,
    ask_for,
    offers_of,
    round_row,
    run,
    start,
)
from tests.support.streets import futian
from tests.support.world import World, ask, window


async def test_offers_say_the_metres_of_the_streets(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)

    assert await run(database, clock, round_id, router=FutianRouter()) is RoundState.PUBLISHED

    [offer] = await offers_of(database, need_id)
    async with database.read() as session:
        worker = await session.get_one(Worker, offer.worker_id)
        need = await session.get_one(Need, need_id)
    way = route(futian(), "walk", (worker.lat, worker.lon), (need.lat, need.lon))
    assert (offer.travel_metres, offer.estimated) == (way.metres, False)
    assert way.metres > 0
    held = await round_row(database, round_id)
    assert held.summary["network"] == futian().facts.version
    assert (held.summary["estimated"], held.summary["far_places"]) == (0, 0)
    assert held.summary["median_walk_metres"] == way.metres


async def test_the_stored_problem_carries_its_ways(database: Database, clock: FrozenClock, world: World):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    router = FutianRouter()
    await run(database, clock, round_id, router=router)

    problem = decode_problem((await round_row(database, round_id)).problem or b"")
    estimated = decode_problem(router.asked[0])
    assert isinstance(problem.travel, TableTravel)
    assert problem.travel.network == futian().facts.version
    assert (problem.places, problem.tasks, problem.workers) == (
        estimated.places,
        estimated.tasks,
        estimated.workers,
    )
    assert len(router.asked) == 1


async def test_who_lives_far_from_any_street_is_reached_by_a_guess(
    database: Database, clock: FrozenClock, world: World
):
    # A kilometre south of where the network ends.
    async with database.write() as session:
        away = update(Worker).where(Worker.id.in_([world.workers["Wu"], world.workers["Xu"]]))
        await session.execute(away.values(lat=22.5070, lon=114.03, reach_metres=20_000))
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    await run(database, clock, round_id, router=FutianRouter())

    [offer] = await offers_of(database, need_id)
    assert offer.estimated
    summary = (await round_row(database, round_id)).summary
    assert (summary["estimated"], summary["offers"], summary["far_places"]) == (1, 1, 1)
    async with database.read() as session:
        with counted(database) as statements:
            far = await far_of(session, summary)
    assert (far.needs, far.helpers) == ((), ("Wu", "Xu"))
    assert 1 == len(statements)


async def test_a_need_far_from_any_street_is_named(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    async with database.write() as session:
        await session.execute(update(Need).where(Need.id == need_id).values(lat=22.5070, lon=114.03))
    round_id = await start(database, clock, world.community_id)
    await run(database, clock, round_id, router=FutianRouter())

    held = await round_row(database, round_id)
    async with database.read() as session:
        code = (await session.get_one(Need, need_id)).code
        far = await far_of(session, held.summary)
    assert [code] == [one.need_code for one in far.needs]
    assert (far.needs[0].service_en, far.needs[0].compound_en, far.helpers) == (
        "Dripping tap repair",
        "Lakeside Garden",
        (),
    )


async def test_a_second_visit_is_judged_by_the_way_from_the_first(
    database: Database, clock: FrozenClock, world: World
):
    """Who starts far away is guessed to the first door; the way from there to the next one is known."""
    async with database.write() as session:
        await session.execute(update(Worker).where(Worker.id == world.workers["Xu"]).values(active=False))
        away = update(Worker).where(Worker.id == world.workers["Wu"])
        await session.execute(away.values(lat=22.5070, lon=114.03, reach_metres=20_000))
    first = (window(clock.now() + timedelta(days=1, hours=1), hours=2),)
    later = (window(clock.now() + timedelta(days=1, hours=3), hours=2),)
    needs = await ask_for(database, clock, ask(clock, windows=first), ask(clock, name="Luo", windows=later))
    round_id = await start(database, clock, world.community_id)
    await run(database, clock, round_id, router=FutianRouter())

    offers = sorted(await offers_of(database, *needs), key=lambda offer: offer.start_at)
    assert [offer.estimated for offer in offers] == [True, False]
    assert (await round_row(database, round_id)).summary["estimated"] == 1


class Broken:
    """A router that raises what it is given, each in its turn, and then does as Futian's does."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.asked, self.good = list(errors), 0, FutianRouter()

    async def travel(self, problem: bytes) -> bytes | None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return await self.good.travel(problem)


@pytest.mark.parametrize(
    ("errors", "asked", "reason"),
    [
        ([NoWays("city.network: damaged, prepare it again")], 1, "city.network: damaged, prepare it again"),
        ([SolverFailed("the solver process has died")] * 2, 2, "the solver process has died"),
        ([SolverFailed("the solver process has died")], 2, None),
    ],
    ids=["no network", "died twice", "died once"],
)
async def test_what_cannot_be_measured_is_estimated_and_says_why(
    database: Database, clock: FrozenClock, world: World, errors, asked, reason
):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    router = Broken(*errors)

    assert await run(database, clock, round_id, router=router) is RoundState.PUBLISHED

    [offer] = await offers_of(database, need_id)
    held = await round_row(database, round_id)
    assert router.asked == asked
    assert (offer.estimated, held.summary.get("no_network")) == (reason is not None, reason)
    assert ("network" in held.summary) is (reason is None)
    assert decode_problem(held.problem or b"").travel.estimated is (reason is not None)


@pytest.mark.parametrize(
    "answer", [b"{", b'{"kind":"table","network":"x","places":[],"points":"","tables":[]}']
)
async def test_a_table_that_does_not_fit_is_not_used(
    sqlite_database: Database, clock: FrozenClock, answer: bytes
):
    from tests.support.world import small_world  # noqa: PLC0415

    async with sqlite_database.write() as session:
        world = await small_world(session, clock)
    await ask_for(sqlite_database, clock, ask(clock))
    round_id = await start(sqlite_database, clock, world.community_id)

    class Wrong:
        async def travel(self, _: bytes) -> bytes:
            return answer

    assert await run(sqlite_database, clock, round_id, router=Wrong()) is RoundState.PUBLISHED
    held = await round_row(sqlite_database, round_id)
    assert held.summary["no_network"]
    assert held.summary["served"] == held.summary["estimated"] == 1


async def test_without_a_network_nothing_is_said_of_one(database: Database, clock: FrozenClock, world: World):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)

    class Nowhere:
        async def travel(self, _: bytes) -> None:
            return None

    await run(database, clock, round_id, router=Nowhere())
    summary = (await round_row(database, round_id)).summary
    assert {"network", "no_network"}.isdisjoint(summary)
    assert summary["estimated"] == summary["offers"] == 1


@pytest.mark.parametrize(("moves", "asked"), [(0, 1), (1, 2), (2, 3)])
async def test_a_world_that_moves_on_is_looked_at_anew(
    database: Database, clock: FrozenClock, world: World, moves: int, asked: int
):
    """While ways are measured somebody asks; what is frozen is always what was measured, the third time in any case."""
    names = ["Luo", "He"]
    needs = await ask_for(database, clock, ask(clock))

    async def somebody_asks(time: int) -> None:
        if time <= moves:
            needs.extend(await ask_for(database, clock, ask(clock, name=names[time - 1])))

    round_id = await start(database, clock, world.street_id)
    router = FutianRouter(somebody_asks)
    assert await run(database, clock, round_id, router=router) is RoundState.PUBLISHED

    assert len(router.asked) == asked
    held = await round_row(database, round_id)
    problem = decode_problem(held.problem or b"")
    assert {task.id for task in problem.tasks} == {str(need_id) for need_id in needs}
    assert held.summary["network"] == futian().facts.version


async def test_measuring_holds_nothing(database: Database, clock: FrozenClock, world: World):
    """While ways are measured another round below the same root freezes, and people write."""
    await ask_for(database, clock, ask(clock), ask(clock, name="He"))
    other = await start(database, clock, world.other_community_id)
    round_id = await start(database, clock, world.community_id)

    async def another_round(_: int) -> None:
        async with asyncio.timeout(20):
            assert await run(database, clock, other) is RoundState.PUBLISHED

    router = FutianRouter(another_round)
    assert await run(database, clock, round_id, router=router) is RoundState.PUBLISHED


async def test_two_runners_freeze_once(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    await asyncio.gather(*(run(database, clock, round_id, router=FutianRouter()) for _ in range(3)))
    assert (await round_row(database, round_id)).state is RoundState.PUBLISHED
    assert len(await offers_of(database, need_id)) == 1


async def test_a_process_that_ends_leaves_the_round_open(
    database: Database, clock: FrozenClock, world: World
):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    stop = asyncio.Event()

    async def end(_: int) -> None:
        stop.set()
        await asyncio.sleep(60)

    async with asyncio.timeout(20):
        state = await run(database, clock, round_id, router=FutianRouter(end), stop=stop)
    assert state is RoundState.OPEN
    assert (await round_row(database, round_id)).problem is None
    assert await run(database, clock, round_id, router=FutianRouter()) is RoundState.PUBLISHED


async def test_the_clock_goes_on_while_ways_are_measured(
    database: Database, clock: FrozenClock, world: World
):
    """A minute later the windows of today begin later: the round keeps the minute at which it looked."""
    when = (window(clock.now() + timedelta(hours=3), hours=6),)
    await ask_for(database, clock, ask(clock, windows=when))
    today = clock.now().date()
    clock.advance(timedelta(hours=4))

    async def a_minute_passes(_: int) -> None:
        clock.advance(timedelta(minutes=1))

    router = FutianRouter(a_minute_passes)
    round_id = await start(database, clock, world.community_id, first_day=today)
    await run(database, clock, round_id, router=router)
    assert len(router.asked) == 1
