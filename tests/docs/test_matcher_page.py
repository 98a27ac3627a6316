"""What docs/using-the-matcher.md shows of the example is in the example."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.docs.test_readme import ROOT, blocks

EXAMPLES = ROOT / "docs" / "examples"
SCHEMAS = ROOT / "matching" / "schema"


def parsed(path: Path):
    return json.loads(path.read_bytes())


def test_the_pieces_shown_are_those_of_the_files():
    problem, plan = parsed(EXAMPLES / "street.json"), parsed(EXAMPLES / "street.plan.json")
    things = [*problem["tasks"], *problem["workers"], *plan["unserved"]]
    pieces = [json.loads(block) for block in blocks("docs/using-the-matcher.md", "json")]
    assert 3 == len(pieces)
    assert [] == [piece for piece in pieces if piece not in things]


def test_the_example_obeys_the_schemas():
    for name, schema in (("street.json", "problem.json"), ("street.plan.json", "plan.json")):
        Draft202012Validator(parsed(SCHEMAS / schema)).validate(parsed(EXAMPLES / name))


def test_the_example_is_readable_by_people():
    """One thing a line; every person and task of it has a word for a name."""
    text = (EXAMPLES / "street.json").read_text("utf-8")
    assert max(map(len, text.splitlines())) < 500
    problem = json.loads(text)
    assert 12 <= len(problem["tasks"]) <= 15
    assert 12 == len(problem["workers"])
