"""Redis for tests: a numbered database that this session has to itself.

The database that LINLI_TEST_REDIS_URL names is tried first, then the others downwards. One that holds keys which no
test session left there is never touched. Channels are not numbered in Redis: name them with `redis_prefix`.
"""

import os
import uuid
from collections.abc import Iterator

import pytest
from redis import Redis
from sqlalchemy.engine import make_url

from tests.support.requirements import lacking

VARIABLE = "LINLI_TEST_REDIS_URL"
EITHER = ["memory", pytest.param("redis", marks=pytest.mark.redis)]

# MARK says that whatever lies beside it was left by tests; CLAIM says that a session is at it just now.
MARK = "linli-test:mark"
CLAIM = "linli-test:claim"
CLAIM_SECONDS = 3_600


class RedisDatabase:
    """A numbered database, claimed for one test session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = Redis.from_url(url)
        self.owner = uuid.uuid4().hex

    def claim(self) -> bool:
        """Take the database if it is empty or was left behind by tests, and nobody else is at it."""
        strange = self.client.dbsize() and not self.client.exists(MARK)
        if strange or not self.client.set(CLAIM, self.owner, nx=True, ex=CLAIM_SECONDS):
            return False
        self.clear()
        return True

    def clear(self) -> None:
        """Remove everything but the claim, and hold on to that."""
        self.client.set(MARK, 1)
        self.client.expire(CLAIM, CLAIM_SECONDS)
        ours = {MARK.encode(), CLAIM.encode()}
        if keys := [key for key in self.client.scan_iter(count=1_000) if key not in ours]:
            self.client.delete(*keys)

    def release(self) -> None:
        """Leave the database as empty as it was found."""
        self.clear()
        self.client.delete(MARK, CLAIM)
        self.client.close()


@pytest.fixture(scope="session")
def redis_database() -> Iterator[RedisDatabase]:
    """The database of this session, behind LINLI_TEST_REDIS_URL."""
    given = os.environ.get(VARIABLE)
    if not given:
        raise lacking("redis", f"{VARIABLE} is not set")
    url = make_url(given)
    for number in dict.fromkeys([int(url.database or 15), *range(15, 0, -1)]):
        database = RedisDatabase(url.set(database=str(number)).render_as_string(hide_password=False))
        if database.claim():
            break
        database.client.close()
    else:
        pytest.fail(f"every database of {VARIABLE} is taken or holds keys that are not ours")
    yield database
    database.release()


@pytest.fixture
def redis_url(redis_database: RedisDatabase) -> Iterator[str]:
    """URL of an empty Redis database; what the test writes there is removed after it."""
    redis_database.clear()
    yield redis_database.url
    redis_database.clear()


@pytest.fixture
def redis_prefix() -> str:
    """A prefix of this test's own, for channel names."""
    return f"linli-test:{uuid.uuid4().hex}:"


@pytest.fixture(params=EITHER)
def redis_url_or_none(request: pytest.FixtureRequest) -> str | None:
    """None (everything in memory), then a Redis URL: for contracts that both must keep."""
    if request.param == "memory":
        return None
    url: str = request.getfixturevalue("redis_url")
    return url
