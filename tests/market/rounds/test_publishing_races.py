"""Two seats lost at once: each loss looks again, nobody is asked twice and no seat is filled twice."""

from datetime import timedelta

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock
from market.offers.service import accept_offer, decline_offer
from market.states import NeedState, OfferState
from tests.support.rounds_world import ask_for, need_row, offers_of, run, run_all, start
from tests.support.world import OUTING, World, actor_of, ask, window

LIVE = {OfferState.SENT, OfferState.SEEN, OfferState.ACCEPTED}


async def test_when_nobody_is_left_the_others_are_let_go(
    database: Database, clock: FrozenClock, world: World
):
    when = (window(clock.now() + timedelta(days=1, hours=3)),)
    [need_id] = await ask_for(database, clock, ask(clock, service=OUTING, windows=when))
    await run(database, clock, await start(database, clock, world.community_id))
    names = {worker_id: name for name, worker_id in world.workers.items()}
    first, _ = await offers_of(database, need_id)
    async with database.write() as session:
        await accept_offer(session, clock, actor_of(names[first.worker_id]), first.id)
    for _ in range(2):
        open_offer = next(o for o in await offers_of(database, need_id) if o.state is OfferState.SENT)
        async with database.write() as session:
            await decline_offer(session, clock, actor_of(names[open_offer.worker_id]), open_offer.id, "ill")
        await run_all(database, clock)

    need = await need_row(database, need_id)
    assert need.state is NeedState.LOOKING
    assert need.last_causes
    assert not [o for o in await offers_of(database, need_id) if o.state in LIVE]


async def test_two_declines_before_either_round_fill_each_seat_once(
    database: Database, clock: FrozenClock, world: World
):
    when = (window(clock.now() + timedelta(days=1, hours=3)),)
    [need_id] = await ask_for(database, clock, ask(clock, service=OUTING, windows=when))
    await run(database, clock, await start(database, clock, world.community_id))
    names = {worker_id: name for name, worker_id in world.workers.items()}
    for offer in await offers_of(database, need_id):
        async with database.write() as session:
            await decline_offer(session, clock, actor_of(names[offer.worker_id]), offer.id, "ill")

    await run_all(database, clock)

    # Of three people two have said no: one is not enough for a visit of two.
    assert not [o for o in await offers_of(database, need_id) if o.state in LIVE]
    assert (await need_row(database, need_id)).state is NeedState.LOOKING
