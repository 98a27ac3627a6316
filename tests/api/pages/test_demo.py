"""The demo's page: six numbers, the next part in the background, doors; and nothing of it outside demo mode."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from api.web.site import navigation
from seed.story import StoryStep
from tests.support.app import House, send_form
from tests.support.queries import counted
from tests.support.story import Story
from tests.support.world import id_of


class Telling:
    """A story of two parts that waits until it is let go."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.steps: list[StoryStep] = []
        self.failed = False
        self.running = False
        self.started = 0

    @property
    def next_part(self) -> str | None:
        return ("answers", "next_best", None)[len(self.steps)]

    def start_next(self) -> bool:
        if self.running or self.next_part is None:
            return False
        self.running, self.started = True, self.started + 1
        return True

    def finish(self, **facts: Any) -> None:
        self.house.clock.advance(timedelta(hours=1))
        self.steps.append(StoryStep(name=str(self.next_part), at=self.house.clock.now(), facts=facts))
        self.running = False


@pytest.fixture
def telling(house: House) -> Telling:
    house.app.state.story = Telling(house)
    return house.app.state.story  # type: ignore[no-any-return]


async def test_the_day_part_by_part(house: House, telling: Telling, client: httpx.AsyncClient):
    story = Story(house.database, house.clock, house.world)
    await story.arranged(await story.looking("Chen"), "Wu")
    page = (await client.get("/demo?lang=en")).text
    for name, number in (
        ("asked", 1),
        ("matched", 1),
        ("offered", 1),
        ("accepted", 1),
        ("done", 0),
        ("reviewed", 0),
    ):
        assert f'data-slot="{name}">{number}<' in page
    assert "Next: the helpers answer" in page
    for _ in range(2):
        assert 303 == (await send_form(client, "/demo")).status_code
    assert 1 == telling.started
    running = (await client.get("/demo?lang=en")).text
    assert 'data-stream="/demo/stream"' in running
    assert "Next:" not in running
    telling.finish(accepted=7, declined=1, served=3)
    after = (await client.get("/demo?lang=en")).text
    assert "accepted 7 · declined 1 · Served 3" in after
    assert "下一步：不接的，问下一位" in (await client.get("/demo?lang=zh")).text
    await send_form(client, "/demo")
    telling.finish()
    assert "The day is over" in (await client.get("/demo?lang=en")).text


async def test_the_stream_follows_and_ends(house: House, telling: Telling, client: httpx.AsyncClient):
    telling.start_next()
    listening = asyncio.create_task(client.get("/demo/stream"))
    await asyncio.sleep(0.1)
    telling.finish()
    told = (await listening).text
    assert '"asked":"0"' in told
    assert '{"href":"/demo"}' in told


async def test_doors_of_everybody(house: House, client: httpx.AsyncClient):
    house.runtime.demo_links |= {"a": id_of("Officer Fang"), "b": id_of("Wu"), "c": id_of("Chen")}
    with counted(house.database) as seen:
        page = (await client.get("/demo?lang=en")).text
    for words in ("Officer · Lakeside", "Helper · Fixit", "Resident", "/demo/enter/a"):
        assert words in page, words
    assert len(seen) <= 6
    assert 303 == (await client.get("/demo/enter/b")).status_code
    assert "OpenStreetMap contributors" in page


async def test_a_story_that_stopped_says_so(telling: Telling, client: httpx.AsyncClient):
    telling.failed = True
    assert "The story stopped" in (await client.get("/demo?lang=en")).text


def test_only_in_demo_mode():
    paths = {route.path for route in create_app(Settings()).routes}
    assert not {path for path in paths if path.startswith("/demo")}
    assert all("/demo" not in {item.href for item in items} for items in navigation(demo=False).values())
    assert all("/demo" in {item.href for item in items} for items in navigation(demo=True).values())
    assert {"officer", "grid_leader", "reviewer", "provider", "resident"} <= navigation(demo=True).keys()
