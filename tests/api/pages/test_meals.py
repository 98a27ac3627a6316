"""My meals over HTTP: a standing order from the form to days left out, and who may see it."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from catalog.kernel.time import local_day
from market.meals.models import OrderException, StandingOrder
from market.states import StandingState
from tests.support.app import House, csrf_of, send_form
from tests.support.world import id_of


@pytest.fixture
async def chen(house: House) -> httpx.AsyncClient:
    return await house.browser("Chen")


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def press(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    if not csrf_of(client):
        await client.get("/meals")
    return await client.post(path, data={"_csrf_token": csrf_of(client), **fields})


async def ordered(client: httpx.AsyncClient, **fields: str | list[str]) -> httpx.Response:
    """Open the form and send it, with some of it changed."""
    page = await client.get("/meals/order")
    shown = re.search(r'name="id" value="([^"]+)"', page.text)
    assert shown
    given = {
        "id": shown[1],
        "who": "me",
        "weekdays": ["0", "1", "2", "3", "4"],
        "units": "1",
        "way": "home",
        "hours": "660-750",
    }
    return await send_form(client, "/meals/order", **given | fields)


async def orders(house: House) -> list[StandingOrder]:
    async with house.database.read() as session:
        return list((await session.execute(select(StandingOrder))).scalars())


async def test_an_order_and_its_days(house: House, chen: httpx.AsyncClient):
    assert "No meals are ordered" in (await chen.get("/meals")).text
    answer = await ordered(chen, other_ways="pick_up", notes="Soft food")
    assert 303 == answer.status_code, text_of(answer)
    shown = text_of(await chen.get("/meals"))
    for words in (
        "Mon – Fri",
        "11:00",
        "brought to the door",
        ", else fetched at the canteen",
        "Soft food",
        "Tue 3 Mar",
    ):
        assert words in shown, words
    (order,) = await orders(house)
    tomorrow = local_day(house.clock.now()) + timedelta(days=1)
    path = f"/meals/{order.id}"
    assert 303 == (await press(chen, f"{path}/day", day=tomorrow.isoformat(), change="skip")).status_code
    left_out = text_of(await chen.get("/meals"))
    assert "No meal on that day." in left_out
    assert "no meal on this day" in left_out
    await press(chen, f"{path}/day", day=tomorrow.isoformat(), change="usual")
    async with house.database.read() as session:
        assert [] == list(await session.scalars(select(OrderException)))
    assert "no meal on this day" not in text_of(await chen.get("/meals"))


async def test_pause_start_again_and_stop(house: House, chen: httpx.AsyncClient):
    await ordered(chen)
    (order,) = await orders(house)
    for act, state in (
        ("pause", StandingState.PAUSED),
        ("resume", StandingState.ACTIVE),
        ("end", StandingState.ENDED),
    ):
        assert 303 == (await press(chen, f"/meals/{order.id}/{act}")).status_code
        assert [state] == [one.state for one in await orders(house)]
    refused = await press(chen, f"/meals/{order.id}/resume")
    assert 303 == refused.status_code
    shown = await chen.get("/meals?lang=zh")
    assert "flash-bad" in shown.text
    assert "订餐的状态是“已停订”" in text_of(shown)
    assert f"/meals/{order.id}/" not in shown.text  # what was stopped is gone from the list
    assert 404 == (await press(chen, f"/meals/{order.id}/eat")).status_code


async def test_meals_are_ordered_once_for_the_same_times(house: House, chen: httpx.AsyncClient):
    assert 303 == (await ordered(chen)).status_code
    again = await ordered(chen, weekdays=["4", "5"])
    assert 422 == again.status_code
    assert "Meals are ordered for these times already" in text_of(again)
    assert 303 == (await ordered(chen, weekdays=["5"])).status_code
    assert 303 == (await ordered(chen, hours="1020-1110")).status_code
    assert 3 == len(await orders(house))


async def test_for_somebody_at_home_with_consent(house: House):
    luo = await house.browser("Luo")
    without = await ordered(luo, who=str(id_of("Lin")))
    assert 422 == without.status_code
    assert "Please say how this person has agreed" in without.text
    assert 303 == (await ordered(luo, who=str(id_of("Lin")), consent="spoken")).status_code
    assert "Meals for Lin" in (await luo.get("/meals")).text
    chen = await house.browser("Chen")
    assert "No meals are ordered" in (await chen.get("/meals")).text
    (order,) = await orders(house)
    assert 403 == (await press(chen, f"/meals/{order.id}/end")).status_code


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"weekdays": []}, "Please choose at least one day"),
        ({"hours": "1-2"}, "Please choose one"),
        ({"units": "many"}, "number"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    house: House, chen: httpx.AsyncClient, fields: dict[str, str | list[str]], words: str
):
    answer = await ordered(chen, **fields)
    assert 422 == answer.status_code
    assert words in answer.text
    assert [] == await orders(house)
