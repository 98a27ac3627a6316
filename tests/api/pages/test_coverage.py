"""Service circles on pages: the officer's gap map with its tables and file, and what is near a building."""

import csv
import io
import json
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from catalog.kernel.ids import derived_id
from catalog.people.models import Role, RoleGrant
from catalog.providers.models import Worker
from catalog.territory.models import PlaceKind, Territory
from market.needs import service as needs
from tests.support.queries import counted
from tests.support.story import Story
from tests.support.world import PLUMBING, ask, id_of

COVERAGE = "/office/coverage"


@pytest.fixture
async def officer(house) -> httpx.AsyncClient:
    return await house.browser("Officer Song")


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def look(client: httpx.AsyncClient, path: str = COVERAGE, **params: Any) -> httpx.Response:
    answer = await client.get(path, params={"lang": "en"} | params)
    assert 200 == answer.status_code, answer.text
    assert 'style="' not in answer.text
    return answer


class TestOfficer:
    async def test_the_sentence_says_what_is_missing(self, officer):
        page = text_of(await look(officer, service=PLUMBING))
        assert "1 of 2 buildings has none within 15 minutes on foot; 1 household." in page
        assert "67% of households within 500 m" in page
        assert "every way is an estimate" in page

    async def test_without_a_choice_the_worst_gap_is_shown(self, officer):
        page = await look(officer)
        assert re.search(r'<option value="[\w-]+" selected>', page.text)
        assert "Worst gaps" in page.text

    async def test_a_category(self, officer):
        assert "Home repairs: 1 of 2 buildings" in text_of(await look(officer, service="repair"))

    async def test_what_nobody_gives(self, officer):
        page = text_of(await look(officer, service="canteen-meal"))
        assert "nobody in or around this place gives it; 3 households." in page

    async def test_what_is_everywhere(self, house, officer):
        async with house.database.write() as session:
            statement = update(Territory).where(Territory.id == id_of("house"))
            await session.execute(statement.values(lat=None))
        page = text_of(await look(officer, service=PLUMBING))
        assert "the only building has it within 15 minutes" in page
        assert "1 building has no coordinates and is not counted" in page

    async def test_too_few_people_to_show(self, house, officer):
        few = "fewer than 3: too few to show where"
        assert few not in text_of(await look(officer, service="wheelchair-outing"))
        async with house.database.write() as session:
            one = update(Worker).where(Worker.id == id_of("worker Ye"))
            await session.execute(one.values(active=False))
        assert few in text_of(await look(officer, service="wheelchair-outing"))

    async def test_small_numbers_of_requests_are_not_told(self, house, officer):
        story = Story(house.database, house.clock, house.world)
        for n in range(12):
            if n == 9:
                assert "fewer than 10 requests" in text_of(await look(officer, service=PLUMBING))
            await story.do(needs.open_need, "Chen", ask(house.clock, "Chen", id=derived_id("asked", n)))
        assert "12 requests of the last 30 days" in text_of(await look(officer, service=PLUMBING))

    async def test_a_circle_around_a_business(self, officer):
        page = await look(officer, service=PLUMBING, around=str(id_of("Fixit")))
        assert "500 m and 15 minutes around Fixit" in page.text
        other = await look(officer, service="canteen-meal", around=str(id_of("Fixit")))
        assert "500 m and 15 minutes around" not in other.text

    async def test_what_the_map_marks_is_listed_by_name(self, officer):
        page = await look(officer, service=PLUMBING)
        assert re.search(r'id="spots".*?<strong>Fixit</strong> · Business</li>', page.text, re.DOTALL)
        assert 'id="spots"' not in (await look(officer, service="canteen-meal")).text

    async def test_orders(self, officer):
        for sort in ("name", "households", "unmet", "colour"):
            page = await look(officer, service=PLUMBING, sort=sort)
            assert 'aria-sort="' in page.text

    @pytest.mark.parametrize(
        "params",
        [
            {"service": "no-such"},
            {"place": "x", "around": "y", "page": "z"},
            {"page": "999999999999999999999", "slow": "maybe"},
            {"place": str(id_of("garden"))},
        ],
    )
    async def test_what_cannot_be_read_counts_as_not_asked(self, officer, params):
        await look(officer, **params)

    async def test_pace_and_steps_are_kept_in_links(self, officer):
        page = await look(officer, service=PLUMBING, slow="on", step_free="on")
        assert "within 15 minutes on foot (720 m)" in text_of(page)
        assert "slow=on&amp;step_free=on" in page.text

    async def test_no_buildings(self, house, officer):
        async with house.database.write() as session:
            kind = update(Territory).where(Territory.kind == PlaceKind.BUILDING)
            await session.execute(kind.values(lat=None))
        page = text_of(await look(officer))
        assert "There are no buildings here yet" in page

    async def test_the_file(self, officer):
        answer = await look(officer, "/office/coverage.csv", service=PLUMBING)
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert 'filename="coverage-plumbing-drip-2026-03-02.csv"' in answer.headers["content-disposition"]
        head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert ["Service", "Compound", "Building", "Code", "Households"] == head[:5]
        told = {row[3]: (row[4], row[5], row[6], row[7]) for row in rows}
        assert ("2", "<10", "Within 500 m", "yes") == told["sw-block"]
        assert "More than 15 minutes" == told["sw-house"][2]

    async def test_a_name_is_no_formula(self, house, officer):
        async with house.database.write() as session:
            one = update(Territory).where(Territory.id == id_of("block"))
            await session.execute(one.values(name_en='=HYPERLINK("http://x")'))
        answer = await look(officer, "/office/coverage.csv", service=PLUMBING)
        assert "'=HYPERLINK" in answer.content.decode("utf-8-sig")

    async def test_reviewers_read_and_residents_do_not(self, house):
        async with house.database.write() as session:
            session.add(
                RoleGrant(
                    id=id_of("grant He"),
                    person_id=id_of("He"),
                    role=Role.REVIEWER,
                    territory_id=id_of("hillside"),
                    granted_at=house.clock.now(),
                )
            )
        page = await look(await house.browser("He"), service=PLUMBING)
        assert "1 of 1 buildings" in text_of(page)
        resident = await house.browser("Chen")
        for path in (COVERAGE, "/office/coverage.csv"):
            assert 403 == (await resident.get(path)).status_code
            assert 303 == (await (await house.visitor()).get(path)).status_code

    async def test_few_statements(self, house, officer):
        with counted(house.database) as seen:
            await look(officer, service=PLUMBING)
        assert len(seen) <= 17


