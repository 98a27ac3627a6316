"""Meals, gatherings and seats as programs read them."""

import pytest

from market.gatherings import service as gatherings
from tests.support.happenings import confirmed, furnished, opened, run_of_wu
from tests.support.shapes import lesson, seat_for
from tests.support.story import Story
from tests.support.world import id_of


@pytest.fixture
async def story(house) -> Story:
    return await furnished(Story(house.database, house.clock, house.world))


async def test_own_meals(story, api):
    run = await run_of_wu(story)
    chen = await api("Chen")
    (order,) = (await chen.get("/meals/orders")).json()
    assert (str(id_of("order Chen")), "home", [0, 1, 2, 3, 4, 5, 6]) == (
        order["id"],
        order["way"],
        order["weekdays"],
    )
    coming = (await chen.get("/meals?days=3")).json()
    assert [("planned", str(run.id)), (None, None)] == [(meal["state"], meal["run_id"]) for meal in coming]
    assert 400 == (await chen.get("/meals?days=0")).status_code
    assert [] == (await (await api("He")).get("/meals/orders")).json()


async def test_gatherings_and_own_seats(story, house, api):
    chen = await api("Chen")
    path = f"/gatherings/{id_of('lesson')}"
    await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock))
    assert 404 == (await chen.get(path)).status_code
    await opened(story)
    await confirmed(story)
    await story.do(gatherings.enrol, "Chen", seat_for("Yiyi"))
    assert [str(id_of("lesson"))] == [one["id"] for one in (await chen.get("/gatherings")).json()]
    one = (await chen.get(path)).json()
    assert ("confirmed", 1) == (one["state"], one["seated"])
    assert ["seated"] == [seat["state"] for seat in (await chen.get("/enrolments")).json()]
    assert [] == (await (await api("He")).get("/enrolments")).json()
    assert 401 == (await (await house.visitor()).get(f"/api/v1{path}")).status_code
