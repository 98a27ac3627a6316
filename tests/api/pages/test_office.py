"""The office's pages over HTTP: what is shown, who may see it, and every act with its refusal."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from api.i18n import translator
from api.web.pages.office.ageing import URGENCIES, age_of
from api.web.pages.office.stages import Telling
from catalog.kernel.ids import new_id
from catalog.kernel.time import local_day
from catalog.services.models import Lane
from market.needs import service as needs
from market.needs.commands import Consent, Wishes
from market.needs.models import Need, Urgency
from market.rounds.models import Round
from market.states import NeedState, Outcome, RoundState
from tests.support.app import House, csrf_of, send_form
from tests.support.database import MONDAY_TEN
from tests.support.queries import counted
from tests.support.rounds_world import FailingSolver, FutianRouter, GreedySolver, NoRouter, run
from tests.support.story import Story
from tests.support.world import ISSUE, OUTING, id_of


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.database, house.clock, house.world)


@pytest.fixture
async def officer(house: House) -> httpx.AsyncClient:
    return await house.browser("Officer Fang")


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


async def act(client: httpx.AsyncClient, need: Need, name: str, **fields: Any) -> httpx.Response:
    """Send one form of a need's page."""
    return await send_form(client, f"/office/needs/{need.id}", _act=name, **fields)


async def state_of(story: Story, need: Need) -> NeedState:
    return (await story.get(Need, need.id)).state


