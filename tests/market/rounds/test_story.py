"""From an open need to offers: rounds as they are meant to go."""

from datetime import timedelta

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from market.offers.service import accept_offer, decline_offer
from market.outbox import drain
from market.reactions import REACTIONS
from market.rounds.models import Trigger
from market.states import NeedState, OfferState, RoundState
from tests.support.rounds_world import (
    all_rounds,
    ask_for,
    need_row,
    offers_of,
    round_row,
    run,
    run_all,
    start,
)
from tests.support.world import OUTING, World, actor_of, ask, window


async def test_an_open_need_becomes_an_offer_with_its_reasons(
    database: Database, clock: FrozenClock, world: World
):
    [need_id] = await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)

    assert await run(database, clock, round_id) is RoundState.PUBLISHED

    [offer] = await offers_of(database, need_id)
    assert offer.state is OfferState.SENT
    # Two plumbers; Wu lives nearer to the Chens than Xu.
    assert offer.worker_id == world.workers["Wu"]
    assert offer.reasons["candidates"] == 2
    assert offer.reasons["nearest_rank"] == 1
    assert offer.reasons["skills"] == ["plumbing"]
    assert offer.end_at - offer.start_at == timedelta(minutes=45)
    assert (await need_row(database, need_id)).state is NeedState.OFFERED
    summary = (await round_row(database, round_id)).summary
    assert (summary["asked"], summary["served"], summary["unserved"]) == (1, 1, 0)
    assert summary["by_service"] == {"plumbing-drip": {"asked": 1, "served": 1}}
    assert summary["by_community"] == {"sw-lakeside": {"asked": 1, "served": 1}}
    assert summary["median_travel_metres"] == offer.travel_metres


async def test_nobody_fits_and_the_cause_is_kept(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock, service="legal-advice"))
    round_id = await start(database, clock, world.community_id)

    assert await run(database, clock, round_id) is RoundState.PUBLISHED

    need = await need_row(database, need_id)
    assert need.state is NeedState.LOOKING
    assert need.rounds_missed == 1
    # None of the six helpers is a lawyer.
    assert need.last_causes == [{"cause": "skill_level", "count": 6}]
    assert (await round_row(database, round_id)).summary["unserved_by_cause"] == {"skill_level": 1}


async def test_a_declined_offer_goes_to_the_next_best(database: Database, clock: FrozenClock, world: World):
    [need_id] = await ask_for(database, clock, ask(clock))
    await run(database, clock, await start(database, clock, world.community_id))
    [first] = await offers_of(database, need_id)
    async with database.write() as session:
        await decline_offer(session, clock, actor_of("Wu"), first.id, "not today")

    await run_all(database, clock)

    _, second = await offers_of(database, need_id)
    assert second.worker_id == world.workers["Xu"]
    assert second.state is OfferState.SENT
    [again] = await all_rounds(database, trigger=Trigger.NEXT_BEST)
    assert again.state is RoundState.PUBLISHED
    assert (await need_row(database, need_id)).state is NeedState.OFFERED


async def test_when_all_have_declined_the_need_looks_again_and_says_why(
    database: Database, clock: FrozenClock, world: World
):
    [need_id] = await ask_for(database, clock, ask(clock))
    await run(database, clock, await start(database, clock, world.community_id))
    for name in ("Wu", "Xu"):
        offer = (await offers_of(database, need_id))[-1]
        async with database.write() as session:
            await decline_offer(session, clock, actor_of(name), offer.id, "not today")
        await run_all(database, clock)

    need = await need_row(database, need_id)
    assert need.state is NeedState.LOOKING
    assert {"cause": "forbidden", "count": 2} in need.last_causes


async def test_only_the_missing_person_is_planned_again(database: Database, clock: FrozenClock, world: World):
    when = (window(clock.now() + timedelta(days=1, hours=3), hours=4),)
    [need_id] = await ask_for(database, clock, ask(clock, service=OUTING, windows=when))
    await run(database, clock, await start(database, clock, world.community_id))
    pair = await offers_of(database, need_id)
    names = {worker_id: name for name, worker_id in world.workers.items()}
    stays, leaves = (names[offer.worker_id] for offer in pair)
    async with database.write() as session:
        await accept_offer(session, clock, actor_of(stays), pair[0].id)
    async with database.write() as session:
        await decline_offer(session, clock, actor_of(leaves), pair[1].id, "ill")

    await run_all(database, clock)

    live = [
        o for o in await offers_of(database, need_id) if o.state in {OfferState.SENT, OfferState.ACCEPTED}
    ]
    third = ({"Ye", "Zhou", "Ma"} - {stays, leaves}).pop()
    assert {names[o.worker_id]: o.state for o in live} == {
        stays: OfferState.ACCEPTED,
        third: OfferState.SENT,
    }
    assert len({o.start_at for o in live}) == 1
    assert {o.seat for o in live} == {0, 1}


async def test_an_expired_offer_goes_to_the_next_best(database: Database, clock: FrozenClock, world: World):
    from market.outbox import fire_timers  # noqa: PLC0415
    from market.reactions import TIMERS  # noqa: PLC0415

    when = (window(clock.now() + timedelta(days=2), hours=6),)
    [need_id] = await ask_for(database, clock, ask(clock, windows=when))
    tomorrow = await start(database, clock, world.community_id, days=3)
    await run(database, clock, tomorrow)
    [first] = await offers_of(database, need_id)
    clock.move_to(first.deadline_at + timedelta(minutes=1))

    await fire_timers(database, TIMERS, clock)
    await run_all(database, clock)

    first, second = await offers_of(database, need_id)
    assert first.state is OfferState.EXPIRED
    assert second.worker_id == world.workers["Xu"]


async def test_an_urgent_need_does_not_wait(database: Database, clock: FrozenClock, world: World):
    when = (window(clock.now() + timedelta(minutes=30), hours=4),)
    [need_id] = await ask_for(database, clock, ask(clock, service="power-cut-check", windows=when))

    [urgent] = await all_rounds(database, trigger=Trigger.URGENT)
    assert urgent.only_need_id == need_id
    await run_all(database, clock)

    [offer] = await offers_of(database, need_id)
    assert offer.worker_id == world.workers["Wu"]


async def test_promised_visits_are_worked_around(database: Database, clock: FrozenClock, world: World):
    # Both plumbers are needed at the same hour: the second round must not ask the one who is spoken for.
    when = (window(clock.now() + timedelta(days=1, hours=2), hours=1),)
    [first] = await ask_for(database, clock, ask(clock, windows=when))
    await run(database, clock, await start(database, clock, world.community_id))
    [second] = await ask_for(database, clock, ask(clock, name="Luo", windows=when))

    await run(database, clock, await start(database, clock, world.community_id))

    [a], [b] = await offers_of(database, first), await offers_of(database, second)
    assert {a.worker_id, b.worker_id} == {world.workers["Wu"], world.workers["Xu"]}


async def test_drained_events_leave_nothing(database: Database, clock: FrozenClock, world: World):
    await ask_for(database, clock, ask(clock))
    await run(database, clock, await start(database, clock, world.community_id))
    await run_all(database, clock)
    assert await drain(database, REACTIONS, clock) == 0
