"""Residents' pages over HTTP: what bad input gets, what is kept, who may see, how many statements a list takes."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from market.jobs import service as jobs
from market.needs import service as needs
from market.needs.models import Need
from tests.support.app import House, send_form
from tests.support.queries import counted
from tests.support.story import Story
from tests.support.world import ISSUE, PLUMBING, ask, id_of

TOMORROW = "2026-03-03"
MORNING = f"{TOMORROW}/morning"


@pytest.fixture
async def chen(house: House) -> httpx.AsyncClient:
    """Auntie Chen's browser."""
    return await house.browser("Chen")


@pytest.fixture
async def story(house: House) -> Story:
    """What people do in the application's own database."""
    return Story(house.database, house.clock, house.world)


async def sent(client: httpx.AsyncClient, service: str = PLUMBING, **fields: str) -> str:
    """Ask for something; return the case code."""
    await send_form(client, f"/ask/{service}", **(fields or {"times": MORNING}))
    answer = await send_form(client, f"/ask/{service}/check")
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].split("/")[2]


async def count_of_needs(house: House) -> int:
    async with house.database.read() as session:
        return await session.scalar(select(func.count(Need.id))) or 0


def heading(answer: httpx.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert found, answer.text[:500]
    return re.sub(r"<[^>]+>", "", found[1]).strip()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/services",
        "/services?q=理发",
        f"/services/{PLUMBING}",
        "/ask",
        "/ask?q=tap",
        f"/ask/{PLUMBING}",
        "/ask/free-clinic",
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_anybody_may_look(client, path, lang):
    answer = await client.get(path, params={**httpx.URL(path).params, "lang": lang})
    assert 200 == answer.status_code
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in answer.text
    assert "tel:" in answer.text


async def test_words_as_people_say_them_find_services(client):
    found = await client.get("/services", params={"q": "水龙头一直滴水"})
    assert f'href="/services/{PLUMBING}"' in found.text
    nothing = await client.get("/ask", params={"q": "zzzz"})
    assert "We found nothing for these words" in nothing.text


async def test_a_sentence_of_ones_own_finds_what_is_alike(client):
    found = (await client.get("/ask", params={"q": "龙头关不紧怎么办"})).text
    assert "Is it one of these?" in found
    assert f'href="/ask/{PLUMBING}"' in found


@pytest.mark.parametrize(
    ("words", "danger"),
    [
        ("奶奶晕倒了", True),
        ("厨房有煤气味", True),
        ("smell of gas", True),
        ("理发", False),
        ("smoke detector", False),
    ],
)
async def test_danger_to_life_shows_the_numbers_before_any_service(client, words, danger):
    for path in ("/ask", "/services"):
        main = (await client.get(path, params={"q": words})).text.split("<main")[1].split("</main>")[0]
        assert danger == ('href="tel:120"' in main)


async def test_who_goes_back_after_sending_sees_that_it_was_sent(chen):
    assert "You have asked for this already" not in (await chen.get(f"/ask/{PLUMBING}")).text
    code = await sent(chen)
    await chen.get(f"/needs/{code}/received")
    page = (await chen.get(f"/ask/{PLUMBING}")).text
    assert "You have asked for this already" in page
    assert f'href="/needs/{code}"' in page


async def test_what_is_not_a_visit_leads_to_where_it_is_asked_for(client):
    for code, words, href in (
        ("free-clinic", "See what is open", "/classes?service=free-clinic"),
        ("elder-meal-delivery", "Order meals", "/meals/order"),
        ("grocery-delivery", "Not yet on these pages", "tel:"),
    ):
        main = (await client.get(f"/ask/{code}")).text.split("<main")[1].split("</main>")[0]
        assert words in main, code
        assert f'href="{href}' in main, code
        assert "<form" not in main


async def test_a_visitor_signs_in_and_finds_what_was_typed(house):
    visitor = await house.visitor()
    answered = await send_form(visitor, f"/ask/{PLUMBING}", times=MORNING)
    assert f"/ask/{PLUMBING}/check" == answered.headers["location"]
    led = await visitor.get(answered.headers["location"])
    assert 303 == led.status_code
    assert led.headers["location"].startswith("/sign-in?next=%2Fask")
    await send_form(visitor, "/sign-in", phone="13800000001", next=f"/ask/{PLUMBING}/check")
    shown = await visitor.get("/sign-in/code")
    code = re.search(r"\b\d{6}\b", re.sub(r"<[^>]+>", " ", shown.text.split("<main")[1]))
    assert code
    entered = await send_form(visitor, "/sign-in/code", code=code[0])
    assert f"/ask/{PLUMBING}/check" == entered.headers["location"]
    check = await visitor.get(entered.headers["location"])
    assert "Is everything right?" == heading(check)
    assert "Tue 3 Mar, 8:00–12:00" in check.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Please choose at least one time"),
        ({"times": "2026-03-03/noon"}, "Please choose a day and a time of day from the list"),
        ({"times": "2026-02-27/morning"}, "The time is over already"),
        (
            {
                "windows-0-date": TOMORROW,
                "windows-0-half": "hours",
                "windows-0-from": "11:00",
                "windows-0-to": "10:00",
            },
            "after the start",
        ),
        (
            {
                "windows-0-date": TOMORROW,
                "windows-0-half": "hours",
                "windows-0-from": "10:00",
                "windows-0-to": "10:15",
            },
            "shorter than the service",
        ),
    ],
)
async def test_bad_times_are_kept_and_named(chen, house, fields, words):
    answer = await send_form(chen, f"/ask/{PLUMBING}", **fields)
    assert 422 == answer.status_code
    assert words in answer.text
    for value in fields.values():
        if value in {"11:00", "10:15"}:
            assert f'value="{value}"' in answer.text
    assert 0 == await count_of_needs(house)


