"""`linli seed` and `linli round`: a database is filled, matched and looked at."""

import asyncio
import json
import sqlite3
from datetime import date

import pytest

from api.cli.days import day_of
from catalog.kernel.db import Database
from catalog.kernel.time import SystemClock, local_day
from market.needs.service import open_need
from tests.api.cli.conftest import DAY
from tests.support.world import actor_of, ask, by_day, small_world


async def prepare(url: str) -> None:
    """Write the small world, and let Auntie Chen ask for a plumber tomorrow."""
    clock = SystemClock()  # the commands look at it too
    database = Database(url)
    async with database.write() as session:
        await small_world(session, clock)
    async with database.write() as session:
        await open_need(session, clock, actor_of("Chen"), ask(clock, windows=by_day(clock)))
    await database.dispose()


@pytest.fixture
def small(database_url: str) -> str:
    """The small world with one need of tomorrow, on both databases."""
    asyncio.run(prepare(database_url))
    return database_url


def test_one_need_is_received_matched_and_offered(linli, small):
    done = linli("round", "run", "--days", "2", "--seconds", "5", "--json", LINLI_DATABASE_URL=small)
    told = json.loads(done.stdout)
    assert (0, "published", None) == (done.exit_code, told["state"], told["error"])
    assert (1, 1) == (told["summary"]["asked"], told["summary"]["served"])
    shown = linli("round", "show", LINLI_DATABASE_URL=small)
    assert (told["id"] in shown.stdout, "1 of 1 needs" in shown.stdout) == (True, True)
    by_id = linli("round", "show", told["id"], "--json", LINLI_DATABASE_URL=small)
    assert told == json.loads(by_id.stdout)


def test_an_officer_may_publish_later(linli, small):
    done = linli(
        "round", "run", "--days", "2", "--seconds", "5", "--no-publish", "--json", LINLI_DATABASE_URL=small
    )
    assert (0, "checked") == (done.exit_code, json.loads(done.stdout)["state"])


def test_a_day_without_needs(linli, small):
    done = linli("round", "run", "--day", "2031-01-06", LINLI_DATABASE_URL=small)
    assert 0 == done.exit_code
    assert "Nobody asks for anything on these days." in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run", "--day", "tomorrow"), "--day: 'tomorrow' is not a date"),
        (("run", "--territory", "atlantis"), "no place atlantis"),
        (("run", "--days", "8"), "--days"),
        (("show", "first"), "'first' is neither the id of a round nor: last"),
        (("show", "00000000-0000-0000-0000-000000000000"), "no such round"),
    ],
)
def test_what_cannot_be_run_or_shown(linli, small, words, told):
    done = linli("round", *words, LINLI_DATABASE_URL=small)
    assert (2, "") == (done.exit_code, done.stdout)
    assert told in done.stderr


def test_a_day_that_has_passed(linli, small):
    done = linli("round", "run", "--day", "2020-01-06", LINLI_DATABASE_URL=small)
    assert 2 == done.exit_code
    assert done.stderr


@pytest.mark.parametrize("words", [("run",), ("show",)])
def test_a_database_without_tables_says_what_to_do(linli, empty_database_url, words):
    done = linli("round", *words, LINLI_DATABASE_URL=empty_database_url)
    assert 2 == done.exit_code
    assert "linli migrate" in done.stderr


def test_an_empty_database_says_what_to_do(linli):
    linli("migrate")
    assert "linli seed" in linli("round", "run").stderr
    assert "linli round run" in linli("round", "show").stderr


def test_tomorrow_is_the_default():
    assert day_of(None, SystemClock()) > local_day(SystemClock().now())
    assert date(2027, 3, 1) == day_of("2027-03-01", SystemClock())


@pytest.mark.parametrize(
    "words", [("--world", "atlantis"), ("--scale", "0"), ("--day", "soon"), ("--seed", "-1")]
)
def test_seed_refuses(linli, tmp_path, words):
    done = linli("seed", *words)
    assert 2 == done.exit_code
    assert words[0] in done.stderr
    assert [] == list(tmp_path.iterdir())


def counted(url: str) -> dict[str, int]:
    """Return how many rows each table has."""
    file = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 our own tables
    file.close()
    return rows


def test_seeding_again_changes_nothing(linli, seeded_url):
    before = counted(seeded_url)
    done = linli("seed", "--day", DAY, "--json", LINLI_DATABASE_URL=seeded_url)
    told = json.loads(done.stdout)
    assert (before, 3_000) == (counted(seeded_url), told["households"])
    assert (3_000, told["workers"]) == (before["household"], before["worker"])
