"""The public board and the page on the algorithm: complete, in both languages, without small numbers."""

import pytest
from sqlalchemy import update

from api.i18n import translator
from api.web.pages.public import RULES
from api.web.words import CAUSES
from catalog.kernel.ids import derived_id
from market.causes import NOBODY
from market.needs import service as needs
from market.notices.templates import TEMPLATES
from market.rounds.models import Round
from tests.support.queries import counted
from tests.support.story import Story
from tests.support.world import PLUMBING, ask


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/board", "/board?days=90", "/board?days=5000", "/algorithm"])
async def test_anybody_may_read(client, path, lang):
    answer = await client.get(path, headers={"Accept-Language": lang})
    assert 200 == answer.status_code
    assert 'style="' not in answer.text


def test_every_rule_is_told_once():
    told = [code for _, codes in RULES for code in codes]
    assert sorted(set(CAUSES) - {NOBODY}) == sorted(told)  # that there is nobody at all is no rule


def test_every_message_has_its_chinese():
    say = translator("zh")
    assert [] == [key for key, text in TEMPLATES.items() if say.gettext(text) == text]


async def _asked(house, how_many: int) -> None:
    story = Story(house.database, house.clock, house.world)
    for n in range(how_many):
        await story.do(needs.open_need, "Chen", ask(house.clock, "Chen", PLUMBING, id=derived_id("asked", n)))


async def test_small_numbers_are_not_shown_and_that_is_said(house, client):
    await _asked(house, 9)
    page = (await client.get("/board")).text
    assert "fewer than 10" in page
    assert "Dripping tap" not in page
    await _asked(house, 12)
    page = (await client.get("/board")).text
    assert "12 requests in 30 days." in page
    assert "Dripping tap" in page


async def test_small_rounds_are_not_shown(house, client):
    async with house.database.write() as session:
        summary = {"asked": 7, "served": 4, "median_travel_minutes": 6.0}
        await session.execute(update(Round).values(summary=summary, published_at=house.clock.now()))
    page = (await client.get("/board")).text
    assert ">7<" not in page
    assert ">4<" not in page


async def test_the_board_takes_few_statements(house, client):
    await _asked(house, 12)
    with counted(house.database) as seen:
        await client.get("/board")
    assert len(seen) <= 10


async def test_the_components_are_shown_in_the_demo(client):
    assert 200 == (await client.get("/design")).status_code
