"""Watching a round: news as they come and, when none come, what the database says; ends when nothing more will happen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec

from api.runtime import Runtime
from market.rounds.queries import round_view
from market.rounds.views import RoundView
from market.states import RoundState

LOOK_EVERY = 5.0  # seconds without news
ENDS = (RoundState.PUBLISHED, RoundState.FAILED, RoundState.DISCARDED)

News = dict[str, Any]


async def watch_round(
    runtime: Runtime, round_id: UUID, *, look_every: float = LOOK_EVERY
) -> AsyncIterator[News]:
    """Yield the news of a round, its present state first; the last one carries `done`.

    Opens its own sessions: a stream outlives the dependencies of its request.
    """
    async with _heard(runtime, round_id) as heard:
        held = await _look(runtime, round_id)
        yield _state(held)
        while not _is_over(held):
            try:
                news = await asyncio.wait_for(heard.get(), look_every)
            except TimeoutError:
                news = {}
            if news and "state" not in news:
                yield news
                continue
            held = await _look(runtime, round_id)
            yield _state(held) | news
        yield _state(held) | {"done": True}


@asynccontextmanager
async def _heard(runtime: Runtime, round_id: UUID) -> AsyncIterator["asyncio.Queue[News]"]:
    queue: asyncio.Queue[News] = asyncio.Queue()
    async with runtime.progress.subscribe(round_id) as news:

        async def listen() -> None:
            async for item in news:
                queue.put_nowait(item)

        listening = asyncio.create_task(listen())
        try:
            yield queue
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _look(runtime: Runtime, round_id: UUID) -> RoundView:
    async with runtime.database.read() as session:
        return await round_view(session, round_id)


def _is_over(held: RoundView) -> bool:
    return held.state in ENDS or (held.state is RoundState.CHECKED and not held.auto_publish)


def _state(held: RoundView) -> News:
    facts = {name: getattr(held, name) for name in ("state", "needs", "attempt", "error")}
    return msgspec.to_builtins(facts)  # type: ignore[no-any-return]
