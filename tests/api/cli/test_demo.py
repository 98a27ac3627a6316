"""`linli demo`: the whole day on the terminal (nightly), and the parts that can be looked at quickly."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import demo
from api.cli.console import settings
from catalog.kernel.time import HOME_ZONE, SystemClock, local_day
from market.rounds.schedule import evening
from seed.shatou import build_world

STORY = [
    "The helpers answer",
    "next best",
    "The next morning",
    "The afternoon",
    "The evening",
    "What has become",
]
STREETS = [
    "Ways are measured on the street network shenzhen_futian",
    "on foot",
    "way back",
    "by straight line",
]


def test_each_door_of_the_demo_belongs_to_somebody():
    world = build_world(1, 1, local_day(SystemClock().now()))
    assert [] == [name for name, _ in demo.ROLES if name not in world.personas]


def test_it_is_six_in_the_evening_and_never_yesterday():
    clock = demo._evening()
    now = clock.now().astimezone(HOME_ZONE)
    assert (18, now.date()) == (now.hour, evening(clock.now()))
    assert now >= SystemClock().now()


def test_the_last_demo_is_thrown_away(linli, tmp_path: Path):
    (tmp_path / ".linli").mkdir()
    for name in ("demo.db", "demo.db-wal", "linli.db"):
        (tmp_path / ".linli" / name).write_bytes(b"old")
    chosen = demo._fresh(serving=False)
    assert (True, False) == (chosen.demo, chosen.served)
    assert chosen.database_url.endswith(".linli/demo.db")
    kept = {path.name: path.read_bytes()[:6] for path in (tmp_path / ".linli").iterdir()}
    assert ("SQLite", b"old") == (kept["demo.db"].decode(), kept["linli.db"])


def test_the_demo_leaves_your_own_database_alone(linli, monkeypatch):
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql+asyncpg://somebody@127.0.0.1:1/real")
    monkeypatch.setenv("LINLI_REDIS_URL", "redis://127.0.0.1:1/0")
    chosen = demo._fresh(serving=False)
    assert chosen.database_url.startswith("sqlite+aiosqlite:///.linli")
    assert settings(redis_url=None).database_url.endswith("/real")


@pytest.mark.parametrize("words", [("--scale", "0"), ("--seconds", "0"), ("--scale", "many")])
def test_options_out_of_range(linli, tmp_path, words):
    done = linli("demo", *words)
    assert (2, []) == (done.exit_code, list(tmp_path.iterdir()))


@pytest.mark.nightly
def test_the_whole_day_on_the_terminal(tmp_path: Path):
    """A stranger's first command, in a folder of its own: everything is told and it ends with 0."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "demo", "--once"]
    root = Path(__file__).parents[3]
    done = subprocess.run(  # noqa: S603 our own words
        command,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root), "LINLI_LANG": "en", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    told = done.stdout
    assert [] == [
        part
        for part in ["150 needs", "median walk", "Shazui Community", "stood in the way", *STREETS, *STORY]
        if part not in told
    ]
    assert "estimated)" not in told
    # Who is served is proven, or at most one in a hundred points is missing.
    assert re.search(r"level service: [\d,]+, (proven optimal|bound [\d,]+, gap 0\.\d+ %)", told)
    assert 5 <= len(list(told.splitlines()))
