"""docs/from-vroom.md: its command and its Python run, and what it shows is what they say."""

import contextlib
import io
import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from matching.formats.vroom.document import Break, Document, Job, Matrices, Vehicle
from matching.formats.vroom.messages import REASONS
from tests.docs.test_readme import ROOT, at_root, blocks, text_of

__all__ = ["at_root"]

PAGE = "docs/from-vroom.md"


@pytest.mark.usefixtures("at_root")
def test_the_command_says_what_is_shown(tmp_path: Path):
    (command,) = blocks(PAGE, "sh")
    (_, *words) = shlex.split(command.replace("solution.json", str(tmp_path / "solution.json")))
    done = CliRunner().invoke(app, [*words, "--deterministic", "--seconds", "1"])
    (shown,) = blocks(PAGE, "text")
    assert 0 == done.exit_code
    assert shown.strip() in done.stdout
    solution = json.loads((tmp_path / "solution.json").read_bytes())
    assert [json.loads(piece) for piece in blocks(PAGE, "json")] == solution["unassigned"]


@pytest.mark.usefixtures("at_root")
def test_the_python_runs():
    (snippet,) = blocks(PAGE, "python")
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(snippet, PAGE, "exec"), {})  # noqa: S102 our own words
    assert "'priority': 85" in told.getvalue()


def test_every_field_is_told():
    kinds = (Job, Vehicle, Matrices, Document)
    fields = {name for kind in kinds for name in kind.__struct_fields__} - {
        "start_index",
        "end_index",
        "type",
    }
    page = text_of(PAGE)
    assert [] == sorted(name for name in fields if name not in page)
    assert {"service", "time_windows", "id"} < set(Break.__struct_fields__)


def test_every_reason_is_told():
    page = text_of(PAGE)
    assert [] == [reason for reason, _ in REASONS.values() if f"`{reason}`" not in page]


def test_the_example_is_there_for_readers():
    text = (ROOT / "docs" / "examples" / "vroom.json").read_text("utf-8")
    assert max(map(len, text.splitlines())) < 160
