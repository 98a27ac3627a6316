"""What the README says is true: its snippets run, its output is real, its links lead somewhere, its twin agrees."""

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.settings import Settings

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
PAGES = (*READMES, *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md"))))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SECONDS = re.compile(r"[\d.]+ s\)")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(name)) if kind == language]


def prose(name: str) -> str:
    return FENCE.sub("", text_of(name))


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where a reader's terminal is."""
    monkeypatch.chdir(ROOT)
    for variable in [v for v in os.environ if v.startswith("LINLI_") and not v.startswith("LINLI_TEST_")]:
        monkeypatch.delenv(variable)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_is_there(name):
    targets = [link for link in LINK.findall(prose(name)) if not re.match(r"[a-z]+:|#", link)]
    missing = [link for link in targets if not ((ROOT / name).parent / link.partition("#")[0]).exists()]
    assert [] == missing


@pytest.mark.parametrize("name", READMES)
@pytest.mark.usefixtures("at_root")
def test_the_python_runs(name):
    (snippet,) = blocks(name, "python")
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(snippet, name, "exec"), {})  # noqa: S102 our own words
    first, second = told.getvalue().splitlines()
    assert "12 of 13 served" == first
    assert second.startswith("guo-socket {'skill_level': 10")


@pytest.mark.parametrize("name", READMES)
@pytest.mark.usefixtures("at_root")
def test_match_and_check_print_what_is_shown(name, tmp_path):
    said = ""
    commands = [
        line for block in blocks(name, "sh") for line in block.splitlines() if "docs/examples/" in line
    ]
    for line in commands:
        words = [str(tmp_path / word) if word == "plan.json" else word for word in shlex.split(line)[1:]]
        lang = "zh" if "zh" in name else "en"
        done = CliRunner().invoke(app, words, env={"LINLI_LANG": lang, "COLUMNS": "80"})
        assert 0 == done.exit_code, done.output
        said += done.stdout
    (shown,) = blocks(name, "text")
    assert comparable(shown) == comparable(said)
    assert 2 == len(commands)


def comparable(output: str) -> list[str]:
    lines = [SECONDS.sub("… s)", line).rstrip() for line in output.splitlines()]
    return [line for line in lines if line]


def test_the_twins_have_the_same_bones():
    english, chinese = (
        [re.match("#+", line).group() for line in prose(name).splitlines() if line.startswith("#")]  # type: ignore[union-attr]
        for name in READMES
    )
    assert english == chinese
    pictures = [
        sorted(link for link in LINK.findall(prose(name)) if link.endswith(".png")) for name in READMES
    ]
    assert pictures[0] == pictures[1]
    same = [[re.sub("#.*", "", block) for block in blocks(name, "sh")] for name in READMES]
    assert same[0] == same[1]


def settings_table(name: str) -> dict[str, str]:
    rows = re.findall(r"^\| `(LINLI_[A-Z_]+)` \| (?:`([^`]*)`)? ?\|", text_of(name), re.MULTILINE)
    return dict(rows)


@pytest.mark.parametrize("name", READMES)
def test_the_settings_are_those_of_the_code(name):
    """One row for each field of `api/settings.py`, with its default; secrets and servers have none."""
    expected = {
        f"LINLI_{field.name.upper()}": "" if field.default is None else written(field.default)
        for field in msgspec.structs.fields(Settings)
    }
    assert expected == settings_table(name)


def written(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_are_named_exist(name):
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups}
    named = set(re.findall(r"(?:^|[`/ ])linli ([a-z]+)", text_of(name), re.MULTILINE))
    assert set() == named - known


@pytest.mark.parametrize("name", PAGES)
def test_make_targets_that_are_named_exist(name):
    makefile = text_of("Makefile")
    named = re.findall(r"(?:^|`)make ([a-z]+)", text_of(name), re.MULTILINE)
    assert [] == [target for target in named if f"\n{target}:" not in makefile]
