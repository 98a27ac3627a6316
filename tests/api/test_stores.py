import asyncio
from datetime import timedelta

import pytest

from api.settings import Settings
from api.stores import MemoryCounters, RedisCounters, redis_client, redis_of, store_factory


@pytest.fixture
async def counters(redis_url_or_none, clock):
    if redis_url_or_none is None:
        yield MemoryCounters(clock)
        return
    client = redis_client(redis_url_or_none)
    yield RedisCounters(client)
    await client.aclose()


async def test_simultaneous_events_all_count(counters):
    seen = await asyncio.gather(*(counters.hit("key", 60) for _ in range(20)))
    assert list(range(1, 21)) == sorted(seen)


async def test_keys_do_not_meet_and_can_be_forgotten(counters):
    await counters.hit("one", 60)
    assert 1 == await counters.hit("two", 60)
    await counters.forget("one")
    assert 1 == await counters.hit("one", 60)


async def test_a_span_begins_with_its_first_event(clock):
    counters = MemoryCounters(clock)
    await counters.hit("key", 60)
    clock.advance(timedelta(seconds=59))
    assert 2 == await counters.hit("key", 60)
    clock.advance(timedelta(seconds=1))
    assert 1 == await counters.hit("key", 60)


async def test_redis_lets_a_count_end(redis_url):
    client = redis_client(redis_url)
    counters = RedisCounters(client)
    await counters.hit("key", 60)
    await counters.hit("key", 600)
    assert 0 < await client.ttl("linli:count:key") <= 60
    await client.aclose()


async def test_stores_of_one_name_share_and_of_two_do_not(redis_url_or_none):
    client = redis_of(Settings(redis_url=redis_url_or_none))
    factory = store_factory(client)
    one, two = factory("one"), factory("two")
    await one.set("key", b"value", expires_in=60)
    assert (b"value", None) == (await one.get("key"), await two.get("key"))
    if client:
        assert b"value" == await factory("one").get("key")
        await client.aclose()