async def test_bad_times_in_the_readers_language(chen):
    await chen.get("/?lang=zh")
    answer = await send_form(chen, f"/ask/{PLUMBING}")
    assert "请至少选一个时间" in answer.text


async def test_sent_twice_is_one_need(chen, house):
    await send_form(chen, f"/ask/{PLUMBING}", times=[MORNING, f"{TOMORROW}/afternoon"])
    first = await send_form(chen, f"/ask/{PLUMBING}/check")
    second = await send_form(chen, f"/ask/{PLUMBING}/check")
    assert first.headers["location"] == second.headers["location"]
    received = await chen.get(first.headers["location"])
    assert "We have your request" == heading(received)
    async with house.database.read() as session:
        need = (await session.execute(select(Need))).scalar_one()
    # the page is sent once more from the browser's memory, when its draft is gone
    third = await send_form(chen, f"/ask/{PLUMBING}/check", id=str(need.id))
    assert f"/needs/{need.code}" == third.headers["location"]
    assert 1 == await count_of_needs(house)


async def test_for_a_neighbour_with_consent(chen, house):
    await send_form(chen, f"/ask/{PLUMBING}", times=MORNING)
    without = await send_form(chen, f"/ask/{PLUMBING}/for", who="other", name="Luo", phone="138 0000 0002")
    assert 422 == without.status_code
    assert "Please say how this person has agreed" in without.text
    assert 'value="Luo"' in without.text
    proxy = {"who": "other", "relation": "neighbour", "consent": "spoken", "phone": "138 0000 0002"}
    unknown = await send_form(chen, f"/ask/{PLUMBING}/for", **proxy, name="Lou")
    assert 422 == unknown.status_code
    assert "We do not know this name with this number" in unknown.text
    taken = await send_form(chen, f"/ask/{PLUMBING}/for", **proxy, name="Luo")
    assert 303 == taken.status_code
    check = await chen.get(f"/ask/{PLUMBING}/check")
    assert "At the home of Luo" in check.text
    assert "a neighbour · Told me so" in check.text
    seen = re.sub(
        r'value="[^"]*"', "", check.text.split("<main")[1].split("</main>")[0]
    )  # random ids hold any digits
    assert "302" not in seen
    code = (await send_form(chen, f"/ask/{PLUMBING}/check")).headers["location"].split("/")[2]
    await house.settle()

    luo = await house.browser("Luo")
    assert 200 == (await luo.get(f"/needs/{code}")).status_code
    assert code in (await luo.get("/me")).text
    withdrawn = await send_form(luo, f"/needs/{code}/withdraw", reason="not needed")
    assert 303 == withdrawn.status_code
    told = (await chen.get(f"/needs/{code}")).text
    assert "Withdrawn" in told
    assert 1 == told.count(
        "has been withdrawn. not needed</span>"
    )  # both sides are told, the page says it once


async def test_words_and_notes_come_back(chen):
    await send_form(chen, f"/ask/{PLUMBING}", times=MORNING)
    await send_form(chen, f"/ask/{PLUMBING}/words", description="<b>厨房</b>")
    await send_form(chen, f"/ask/{PLUMBING}/where", access_notes="x" * 401)
    long = await send_form(chen, f"/ask/{PLUMBING}/where", access_notes="x" * 401)
    assert 422 == long.status_code
    assert "x" * 401 in long.text
    await send_form(chen, f"/ask/{PLUMBING}/where", access_notes="Ring twice")
    await send_form(chen, f"/ask/{PLUMBING}/wishes", gender="female", same_helper="any")
    check = (await chen.get(f"/ask/{PLUMBING}/check")).text
    for words in ("&lt;b&gt;厨房&lt;/b&gt;", "Ring twice", "Rather a woman"):
        assert words in check
    stranger = await send_form(chen, f"/ask/{PLUMBING}/wishes", same_helper=str(id_of("worker Wu")))
    assert 422 == stranger.status_code


