"""Who could come now: the world as it stands, asked of the planner process itself."""

import re
from datetime import timedelta

import httpx
from sqlalchemy import func, select

from catalog.kernel.time import at_local, local_day
from market.events import Event
from market.offers import service as offers
from tests.support.app import House
from tests.support.story import Story
from tests.support.world import OUTING, by_day


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


async def events(house: House) -> int:
    async with house.database.read() as session:
        return await session.scalar(select(func.count(Event.seq))) or 0


async def test_the_best_few_beside_what_is_promised(house: House):
    story = Story(house.database, house.clock, house.world)
    promised = await story.looking("He")
    start = at_local(local_day(house.clock.now()) + timedelta(days=1), 600)
    hours = {"start_at": start, "end_at": start + timedelta(hours=4)}
    await story.arranged(promised, "Wu", **hours)
    need = await story.looking("Chen", windows=by_day(house.clock))
    fang = await house.browser("Officer Fang")
    assert f"/office/needs/{need.id}/who" in (await fang.get(f"/office/needs/{need.id}")).text
    before = await events(house)
    answer = await fang.get(f"/office/needs/{need.id}/who")
    assert 200 == answer.status_code
    page = text_of(answer)
    assert "Xu" in page, page
    assert "Tue 3 Mar" in page
    assert "more on the way" in page
    assert "Wu" not in page  # is with He all that time
    assert before == await events(house)

    alone = await story.looking("Luo", OUTING, windows=by_day(house.clock))
    both = text_of(await fang.get(f"/office/needs/{alone.id}/who"))
    assert 2 <= len({"Ye", "Zhou", "Ma"} & set(re.findall(r"\w+", both))), both

    for offer in await story.offered(need, "Xu"):
        await story.do(offers.decline_offer, "Xu", offer.id, "no_time")
    await story.settle()
    assert "Nobody can come at these times" in text_of(await fang.get(f"/office/needs/{need.id}/who"))
    assert 403 == (await (await house.browser("Chen")).get(f"/office/needs/{need.id}/who")).status_code
