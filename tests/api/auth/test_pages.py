"""Signing in through the pages, as a browser without JavaScript does it."""

import re
from datetime import timedelta

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import update

from api.app import create_app
from api.auth.ways import landing, local_path
from api.settings import Settings
from catalog.people.commands import SetPassword
from catalog.people.models import Person
from catalog.people.passwords import set_password
from tests.support.app import BASE, csrf_of, opened, send_form
from tests.support.world import id_of

CHEN, LUO = "13800000001", "13800000002"


async def code_on(client):
    page = await client.get("/sign-in/code")
    return re.search(r'id="demo-code">(\d{6})<', page.text)[1]


async def signed_in(client, phone=CHEN, **more: str):
    await send_form(client, "/sign-in", phone=phone, **more)
    return await send_form(client, "/sign-in/code", code=await code_on(client))


async def test_phone_code_home(client):
    assert "/sign-in/code" == (await send_form(client, "/sign-in", phone="138 0000 0001")).headers["location"]
    answer = await send_form(client, "/sign-in/code", code=await code_on(client))
    assert (303, "/") == (answer.status_code, answer.headers["location"])


async def test_everybody_lands_on_their_page(client):
    assert "/work" == (await signed_in(client, "13800000021")).headers["location"]
    assert "/office" == (await signed_in(client, "13800000011")).headers["location"]


async def test_one_comes_back_to_what_one_wanted(client):
    sent = await client.get("/work/offers?page=2")
    assert (303, "/sign-in?next=%2Fwork%2Foffers%3Fpage%3D2") == (sent.status_code, sent.headers["location"])
    page = await client.get(sent.headers["location"])
    assert 'name="next" value="/work/offers?page=2"' in page.text
    answer = await signed_in(client, "13800000021", next="/work/offers?page=2")
    assert "/work/offers?page=2" == answer.headers["location"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "work",
        "",
        "/sign-out",
    ],
)
async def test_next_never_leads_elsewhere(client, elsewhere):
    assert local_path(elsewhere) is None
    assert "/" == (await signed_in(client, next=elsewhere)).headers["location"]


def test_landings():
    assert ["/office", "/work", "/", "/"] == [
        landing(roles) for roles in (("officer", "provider"), ("provider", "resident"), ("resident",), ())
    ]


async def test_a_wrong_number_keeps_what_was_typed(client):
    answer = await send_form(client, "/sign-in", phone="12")
    assert (422, True) == (answer.status_code, 'value="12"' in answer.text)


async def test_a_wrong_code_says_so_and_the_right_one_still_works(client):
    await send_form(client, "/sign-in", phone=CHEN)
    right = await code_on(client)
    wrong = await send_form(client, "/sign-in/code", code="000000" if right != "000000" else "111111")
    assert (422, True) == (wrong.status_code, "This code is not right" in wrong.text)
    assert 303 == (await send_form(client, "/sign-in/code", code=right)).status_code


async def test_one_chooses_among_the_people_of_a_phone(client, house):
    async with house.database.write() as session:
        await session.execute(update(Person).where(Person.id == id_of("Lin")).values(phone=LUO))
    answer = await signed_in(client, LUO)
    assert "/sign-in/person" == answer.headers["location"]
    page = await client.get("/sign-in/person")
    assert {"Lin", "Luo"} <= set(re.findall(r'choice-label">(\w+)<', page.text))
    stranger = await send_form(client, "/sign-in/person", person_id=str(id_of("Officer Fang")))
    assert 422 == stranger.status_code
    chosen = await send_form(client, "/sign-in/person", person_id=str(id_of("Lin")))
    assert (303, "/") == (chosen.status_code, chosen.headers["location"])


async def test_a_proof_does_not_last(client, house):
    async with house.database.write() as session:
        await session.execute(update(Person).where(Person.id == id_of("Lin")).values(phone=LUO))
    await signed_in(client, LUO)
    house.clock.advance(timedelta(minutes=11))
    answer = await send_form(client, "/sign-in/person", person_id=str(id_of("Lin")))
    assert "/sign-in" == answer.headers["location"]


