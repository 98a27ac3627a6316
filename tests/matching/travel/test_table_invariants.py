"""Every broken table is refused with the path of what is wrong, before anything reads it."""

from typing import Any

import msgspec
import pytest

from matching.problem import ProblemError, decode_problem, encode
from matching.travel import Speeds, TableTravel
from matching.travel.table import mode_table, packed
from tests.matching import builders

TABLE = mode_table(("walk",), 900, 3, ([0, 0, 1], [1, 2, 2], [100, 200, 100]), symmetric=True)
TRAVEL = TableTravel(
    network="v",
    places=("p0", "p1", "p2"),
    points=packed([0, 1, 2]),
    tables=(TABLE,),
    guesses=("p2",),
    tick_seconds=3600,
)


def problem(travel: TableTravel):
    return builders.change(builders.problem(), travel=travel)


def travel(**fields: Any) -> TableTravel:
    return builders.change(TRAVEL, **fields)


def table(**fields: Any) -> TableTravel:
    return travel(tables=(builders.change(TABLE, **fields),))


def test_a_good_table_comes_back_as_it_went():
    document = encode(problem(TRAVEL))
    assert encode(decode_problem(document)) == document
    assert b'"kind":"table"' in document


def test_more_places_than_the_problem_has_are_no_harm():
    wide = travel(places=("p0", "p1", "p2", "p9"), points=packed([0, 1, 2, 2]))
    assert problem(wide).travel.places[-1] == "p9"


BROKEN = [
    ("travel.places[2]", travel(places=("p0", "p1", "p1"))),
    ("places[2].id", travel(places=("p0", "p1", "px"), guesses=())),
    ("travel.guesses[0]", travel(guesses=("px",))),
    ("travel.guesses[1]", travel(guesses=("p1", "p1"))),
    ("travel.points", travel(points=packed([0, 1]))),
    ("travel.points", travel(points=packed([0, 1, 3]))),
    ("travel.points", travel(points=packed([0, -1, 1]))),
    ("travel.points", travel(points=packed([0, 1, 2]) + b"\0")),
    ("travel.tables[1].modes", travel(tables=(TABLE, TABLE))),
    ("travel.tables[0].modes", table(modes=())),
    ("travel.tables[0].modes[1]", table(modes=("walk", "walk"))),
    ("workers[0].mode", table(modes=("car",))),
    ("travel.tables[0].limit_metres", table(limit_metres=-1)),
    ("travel.tables[0].limit_metres", table(limit_metres=10_000_001)),
    ("travel.tables[0].first", table(first=packed([0, 2, 3]))),
    ("travel.tables[0].first", table(first=packed([1, 2, 3, 3]))),
    ("travel.tables[0].first", table(first=packed([0, 3, 2, 3]))),
    ("travel.tables[0].to", table(to=packed([1, 2]))),
    ("travel.tables[0].to", table(to=packed([1, 2, 3]))),
    ("travel.tables[0].to", table(to=packed([1, -1, 2]))),
    ("travel.tables[0].to", table(to=packed([2, 1, 2]))),
    ("travel.tables[0].to", table(to=packed([1, 1, 2]))),
    ("travel.tables[0].to", table(to=packed([1, 2, 1]))),
    ("travel.tables[0].to", table(to=packed([1, 2, 0]))),
    ("travel.tables[0].to", table(to=packed([0, 2, 2]), symmetric=False)),
    ("travel.tables[0].metres", table(metres=packed([100, 200]))),
    ("travel.tables[0].metres", table(metres=packed([100, -1, 100]))),
    ("travel.tables[0].metres", table(metres=packed([100, 10_000_000, 100]))),
    ("travel.speeds.car", travel(speeds=Speeds(car=0))),
    ("travel.tick_seconds", travel(tick_seconds=60)),
]


@pytest.mark.parametrize(("path", "broken"), BROKEN)
def test_what_is_wrong_is_named(path, broken):
    with pytest.raises(ProblemError) as caught:
        problem(broken)
    assert caught.value.path == path


def document(**fields: Any) -> bytes:
    whole = msgspec.json.decode(encode(problem(TRAVEL)))
    whole["travel"].update(fields)
    return msgspec.json.encode(whole)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"points": "not base64!"}, "travel.points"),
        ({"points": [0, 1, 2]}, "travel.points"),
        ({"tables": [{"modes": ["fly"]}]}, "travel.tables[0].modes[0]"),
        ({"tables": [{}]}, "travel.tables[0].modes"),
        ({"metres": 3}, "travel.metres"),
    ],
)
def test_a_document_of_another_shape_is_refused_with_its_path(fields, path):
    with pytest.raises(ProblemError) as caught:
        decode_problem(document(**fields))
    assert caught.value.path == path
