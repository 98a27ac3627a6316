"""Who sees what on the maps: a circle before an offer is accepted, the door after; starts only for their own side."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from market.needs.models import Need
from tests.support.app import House
from tests.support.rounds_world import ask_for, run, start
from tests.support.story import Story
from tests.support.streets import futian_file
from tests.support.world import LAT, LON, OUTING, ask, id_of

# Chen's door to four decimals, and where Wu sets out
DOOR = ("22.5301", "114.0303")
START = [LAT, round(LON + 100 / 111_195, 5)]
BLURRED = [22.53, 114.03]
CREDIT = "© OpenStreetMap contributors (ODbL)"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=sqlite_url, demo=True, network=str(futian_file(tmp_path)))


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.database, house.clock, house.world)


def drawing_of(answer: httpx.Response) -> dict[str, Any]:
    assert 200 == answer.status_code
    found = re.search(r'<script type="application/json">(.*?)</script>', answer.text, re.DOTALL)
    assert found, answer.text
    drawing: dict[str, Any] = json.loads(found[1])
    return drawing


class TestOffer:
    async def test_before_it_is_accepted_the_door_is_nowhere_in_the_page(self, house: House, story: Story):
        (offer,) = await story.offered(await story.looking("Chen"), "Wu")
        wu = await house.browser("Wu")
        page = await wu.get(f"/work/offers/{offer.id}?lang=en")
        drawing = drawing_of(page)
        assert [{"at": BLURRED, "metres": 200.0}] == [
            {name: blur[name] for name in ("at", "metres")} for blur in drawing["blurs"]
        ]
        assert {"streets", "blurs", "marks"} == set(drawing)
        assert [START] == [mark["at"] for mark in drawing["marks"]]
        for shown in (page, await wu.get("/work/offers"), await wu.get("/work")):
            for secret in (*DOOR, "230 m"):
                assert secret not in shown.text

    async def test_the_blur_moves_nobody_out_of_the_circle(self, house: House, story: Story):
        """The page's position is the same for every door of a cell: its middle."""
        (first,) = await story.offered(await story.looking("Chen"), "Wu")
        (second,) = await story.offered(await story.looking("Luo"), "Wu")
        wu = await house.browser("Wu")
        a, b = [drawing_of(await wu.get(f"/work/offers/{offer.id}"))["blurs"] for offer in (first, second)]
        assert a[0]["at"] == b[0]["at"]

    async def test_when_it_is_accepted_the_way_leads_to_the_door(self, house: House, story: Story):
        """Two are needed: the first who says yes waits for the other, and knows the place."""
        ye, _ = await story.offered(await story.looking("Chen", OUTING), "Ye", "Zhou")
        client = await house.browser("Ye")
        assert "ways" not in drawing_of(await client.get(f"/work/offers/{ye.id}"))
        await _accept(story, "Ye", ye.id)
        drawing = drawing_of(await client.get(f"/work/offers/{ye.id}"))
        assert "blurs" not in drawing
        assert 1 == len(drawing["ways"])

    async def test_a_colleague_sees_the_circle_and_not_where_the_helper_sets_out(
        self, house: House, story: Story
    ):
        (offer,) = await story.offered(await story.looking("Chen"), "Wu")
        drawing = drawing_of(await (await house.browser("Xu")).get(f"/work/offers/{offer.id}"))
        assert {"streets", "blurs"} == set(drawing)


async def _accept(story: Story, who: str, offer_id: Any) -> None:
    from market.offers import service as offers  # noqa: PLC0415

    await story.do(offers.accept_offer, who, offer_id)