async def test_a_refusal_at_the_end_names_the_row(chen, house):
    await send_form(chen, f"/ask/{PLUMBING}", times=MORNING)
    house.clock.advance(timedelta(days=3))
    late = await send_form(chen, f"/ask/{PLUMBING}/check")
    assert 422 == late.status_code
    assert 'href="#time"' in late.text
    assert 0 == await count_of_needs(house)


async def test_an_issue_asks_for_words_first_and_is_handed_over(chen, house):
    empty = await send_form(chen, f"/ask/{ISSUE}")
    assert 422 == empty.status_code
    assert "Please say in a few words what it is and where" in empty.text
    code = await sent(chen, ISSUE, description="三楼楼道堆满纸箱")
    await house.settle()
    page = await chen.get(f"/needs/{code}")
    assert "With the office in charge" in page.text


async def test_nobody_else_reads_a_request(chen, house):
    code = await sent(chen)
    stranger = await house.browser("He")
    for path in ("", "/withdraw", "/reopen", "/answer", "/again", "/received"):
        assert (await stranger.get(f"/needs/{code}{path}")).status_code in {403, 404}
    visitor = await house.visitor()
    assert 303 == (await visitor.get(f"/needs/{code}")).status_code


async def test_why_it_waits_and_what_would_help(chen, house, story):
    need = await story.looking("Chen")
    causes = [
        {"cause": "provider_kind", "count": 300},
        {"cause": "skill_level", "count": 30},
        {"cause": "busy", "count": 2},
    ]
    async with house.database.write() as session:
        await needs.note_unserved(session, house.clock, need.id, house.world.round_id, causes)
    page = (await chen.get(f"/needs/{need.code}")).text
    assert "is needed elsewhere at that time" in page
    assert "330 people" in page  # who do other things are one number, after those who came close
    assert "Another half-day or day would help." in page
    assert "18:00" in page


async def test_why_this_person_comes(chen, house, story):
    need = await story.looking("Chen")
    await story.arranged(need, "Wu", reasons={"same_helper": True, "known": True, "language": False})
    page = (await chen.get(f"/needs/{need.code}?lang=en")).text
    assert "asked for again · has been here before" in page
    assert "speaks the language" not in page
    assert "点名再请 · 以前来过" in (await chen.get(f"/needs/{need.code}?lang=zh")).text


async def test_arranged_confirmed_reviewed(chen, house, story):
    need = await story.looking("Chen")
    job = await story.arranged(need, "Wu")
    arranged = (await chen.get(f"/needs/{need.code}")).text
    assert job.door_code in arranged
    assert "Wu" in arranged
    await story.settle()
    house.clock.move_to(job.start_at)
    await story.do(jobs.check_in, "Wu", job.id, job.door_code)
    await story.do(jobs.check_out, "Wu", job.id)
    asked = (await chen.get(f"/needs/{need.code}")).text
    assert "Is it done as you wished?" in asked
    assert 303 == (await send_form(chen, f"/needs/{need.code}/confirm")).status_code
    none = await send_form(chen, f"/needs/{need.code}/review", comment="fine")
    assert 422 == none.status_code
    assert "fine" in none.text
    assert 303 == (await send_form(chen, f"/needs/{need.code}/review", stars="5")).status_code
    assert "How was it?" not in (await chen.get(f"/needs/{need.code}")).text
    again = await chen.get(f"/needs/{need.code}/again")
    assert f"/ask/{PLUMBING}/check" == again.headers["location"]
    assert 303 == (await send_form(chen, f"/ask/{PLUMBING}/check")).status_code
    assert 2 == await count_of_needs(house)


async def test_not_solved_opens_it_again(chen, story):
    need = await story.looking("Chen")
    await story.finished(need, "Wu")
    assert 303 == (await send_form(chen, f"/needs/{need.code}/reopen", reason="still drips")).status_code
    assert "Looking for a helper" in (await chen.get(f"/needs/{need.code}")).text


async def test_a_question_is_answered(chen, story):
    need = await story.do(needs.open_need, "Chen", ask(story.clock, "Chen"))
    await story.do(needs.ask_resident, "Officer Fang", need.id, "Which floor?")
    page = (await chen.get(f"/needs/{need.code}")).text
    assert "Which floor?" in page
    empty = await send_form(chen, f"/needs/{need.code}/answer")
    assert 422 == empty.status_code
    assert 303 == (await send_form(chen, f"/needs/{need.code}/answer", answer="The third")).status_code


@pytest.mark.parametrize("path", ["/me", "/"])
async def test_a_list_takes_as_many_statements_for_ten_as_for_one(house, chen, story, path):
    async def measured() -> int:
        await chen.get(path)  # reading marks messages as read
        with counted(house.database) as seen:
            assert 200 == (await chen.get(path)).status_code
        return len(seen)

    await story.looking("Chen")
    one = await measured()
    for n in range(9):
        await story.do(needs.open_need, "Chen", ask(house.clock, "Chen", id=id_of(f"more {n}")))
    await story.settle()
    assert one == await measured()
    assert one <= 20
