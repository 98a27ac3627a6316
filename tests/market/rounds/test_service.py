"""Starting, freezing, leasing and publishing rounds, one step at a time."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock, local_day
from catalog.providers.models import Provider, ProviderState
from market.actor import SYSTEM
from market.needs.service import withdraw_need
from market.rounds import service
from market.rounds.commands import StartRound
from market.rounds.leases import LeaseLost
from market.rounds.models import RoundNeed
from market.states import RoundState
from matching.problem import decode_problem
from tests.support.rounds_world import (
    GreedySolver,
    ask_for,
    offers_of,
    round_command,
    round_row,
    run,
    start,
)
from tests.support.world import World, actor_of, ask, window

LEASE = timedelta(seconds=10)


async def frozen(database: Database, clock: FrozenClock, territory_id):
    round_id = await start(database, clock, territory_id)
    async with database.write() as session:
        await service.freeze_round(session, clock, round_id)
    return round_id


async def taken(database: Database, round_id) -> set:
    async with database.read() as session:
        found = await session.execute(select(RoundNeed.need_id).where(RoundNeed.round_id == round_id))
        return set(found.scalars())


async def test_the_same_command_opens_one_round(database: Database, clock: FrozenClock, world: World):
    command = round_command(world.community_id, local_day(clock.now()))
    officer = actor_of("Officer Fang")
    async with database.write() as session:
        first = await service.start_round(session, clock, officer, command)
    async with database.write() as session:
        again = await service.start_round(session, clock, officer, command)
    assert first.id == again.id
    other = msgspec.structs.replace(command, seconds=command.seconds + 1)
    with pytest.raises(Conflict):
        async with database.write() as session:
            await service.start_round(session, clock, officer, other)


async def test_the_same_command_at_once_opens_one_round(database: Database, clock: FrozenClock, world: World):
    command = round_command(world.community_id, local_day(clock.now()))

    async def once():
        async with database.write() as session:
            return (await service.start_round(session, clock, SYSTEM, command)).id

    assert set(await asyncio.gather(*(once() for _ in range(5)))) == {command.id}


@pytest.mark.parametrize(
    ("who", "place", "error"),
    [("Officer Fang", "other", Forbidden), ("Chen", "own", Forbidden), ("Officer Fang", "none", NotFound)],
)
async def test_only_officers_of_the_place_start_rounds(
    database: Database, clock: FrozenClock, world: World, who, place, error
):
    territory = {"own": world.community_id, "other": world.other_community_id, "none": new_id()}[place]
    command = round_command(territory, local_day(clock.now()))
    with pytest.raises(error):
        async with database.write() as session:
            await service.start_round(session, clock, actor_of(who), command)


async def test_a_round_of_past_days_is_refused(database: Database, clock: FrozenClock, world: World):
    yesterday = local_day(clock.now()) - timedelta(days=1)
    with pytest.raises(Invalid, match="passed"):
        async with database.write() as session:
            await service.start_round(session, clock, SYSTEM, round_command(world.community_id, yesterday))


@pytest.mark.parametrize("field", [{"days": 0}, {"days": 8}, {"seconds": 0}, {"seconds": 601}, {"extra": 1}])
def test_a_command_out_of_bounds_cannot_be_read(field):
    good = {"id": str(new_id()), "territory_id": str(new_id()), "first_day": "2026-03-03"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good | field, StartRound)


async def test_a_round_takes_what_looks_below_its_territory(
    database: Database, clock: FrozenClock, world: World
):
    here, there = await ask_for(database, clock, ask(clock), ask(clock, name="He"))
    later = (window(clock.now() + timedelta(days=9)),)
    await ask_for(database, clock, ask(clock, name="Luo", windows=later))

    community = await frozen(database, clock, world.community_id)
    street = await frozen(database, clock, world.street_id)

    assert await taken(database, community) == {here}
    # What another round has taken is left to it.
    assert await taken(database, street) == {there}


async def test_a_discarded_round_lets_go_of_its_needs(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    first = await frozen(database, clock, world.community_id)
    async with database.write() as session:
        await service.discard_round(session, clock, actor_of("Officer Fang"), first, "a mistake")

    assert await taken(database, await frozen(database, clock, world.community_id)) == {need_id}


async def test_rounds_that_freeze_at_once_share_no_need(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    rounds = [await start(database, clock, place) for place in (world.community_id, world.street_id)]

    async def freeze(round_id):
        async with database.write() as session:
            await service.freeze_round(session, clock, round_id)

    await asyncio.gather(*map(freeze, rounds))

    found = [await taken(database, round_id) for round_id in rounds]
    assert sorted(found, key=len) == [set(), {need_id}]


async def test_the_root_names_the_bytes_and_the_seed_follows_from_it(
    database: Database, clock: FrozenClock, world: World
):
    await ask_for(database, clock, ask(clock))
    round_id = await frozen(database, clock, world.community_id)
    async with database.write() as session:
        await service.seed_round(session, clock, round_id)

    held = await round_row(database, round_id)
    assert held.input_root == service.input_root(held.problem, held.policy)
    assert held.seed == int(held.input_root, 16) & 0x7FFFFFFF
    assert decode_problem(held.problem).id == str(round_id)
    with pytest.raises(IllegalTransition):
        async with database.write() as session:
            await service.freeze_round(session, clock, round_id)


async def leased(database: Database, clock: FrozenClock, world: World):
    await ask_for(database, clock, ask(clock))
    round_id = await frozen(database, clock, world.community_id)
    async with database.write() as session:
        await service.seed_round(session, clock, round_id)
        lease = await service.claim_round(session, clock, round_id, LEASE, "a")
    return round_id, lease


async def solved(database: Database, round_id) -> bytes:
    from market.ports import SolveOptions  # noqa: PLC0415

    held = await round_row(database, round_id)
    options = SolveOptions(seconds=1, seed=held.seed)
    return await GreedySolver().solve(held.problem, held.policy, options, lambda _: None)


async def test_a_lease_is_held_by_one_until_it_runs_out(database: Database, clock: FrozenClock, world: World):
    round_id, first = await leased(database, clock, world)
    async with database.write() as session:
        assert await service.claim_round(session, clock, round_id, LEASE) is None
        await service.renew_lease(session, clock, first, LEASE)
    clock.advance(LEASE * 2)
    async with database.write() as session:
        second = await service.claim_round(session, clock, round_id, LEASE)
    assert (first.attempt, second.attempt) == (1, 2)

    plan = await solved(database, round_id)
    for write in (
        lambda s: service.renew_lease(s, clock, first, LEASE),
        lambda s: service.record_plan(s, clock, first, plan),
        lambda s: service.give_back(s, clock, first, "late"),
    ):
        with pytest.raises(LeaseLost):
            async with database.write() as session:
                await write(session)
    async with database.write() as session:
        assert await service.record_plan(session, clock, second, plan) is RoundState.CHECKED


SPOILS = {
    "cut short": lambda plan: plan[:-9],
    "another start": lambda plan: plan.replace(b'"start":', b'"start":1'),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
async def test_a_plan_that_a_rule_objects_to_is_never_published(
    database: Database, clock: FrozenClock, world: World, spoil
):
    round_id, lease = await leased(database, clock, world)
    plan = spoil(await solved(database, round_id))
    async with database.write() as session:
        assert await service.record_plan(session, clock, lease, plan) is RoundState.FAILED
    held = await round_row(database, round_id)
    assert held.plan is None
    assert held.error


async def test_what_changed_meanwhile_is_left_alone(database: Database, clock: FrozenClock, world: World):
    gone, stays = await ask_for(database, clock, ask(clock), ask(clock, name="Luo"))
    round_id = await start(database, clock, world.community_id, auto_publish=False)
    assert await run(database, clock, round_id) is RoundState.CHECKED
    async with database.write() as session:
        await withdraw_need(session, clock, actor_of("Chen"), gone)

    async with database.write() as session:
        published = await service.publish_round(session, clock, actor_of("Officer Fang"), round_id)

    assert await offers_of(database, gone) == []
    assert len(await offers_of(database, stays)) == 1
    assert (published.summary["asked"], published.summary["changed"]) == (1, 1)


async def test_a_helper_who_left_meanwhile_is_not_asked(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id, auto_publish=False)
    await run(database, clock, round_id)
    async with database.write() as session:
        (await session.get_one(Provider, world.partner_id)).state = ProviderState.PAUSED

    async with database.write() as session:
        await service.publish_round(session, clock, SYSTEM, round_id)

    assert await offers_of(database, need_id) == []
    assert (await round_row(database, round_id)).summary["unserved_by_cause"] == {"busy": 1}


async def test_a_round_is_published_once(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id, auto_publish=False)
    await run(database, clock, round_id)

    async def publish():
        async with database.write() as session:
            await service.publish_round(session, clock, SYSTEM, round_id)

    answers = await asyncio.gather(*(publish() for _ in range(3)), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in answers) == [
        "IllegalTransition",
        "IllegalTransition",
        "NoneType",
    ]
    assert len(await offers_of(database, need_id)) == 1


async def test_two_rounds_do_not_promise_one_helper_twice(
    database: Database, clock: FrozenClock, world: World
):
    # Only Wu has the licence; both rounds were solved before either was published.
    when = (window(clock.now() + timedelta(days=1, hours=2), hours=1.1),)
    commands = [ask(clock, name=name, service="power-cut-check", windows=when) for name in ("Chen", "He")]
    needs = await ask_for(database, clock, *commands)
    rounds = [
        await start(database, clock, place, auto_publish=False)
        for place in (world.community_id, world.other_community_id)
    ]
    for round_id in rounds:
        await run(database, clock, round_id)
    for round_id in rounds:
        async with database.write() as session:
            await service.publish_round(session, clock, SYSTEM, round_id)

    assert len(await offers_of(database, *needs)) <= 1


async def test_a_round_without_needs_is_published_empty(database: Database, clock: FrozenClock, world: World):
    round_id = await start(database, clock, world.other_community_id)
    assert await run(database, clock, round_id) is RoundState.PUBLISHED
    assert (await round_row(database, round_id)).summary["asked"] == 0


async def test_discarding_needs_a_reason_and_a_round_that_is_not_out(
    database: Database, clock: FrozenClock, world: World
):
    round_id = await start(database, clock, world.community_id)
    officer = actor_of("Officer Fang")
    with pytest.raises(Invalid):
        async with database.write() as session:
            await service.discard_round(session, clock, officer, round_id, " ")
    await run(database, clock, round_id)
    with pytest.raises(IllegalTransition):
        async with database.write() as session:
            await service.discard_round(session, clock, officer, round_id, "too late")
    assert (await round_row(database, round_id)).state is RoundState.PUBLISHED