class TestQueue:
    async def test_shows_who_waits_and_how_long(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        story.clock.advance(timedelta(hours=5))
        page = await officer.get("/office?lang=en")
        assert 200 == page.status_code
        for words in (need.code, "Chen", "waiting 5 h", "left", "Looking for a helper", "All open"):
            assert words in page.text
        assert "已等 5 小时" in (await officer.get("/office?lang=zh")).text

    async def test_filters_by_what_the_address_says(self, story: Story, officer: httpx.AsyncClient):
        tap = await story.looking("Chen")
        outing = await story.looking("Luo", OUTING)
        for query, found in (
            ("state=looking", {tap.code, outing.code}),
            ("state=arranged", set()),
            (f"service={OUTING}", {outing.code}),
            (f"code={tap.code.lower()}", {tap.code}),
            ("urgency=urgent", set()),
            ("missed=on", set()),
            (f"community={id_of('lakeside')}", {tap.code, outing.code}),
            ("state=none&urgency=x&page=nought&community=7&service=", {tap.code, outing.code}),
        ):
            page = (await officer.get(f"/office?{query}&lang=en")).text
            assert found == {need.code for need in (tap, outing) if f">{need.code}<" in page}, query

    async def test_asks_the_database_equally_often_for_few_and_many(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        await story.looking("Chen")
        with counted(house.database) as few:
            await officer.get("/office")
        for n in range(12):
            story.clock.advance(timedelta(minutes=1))
            await story.looking(("Chen", "Luo", "Lin")[n % 3], (OUTING, "plumbing-drip")[n % 2])
        with counted(house.database) as many:
            await officer.get("/office")
        assert len(few) == len(many) <= 12

    async def test_is_for_officers_and_their_own_place(self, house: House, story: Story):
        need = await story.looking("He")
        assert need.code not in (await (await house.browser("Officer Fang")).get("/office")).text
        assert need.code in (await (await house.browser("Officer Song")).get("/office")).text
        resident = await house.browser("Chen")
        assert 403 == (await resident.get("/office")).status_code
        fang = await house.browser("Officer Fang")
        assert 403 == (await fang.get(f"/office/needs/{need.id}")).status_code
        assert 404 == (await fang.get(f"/office/needs/{new_id()}")).status_code
        visitor = await house.visitor()
        assert 303 == (await visitor.get("/office")).status_code


def test_age_is_said_before_it_is_painted():
    say = translator("en")
    start = MONDAY_TEN
    due = start + timedelta(days=4)

    def at(span: timedelta, state: NeedState = NeedState.LOOKING) -> tuple[str, str, str]:
        return tuple(age_of(say, created_at=start, due_at=due, state=state, now=start + span))  # type: ignore[return-value]

    assert ("calm", "waiting 1 min", "3 days left") == at(timedelta(seconds=30))
    assert ("soon", "waiting 2 days", "2 days left") == at(timedelta(days=2))
    assert ("late", "waiting 5 days", "late by 1 day") == at(timedelta(days=5))
    assert ("calm", "waiting 5 days", "") == at(timedelta(days=5), NeedState.ARRANGED)


class TestNeed:
    async def test_shows_everything(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking(
            "Chen",
            beneficiary_id=id_of("Lin"),
            consent=Consent(how="phone"),
            relation="neighbour",
            access_notes="Key with Luo",
            description="The tap drips",
        )
        await story.offered(need, "Wu")
        page = text_of(await officer.get(f"/office/needs/{need.id}?lang=en"))
        for words in (
            "Lin", "Chen", "neighbour", "agreed on the telephone", "Key with Luo", "The tap drips", "Ring twice",
            "Wu", "Fixit", "A helper has been asked", need.code, "told by telephone", "still to be said on the telephone",
        ):  # fmt: skip
            assert words in page, words
        chinese = text_of(await officer.get(f"/office/needs/{need.id}?lang=zh"))
        assert "本人电话同意" in chinese
        assert "修修铺" in chinese

    async def test_causes_in_words_with_what_would_help(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        causes = [{"cause": "start_in_window", "count": 3}, {"cause": "skill_level", "count": 40}]
        async with story.database.write() as session:
            await needs.note_unserved(session, story.clock, need.id, story.world.round_id, causes)
        page = text_of(await officer.get(f"/office/needs/{need.id}?lang=en"))
        assert page.index("not free at these times") < page.index("does not have the skill")
        assert "What would help: More times would help." in page
        assert "Missed by 1 " in page

    async def test_question_and_answer(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        empty = await act(officer, need, "ask", question="")
        assert 422 == empty.status_code
        assert 303 == (await act(officer, need, "ask", question="Which tap?")).status_code
        assert NeedState.WAITING_RESIDENT == await state_of(story, need)
        assert "need.question" in await story.heard("Chen", need.id)
        assert 303 == (await act(officer, need, "answer", answer="The kitchen's")).status_code
        assert NeedState.LOOKING == await state_of(story, need)

    async def test_closing_wants_what_the_outcome_owes(self, story: Story, officer: httpx.AsyncClient):
        need, other = await story.looking("Chen"), await story.looking("Luo")
        refused = await act(officer, need, "close", outcome="not_possible", reason="")
        assert 422 == refused.status_code
        assert 'id="reason-error"' in refused.text
        unknown = await act(officer, need, "close", outcome="duplicate", same_as="NONE0000")
        assert 422 == unknown.status_code
        assert 'id="same_as-error"' in unknown.text
        assert 303 == (await act(officer, need, "close", outcome="duplicate", same_as=other.code)).status_code
        closed = await story.get(Need, need.id)
        assert (Outcome.DUPLICATE, other.id) == (closed.outcome, closed.duplicate_of_id)
        assert other.code in (await officer.get(f"/office/needs/{need.id}")).text

    async def test_handing_over_withdrawing_reopening(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        assert 422 == (await act(officer, need, "hand_over", lane="issue", why=" ")).status_code
        assert 303 == (await act(officer, need, "hand_over", lane="issue", why="A public pipe")).status_code
        assert NeedState.HANDED_OVER == await state_of(story, need)
        assert 303 == (await act(officer, need, "withdraw")).status_code
        assert NeedState.CLOSED == await state_of(story, need)
        assert 303 == (await act(officer, need, "reopen", unsolved="Drips again")).status_code
        issue = await story.looking("Luo", ISSUE, lane=Lane.ISSUE)
        assert "Match this request now" not in (await officer.get(f"/office/needs/{issue.id}?lang=en")).text

    async def test_a_visit_that_does_not_take_place(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        await story.arranged(need, "Wu")
        page = await officer.get(f"/office/needs/{need.id}?lang=en")
        assert "Somebody was not there" in page.text
        assert 303 == (await act(officer, need, "look_elsewhere", cancelled_because="Wu is ill")).status_code
        assert NeedState.LOOKING == await state_of(story, need)
        story.clock.advance(timedelta(minutes=1))
        await story.arranged(need, "Xu")
        assert 303 == (await act(officer, need, "no_show", side="resident")).status_code
        assert Outcome.PERSON_ABSENT == (await story.get(Need, need.id)).outcome

    async def test_confirming_for_the_resident(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        await story.finished(need, "Wu")
        assert 303 == (await act(officer, need, "confirm")).status_code
        assert Outcome.SERVED == (await story.get(Need, need.id)).outcome
        again = await act(officer, need, "ask", question="And now?")
        assert 422 == again.status_code
        assert 404 == (await act(officer, need, "dance")).status_code

    async def test_one_round_for_this_need_however_often_it_is_pressed(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        need, round_id = await story.looking("Chen"), new_id()
        for _ in range(2):
            answer = await act(officer, need, "match", round_id=str(round_id))
            assert f"/office/rounds/{round_id}" == answer.headers["location"]
        held = await story.get(Round, round_id)
        assert (need.id, True) == (held.only_need_id, held.auto_publish)
        assert RoundState.PUBLISHED == await run(house.database, house.clock, round_id, GreedySolver())
        assert NeedState.OFFERED == await state_of(story, need)

    async def test_a_bounded_number_of_statements(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        need = await story.looking("Chen")
        await story.offered(need, "Wu")
        with counted(house.database) as seen:
            await officer.get(f"/office/needs/{need.id}")
        assert len(seen) <= 20


async def open_round(house: House, client: httpx.AsyncClient, **changes: Any) -> tuple[UUID, httpx.Response]:
    fields = {
        "round_id": str(new_id()),
        "territory_id": str(id_of("lakeside")),
        "first_day": str(local_day(house.clock.now()) + timedelta(days=1)),
        "days": "1",
        "seconds": "10",
        "publish": "later",
    } | changes
    return UUID(fields["round_id"]), await send_form(client, "/office/rounds", **fields)


class TestRounds:
    async def test_from_the_form_to_the_offers(self, house: House, story: Story, officer: httpx.AsyncClient):
        need = await story.looking("Chen")
        round_id, answer = await open_round(house, officer)
        assert f"/office/rounds/{round_id}" == answer.headers["location"]
        assert (
            f'data-stream="/office/rounds/{round_id}/stream"'
            in (await officer.get(f"/office/rounds/{round_id}")).text
        )
        assert RoundState.CHECKED == await run(house.database, house.clock, round_id)
        ready = await officer.get(f"/office/rounds/{round_id}?lang=en")
        for words in (
            "Nothing has been sent yet",
            "requests served",
            need.code,
            "Wu",
            "By community",
            "not sent yet",
        ):
            assert words in ready.text, words
        assert "方案已排好" in (await officer.get(f"/office/rounds/{round_id}?lang=zh")).text
        for _ in range(2):
            published = await officer.post(
                f"/office/rounds/{round_id}/publish", data={"_csrf_token": csrf_of(officer)}
            )
            assert 303 == published.status_code
        assert NeedState.OFFERED == await state_of(story, need)
        listed = text_of(await officer.get("/office/rounds?lang=en"))
        assert "1 of 1" in listed

    @pytest.mark.parametrize(
        ("router", "words"),
        [
            (None, "Ways: estimated, there is no street network"),
            (FutianRouter(), "Ways: measured along streets"),
            (
                NoRouter("city.network: damaged"),
                "the street network could not be used. city.network: damaged",
            ),
        ],
        ids=["no network", "network", "damaged network"],
    )
    async def test_how_its_ways_were_found(
        self, house: House, story: Story, officer: httpx.AsyncClient, router: Any, words: str
    ):
        await story.looking("Chen")
        round_id, _ = await open_round(house, officer)
        assert RoundState.CHECKED == await run(house.database, house.clock, round_id, router=router)
        assert words in text_of(await officer.get(f"/office/rounds/{round_id}?lang=en"))

    async def test_what_is_said_of_wishes_ways_and_who_found_it(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        xu = Wishes(same_helper=story.world.workers["Xu"], language="yue")
        await story.looking("Chen", wishes=xu)
        round_id, _ = await open_round(house, officer)
        assert RoundState.CHECKED == await run(house.database, house.clock, round_id)
        english = text_of(await officer.get(f"/office/rounds/{round_id}?lang=en"))
        for words in (
            "Ways, wishes and known faces together: how good they could be is not known",
            "The same helper again, as asked for: 1 of 1",
            "Somebody speaks the language asked for: 0 of 1",
            "Ways of everybody together:",
            "Nobody is late",
            "Found by placing one request after the other",
            "asked for again",
        ):
            assert words in english, words
        assert "been there before comes" not in english  # nobody has been at her home
        chinese = text_of(await officer.get(f"/office/rounds/{round_id}?lang=zh"))
        for words in ("点名再请的人能来：1 项中有 1 项", "没有人迟到", "点名再请"):
            assert words in chinese, words

    async def test_a_round_of_before_wishes_were_counted_is_shown(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        await story.looking("Chen")
        round_id, _ = await open_round(house, officer)
        await run(house.database, house.clock, round_id)
        async with house.database.write() as session:
            held = await session.get_one(Round, round_id)
            old = {"name": "travel", "value": 8, "bound": 6, "gap_ppm": 250_000, "status": "feasible"}
            gone = ("kept", "terms", "wished_absent")
            held.summary = {k: v for k, v in held.summary.items() if k not in gone} | {"levels": [old]}
        page = text_of(await officer.get(f"/office/rounds/{round_id}?lang=en"))
        assert "Ways: at most 25.0 % shorter is possible" in page
        assert "Ways of everybody together" not in page

    async def test_places_near_no_street_are_named(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        need = await story.looking("Chen")
        async with house.database.write() as session:
            (
                await session.get_one(Need, need.id)
            ).lat = 22.5070  # a kilometre south of where the network ends
        round_id, _ = await open_round(house, officer)
        await run(house.database, house.clock, round_id, router=FutianRouter())
        page = text_of(await officer.get(f"/office/rounds/{round_id}?lang=en"))
        assert "Near no street of the network: their ways are estimates" in page
        assert need.code in page.partition("Near no street")[2].partition("By community")[0]
        assert "GCJ-02" in page
        assert "不在路网的任何街道附近" in (await officer.get(f"/office/rounds/{round_id}?lang=zh")).text

    async def test_pressed_twice_is_one_round(self, house: House, officer: httpx.AsyncClient):
        round_id = str(new_id())
        for _ in range(2):
            assert 303 == (await open_round(house, officer, round_id=round_id))[1].status_code
        page = (await officer.get("/office/rounds")).text
        assert 1 == page.count(f"/office/rounds/{round_id}")

    async def test_what_the_form_refuses(self, house: House, officer: httpx.AsyncClient):
        _, past = await open_round(house, officer, first_day="2020-01-01")
        assert 422 == past.status_code
        assert 'id="first_day-error"' in past.text
        _, unknown = await open_round(house, officer, days="many")
        assert 422 == unknown.status_code
        assert 403 == (await open_round(house, officer, territory_id=str(id_of("hillside"))))[1].status_code

    async def test_discarding_wants_a_reason(self, house: House, story: Story, officer: httpx.AsyncClient):
        await story.looking("Chen")
        round_id, _ = await open_round(house, officer)
        await run(house.database, house.clock, round_id)
        assert 422 == (await send_form(officer, f"/office/rounds/{round_id}", reason="")).status_code
        assert 303 == (await send_form(officer, f"/office/rounds/{round_id}", reason="Storm")).status_code
        assert "Storm" in (await officer.get(f"/office/rounds/{round_id}")).text

    async def test_a_failed_round_runs_again(self, house: House, story: Story, officer: httpx.AsyncClient):
        await story.looking("Chen")
        round_id, _ = await open_round(house, officer)
        assert RoundState.FAILED == await run(house.database, house.clock, round_id, FailingSolver())
        page = await officer.get(f"/office/rounds/{round_id}?lang=en")
        assert "Run it again" in page.text
        again = await officer.post(f"/office/rounds/{round_id}/retry", data={"_csrf_token": csrf_of(officer)})
        assert 303 == again.status_code
        assert RoundState.CHECKED == await run(house.database, house.clock, round_id)

    async def test_the_unserved_with_their_causes(
        self, house: House, story: Story, officer: httpx.AsyncClient
    ):
        need = await story.looking("Chen")
        async with house.database.write() as session:
            (await session.get_one(Need, need.id)).refused_workers = [
                str(w) for w in house.world.workers.values()
            ]
        round_id, _ = await open_round(house, officer)
        await run(house.database, house.clock, round_id)
        page = text_of(await officer.get(f"/office/rounds/{round_id}?lang=en"))
        assert "Nobody found" in page
        assert "asked for somebody else" in page or "declined, or was excluded" in page

    async def test_the_stream_tells_and_ends(self, house: House, story: Story, officer: httpx.AsyncClient):
        await story.looking("Chen")
        round_id, _ = await open_round(house, officer)
        await run(house.database, house.clock, round_id)
        told = (await officer.get(f"/office/rounds/{round_id}/stream")).text
        assert "event: done" in told.replace("\r", "")
        assert f"/office/rounds/{round_id}" in told
        stranger = await house.browser("Chen")
        assert 403 == (await stranger.get(f"/office/rounds/{round_id}/stream")).status_code

    async def test_the_list_is_bounded(self, house: House, officer: httpx.AsyncClient):
        await open_round(house, officer)
        with counted(house.database) as few:
            await officer.get("/office/rounds")
        for _ in range(5):
            await open_round(house, officer)
        with counted(house.database) as many:
            await officer.get("/office/rounds")
        assert len(few) == len(many) <= 8


def test_news_become_slots():
    clock = iter(range(100))
    telling = Telling(translator("en"), 10, now=lambda: float(next(clock)))
    assert {"stage": "Solving"} != telling.values({"state": "solving"})
    greedy = telling.values(
        {"state": "solving", "stage": "greedy", "share": 0.0, "served": 7, "points": 1200, "message": ""}
    )
    assert ("Making a first plan", "7", "1,200") == (greedy["stage"], greedy["served"], greedy["points"])
    assert "stage" not in telling.values({"state": "solving"})
    news = {
        "stage": "travel",
        "share": 0.5,
        "served": 7,
        "points": 1200,
        "message": "travel 1250, bound 1000",
    }
    travel = telling.values(news)
    assert (80.0, "80.0 %") == (travel["near"], travel["near_text"])
    assert "1,250 minutes on the way" in travel["bound"]
    both = telling.values(news | {"stage": "experience", "message": "experience 1250, bound 1000"})
    assert "1,250 minutes of ways and unmet wishes in all" in both["bound"]
    service = telling.values(news | {"stage": "service", "message": "service 90, bound 100"})
    assert "at most 10.0 % more could be served" == service["bound"]
    assert msgspec.json.encode(service)


class TestCalls:
    async def test_what_to_say_and_the_tick(self, story: Story, officer: httpx.AsyncClient):
        need = await story.looking(
            "Chen", beneficiary_id=id_of("Lin"), consent=Consent(how="spoken"), relation="neighbour"
        )
        page = await officer.get("/office/calls?lang=en")
        text = text_of(page)
        for words in (
            "Lin",
            need.code,
            "Hello, this is the neighbourhood service of Lakeside",
            "No telephone known",
        ):
            assert words in text, words
        message_id = re.findall(r'name="message_id" value="([^"]+)"', page.text)[0]
        for _ in range(2):
            assert 303 == (await send_form(officer, "/office/calls", message_id=message_id)).status_code
        assert message_id not in (await officer.get("/office/calls")).text
        assert 422 == (await send_form(officer, "/office/calls", message_id="no")).status_code

    async def test_nobody_to_call(self, officer: httpx.AsyncClient):
        assert "Nobody is to be called" in (await officer.get("/office/calls?lang=en")).text


def test_urgencies_have_words():
    assert set(Urgency) == set(URGENCIES)