class TestNearby:
    async def test_ones_own_building(self, house):
        page = text_of(await look(await house.browser("Chen"), "/nearby"))
        assert "Lakeside Garden Block 1" in page
        assert "Fixit" in page
        assert "Three or more people nearby do this" in page
        for name in ("Zhou", "Qian", "Helping Hands"):
            assert name not in page

    async def test_down_to_a_building_without_signing_in(self, client):
        page = await look(client, "/nearby")
        for name in ("lakeside", "garden", "block"):
            assert f'href="/nearby?place={id_of(name)}"' in page.text
            page = await look(client, "/nearby", place=str(id_of(name)))
        assert "Dripping tap" in page.text
        assert f'href="/ask/{PLUMBING}"' in page.text

    async def test_another_building_than_ones_own(self, house):
        client = await house.browser("Chen")
        assert "Lakeside" in text_of(await look(client, "/nearby", place=""))
        page = text_of(await look(client, "/nearby", place=str(id_of("house"))))
        assert "Nothing is within 15 minutes on foot" in page
        assert "we look further" in page

    async def test_every_venue_and_business_of_the_map_is_in_the_list_below_it(self, client):
        page = await look(client, "/nearby", place=str(id_of("block")))
        drawing = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', page.text)[0])
        words = page.text.partition('id="map-words"')[2]
        marks = {mark["label"] for mark in drawing["marks"]} - {"This building"}
        assert marks
        assert all(name in words for name in marks)

    async def test_walking_slowly(self, client):
        page = await look(client, "/nearby", place=str(id_of("block")), slow="on")
        assert f'place={id_of("block")}&amp;slow=on" aria-current="page"' in page.text

    @pytest.mark.parametrize(
        "place", ["x", str(id_of("nowhere")), str(id_of("street")), str(id_of("stairs"))]
    )
    async def test_what_is_no_building(self, client, place):
        assert "Choose step by step" in (await look(client, "/nearby", place=place)).text

    async def test_few_statements(self, house, client):
        with counted(house.database) as seen:
            await look(client, "/nearby", place=str(id_of("block")))
        assert len(seen) <= 11
