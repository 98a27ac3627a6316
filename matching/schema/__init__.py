"""Published JSON schemas of the documents, generated from the structs."""

import json
from pathlib import Path

import msgspec

from matching.explain.document import Explanation
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Problem

HERE = Path(__file__).parent
DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "problem.json": Problem,
    "policy.json": Policy,
    "plan.json": Plan,
    "explanation.json": Explanation,
}


def schema_text(name: str) -> str:
    """The JSON schema of one document as text."""
    schema = msgspec.json.schema(DOCUMENTS[name])
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas() -> None:
    """Write the schemas beside this file; a test finds them out of date."""
    for name in DOCUMENTS:
        (HERE / name).write_text(schema_text(name), encoding="utf-8")
