"""Drawings: what a page embeds, and how ways become words."""

import json

import pytest

from api.i18n import translator
from api.web.maps import drawings
from api.web.maps.data import Dot, Drawing, Mark, at, packed
from api.web.maps.ways import Start, Stop, legs_along, legs_of_many
from matching.travel.line import LineTravel
from matching.travel.network.single import route
from tests.support.streets import futian

EN = translator("en")
HERE, THERE, FAR = (22.5310, 114.0300), (22.5268, 114.0246), (23.1, 113.2)


def stop(at_: tuple[float, float], number: str = "1", **more: object) -> Stop:
    return Stop(at=at_, number=number, label=f"Visit {number}", **more)


def test_no_text_can_end_the_data_block():
    drawing = Drawing(streets=None, marks=(Mark(at=HERE, label="</script><b>&"),))
    assert "<" not in drawing.json
    assert "&" not in drawing.json
    assert "</script><b>&" == json.loads(drawing.json)["marks"][0]["label"]


def test_what_is_not_drawn_is_not_sent():
    assert {} == json.loads(Drawing(streets=None).json)
    assert Drawing(streets=None).is_empty


def test_a_packed_line_is_steps_and_without_what_lies_on_the_way():
    line = [(22.5, 114.0), (22.50001, 114.0), (22.50002, 114.0), (22.50002, 114.001)]
    assert (2_250_000, 11_400_000, 2, 0, 0, 100) == packed(line)


def test_positions_are_rounded_to_a_metre():
    assert (22.53012, 114.03035) == at(22.530123456, 114.030345678)


async def test_legs_follow_the_streets_and_the_router():
    first, second = await legs_along(futian(), Start(at=HERE), (stop(THERE), stop(HERE, "2")))
    there = route(futian(), "walk", HERE, THERE)
    assert (there.metres, there.minutes()) == (first.metres, first.minutes)
    assert {passed.name for passed in there.streets} >= set(first.streets)
    assert "" not in first.streets
    assert (HERE, THERE) == (first.line[0], first.line[-1])
    assert 10 < len(first.line)
    assert not first.estimated
    # walkers may go back the way they came
    assert first.metres == second.metres


async def test_without_a_network_the_line_is_an_estimate():
    (leg,) = await legs_along(None, Start(at=HERE), (stop(THERE),))
    assert leg.estimated
    assert (HERE, THERE) == leg.line
    assert LineTravel().constant_metres < leg.metres
    assert () == leg.streets


async def test_a_place_outside_of_the_network_is_an_estimate_too():
    (leg,) = await legs_along(futian(), Start(at=HERE), (stop(FAR),))
    assert leg.estimated
    assert 50_000 < leg.metres


async def test_a_helpers_day_in_numbers_and_directions():
    start = Start(at=HERE)
    stops = (stop(THERE, "1", is_next=True), stop((22.5295, 114.0210), "2"), stop(THERE, "3"))
    legs = await legs_along(futian(), start, stops)
    drawing = drawings.day(futian(), EN, start, stops, legs)
    # two visits behind one door share a mark
    assert ["", "1·3", "2"] == [mark.text for mark in drawing.marks]
    assert ["quiet", "next", "route"] == [mark.tone for mark in drawing.marks]
    assert [False] * 3 == [way.estimated for way in drawing.ways]
    assert ["Start of the way", "Next visit", "Way along streets"] == [key.label for key in drawing.legend]


async def test_estimates_are_in_the_legend():
    start, stops = Start(at=HERE), (stop(THERE),)
    drawing = drawings.day(None, EN, start, stops, await legs_along(None, start, stops))
    assert ["Start of the way", "Estimate"] == [key.label for key in drawing.legend]
    assert [True] == [way.estimated for way in drawing.ways]


async def test_a_plan_has_a_colour_for_each_helper_and_numbers_when_one_is_picked():
    days = [(Start(at=HERE), (stop(THERE),)), (Start(at=THERE), (stop(HERE), stop(THERE, "2")))]
    legs = await legs_of_many(futian(), days)
    people = [
        drawings.Person(group=name, name=name, start=start, stops=stops, legs=own)
        for name, (start, stops), own in zip("ab", days, legs, strict=True)
    ]
    waiting = Dot(at=HERE, label="x", tone="bad", shape="diamond")
    drawing = drawings.plan(futian(), EN, people, [waiting])
    assert {"a": {"1"}, "b": {"2"}} == {
        one.group: {way.tone for way in drawing.ways if way.group == one.group} for one in people
    }
    assert ["a · 1 visit", "b · 2 visits"] == [choice.label for choice in drawing.choices]
    assert [
        "Start of the way",
        "Visit",
        "Way along streets, a colour for each helper",
        "Nobody found",
    ] == [key.label for key in drawing.legend]
    assert all(mark.picked for mark in drawing.marks)
    assert all(way.thin for way in drawing.ways)
    assert waiting in drawing.dots


def test_a_door_that_is_not_told_is_a_circle_and_no_way():
    drawing = drawings.somewhere(None, EN, (22.53, 114.03), Start(at=HERE), ("about 4 min away",))
    assert () == drawing.ways
    assert [200.0] == [blur.metres for blur in drawing.blurs]
    assert ["Start of the way"] == [mark.label for mark in drawing.marks]
    assert ["Start of the way", "Somewhere in this circle"] == [key.label for key in drawing.legend]


@pytest.mark.parametrize(("language", "comma"), [("zh", "、"), ("en", ", ")])
async def test_streets_of_a_way_are_listed_as_the_language_does(language: str, comma: str):
    start, stops = Start(at=HERE), (stop(THERE),)
    (leg,) = legs = await legs_along(futian(), start, stops)
    assert 2 <= len(leg.streets)
    (way,) = drawings.day(futian(), translator(language), start, stops, legs).ways
    assert (comma.join(leg.streets),) == way.notes


@pytest.mark.parametrize("mode", ["walk", "walk_slow", "ebike"])
async def test_minutes_are_those_of_the_mode(mode: str):
    (leg,) = await legs_along(futian(), Start(at=HERE, mode=mode), (stop(THERE),))
    assert route(futian(), mode, HERE, THERE).minutes() == leg.minutes
