"""The help teaches, and comes at once."""

import subprocess
import sys

import pytest

from api.cli import app, commands

COMMANDS = {
    (): ("linli demo", "linli match"),
    ("demo",): ("LINLI_PORT", "invented people", "Nothing is sent anywhere", "--once"),
    ("serve",): ("LINLI_REDIS_URL", "linli migrate", "LINLI_PORT or 8080"),
    ("worker",): ("LINLI_REDIS_URL", "finished once"),
    ("migrate",): ("LINLI_DATABASE_URL", "Safe to repeat"),
    ("seed",): ("示例数据", "Repeating it changes nothing", "YYYY-MM-DD"),
    ("round",): ("run", "show"),
    ("round", "run"): ("send the offers", "default tomorrow", "--no-publish"),
    ("round", "show"): ("last", "how good the plan is"),
    ("travel",): ("prepare", "show", "report"),
    ("travel", "prepare"): ("EXTRACT.osm.pbf", "--join-gaps", "geofabrik", "Example:", "--within"),
    ("travel", "show"): ("islands", "CITY.network"),
    ("travel", "report"): ("--pairs", "--seed", "deciding by line"),
    ("places",): ("import", "export"),
    ("places", "import"): (
        "--coordinates",
        "gcj02",
        "Repeating it changes nothing",
        "LINLI_NETWORK",
        "Example:",
    ),
    ("places", "export"): ("GeoJSON", "--format", "Example:"),
    ("match",): (
        *("linli.problem/1", "Example:", "docs/examples/street.json", "proven bound"),
        *("--policy", "--gap", "--warm-start", "--plot"),
    ),
    ("plot",): ("one file", "no network", "Example:"),
    ("check",): ("exit 1", "shares no code"),
    ("explain",): ("--task", "--policy", "It names nobody", "Example:"),
    ("bench",): ("hhcrsp",),
    ("bench", "hhcrsp"): ("--best-known", "Ctrl-C writes the best so far", "--iterations", "Example:"),
    ("openapi",): ("OpenAPI document",),
}
HEAVY = (
    "litestar",
    "sqlalchemy",
    "ortools",
    "numpy",
    "msgspec",
    "babel",
    "uvicorn",
    "alembic",
    "market",
    "seed",
)


@pytest.mark.parametrize(("command", "told"), COMMANDS.items(), ids=lambda value: " ".join(value) or "linli")
def test_the_help_says_what_one_needs_to_know(linli, command, told):
    shown = linli(*command, "--help")
    text = " ".join(shown.stdout.split())
    assert 0 == shown.exit_code
    assert [] == [words for words in told if words not in text]


def test_no_command_lacks_its_place_above(linli):
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    below = {("round", command.name) for command in commands.rounds.registered_commands}
    below |= {("travel", command.name) for command in commands.travel.registered_commands}
    below |= {("places", command.name) for command in commands.places.registered_commands}
    below |= {("bench", command.name) for command in commands.bench.registered_commands}
    groups = {(), ("round",), ("travel",), ("places",), ("bench",)}
    assert {(name,) for name in names} | below | groups == set(COMMANDS)


def test_without_a_command_the_help_is_shown(linli):
    assert "Usage: linli" in linli().output


def test_short_help_and_version(linli):
    assert "Usage" in linli("-h").stdout
    assert linli("--version").stdout.startswith("linli 0.")


def test_the_help_loads_nothing_heavy():
    """Import time is what a person waits for; a list of modules does not depend on the machine."""
    line = f"import sys, api.cli; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)  # noqa: S603 our own words
    assert "" == done.stdout.strip()


def test_the_matcher_on_files_loads_neither_web_nor_database():
    line = (
        "import sys, api.cli.matching, matching.solve; "
        "print(*[name for name in ('litestar', 'sqlalchemy', 'alembic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)  # noqa: S603 our own words
    assert "" == done.stdout.strip()
