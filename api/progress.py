"""News of running rounds: told by whoever solves, heard by every page that watches.

The last news of a round is kept for an hour, so that who comes late sees where it stands.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from sqlalchemy.engine import make_url

KEEP_SECONDS = 3600
KEEP_ROUNDS = 1000
QUEUE = 100
"""A watcher that is this far behind misses the oldest news: losing one is harmless."""

News = dict[str, Any]


class Watchable(Protocol):
    """Progress that can be told and watched."""

    async def tell(self, round_id: UUID, news: News) -> None:
        """Publish one piece of news."""

    def subscribe(self, round_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[News]]:
        """Watch a round: its last news first, then each as it comes; never ends by itself."""
        ...

    async def close(self) -> None:
        """Let go of connections."""


class MemoryProgress:
    """Within one process."""

    def __init__(self) -> None:
        self._last: OrderedDict[UUID, News] = OrderedDict()
        self._watchers: dict[UUID, set[asyncio.Queue[News]]] = {}

    async def tell(self, round_id: UUID, news: News) -> None:
        """Hand news to everybody who watches; nobody is waited for."""
        self._last[round_id] = news
        self._last.move_to_end(round_id)
        while len(self._last) > KEEP_ROUNDS:
            self._last.popitem(last=False)
        for queue in self._watchers.get(round_id, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(news)

    @asynccontextmanager
    async def subscribe(self, round_id: UUID) -> AsyncIterator[AsyncIterator[News]]:
        """Watch a round."""
        queue: asyncio.Queue[News] = asyncio.Queue(QUEUE)
        if round_id in self._last:
            queue.put_nowait(self._last[round_id])
        watchers = self._watchers.setdefault(round_id, set())
        watchers.add(queue)
        try:
            yield _drawn(queue)
        finally:
            watchers.discard(queue)
            if not watchers:
                self._watchers.pop(round_id, None)

    async def close(self) -> None:
        """Nothing is held open."""


async def _drawn(queue: "asyncio.Queue[News]") -> AsyncIterator[News]:
    while True:
        yield await queue.get()


class RedisProgress:
    """Between processes, over publish and subscribe; the last news is a key that expires."""

    def __init__(self, url: str, prefix: str = "linli:") -> None:
        # RESP3, the default of redis-py 8, delivers pushes in another shape.
        self._redis = Redis.from_url(url, protocol=2)
        self._prefix = prefix

    async def tell(self, round_id: UUID, news: News) -> None:
        """Publish news and keep it as the last."""
        body = msgspec.json.encode(news)
        async with self._redis.pipeline(transaction=True) as pipe:
            # Within a pipeline a command is only noted; awaiting it hands back the pipeline.
            await pipe.set(self._last(round_id), body, ex=KEEP_SECONDS)
            await pipe.publish(self._channel(round_id), body)
            await pipe.execute()

    @asynccontextmanager
    async def subscribe(self, round_id: UUID) -> AsyncIterator[AsyncIterator[News]]:
        """Watch a round; the subscription stands before the last news is read, so that none falls between."""
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(self._channel(round_id))
            # The server confirms in order: once this has been read, later news will arrive here.
            await channel.get_message(timeout=5)
            yield self._news(channel, await self._redis.get(self._last(round_id)))

    async def _news(self, channel: Any, last: bytes | str | None) -> AsyncIterator[News]:
        if last is not None:
            yield msgspec.json.decode(last)
        while True:
            message = await channel.get_message(timeout=30)
            if message is not None and message["type"] == "message":
                yield msgspec.json.decode(message["data"])

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _last(self, round_id: UUID) -> str:
        return f"{self._prefix}round:{round_id}:last"

    def _channel(self, round_id: UUID) -> str:
        return f"{self._prefix}round:{round_id}"


def open_progress(redis_url: str | None, prefix: str = "linli:") -> MemoryProgress | RedisProgress:
    """Return the progress that fits the deployment; channels know no database numbers, so the names carry them."""
    if redis_url is None:
        return MemoryProgress()
    return RedisProgress(redis_url, f"{prefix}{make_url(redis_url).database or 0}:")
