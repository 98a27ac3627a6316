"""The schema: from empty to head, again, and back to empty, on both databases; and the tables say what the migrations do."""

import sqlite3
from contextlib import closing

from alembic import command
from sqlalchemy.engine import make_url

from market.migrations import config, upgrade
from market.tables import metadata


def test_migrations_and_tables_agree(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    upgrade(empty_database_url)  # repeating it changes nothing
    command.check(config(empty_database_url))  # raises when the tables say something else


def test_down_to_empty_and_up_again(sqlite_url: str) -> None:
    command.downgrade(config(sqlite_url), "base")
    assert {"alembic_version"} == tables_of(sqlite_url)
    upgrade(sqlite_url)
    assert set(metadata.tables) < tables_of(sqlite_url)


def test_what_was_there_came_in_wgs84(sqlite_url: str) -> None:
    command.downgrade(config(sqlite_url), "0002")
    path = make_url(sqlite_url).database or ""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO territory (id, kind, code, path, name_zh, name_en, aliases, tags, lat, lon)"
            " VALUES ('a', 'district', 'old', 'old/', '旧', 'Old', '[]', '[]', 22.5, 114.0)"
        )
    upgrade(sqlite_url)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT code, lat, coordinate_system FROM territory").fetchall()
    assert [("old", 22.5, "wgs84")] == found
    command.downgrade(config(sqlite_url), "0002")
    with closing(sqlite3.connect(path)) as connection:
        assert [("old",)] == connection.execute("SELECT code FROM territory").fetchall()


def test_who_was_there_is_no_newcomer(sqlite_url: str) -> None:
    path = make_url(sqlite_url).database or ""
    command.downgrade(config(sqlite_url), "0003")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO worker (id, provider_id, person_id, active, travel_mode, lat, lon, reach_metres,"
            " declared_minutes_week) VALUES ('w', 'p', 'a', 1, 'walk', 22.5, 114.0, 500, 60)"
        )
    upgrade(sqlite_url)
    with closing(sqlite3.connect(path)) as connection:
        assert [("w", "[]", 0)] == connection.execute("SELECT id, anchors, newcomer FROM worker").fetchall()


def tables_of(url: str) -> set[str]:
    with closing(sqlite3.connect(make_url(url).database or "")) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
