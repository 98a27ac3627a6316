"""Classes, fairs and delivery runs over HTTP: residents, officers and helpers on what services and queries tell."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from market.gatherings import service as gatherings
from market.gatherings.models import Enrolment, Fair, Gathering
from market.meals.models import DeliveryRun
from market.needs.models import Need
from market.states import EnrolmentState, FairState, RunState, SessionState
from tests.support.app import House, csrf_of, send_form
from tests.support.happenings import confirmed, furnished, opened, proposed_fairs, run_of_wu
from tests.support.shapes import add_child, lesson, seat_for
from tests.support.story import Story
from tests.support.world import id_of


@pytest.fixture
async def story(house: House) -> Story:
    return await furnished(Story(house.database, house.clock, house.world))


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1]))


async def press(client: httpx.AsyncClient, path: str, **fields: str | list[str]) -> httpx.Response:
    if not csrf_of(client):
        await client.get("/sign-in")
    return await client.post(path, data={"_csrf_token": csrf_of(client), **fields})


class TestClasses:
    async def test_a_guardian_asks_for_a_seat(self, house: House, story: Story):
        await opened(story)
        visitor = await house.visitor()
        assert "四点半课堂" in (await visitor.get("/classes")).text
        chen = await house.browser("Chen")
        path = f"/classes/{id_of('lesson')}"
        page = await chen.get(path)
        for words in ("Lakeside Room", "16:30", " min away (", "a guardian agrees", "Yiyi"):
            assert words in text_of(page), words
        shown = re.search(r'name="id" value="([^"]+)"', page.text)
        assert shown
        form = {"id": shown[1], "who": str(id_of("Yiyi"))}
        refused = await send_form(chen, path, **form)
        assert 422 == refused.status_code
        assert "It needs your consent as guardian" in refused.text
        assert 303 == (await send_form(chen, path, **form, agreed="on", step_free="on")).status_code
        async with story.database.read() as session:
            (seat,) = (await session.execute(select(Enrolment))).scalars()
        assert ("guardian", True) == (seat.consent and seat.consent["how"], seat.step_free)
        assert "Asked for" in text_of(await chen.get(path))
        assert "Yiyi" not in text_of(await (await house.browser("He")).get(path))
        luo = text_of(await (await house.browser("Luo")).get(path))  # at home with Lin, who is no child
        assert "Lin" not in luo.split()
        assert "This is for children." in luo

    async def test_a_place_on_the_list_and_a_seat_that_becomes_free(self, house: House, story: Story):
        await opened(story)
        async with house.database.write() as session:
            await add_child(session, house.clock, "Erer")
        await confirmed(story, max_seats=1)
        for name in ("Yiyi", "Erer"):
            await story.do(gatherings.enrol, "Chen", seat_for(name))
        chen = await house.browser("Chen")
        path = f"/classes/{id_of('lesson')}"
        assert "Number 1 on the waiting list." in text_of(await chen.get(path))
        assert 303 == (await press(chen, f"/seats/{id_of('seat Yiyi')}/withdraw")).status_code
        assert "Take the seat" in text_of(await chen.get(path))
        he = await house.browser("He")
        assert 403 == (await press(he, f"/seats/{id_of('seat Erer')}/take")).status_code
        await press(chen, f"/seats/{id_of('seat Erer')}/take")
        assert EnrolmentState.SEATED == (await story.get(Enrolment, id_of("seat Erer"))).state
        assert "Has a seat" in text_of(await chen.get(path))

    async def test_the_office_opens_watches_and_cancels(self, house: House, story: Story):
        await story.do(gatherings.propose_gathering, "Officer Fang", lesson(story.clock))
        fang = await house.browser("Officer Fang")
        path = f"/office/classes/{id_of('lesson')}"
        assert "Proposed" in text_of(await fang.get("/office/classes"))
        await press(fang, f"{path}/open")
        await story.do(gatherings.enrol, "Chen", seat_for("Yiyi"))
        page = text_of(await fang.get(path))
        for words in ("Open for enrolment", "Lakeside Room", "Yiyi", "a guardian has agreed"):
            assert words in page, words
        await press(fang, f"{path}/cancel")
        assert "flash-bad" in (await fang.get(path)).text
        await press(fang, f"{path}/cancel", reason="No heating")
        assert SessionState.CANCELLED == (await story.get(Gathering, id_of("lesson"))).state
        assert "Opens with" in page
        assert "Opens with" not in text_of(await fang.get(path))
        assert 403 == (await (await house.browser("Chen")).get(path)).status_code

    @pytest.mark.usefixtures("story")
    async def test_the_office_proposes_a_term(self, house: House):
        fang = await house.browser("Officer Fang")
        path = "/office/classes/propose"
        shown = re.search(r'name="id" value="([^"]+)"', (await fang.get(path)).text)
        assert shown
        form: dict[str, str | list[str]] = {
            "id": shown[1],
            "title": "Calligraphy",
            "service_code": "senior-class",
            "community_id": str(id_of("lakeside")),
            "venue_ids": [str(id_of("room"))],
            "starts_at": "2026-03-07T09:00",
            "weeks": "3",
        }
        for wrong in (
            {"venue_ids": []},
            {"starts_at": "2026-02-07T09:00"},
            {"min_seats": "9", "max_seats": "3"},
        ):
            assert 422 == (await send_form(fang, path, **form | wrong)).status_code, wrong
        answer = await send_form(fang, path, **form)
        assert f"/office/classes/{shown[1]}" == answer.headers["location"]
        page = text_of(await fang.get(answer.headers["location"]))
        assert "Calligraphy" in page
        assert "Sat 7 Mar, 9:00 · 3 times" in page

    async def test_who_leads_sees_who_comes_and_notes_who_did_not(self, house: House, story: Story):
        await opened(story)
        await confirmed(story)
        await story.do(gatherings.enrol, "Chen", seat_for("Yiyi"))
        ye = await house.browser("Ye")
        path = f"/work/sessions/{id_of('lesson')}"
        assert path in (await ye.get("/work")).text
        assert "Yiyi" in text_of(await ye.get(path))
        assert "参加的人" in text_of(await ye.get(f"{path}?lang=zh"))
        await ye.get(f"{path}?lang=en")
        assert 404 == (await (await house.browser("Zhou")).get(path)).status_code
        house.clock.advance(timedelta(days=2))
        await press(ye, f"{path}/held", absent=str(id_of("seat Yiyi")))
        assert EnrolmentState.ABSENT == (await story.get(Enrolment, id_of("seat Yiyi"))).state


class TestRuns:
    async def test_the_helper_says_yes_and_brings_them(self, house: House, story: Story):
        run = await run_of_wu(story)
        wu = await house.browser("Wu")
        path = f"/work/runs/{run.id}"
        assert path in (await wu.get("/work")).text
        page = text_of(await wu.get(path))
        for words in ("Load at 11:35: Canteen", "Lakeside Garden Block 1 301", "Chen", "Soft food", "1 door"):
            assert words in page, words
        await press(wu, f"{path}/confirm")
        assert RunState.CONFIRMED == (await story.get(DeliveryRun, run.id)).state
        assert "Wu" in text_of(await (await house.browser("Chen")).get("/meals"))
        house.clock.move_to(run.ends_at)
        await press(wu, f"{path}/finish")
        assert RunState.DONE == (await story.get(DeliveryRun, run.id)).state
        assert 404 == (await (await house.browser("Qian")).get(path)).status_code
        assert 404 == (await press(wu, f"{path}/eat")).status_code

    async def test_the_office_sees_the_day_prints_it_and_calls_a_run_off(self, house: House, story: Story):
        run = await run_of_wu(story)
        fang = await house.browser("Officer Fang")
        day = text_of(await fang.get("/office/meals"))
        for words in ("Canteen", "Wu", "Chen", "1 meal", "Planned"):
            assert words in day, words
        sheet = await fang.get(f"/office/meals/sheet?day={run.day.isoformat()}")
        for words in ("Stops in order", "Lakeside Garden Block 1 301", "Soft food", "138 0000 0001"):
            assert words in text_of(sheet), words
        path = f"/office/meals/runs/{run.id}"
        await press(fang, f"{path}/cancel")
        assert "flash-bad" in (await fang.get(path)).text
        await press(fang, f"{path}/cancel", reason="Storm")
        assert RunState.CANCELLED == (await story.get(DeliveryRun, run.id)).state
        assert 403 == (await (await house.browser("Chen")).get(path)).status_code
        assert "No meals are ordered" in text_of(await fang.get("/office/meals?day=2026-03-02"))


class TestFairs:
    async def test_compared_and_accepted(self, house: House, story: Story):
        await proposed_fairs(story)
        fang = await house.browser("Officer Fang")
        assert "2 fairs wait for your decision" in text_of(await fang.get("/office/classes"))
        page = text_of(await fang.get("/office/fairs"))
        for words in ("People served 1 2", "1 h 35 min", "700 m", "2 people invited"):
            assert words in page, words
        await press(fang, f"/office/fairs/{id_of('fair 2')}/reject")
        assert "flash-bad" in (await fang.get("/office/fairs")).text
        await press(fang, f"/office/fairs/{id_of('fair 2')}/reject", reason="Too early")
        assert FairState.REJECTED == (await story.get(Fair, id_of("fair 2"))).state
        chen = await house.browser("Chen")
        accept = f"/office/fairs/{id_of('fair 1')}/accept"
        assert 403 == (await press(chen, accept)).status_code
        await press(fang, accept)
        held = (await story.get(Fair, id_of("fair 1"))).gathering_id
        async with story.database.read() as session:
            code = await session.scalar(select(Need.code).where(Need.beneficiary_id == id_of("Chen")))
        invited = await chen.get(f"/needs/{code}")
        assert "You are invited" in text_of(invited)
        assert f'href="/classes/{held}"' in invited.text
        assert "便民市集" in text_of(await chen.get(f"/classes/{held}"))
        assert "See its seats" in text_of(await fang.get("/office/fairs"))
