"""What tests stand on: databases of their own, Redis without strangers' keys, and skips that cannot hide."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings
from redis import Redis
from sqlalchemy.engine import make_url

from tests.support.redis_server import MARK, RedisDatabase

ROOT = Path(__file__).parents[1]


async def tables(url: str) -> set[str]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        with sqlite3.connect(parts.database) as connection:
            found = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        connection.close()
        return found
    postgres = await asyncpg.connect(parts.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        rows = await postgres.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await postgres.close()
    return {row["tablename"] for row in rows}


async def test_a_database_is_at_head(database_url):
    assert {"alembic_version", "person", "need"} <= await tables(database_url)


async def test_an_empty_database_is_empty(empty_database_url):
    assert set() == await tables(empty_database_url)


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_no_test_sees_another_tests_tables(postgres_url, turn):
    connection = await asyncpg.connect(
        make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    await connection.execute(f"CREATE TABLE only_of_the_{turn} (id int)")
    await connection.close()
    assert 1 == len([name for name in await tables(postgres_url) if name.startswith("only_of_the")])


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_another_tests_keys(redis_url, turn):
    with Redis.from_url(redis_url) as redis:
        assert redis.get("turn") is None
        redis.set("turn", turn)


def test_a_claimed_redis_database_is_not_claimed_twice(redis_url):
    other = RedisDatabase(redis_url)
    assert not other.claim()
    other.client.close()


def test_strangers_keys_in_redis_are_let_be(redis_url):
    mine = Redis.from_url(redis_url)
    mine.delete(MARK, "linli-test:claim")
    mine.set("a stranger's key", "precious")
    other = RedisDatabase(redis_url)
    assert not other.claim()
    assert b"precious" == mine.get("a stranger's key")
    other.client.close()
    mine.close()


def test_memory_then_redis(redis_url_or_none):
    assert redis_url_or_none is None or redis_url_or_none.startswith("redis")


def test_chromium_is_a_file(chromium_path):
    assert Path(chromium_path).is_file()


def test_no_example_is_judged_by_the_clock():
    assert settings.default.deadline is None


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a test file in a process of its own, without servers and with the requirements named."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("LINLI_TEST_DATABASE_URL", raising=False)
    pytester.makeini("[pytest]\nmarkers =\n  postgres\n  redis\n  browser\n")

    def run(source: str, required: str):
        monkeypatch.setenv("LINLI_TEST_REQUIRE", required)
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess(
            "-rs", "-p", "tests.support.requirements", "-p", "tests.support.databases"
        )

    return run


NEEDS_POSTGRES = "def test_it(postgres_url): pass"
OTHER_SKIPS = """
import pytest

def test_inside():
    pytest.skip("not today")

@pytest.mark.skip("not today")
def test_mark():
    pass

@pytest.mark.skipif(True, reason="not today")
def test_condition():
    pass

@pytest.mark.xfail
def test_expected_failure():
    raise ValueError
"""
MODULE_SKIP = "import pytest; pytest.skip('not today', allow_module_level=True)"


@pytest.mark.parametrize("required", ["", "redis"])
def test_lack_of_what_is_not_required_is_a_skip_with_its_reason(run, required):
    result = run(NEEDS_POSTGRES, required)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * LINLI_TEST_DATABASE_URL is not set"])


def test_lack_of_what_is_required_is_a_failure(run):
    result = run(NEEDS_POSTGRES, "redis,postgres")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*LINLI_TEST_DATABASE_URL is not set, and LINLI_TEST_REQUIRE asks for postgres*"]
    )


def test_once_something_is_required_no_other_skip_passes_unseen(run):
    result = run(OTHER_SKIPS, "postgres")
    assert {"failed": 1, "errors": 2, "xfailed": 1} == result.parseoutcomes()
    result.stdout.fnmatch_lines(["*not today (a failure, since LINLI_TEST_REQUIRE is set)*"])


def test_nor_does_the_skip_of_a_whole_file(run):
    run(MODULE_SKIP, "postgres").assert_outcomes(errors=1)


def test_a_skip_is_a_skip_where_nothing_is_required(run):
    run(OTHER_SKIPS, "").assert_outcomes(skipped=3, xfailed=1)


def test_a_requirement_nobody_knows_is_refused(run):
    assert pytest.ExitCode.USAGE_ERROR == run(NEEDS_POSTGRES, "postgress").ret
