"""Short-lived data (sessions, codes, tokens, counts): in memory, or on Redis where several processes serve."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from litestar.stores.base import Store
from litestar.stores.memory import MemoryStore
from litestar.stores.redis import RedisStore
from redis.asyncio import Redis

from api.settings import Settings
from catalog.kernel.time import Clock

SWEEP_ABOVE = 10_000  # entries


def redis_client(url: str) -> "Redis":
    """Return a client that speaks RESP2: bytes in, bytes out, whatever the server would prefer."""
    return Redis.from_url(url, protocol=2, decode_responses=False)


def redis_of(settings: Settings) -> "Redis | None":
    """Return the client that stores and counters of a process share; whoever runs the process closes it."""
    return redis_client(settings.redis_url) if settings.redis_url else None


def store_factory(client: "Redis | None") -> Callable[[str], Store]:
    """Return what makes a named store; all processes of a served deployment see the same one."""
    if client is None:
        return lambda _name: MemoryStore()
    return lambda name: RedisStore(client, namespace=f"linli:{name}")


class Counters(Protocol):
    """Counts events within a span; for limits, so counting and looking are one step."""

    async def hit(self, key: str, seconds: int) -> int:
        """Count one and return how many there were since the first of the span, this one included."""

    async def forget(self, key: str) -> None:
        """Begin again."""


class MemoryCounters:
    """Counters of a single process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, tuple[int, datetime]] = {}

    async def hit(self, key: str, seconds: int) -> int:
        """Count one; there is no await in between, so it is one step."""
        now = self._clock.now()
        if len(self._counts) > SWEEP_ABOVE:
            self._counts = {k: (n, until) for k, (n, until) in self._counts.items() if until > now}
        count, until = self._counts.get(key, (0, now))
        if until <= now:
            count, until = 0, now + timedelta(seconds=seconds)
        self._counts[key] = (count + 1, until)
        return count + 1

    async def forget(self, key: str) -> None:
        """Begin again."""
        self._counts.pop(key, None)


class RedisCounters:
    """Counters that all processes share."""

    def __init__(self, client: "Redis") -> None:
        self._client = client

    async def hit(self, key: str, seconds: int) -> int:
        """Count one and let the count end with its span, in one transaction of the server."""
        async with self._client.pipeline(transaction=True) as pipe:
            # Within a pipeline a command is only noted; awaiting it hands back the pipeline.
            await pipe.incr(_name(key))
            await pipe.expire(_name(key), seconds, nx=True)
            count, _ = await pipe.execute()
        return int(count)

    async def forget(self, key: str) -> None:
        """Begin again."""
        await self._client.delete(_name(key))


def _name(key: str) -> str:
    return f"linli:count:{key}"
