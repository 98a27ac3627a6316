"""News of rounds: the same contract in memory and over Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.progress import Watchable, open_progress
from catalog.kernel.ids import new_id


@pytest.fixture
async def progress(redis_url_or_none: str | None, redis_prefix: str) -> AsyncIterator[Watchable]:
    opened = open_progress(redis_url_or_none, redis_prefix)
    yield opened
    await opened.close()


async def heard(news, count: int) -> list:
    async with asyncio.timeout(10):
        return [await anext(news) for _ in range(count)]


async def test_a_watcher_hears_what_is_told_in_order(progress: Watchable):
    round_id = new_id()
    async with progress.subscribe(round_id) as news:
        for share in (1, 2, 3):
            await progress.tell(round_id, {"share": share})
        assert await heard(news, 3) == [{"share": 1}, {"share": 2}, {"share": 3}]


async def test_who_comes_late_hears_the_last_news_first(progress: Watchable):
    round_id = new_id()
    await progress.tell(round_id, {"state": "open"})
    await progress.tell(round_id, {"state": "solving"})
    async with progress.subscribe(round_id) as news:
        assert await heard(news, 1) == [{"state": "solving"}]
        await progress.tell(round_id, {"state": "checked"})
        assert await heard(news, 1) == [{"state": "checked"}]


async def test_all_watchers_hear_and_other_rounds_do_not(progress: Watchable):
    mine, other = new_id(), new_id()
    async with (
        progress.subscribe(mine) as first,
        progress.subscribe(mine) as second,
        progress.subscribe(other) as elsewhere,
    ):
        await progress.tell(mine, {"n": 1})
        assert await heard(first, 1) == await heard(second, 1) == [{"n": 1}]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(elsewhere), 0.2)


async def test_nobody_needs_to_listen(progress: Watchable):
    for n in range(300):
        await progress.tell(new_id(), {"n": n})


async def test_a_slow_watcher_holds_nobody_up(progress: Watchable):
    round_id = new_id()
    async with progress.subscribe(round_id) as news:
        for n in range(150):
            await progress.tell(round_id, {"n": n})
        [first] = await heard(news, 1)
        # In memory the oldest are dropped, over Redis they wait in the connection.
        assert first["n"] in {0, 50}
