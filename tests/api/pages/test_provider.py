"""The helper's pages over HTTP: own work and the team's, from the offer to the review."""

import re
from datetime import timedelta

import httpx
import pytest

from market.jobs.models import Job
from market.needs.models import Need
from market.offers.models import Offer
from market.states import JobState, NeedState, OfferState
from tests.support.app import House, csrf_of, send_form
from tests.support.queries import counted
from tests.support.story import Story
from tests.support.world import OUTING


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.database, house.clock, house.world)


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def press(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form whose address has no page of its own."""
    if not csrf_of(client):
        await client.get("/work")
    return await client.post(path, data={"_csrf_token": csrf_of(client), **fields})


async def test_door_codes_cannot_be_tried_out(house: House, story: Story):
    """After five wrong codes even the right one has to wait: four digits are soon guessed."""
    job = await story.arranged(await story.looking("Chen"), "Wu")
    wrong = f"{(int(job.door_code) + 1) % 10_000:04d}"
    wu = await house.browser("Wu")
    path = f"/work/jobs/{job.id}"
    for _ in range(5):
        assert "The door code is wrong" in (await send_form(wu, path, door_code=wrong)).text
    refused = await send_form(wu, path, door_code=job.door_code)
    assert 422 == refused.status_code
    assert "Too many wrong door codes" in refused.text
    assert "上门码错了太多次" in (await wu.post(f"{path}?lang=zh", data=form_of(wu, job.door_code))).text
    assert JobState.CONFIRMED == (await story.get(Job, job.id)).state
    house.clock.advance(timedelta(minutes=16))
    assert 303 == (await send_form(wu, path, door_code=job.door_code)).status_code
    assert JobState.CHECKED_IN == (await story.get(Job, job.id)).state


def form_of(client: httpx.AsyncClient, code: str) -> dict[str, str]:
    return {"_csrf_token": csrf_of(client), "door_code": code}


class TestOffers:
    async def test_an_offer_with_its_reasons_and_without_the_address(self, house: House, story: Story):
        need = await story.looking("Chen", description="The tap drips")
        (offer,) = await story.offered(
            need, "Wu", reasons={"candidates": 3, "nearest_rank": 1, "skills": ["plumbing"]}
        )
        wu = await house.browser("Wu")
        listed = text_of(await wu.get("/work/offers?lang=en"))
        assert "Lakeside Garden" in listed
        assert "Answer by" in listed
        page = await wu.get(f"/work/offers/{offer.id}?lang=en")
        text = text_of(page)
        for words in (
            "The tap drips",
            "the nearest of 3 who could come",
            "Skill: Plumbing",
            "Accept",
            "No time then",
            "you alone",
        ):
            assert words in text, words
        for secret in ("13800000001", "301", "Chen"):
            assert secret not in text, secret
        assert OfferState.SEEN == (await story.get(Offer, offer.id)).state
        assert "为什么是您" in (await wu.get(f"/work/offers/{offer.id}?lang=zh")).text

    async def test_whose_door_it_is_stands_among_the_reasons_once_accepted(self, house: House, story: Story):
        reasons = {"candidates": 3, "nearest_rank": 1, "same_helper": True, "known": True, "neighbour": True}
        need = await story.looking("Chen", private=False)
        (offer,) = await story.offered(need, "Wu", reasons=reasons)
        wu = await house.browser("Wu")
        before = text_of(await wu.get(f"/work/offers/{offer.id}?lang=en"))
        assert "The resident asked for you" in before
        for told_later in ("You have been there before", "you have adopted"):
            assert told_later not in before
        await send_form(wu, f"/work/offers/{offer.id}")
        after = text_of(await wu.get(f"/work/offers/{offer.id}?lang=en"))
        for words in ("The resident asked for you", "You have been there before", "you have adopted"):
            assert words in after
        assert "您以前去过这家" in (await wu.get(f"/work/offers/{offer.id}?lang=zh")).text

    async def test_a_private_request_tells_no_wish_before_it_is_accepted(self, house: House, story: Story):
        reasons = {"candidates": 1, "nearest_rank": 1, "same_helper": True, "language": True, "gender": True}
        need = await story.looking("Chen", private=True)
        (offer,) = await story.offered(need, "Wu", reasons=reasons)
        wu = await house.browser("Wu")
        text = text_of(await wu.get(f"/work/offers/{offer.id}?lang=en"))
        for wish in ("The resident asked for you", "You speak the language", "As the resident wished"):
            assert wish not in text

    async def test_accepting_opens_the_visit(self, house: House, story: Story):
        need = await story.looking("Chen")
        (offer,) = await story.offered(need, "Wu")
        wu = await house.browser("Wu")
        answer = await send_form(wu, f"/work/offers/{offer.id}")
        job = await story.job_of(need.id)
        assert f"/work/jobs/{job.id}" == answer.headers["location"]
        page = text_of(await wu.get(f"/work/jobs/{job.id}?lang=en"))
        for words in ("Chen", "301", "138 0000 0001", "Ring twice", "Door code", need.code):
            assert words in page, words

    async def test_a_team_waits_for_all(self, house: House, story: Story):
        need = await story.looking("Chen", OUTING)
        first, _ = await story.offered(need, "Ye", "Zhou")
        ye = await house.browser("Ye")
        answer = await send_form(ye, f"/work/offers/{first.id}")
        assert f"/work/offers/{first.id}" == answer.headers["location"]
        assert "Not settled yet" in (await ye.get(f"/work/offers/{first.id}?lang=en")).text
        assert "Accepted, not settled yet" in (await ye.get("/work/offers?lang=en")).text

    async def test_declining_wants_a_reason(self, house: House, story: Story):
        need = await story.looking("Chen")
        (offer,) = await story.offered(need, "Wu")
        wu = await house.browser("Wu")
        assert 422 == (await press(wu, f"/work/offers/{offer.id}/decline")).status_code
        assert 303 == (await press(wu, f"/work/offers/{offer.id}/decline", reason="too_far")).status_code
        assert "Too far" in (await wu.get(f"/work/offers/{offer.id}?lang=en")).text
        assert "No offer waits" in (await wu.get("/work/offers?lang=en")).text

    async def test_too_late_is_said_on_the_page(self, house: House, story: Story):
        need = await story.looking("Chen")
        (offer,) = await story.offered(need, "Wu")
        wu = await house.browser("Wu")
        await wu.get("/work")
        house.clock.move_to(offer.deadline_at + timedelta(minutes=1))
        late = await send_form(wu, f"/work/offers/{offer.id}")
        assert 409 == late.status_code
        assert "This could not be accepted" in late.text
        assert "This offer has expired" in late.text
        assert "its deadline was Mon 2 Mar" in late.text

    async def test_nobody_elses(self, house: House, story: Story):
        need = await story.looking("Chen")
        (offer,) = await story.offered(need, "Ye")
        for who in ("Wu", "Chen"):
            client = await house.browser(who)
            assert (await client.get(f"/work/offers/{offer.id}")).status_code in {403, 404}
        visitor = await house.visitor()
        assert 303 == (await visitor.get("/work")).status_code


class TestTeam:
    async def test_the_contact_sees_the_team_and_answers_for_it(self, house: House, story: Story):
        need = await story.looking("Chen")
        (offer,) = await story.offered(need, "Xu")
        wu = await house.browser("Wu")  # the firm's contact, and a plumber too
        assert "No offer waits" in (await wu.get("/work/offers?lang=en")).text
        team = text_of(await wu.get("/work/offers?team=on&lang=en"))
        assert "Offers to the team" in team
        assert "Xu" in team
        assert "For Xu, of your team" in (await wu.get(f"/work/offers/{offer.id}?lang=en")).text
        answer = await send_form(wu, f"/work/offers/{offer.id}")
        assert 303 == answer.status_code
        mine, all_of_us = [text_of(await wu.get(f"/work?{query}lang=en")) for query in ("", "team=on&")]
        assert need.code not in mine
        assert "Chen" not in mine
        assert "Chen" in all_of_us
        xu = text_of(await (await house.browser("Xu")).get("/work?lang=en"))
        assert "Chen" in xu
        assert "The whole team" not in xu


class TestVisits:
    async def test_from_the_door_to_the_review(self, house: House, story: Story):
        need = await story.looking("Chen")
        job = await story.arranged(need, "Wu")
        house.clock.move_to(job.start_at - timedelta(minutes=10))
        wu, at = await house.browser("Wu"), f"/work/jobs/{job.id}"
        today = text_of(await wu.get("/work?lang=en"))
        assert "Today" in today
        assert "Next" in today
        assert 303 == (await press(wu, f"{at}/set-out")).status_code
        wrong = await send_form(wu, at, door_code="nope")
        assert 422 == wrong.status_code
        assert 'id="door_code-error"' in wrong.text
        assert 303 == (await send_form(wu, at, door_code=job.door_code)).status_code
        assert "At work since" in (await wu.get(f"{at}?lang=en")).text
        assert 303 == (await press(wu, f"{at}/check-out")).status_code
        assert NeedState.TO_CONFIRM == (await story.get(Need, need.id)).state
        assert 422 == (await press(wu, f"{at}/review", stars="9")).status_code
        assert 303 == (await press(wu, f"{at}/review", stars="5", comment="All well")).status_code
        assert "You gave 5 of 5 stars." in (await wu.get(f"{at}?lang=en")).text
        again = await press(wu, f"{at}/review", stars="1")
        assert 422 == again.status_code

    async def test_a_problem_reaches_the_officer(self, house: House, story: Story):
        need = await story.looking("Chen")
        job = await story.arranged(need, "Wu")
        wu, at = await house.browser("Wu"), f"/work/jobs/{job.id}"
        assert 422 == (await press(wu, f"{at}/problem", reason="")).status_code
        assert 303 == (await press(wu, f"{at}/problem", reason="Nobody opens")).status_code
        assert JobState.PROBLEM == (await story.get(Job, job.id)).state
        assert "The officer knows about it" in (await wu.get(f"{at}?lang=en")).text
        officer = await house.browser("Officer Fang")
        seen = (await officer.get(f"/office/needs/{need.id}?lang=en")).text
        assert "waits for your decision" in seen
        assert "Nobody opens" in seen

    async def test_giving_it_back_looks_for_somebody_else(self, house: House, story: Story):
        need = await story.looking("Chen")
        job = await story.arranged(need, "Wu")
        wu, at = await house.browser("Wu"), f"/work/jobs/{job.id}"
        assert 422 == (await press(wu, f"{at}/cancel")).status_code
        assert "/work" == (await press(wu, f"{at}/cancel", because="unwell")).headers["location"]
        assert NeedState.LOOKING == (await story.get(Need, need.id)).state

    async def test_nobody_elses(self, house: House, story: Story):
        job = await story.arranged(await story.looking("Chen"), "Wu")
        assert 404 == (await (await house.browser("Ye")).get(f"/work/jobs/{job.id}")).status_code

    async def test_lists_ask_equally_often_for_few_and_many(self, house: House, story: Story):
        wu = await house.browser("Wu")
        await story.offered(await story.looking("Chen"), "Wu")
        with counted(house.database) as few:
            await wu.get("/work")
            await wu.get("/work/offers")
        for n in range(4):
            house.clock.advance(timedelta(minutes=1))
            start = house.clock.now() + timedelta(hours=1 + 2 * n)
            need = await story.looking("Luo")
            await story.arranged(need, "Wu", start_at=start, end_at=start + timedelta(minutes=45))
        with counted(house.database) as many:
            await wu.get("/work")
            await wu.get("/work/offers")
        assert len(few) <= len(many) <= len(few) + 3  # each day that has visits asks once for their helpers
