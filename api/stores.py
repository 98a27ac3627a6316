"""Short-lived data (sessions, codes, tokens): in memory, or on Redis where several processes serve."""

from collections.abc import Callable

from litestar.stores.base import Store
from litestar.stores.memory import MemoryStore
from litestar.stores.redis import RedisStore
from redis.asyncio import Redis

from api.settings import Settings


def redis_client(url: str) -> "Redis":
    """Return a client that speaks RESP2: bytes in, bytes out, whatever the server would prefer."""
    return Redis.from_url(url, protocol=2, decode_responses=False)


def store_factory(settings: Settings) -> Callable[[str], Store]:
    """Return what makes a named store; all processes of a served deployment see the same one."""
    if settings.redis_url is None:
        return lambda _name: MemoryStore()
    url = settings.redis_url
    return lambda name: RedisStore(redis_client(url), namespace=f"linli:{name}", handle_client_shutdown=True)