class TestVisits:
    async def test_the_way_to_a_visit_runs_along_streets(self, house: House, story: Story):
        job = await story.arranged(await story.looking("Chen"), "Wu")
        page = await (await house.browser("Wu")).get(f"/work/jobs/{job.id}?lang=en")
        (way,) = drawing_of(page)["ways"]
        assert 2 < len(way["line"]) / 2
        assert "estimated" not in way
        assert "without stairs" in page.text
        assert CREDIT in page.text

    async def test_a_home_far_from_every_street_has_an_estimate(self, house: House, story: Story):
        """He lives in the middle of a park."""
        job = await story.arranged(await story.looking("He"), "Wu")
        page = await (await house.browser("Wu")).get(f"/work/jobs/{job.id}?lang=en")
        assert [True] == [way["estimated"] for way in drawing_of(page)["ways"]]
        assert "without stairs (estimate)" in page.text

    async def test_chinese_sentences_end_as_chinese_sentences_do(self, house: House, story: Story):
        job = await story.arranged(await story.looking("Chen"), "Wu")
        page = await (await house.browser("Wu")).get(f"/work/jobs/{job.id}?lang=zh")
        assert "（不含上下楼）。沿途经过" in page.text

    async def test_from_the_visit_before_on_the_same_day(self, house: House, story: Story):
        noon = story.clock.now() + timedelta(days=1, hours=2)
        far = await story.looking("He")
        near = await story.looking("Chen")
        await story.arranged(far, "Wu", start_at=noon, end_at=noon + timedelta(minutes=45))
        later = noon + timedelta(hours=2)
        job = await story.arranged(near, "Wu", start_at=later, end_at=later + timedelta(minutes=45))
        drawing = drawing_of(await (await house.browser("Wu")).get(f"/work/jobs/{job.id}"))
        assert [round(LAT + 0.012, 5), round(LON + 0.012, 5)] == drawing["marks"][0]["at"]

    async def test_the_resident_does_not_see_where_the_helper_sets_out(self, house: House, story: Story):
        job = await story.arranged(await story.looking("Chen"), "Wu")
        drawing = drawing_of(await (await house.browser("Chen")).get(f"/work/jobs/{job.id}"))
        assert "ways" not in drawing
        assert [[22.53012, 114.03034]] == [mark["at"] for mark in drawing["marks"]]

    async def test_no_map_when_the_visit_is_over(self, house: House, story: Story):
        job = await story.finished(await story.looking("Chen"), "Wu")
        page = await (await house.browser("Wu")).get(f"/work/jobs/{job.id}")
        assert "data-map" not in page.text
        assert "leaflet" not in page.text

    async def test_the_days_stops_in_order_with_the_ways_in_words(self, house: House, story: Story):
        soon = story.clock.now() + timedelta(hours=4)
        for n, who in enumerate(("He", "Chen")):
            at = soon + timedelta(hours=2 * n)
            await story.arranged(
                await story.looking(who), "Wu", start_at=at, end_at=at + timedelta(minutes=45)
            )
        page = await (await house.browser("Wu")).get("/work?lang=en")
        drawing = drawing_of(page)
        assert ["", "1", "2"] == [mark.get("text", "") for mark in drawing["marks"]]
        assert 2 == len(drawing["ways"])
        assert "Ways from visit to visit" in page.text
        assert 2 == page.text.count('class="leg-number"')

    async def test_the_next_visit_in_the_same_building_is_said_to_be_there(self, house: House, story: Story):
        soon = story.clock.now() + timedelta(hours=4)
        for n in range(2):
            at = soon + timedelta(hours=2 * n)
            await story.arranged(
                await story.looking("Chen", id=id_of(f"visit {n}")),
                "Wu",
                start_at=at,
                end_at=at + timedelta(minutes=45),
            )
        page = await (await house.browser("Wu")).get("/work?lang=en")
        assert 1 == page.text.count("same building")
        assert ">0 m<" not in page.text

    async def test_a_teams_day_is_picked_out_by_helper(self, house: House, story: Story):
        soon = story.clock.now() + timedelta(hours=4)
        for who, helper in (("He", "Wu"), ("Chen", "Xu")):
            need = await story.looking(who)
            await story.arranged(need, helper, start_at=soon, end_at=soon + timedelta(minutes=45))
        page = await (await house.browser("Wu")).get("/work?team=on&lang=en")
        drawing = drawing_of(page)
        assert {str(house.world.workers[name]) for name in ("Wu", "Xu")} == {
            way["group"] for way in drawing["ways"]
        }
        assert "Xu · 1 visit" in page.text


class TestResident:
    async def test_the_own_home_and_the_minutes_and_nothing_of_the_helper(self, house: House, story: Story):
        need = await story.looking("Chen")
        await story.arranged(need, "Wu")
        page = await (await house.browser("Chen")).get(f"/needs/{need.code}?lang=en")
        drawing = drawing_of(page)
        assert {"streets", "marks"} == set(drawing)
        assert [[22.53012, 114.03034]] == [mark["at"] for mark in drawing["marks"]]
        assert "The helper needs about 4 min to get there." in page.text
        assert str(START[1]) not in page.text

    async def test_no_map_while_nobody_comes(self, house: House, story: Story):
        need = await story.looking("Chen")
        page = await (await house.browser("Chen")).get(f"/needs/{need.code}")
        assert "data-map" not in page.text


class TestRound:
    async def test_all_ways_of_a_plan_and_who_is_still_looking(self, house: House, story: Story):
        clock = house.clock
        commands = [ask(clock, "Chen"), ask(clock, "He"), ask(clock, "Luo", OUTING)]
        needs = await ask_for(house.database, clock, *commands)
        round_id = await start(house.database, clock, id_of("street"))
        await run(house.database, clock, round_id)
        page = await (await house.browser("Officer Song")).get(f"/office/rounds/{round_id}?lang=en")
        drawing = drawing_of(page)
        served = {dot["label"] for dot in drawing["dots"] if dot.get("shape") != "diamond"}
        looking = [dot for dot in drawing["dots"] if dot.get("shape") == "diamond"]
        codes = {(await story.get(Need, need)).code for need in needs}
        shown = {code for code in codes if any(code in label for label in served)}
        assert codes == shown | {label.rpartition(" ")[2] for label in (dot["label"] for dot in looking)}
        assert all(way.get("thin") for way in drawing["ways"])
        assert drawing["ways"]
        assert "The ways in words" in page.text
        assert CREDIT in page.text


class TestWithoutNetwork:
    @pytest.fixture
    def settings(self, sqlite_url: str) -> Settings:
        return Settings(database_url=sqlite_url, demo=True)

    async def test_lines_are_estimates_and_say_so(self, house: House, story: Story):
        job = await story.arranged(await story.looking("He"), "Wu")
        page = await (await house.browser("Wu")).get(f"/work/jobs/{job.id}?lang=en")
        drawing = drawing_of(page)
        assert "streets" not in drawing
        assert [True] == [way["estimated"] for way in drawing["ways"]]
        assert 4 == len(drawing["ways"][0]["line"])
        assert " m) (estimate)" in page.text
        assert " m) (estimate)" in (await (await house.browser("Wu")).get("/work?lang=en")).text
        assert "without stairs (estimate)" in page.text
        assert CREDIT in page.text
