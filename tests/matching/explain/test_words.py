"""Texts: short first lines, plain words, nothing that a voice would stumble over."""

from itertools import product
from typing import Any, get_args

import pytest

from matching.explain.document import (
    Alternative,
    Change,
    Code,
    Cutoff,
    Explanation,
    Reason,
    Suggestion,
    Visit,
)
from matching.explain.texts import FACTS, FIRST, HELPS, KINDS, LEVELS, RULES
from matching.explain.words import LONGEST, told
from matching.rules import CAUSES

HUGE = 9_999_999
LAST = 10_000_000
"""The latest tick of any document."""

ABOUT_THE_DOCUMENT = {
    "reported",
    "routes",
    "travel",
    "terms",
    "problem",
    "busy",
    "seat_once",
    "waiting",
    "alternative",
}


def answer(reason, **fields: Any):
    return Explanation(
        task="x",
        kind="task",
        served=reason == "served",
        reason=reason,
        points=HUGE,
        horizon="2026-12-30T00:00:00+08:00",
        **{"proven": True} | fields,
    )


def every():
    """Every reason, with numbers as large and as small as they come."""
    suggestions = tuple(
        Suggestion(code=code, start=LAST, amount=HUGE, kinds=("volunteer_team", "red_partner"), moved=HUGE)
        for code in get_args(Code)
    )
    for reason, proven, high in product(get_args(Reason), (True, False), (0, 1, HUGE, 2 * HUGE)):
        for cutoff in (None, Cutoff(low=0, high=high + HUGE)):
            yield answer(reason, proven=proven, cutoff=cutoff, suggestions=suggestions)
        yield answer(reason, waiting=HUGE, change=Change(displaced=HUGE, moved=HUGE, gained=HUGE))
    for level in LEVELS:
        others = (Alternative(level=level, price=HUGE),)
        visit = Visit(start=LAST, people=HUGE, extra_ticks=HUGE, tasks_before=1, tasks_after=2)
        yield answer("served", visit=visit, alternatives=others, level=level, price=HUGE)
        yield answer("tie", level=level, price=HUGE)
    for rule in RULES:
        yield answer("nobody", rule=rule)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_first_lines_are_short_for_every_reason_and_number(language):
    lines = {told(each, language)[0] for each in every()}
    assert 20 < len(lines)
    assert [] == [line for line in lines if len(line) > LONGEST]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_can_be_read_aloud(language):
    """Words, digits and plain stops: no brackets, units or signs that a voice would spell."""
    lines = [line for each in every() for line in told(each, language)]
    allowed = " ,.:;'’，。：；、"
    assert {c for line in lines for c in line if not c.isalnum()} <= set(allowed)
    assert [] == [line for line in lines if not line.endswith((".", "。"))]
    assert {"m", "min", "km", "h"}.isdisjoint(word for line in lines for word in line.split())


def test_everything_that_may_be_said_has_both_languages():
    assert set(CAUSES) - ABOUT_THE_DOCUMENT == RULES.keys()
    assert set(get_args(Code)) == HELPS.keys()
    assert set(get_args(Reason)) <= FIRST.keys()
    for texts in (FIRST, FACTS, LEVELS, RULES, HELPS, KINDS):
        for english, chinese in texts.values():
            assert english.isascii()
            assert any("\u4e00" <= c <= "\u9fff" for c in chinese)


def test_suggestions_come_last_and_in_order():
    lines = told(
        answer("nobody", suggestions=(Suggestion(code="later", amount=30), Suggestion(code="gender"))), "en"
    )
    assert lines[-2:] == [
        "It would work if the visit may begin 30 minutes later.",
        "It would work if both men and women may come.",
    ]


def test_points_missing():
    lines = told(
        Explanation(
            task="x",
            kind="task",
            served=False,
            reason="points",
            proven=True,
            points=1,
            cutoff=Cutoff(low=2, high=2),
        ),
        "zh",
    )
    assert lines == ["还差1分，这次先轮到别人。", "这项需求有1分，超过2分就能安排上。"]
