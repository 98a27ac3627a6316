"""What docs/explanations.md shows is what the commands and the snippet print."""

import contextlib
import io
import shlex
from typing import get_args

import pytest
from typer.testing import CliRunner

from api.cli import app
from matching.explain.document import Code, Reason
from tests.docs.test_readme import ROOT, blocks, text_of

PAGE = "docs/explanations.md"


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("LINLI_LANG", "en")


@pytest.mark.usefixtures("at_root")
def test_commands_print_what_the_page_shows():
    commands, shown = blocks(PAGE, ""), blocks(PAGE, "text")
    assert 2 == len(commands)
    for command, text in zip(commands, shown, strict=True):
        done = CliRunner().invoke(app, shlex.split(command)[1:])
        assert (0, text) == (done.exit_code, done.stdout)


@pytest.mark.usefixtures("at_root")
def test_the_python_runs():
    (snippet,) = blocks(PAGE, "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(snippet, PAGE, "exec"), {})  # noqa: S102 our own words
    assert "guo-socket 目前没有人能来做这项服务。\n" == printed.getvalue()


def test_every_reason_and_suggestion_is_on_the_page():
    text = text_of(PAGE)
    named = [*get_args(Reason), *get_args(Code)]
    spoken = {"served", "gender", "language", "shorter"}
    assert [] == [code for code in named if code not in spoken and f"`{code}`" not in text]
