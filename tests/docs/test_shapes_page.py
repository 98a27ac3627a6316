"""docs/shapes.md: its commands run and say what is shown, its pieces are in the examples, the plans keep the rules."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from matching.plan import decode_plan
from matching.policy import Policy
from matching.problem import decode_problem
from matching.rules import check
from tests.docs.test_readme import ROOT, at_root, blocks, text_of

__all__ = ["at_root"]

PAGE = "docs/shapes.md"
EXAMPLES = ROOT / "docs" / "examples"
NAMES = ("meals", "class", "mixed")


def parsed(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_bytes())


def told(text: str) -> list[str]:
    """Lines that say something, whatever the width of columns."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line.strip("─ ")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("at_root")
def test_the_commands_say_what_is_shown(name: str, tmp_path: Path):
    (block,) = [block for block in blocks(PAGE, "sh") if f"{name}.json" in block]
    plan, page = tmp_path / f"{name}.plan.json", tmp_path / f"{name}.html"
    said = ""
    for line in block.splitlines():
        words = line.replace(plan.name, str(plan)).replace(f" {page.name}", f" {page}")
        (_, *options) = shlex.split(words)
        done = CliRunner().invoke(app, options)
        assert 0 == done.exit_code
        said += done.stdout
    lines = told(said)
    assert 10 < len(lines)
    shown = [text for text in blocks(PAGE, "text") if belongs(text, name)]
    assert 1 <= len(shown)
    assert [] == [line for text in shown for line in told(text) if not any(line in one for one in lines)]
    assert ("--plot" in block, True) == (page.exists(), plan.exists())


def belongs(text: str, name: str) -> bool:
    """The section in which a block stands."""
    page = text_of(PAGE)
    sections = page.split("\n## ")
    (section,) = [one for one in sections if f"linli match docs/examples/{name}.json" in one]
    return text in section


@pytest.mark.parametrize("name", NAMES)
def test_the_plans_beside_the_examples_keep_the_rules(name: str):
    problem = decode_problem((EXAMPLES / f"{name}.json").read_bytes())
    plan = decode_plan((EXAMPLES / f"{name}.plan.json").read_bytes())
    assert () == check(problem, plan, Policy())
    assert 5 < plan.terms["served"]


def test_the_pieces_shown_are_those_of_the_files():
    things: list[Any] = []
    for name in NAMES:
        problem, plan = parsed(f"{name}.json"), parsed(f"{name}.plan.json")
        things += [*problem["deliveries"]] if "deliveries" in problem else []
        things += [*problem["gatherings"], *problem["enrolments"], *plan["sessions"]]
        things += [
            {key: stop[key] for key in ("task", "kind", "start", "end")}
            for route in plan["routes"]
            for stop in route["stops"]
            if "kind" in stop
        ]
        things += [
            {
                "worker": route["worker"],
                "stops": [f"{stop.get('kind', 'visit')} {stop['task']}" for stop in route["stops"]],
            }
            for route in plan["routes"]
        ]
    pieces = [json.loads(block) for block in blocks(PAGE, "json")]
    assert 6 == len(pieces)
    assert [] == [piece for piece in pieces if piece not in things]


def test_the_examples_are_readable_by_people():
    """One thing a line, and a word for every name."""
    for name in NAMES:
        text = (EXAMPLES / f"{name}.json").read_text("utf-8")
        assert 20 < len(text.splitlines())
        assert max(map(len, text.splitlines())) < 600
