"""docs/problem-format.md and docs/plan-format.md: every field is there, the examples decode, are solved and checked."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from api.cli import app
from matching import plan as plans
from matching import problem as problems
from matching.plan import SHAPE_TERMS, TERMS, Route, Session, decode_plan
from matching.policy import Policy, decode_policy
from matching.problem import decode_problem
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from matching.travel import LineTravel, MatrixTravel, TableTravel
from tests.docs.test_readme import ROOT, at_root, blocks, text_of

__all__ = ["at_root"]

PROBLEM, PLAN = "docs/problem-format.md", "docs/plan-format.md"
EXAMPLES = ROOT / "docs" / "examples"
DOCUMENTS = {PROBLEM: (problems.Problem, Policy), PLAN: (plans.Plan,)}
TRAVEL = {"`line`": LineTravel, "`matrix`": MatrixTravel, "`table`": TableTravel}


def structs(kind: object) -> Iterator[type[msgspec.Struct]]:
    """A struct and those of its fields, but for the ways, whose headings say their kind."""
    match msgspec.inspect.type_info(kind):
        case msgspec.inspect.StructType(cls=cls):
            yield cls
            for name in () if cls in TRAVEL.values() else cls.__struct_fields__:
                yield from of_field(cls, name)


def of_field(cls: type[msgspec.Struct], name: str) -> Iterator[type[msgspec.Struct]]:
    field = next(f for f in msgspec.inspect.type_info(cls).fields if f.name == name)  # type: ignore[union-attr,attr-defined]
    waiting = [field.type]
    while waiting:
        match waiting.pop():
            case msgspec.inspect.StructType(cls=inner):
                yield from structs(inner)
            case msgspec.inspect.VarTupleType(item_type=item):
                waiting.append(item)
            case msgspec.inspect.UnionType(types=types):
                waiting += types


def tables(page: str) -> dict[str, set[str]]:
    """Heading -> names in the first column of its table."""
    parts = re.split(r"^#{2,3} (.+)$", text_of(page), flags=re.MULTILINE)
    return {
        heading.partition(":")[0]: {
            name
            for line in body.splitlines()
            if line.startswith("| `")
            for name in re.findall(r"`(\w+)`", line.split("|")[1])
        }
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("page", DOCUMENTS)
def test_every_field_of_every_thing_has_its_row(page):
    told = tables(page)
    kinds = {kind for document in DOCUMENTS[page] for kind in structs(document)}
    expected = {kind.__name__: set(kind.__struct_fields__) for kind in kinds if kind not in TRAVEL.values()}
    assert len(expected) > 6
    assert expected == {name: fields for name, fields in told.items() if name in expected}
    for heading, kind in TRAVEL.items() if page == PROBLEM else ():
        assert {"kind", *kind.__struct_fields__} == told[heading]


def test_every_term_has_its_row():
    made = decode_plan((EXAMPLES / "house.plan.json").read_bytes())
    assert set(made.terms) | set(TERMS) | set(SHAPE_TERMS) == tables(PLAN)["Terms"]


@pytest.mark.parametrize("page", DOCUMENTS)
@pytest.mark.usefixtures("at_root")
def test_the_schema_agrees(page):
    (snippet,) = blocks(page, "python")
    exec(compile(snippet, page, "exec"), {})  # noqa: S102 our own words


@pytest.mark.parametrize("page", DOCUMENTS)
@pytest.mark.usefixtures("at_root")
def test_the_commands_run(page, tmp_path: Path):
    """The plan is checked by the command that the page names."""
    said = ""
    for line in "".join(blocks(page, "sh")).splitlines():
        made = [
            str(tmp_path / w) if w in {"plan.json", "plan.html", "house.html"} else w
            for w in shlex.split(line)
        ]
        fast = ["--deterministic", "--seconds", "2"] if "match" in made else []
        done = CliRunner().invoke(app, [*made[1:], *fast], env={"LINLI_LANG": "en"})
        assert 0 == done.exit_code, done.output
        said += done.stdout
    assert "No rule is violated." in said
    assert 1 == len(list(tmp_path.glob("*.html")))


def test_the_example_has_a_bit_of_everything():
    """Every field of a task, a worker and a provider differs from its default somewhere, but for two of reports."""
    house = decode_problem((EXAMPLES / "house.json").read_bytes())
    for things in (house.tasks, house.workers, (*house.providers, *house.precedences, *house.funds)):
        for thing in things[:1]:
            defaults = {f.name: f.default for f in msgspec.structs.fields(thing)}
            same = [
                name
                for name, default in defaults.items()
                if default is not msgspec.NODEFAULT
                and all(getattr(t, name, default) == default for t in things)
            ]
            assert set(same) <= UNUSED


UNUSED = {
    *("declared_ticks", "max_tasks_day", "max_tasks_week", "max_ticks_week"),
    *("admitted", "paused"),
    *("need", "capacity"),
}
"""Limits like those that the example has, what keeps a provider out altogether, and what other shapes than visits use."""


def test_the_example_is_solved_again():
    """A crew of three, a lag of two hours, somebody experienced beside the newcomer, a licence that runs out."""
    house = decode_problem((EXAMPLES / "house.json").read_bytes())
    policy = decode_policy((EXAMPLES / "policy.json").read_bytes())
    result = solve(house, policy, stop=Stop(deterministic=2), deterministic=True)
    assert () == check(house, result.plan, policy)
    kept = decode_plan((EXAMPLES / "house.plan.json").read_bytes())
    assert () == check(house, kept, policy)
    assert [level.value for level in kept.levels] == [level.value for level in result.plan.levels]
    assert "optimal" == result.status
    made = {a.task: a for a in result.plan.assignments}
    assert ("movers",) == made["wardrobe"].workers
    assert {"teacher-li", "xiao-wei"} == set(made["homework"].workers)
    assert made["pipe-mend"].start >= made["pipe-look"].start + 20 + 120
    assert 7_000 == result.plan.terms["funded_fen"]
    assert ["gas-check"] == [u.task for u in result.plan.unserved if u.mandatory]


def test_the_pieces_on_the_pages_belong_to_the_example():
    """Depots, deliveries, venues, gatherings and enrolments are a problem; the pieces of plans name what is in it."""
    given = json.loads((EXAMPLES / "house.json").read_bytes())
    for piece in blocks(PROBLEM, "json"):
        given |= json.loads(piece)
    house = decode_problem(json.dumps(given).encode())
    assert (1, 2, 1, 1, 2) == (
        *(len(house.depots), len(house.deliveries), len(house.venues)),
        *(len(house.gatherings), len(house.enrolments)),
    )
    route, session = (json.loads(piece) for piece in blocks(PLAN, "json"))
    round_trip, held = msgspec.convert(route, Route), msgspec.convert(session, Session)
    assert ["canteen", "lunch-wu", "lunch-tan"] == [stop.task for stop in round_trip.stops]
    assert {stop.task for stop in round_trip.stops[1:]} == set(house.delivery_by_id)
    assert round_trip.worker in house.worker_by_id
    assert house.gathering_by_id.keys() == {held.gathering}
    assert house.enrolment_by_id.keys() == set(held.seated)
    assert {worker for one in held.staff for worker in one.workers} <= house.worker_by_id.keys()
