"""Giving more times over HTTP: what is shown, kept and refused."""

import httpx
import pytest

from market.needs.models import Need
from market.needs.times import windows_of
from tests.support.app import House, send_form
from tests.support.story import Story
from tests.support.world import id_of

AFTER = "2026-03-05/afternoon"


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.database, house.clock, house.world)


@pytest.fixture
async def waiting(story: Story) -> Need:
    """A request of Chen's that no round could place."""
    from market.needs.service import note_unserved  # noqa: PLC0415

    need = await story.looking("Chen")
    async with story.database.write() as session:
        causes = [{"cause": "start_in_window", "count": 3}]
        await note_unserved(session, story.clock, need.id, story.world.round_id, causes)
    return need


@pytest.fixture
async def chen(house: House) -> httpx.AsyncClient:
    return await house.browser("Chen")


async def test_from_the_request_to_more_times(story: Story, waiting: Need, chen: httpx.AsyncClient):
    path = f"/needs/{waiting.code}/times"
    assert f'href="{path}"' in (await chen.get(f"/needs/{waiting.code}")).text
    page = (await chen.get(f"{path}?add={AFTER}&add=nonsense")).text
    assert "These times stay as they are:" in page
    assert 1 == page.count(" checked")
    answer = await send_form(chen, path, times=AFTER)
    assert f"/needs/{waiting.code}" == answer.headers["location"]
    async with story.database.read() as session:
        assert 2 == len(await windows_of(session, waiting.id))
    assert "We look for somebody at these times too." in (await chen.get(f"/needs/{waiting.code}")).text


async def test_what_is_refused_is_said_at_the_times(waiting: Need, chen: httpx.AsyncClient, house: House):
    path = f"/needs/{waiting.code}/times"
    nothing = await send_form(chen, path)
    assert 422 == nothing.status_code
    assert 'href="#times"' in nothing.text
    past = await send_form(chen, path, times="2026-02-27/morning")
    assert 422 == past.status_code
    assert "The time is over already" in past.text
    stranger = await house.browser("He")
    assert 404 == (await stranger.get(path)).status_code
    assert id_of("He") != waiting.beneficiary_id
