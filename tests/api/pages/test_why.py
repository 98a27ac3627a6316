"""Why, and what would help: over HTTP, from a real round to an answer of the matching library itself."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from api.explaining import Explainer
from catalog.kernel.time import at_local, local_day
from market.needs.commands import Window
from market.needs.models import Need
from market.ports import SolverFailed
from market.rounds.models import Round
from matching.explain import explain_bytes
from tests.support.app import House
from tests.support.rounds_world import run, start
from tests.support.story import Story
from tests.support.world import id_of


class InThread:
    """The library in this process: as quick as it is, without the seconds of a child's start."""

    def __init__(self) -> None:
        self.asked = 0

    async def explain(self, problem: bytes, plan: bytes, policy: bytes, options: bytes) -> bytes:
        self.asked += 1
        return await asyncio.to_thread(explain_bytes, problem, plan, policy, options)


class Dead:
    """A process that has died."""

    async def explain(self, *_: bytes) -> bytes:
        raise SolverFailed("the solver process has died")


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.database, house.clock, house.world)


@pytest.fixture
def library(house: House) -> InThread:
    """Let the application explain in this process."""
    found = InThread()
    house.runtime.explainer = Explainer(house.database, found)
    return found


async def matched(story: Story, who: str, first: int, last: int) -> Need:
    """Somebody asks for tomorrow between two hours, and a round looks at it; helpers work from 8 to 20."""
    day = local_day(story.clock.now()) + timedelta(days=1)
    span = Window(starts_at=at_local(day, first * 60), ends_at=at_local(day, last * 60))
    need = await story.looking(who, windows=(span,))
    await run(story.database, story.clock, await start(story.database, story.clock, story.world.street_id))
    return await story.get(Need, need.id)


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


async def test_too_late_in_the_evening(house: House, story: Story, library: InThread):
    need = await matched(story, "Chen", 20, 22)
    chen = await house.browser("Chen")
    assert f'href="/needs/{need.code}/why"' in (await chen.get(f"/needs/{need.code}")).text
    page = await chen.get(f"/needs/{need.code}/why")
    assert 200 == page.status_code
    words = text_of(page)
    assert "What would help" in words
    assert f"/needs/{need.code}/times?add=2026-03-03%2F" in page.text
    assert not [name for name in ("Wu", "Xu", str(house.world.workers["Wu"])) if name in words]
    await chen.get(f"/needs/{need.code}/why?lang=zh")
    assert 1 == library.asked
    assert "怎样更容易找到人" in text_of(await chen.get(f"/needs/{need.code}/why?lang=zh"))


async def test_only_its_people_read_it(house: House, story: Story, library: InThread):
    need = await matched(story, "Chen", 20, 22)
    assert 404 == (await (await house.browser("Luo")).get(f"/needs/{need.code}/why")).status_code
    assert 403 == (await (await house.browser("Officer Fang")).get(f"/needs/{need.code}/why")).status_code
    assert 403 == (await (await house.browser("He")).get(f"/office/needs/{need.id}/why")).status_code
    assert 0 == library.asked


async def test_a_plan_is_not_yet_a_promise(house: House, story: Story, library: InThread):
    need = await matched(story, "Chen", 9, 12)
    words = text_of(await (await house.browser("Chen")).get(f"/needs/{need.code}/why?lang=en"))
    assert "The helper has been asked and has not agreed yet." in words
    assert 1 == library.asked


async def test_an_officer_reads_who_was_compared(house: House, story: Story, library: InThread):
    need = await matched(story, "Chen", 9, 12)
    fang = await house.browser("Officer Fang")
    assert f"/office/needs/{need.id}/why" in (await fang.get(f"/office/needs/{need.id}")).text
    words = text_of(await fang.get(f"/office/needs/{need.id}/why?lang=en"))
    assert "What was planned" in words
    assert {"Wu", "Xu"} <= set(re.findall(r"\w+", words))
    assert "Who else was compared" in words
    assert 1 == library.asked


async def test_where_there_is_nothing_to_explain_from(house: House, story: Story, library: InThread):
    need = await story.looking("Chen", id=id_of("earlier"))
    chen = await house.browser("Chen")
    assert "No matching has looked at this request yet." in text_of(await chen.get(f"/needs/{need.code}/why"))
    need = await matched(story, "Chen", 20, 22)
    async with house.database.write() as session:
        await session.execute(update(Round).where(Round.id == need.last_round_id).values(problem=None))
    gone = text_of(await chen.get(f"/needs/{need.code}/why"))
    assert "The record of this matching is no longer kept" in gone
    assert "does not work at these times" in gone
    assert 0 == library.asked


async def test_when_the_process_has_died(house: House, story: Story):
    house.runtime.explainer = Explainer(house.database, Dead())
    need = await matched(story, "Chen", 20, 22)
    chen = await house.browser("Chen")
    page = await chen.get(f"/needs/{need.code}/why")
    assert 200 == page.status_code
    assert "please try again in a while" in text_of(page)
