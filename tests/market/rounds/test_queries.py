"""Reading rounds: what pages show, in a number of statements that does not grow."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from catalog.kernel.db import Database
from catalog.kernel.errors import NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from market.actor import SYSTEM
from market.rounds import queries, service
from market.states import OfferState, RoundState
from tests.support.rounds_world import ask_for, run, start
from tests.support.world import World, ask


async def counted(database: Database, read: Callable[[Any], Awaitable[Any]]) -> tuple[Any, int]:
    statements: list[str] = []
    engine = database.engine.sync_engine

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        async with database.read() as session:
            answer = await read(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return answer, len([s for s in statements if s.lstrip().upper().startswith("SELECT")])


async def test_a_checked_round_shows_what_would_be_published_and_then_what_was(
    database: Database, clock: FrozenClock, world: World
):
    tap, law = await ask_for(database, clock, ask(clock), ask(clock, service="legal-advice"))
    round_id = await start(database, clock, world.community_id, auto_publish=False)
    assert await run(database, clock, round_id) is RoundState.CHECKED

    for expected in (None, OfferState.SENT):
        rows, count = await counted(database, lambda s: queries.plan_rows(s, round_id))
        assert [(r.need_id, r.worker_name, r.offer_state) for r in rows] == [(tap, "Wu", expected)]
        assert count == 4
        left, count = await counted(database, lambda s: queries.unserved_of(s, round_id))
        assert [(r.need_id, r.deciding) for r in left] == [(law, "skill_level")]
        # Two are of a kind that may not advise, four have nothing that anybody asked for.
        assert [c.count for c in left[0].causes] == [2, 4]
        assert count == 2
        if expected is None:
            async with database.write() as session:
                await service.publish_round(session, clock, SYSTEM, round_id)


async def test_rounds_of_a_place_include_those_below_it_newest_first(
    database: Database, clock: FrozenClock, world: World
):
    below = await start(database, clock, world.community_id)
    clock.advance(timedelta(minutes=1))
    here = await start(database, clock, world.street_id)
    alone = await start(database, clock, world.community_id, only_need_id=new_id())

    rows, count = await counted(database, lambda s: queries.rounds_of(s, world.street_id))
    assert [row.id for row in rows if row.id != world.round_id] == [here, below]
    assert count == 1
    rows, _ = await counted(database, lambda s: queries.rounds_of(s, world.community_id, alone=True))
    assert {row.id for row in rows} == {below, alone}


async def test_one_round(database: Database, clock: FrozenClock, world: World):
    await ask_for(database, clock, ask(clock))
    round_id = await start(database, clock, world.community_id)
    await run(database, clock, round_id)
    view, count = await counted(database, lambda s: queries.round_view(s, round_id))
    assert (view.state, view.needs, view.territory_en) == (RoundState.PUBLISHED, 1, "Lakeside")
    assert count == 1
    with pytest.raises(NotFound):
        await counted(database, lambda s: queries.round_view(s, new_id()))


async def test_rounds_that_nobody_works_on_are_found(database: Database, clock: FrozenClock, world: World):
    waiting = await start(database, clock, world.community_id)
    done = await start(database, clock, world.community_id)
    await run(database, clock, done)
    found, _ = await counted(
        database, lambda s: queries.outstanding_rounds(s, clock, older_than=timedelta(0))
    )
    assert found == [waiting]
