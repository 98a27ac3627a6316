"""`linli` as a stranger types it: in an empty folder, with nothing of Linli in the environment."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from catalog.kernel.time import SystemClock, local_day
from tests.support.databases import sqlite_file_url

Linli = Callable[..., Result]
DAY = str(local_day(SystemClock().now()) + timedelta(days=2))  # the commands look at the machine's clock


def call(*words: str, **environ: str) -> Result:
    """Run a command in this process; what it raises beside an exit is raised here."""
    with logs_kept():
        result = CliRunner().invoke(app, words, env=environ, terminal_width=100)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@contextmanager
def logs_kept() -> Iterator[None]:
    """A server that starts in this process writes its logs to a stream that is closed afterwards."""
    words, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        structlog.configure(**words)
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def linli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linli:
    """Return `linli("check", "a.json", "b.json", LINLI_PORT="1")`: exit_code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith("LINLI_") and not n.startswith("LINLI_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LINLI_LANG", "en")
    return call


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that `linli seed` has filled; only ever copied."""
    path = tmp_path_factory.mktemp("seeded") / "linli.db"
    done = call("seed", "--day", DAY, LINLI_DATABASE_URL=sqlite_file_url(path), LINLI_LANG="en")
    assert 0 == done.exit_code, done.output
    return path


@pytest.fixture
def seeded_url(seeded_file: Path, tmp_path: Path) -> str:
    """A seeded database of this test's own."""
    return sqlite_file_url(Path(shutil.copy(seeded_file, tmp_path / "seeded.db")))