@pytest.mark.parametrize("step", ["/sign-in/code", "/sign-in/person"])
async def test_no_step_is_skipped(client, step):
    assert "/sign-in" == (await client.get(step)).headers["location"]
    answer = await send_form(client, step, code="1", person_id=str(id_of("Chen")))
    assert "/sign-in" == answer.headers["location"]


async def test_staff_sign_in_by_password(client, house):
    async with house.database.write() as session:
        secret = SetPassword(person_id=id_of("Officer Fang"), password="a long sentence")
        await set_password(session, house.clock, secret)
    wrong = await send_form(client, "/sign-in/staff", phone="13800000011", password="another one")
    assert (422, False) == (wrong.status_code, "another one" in wrong.text)
    right = await send_form(client, "/sign-in/staff", phone="13800000011", password="a long sentence")
    assert (303, "/office") == (right.status_code, right.headers["location"])


async def test_a_planted_session_id_is_not_signed_in(client, house):
    planted = "f" * 64
    client.cookies.set("linli_session", planted, domain="linli.test")
    await signed_in(client)
    assert planted not in {cookie.value for cookie in client.cookies.jar}
    thief = await house.visitor()
    thief.cookies.set("linli_session", planted)
    assert 303 == (await thief.get("/work")).status_code


async def test_the_id_changes_between_the_steps_and_the_signing_in(client, house):
    await send_form(client, "/sign-in", phone=CHEN)
    before = client.cookies["linli_session"]
    await send_form(client, "/sign-in/code", code=await code_on(client))
    assert before != client.cookies["linli_session"]
    assert await house.app.stores.get("sessions").get(before) is None


async def test_signing_out_ends_the_session_in_the_store(house):
    browser = await house.browser("Wu")
    held = browser.cookies["linli_session"]
    assert 200 == (await browser.get("/work")).status_code
    await send_form(browser, "/sign-out")
    assert await house.app.stores.get("sessions").get(held) is None
    browser.cookies.set("linli_session", held, domain="linli.test")
    assert 303 == (await browser.get("/work")).status_code


async def test_visitors_leave_no_sessions_behind(client, house):
    await client.get("/sign-in")
    assert "linli_session" not in client.cookies
    assert {} == house.app.stores.get("sessions")._store


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/sign-in/staff", "/sign-out"])
async def test_a_form_without_its_token_is_refused(client, path):
    await client.get("/sign-in")
    for sent in ({}, {"_csrf_token": "x" * 128}, {"_csrf_token": csrf_of(client)[:-1] + "!"}):
        assert 403 == (await client.post(path, data={"phone": CHEN, **sent})).status_code


async def test_demo_links_exist_in_the_demo_alone(client, house):
    assert 404 == (await client.get("/demo/enter/guess")).status_code
    assert [] == [route for route in _outside_the_demo() if "demo" in route]


def _outside_the_demo():
    return [route.path for route in create_app(Settings()).routes]


async def test_outside_the_demo_no_code_is_shown(sqlite_url, clock):
    async with opened(Settings(database_url=sqlite_url), clock) as house:
        visitor = await house.visitor()
        await send_form(visitor, "/sign-in", phone=CHEN)
        assert "demo-code" not in (await visitor.get("/sign-in/code")).text
        told = await visitor.post("/api/v1/auth/code", json={"phone": LUO})
        assert told.json()["code"] is None


async def test_sessions_and_tokens_live_in_redis_where_there_is_one(sqlite_url, clock, redis_url):
    served = Settings(database_url=sqlite_url, redis_url=redis_url, secret="0" * 32, demo=True)
    async with opened(served, clock) as house:
        visitor = await house.visitor()
        await signed_in(visitor, "13800000021")
        held = visitor.cookies["linli_session"]
    async with LifespanManager(create_app(served, clock=clock, background=False)) as other:
        transport = httpx.ASGITransport(other.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            client.cookies.set("linli_session", held, domain="linli.test")
            assert 200 == (await client.get("/work")).status_code
