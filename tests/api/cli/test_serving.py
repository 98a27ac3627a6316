"""Settings, schema, document: what whoever runs Linli types first."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import validate


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LINLI_PORT", "eighty"),
        ("LINLI_DEMO", "perhaps"),
        ("LINLI_SOLVER_PROCESSES", "two"),
        ("LINLI_LEASE_SECONDS", "x"),
        ("LINLI_DATABASE_URL", "postgresql://linli@127.0.0.1/linli"),
        ("LINLI_DATABASE_URL", "linli.db"),
    ],
)
@pytest.mark.parametrize("command", [("migrate",), ("serve",), ("round", "show"), ("seed",)])
def test_a_wrong_variable_is_named(linli, command, variable, value):
    done = linli(*command, **{variable: value})
    assert (2, "") == (done.exit_code, done.stdout)
    assert done.stderr.startswith(variable)


def test_a_misspelt_variable_is_pointed_out(linli):
    done = linli("migrate", LINLI_DATABSE_URL="x", LINLI_TEST_REDIS_URL="y")
    assert "LINLI_DATABSE_URL is no setting of Linli; do you mean LINLI_DATABASE_URL?\n" == done.stderr
    assert 0 == done.exit_code


def test_a_secret_is_asked_for_where_several_processes_share_it(linli):
    done = linli("serve", LINLI_REDIS_URL="redis://127.0.0.1:1/0")
    assert 2 == done.exit_code
    assert "LINLI_SECRET" in done.stderr


def test_a_worker_without_redis_is_told_what_it_needs(linli):
    done = linli("worker")
    assert 2 == done.exit_code
    assert "LINLI_REDIS_URL" in done.stderr


def test_migrate_twice(linli, empty_database_url):
    first = linli("migrate", LINLI_DATABASE_URL=empty_database_url)
    again = linli("migrate", LINLI_DATABASE_URL=empty_database_url)
    assert (0, 0, first.stdout) == (first.exit_code, again.exit_code, again.stdout)
    assert "schema is up to date" in first.stdout


def test_migrate_makes_the_folder_of_a_file(linli, tmp_path):
    assert 0 == linli("migrate").exit_code
    with sqlite3.connect(tmp_path / ".linli" / "linli.db") as file:
        assert (1,) == file.execute("SELECT count(*) FROM alembic_version").fetchone()
    file.close()


def test_the_password_of_a_database_stays_hidden(linli):
    done = linli("migrate", LINLI_DATABASE_URL="postgresql+asyncpg://linli:geheim@127.0.0.1:1/linli")
    assert 2 == done.exit_code
    assert ("geheim" in done.output, "LINLI_DATABASE_URL" in done.stderr) == (False, True)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_any_work(linli, tmp_path, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = linli(command, LINLI_PORT=str(port))
    assert 2 == done.exit_code
    assert f"127.0.0.1:{port}" in done.stderr
    assert [] == list(tmp_path.iterdir())


def test_the_document_of_the_api_is_valid(linli):
    done = linli("openapi")
    document = json.loads(done.stdout)
    validate(document)
    assert 0 == done.exit_code
    assert {"/api/v1/needs", "/api/v1/offers", "/api/v1/office/rounds"} <= set(document["paths"])


def test_serving_a_database_without_tables_says_what_to_do(linli, postgres_server):
    name = postgres_server.create()
    done = linli(
        "serve",
        LINLI_DATABASE_URL=postgres_server.url_of(name),
        LINLI_REDIS_URL="redis://127.0.0.1:1/0",
        LINLI_SECRET="x" * 32,
        LINLI_PORT=str(free_port()),
    )
    postgres_server.drop(name)
    assert 2 == done.exit_code
    assert "linli migrate" in done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_serve_in_an_empty_folder(tmp_path):
    """The whole process, as its supervisor sees it: pages answer, a word on the empty database, SIGTERM ends it."""
    port = free_port()
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(port)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[3]), "LINLI_LANG": "en"}
    running = subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True)  # noqa: S603 our own words
    try:
        assert running.stderr
        said = []
        for line in running.stderr:
            said.append(line)
            if "running on" in line:
                break
        assert "linli seed" in said[0]
        assert 200 == httpx.get(f"http://127.0.0.1:{port}/ready", timeout=10).status_code
    finally:
        running.terminate()
        running.communicate(timeout=20)
    assert running.returncode in {0, -signal.SIGTERM}
