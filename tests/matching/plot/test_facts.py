"""Facts of a plan: priorities, main causes, who must be served, lateness, totals with their units."""

import pytest
from msgspec import structs

from matching.plan import CauseCount, Unserved
from matching.plot.facts import (
    NOBODY,
    by_priority,
    grouped,
    late_ticks,
    main_cause,
    missing,
    totals,
)
from matching.plot.words import CAUSES, LEVELS, TERMS, worded
from matching.policy import ORDERS
from matching.problem import StartWindow
from matching.rules import CAUSES as CODES
from tests.matching.plot.examples import HOSTILE, answer, asked, example

PROBLEM = example()
PLAN = answer(PROBLEM)


def test_classes_of_priority_come_highest_first():
    """Points 9 (not served), 8, 5, 3, and three tasks of 1 point, of which the mandatory one is lost."""
    assert [(9, 1, 0, 0), (8, 1, 1, 8), (5, 1, 1, 5), (3, 1, 1, 3), (1, 3, 2, 2)] == [
        (c.priority, c.asked, c.served, c.points) for c in by_priority(PROBLEM, PLAN)
    ]


def test_the_main_cause_is_that_of_those_who_came_closest():
    assert "busy" == main_cause(PLAN.unserved[1])
    assert NOBODY == main_cause(Unserved(task="x", causes=()))
    strange = Unserved(task="x", causes=(CauseCount(cause="?", count=3), CauseCount(cause="gender", count=1)))
    assert "gender" == main_cause(strange)


def test_what_must_be_served_is_named_first():
    assert [("lost", "busy"), ("far", "within_reach")] == [
        (m.task.id, m.main) for m in missing(PROBLEM, PLAN)
    ]


def test_groups_count_tasks_points_and_musts():
    assert [("busy", 1, 1, 1), ("within_reach", 1, 0, 9)] == [
        (*tuple(g)[:3], g.points) for g in grouped(PROBLEM, PLAN)
    ]


def test_late_is_after_the_punctual_part():
    late = asked(
        "x",
        "a",
        windows=(StartWindow(earliest=5, latest=9, late_until=20), StartWindow(earliest=30, latest=40)),
    )
    assert [0, 0, 1, 11, 0, 0] == [late_ticks(late, start) for start in (5, 9, 10, 20, 30, 99)]


def test_totals_have_units_and_no_zeros():
    """What is served stands in the lead and in the levels, so it is no total."""
    terms = {
        "served": 1_200,
        "travel_ticks": 90,
        "service_ticks": 7_200,
        "travel_metres": 1_540,
        "price_fen": 12_345,
    }
    plan = structs.replace(PLAN, terms=terms | {"late_ticks": 0, "zebras": 2})
    assert [
        ("travel_ticks", "90", "min"),
        ("travel_metres", "1.5", "km"),
        ("service_ticks", "120.0", "h"),
        ("price_fen", "123.45", "yuan"),
        ("zebras", "2", ""),
    ] == totals(PROBLEM, plan)


def test_every_code_has_words():
    assert [] == [code for code in CODES if code not in CAUSES and code not in PLAN_FAULTS]
    assert {"mandatory", *(level for order in ORDERS for level in order)} == set(LEVELS)


PLAN_FAULTS = {"reported", "routes", "travel", "terms", "problem"}
"""Rules about documents: never a cause."""


@pytest.mark.parametrize(("code", "words"), [("served", "Tasks served"), ("new_thing", "new thing")])
def test_what_has_no_words_says_its_code(code, words):
    assert words == worded(lambda text: text, TERMS, code)


def test_the_example_is_hostile():
    assert HOSTILE in PROBLEM.id
