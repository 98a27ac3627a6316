"""Refusals of every origin end as one kind of document, in the reader's language."""

import httpx
import pytest
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.exc import DBAPIError

from api.web.spoken import spoken
from catalog.kernel.db import WriteSession
from catalog.kernel.errors import IllegalTransition
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.people.models import Person
from market import states
from tests.support.app import BASE, csrf_of


class Refusal(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("secret of the driver")
        self.sqlstate = sqlstate


@post("/api/try/commit", include_in_schema=False)
async def commit_fails(write: NamedDependency[WriteSession], clock: NamedDependency[Clock]) -> str:
    write.add(Person(id=new_id(), household_id=new_id(), name="nowhere", contact={}, created_at=clock.now()))
    return "saved"


@get("/api/try/{sqlstate:str}", include_in_schema=False)
async def database_refuses(sqlstate: FromPath[str]) -> None:
    if sqlstate == "overflow":
        raise OverflowError("Python int too large to convert to SQLite INTEGER")
    raise DBAPIError("SELECT secret", {}, Refusal(sqlstate))


@pytest.fixture
async def refusing(house) -> httpx.AsyncClient:
    house.app.register(commit_fails)
    house.app.register(database_refuses)
    return await house.visitor()


async def test_a_failed_commit_is_seen(refusing):
    answer = await refusing.post("/api/try/commit")
    assert (409, "conflict") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    ("state", "status"), [("40001", 409), ("40P01", 409), ("22021", 422), ("57P01", 500), ("overflow", 422)]
)
async def test_what_the_database_says(refusing, state, status):
    answer = await refusing.get(f"/api/try/{state}")
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert "secret" not in answer.text


def test_words_and_times_in_refusals_are_the_readers(clock):
    error = IllegalTransition("need", "waiting_resident", "closed", ["received", "looking"])
    assert {
        "thing": "需求",
        "state": "等待居民答复",
        "wanted": "已结束",
        "allowed": "已收到、寻找中",
    } == spoken(error.params, "zh")
    assert {"state": "waiting resident", "allowed": "received, looking"}.items() <= spoken(
        error.params, "en"
    ).items()
    assert {"at": "3月2日 周一 上午10:00"} == spoken({"at": clock.now()}, "zh")


@pytest.mark.parametrize(
    "kind",
    [states.MealState, states.RunState, states.StandingState, states.SessionState, states.EnrolmentState],
)
def test_every_state_has_a_word(kind):
    error = IllegalTransition("gathering", "", "", [one.value for one in kind])
    told = str(spoken(error.params, "zh")["allowed"])
    assert len(kind) == len(told.split("、"))
    assert not [letter for letter in told if letter.isascii()]


async def test_pages_that_need_somebody_lead_to_the_door(house):
    visitor = await house.visitor()
    answer = await visitor.get("/work")
    assert (303, "/sign-in?next=%2Fwork") == (answer.status_code, answer.headers["location"])


async def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(house):
    visitor = await house.visitor()
    page = {"Referer": f"{BASE}/ask/plumbing-drip/check?x=1"}
    await visitor.get("/sign-in")
    token = {"_csrf_token": csrf_of(visitor)}
    sent = await visitor.post("/ask/plumbing-drip/check", data=token, headers=page)
    assert "/sign-in?next=%2Fask%2Fplumbing-drip%2Fcheck%3Fx%3D1" == sent.headers["location"]
    foreign = await visitor.post(
        "/ask/plumbing-drip/check", data=token, headers={"Referer": "https://elsewhere.test/ask"}
    )
    assert "/sign-in?next=%2F" == foreign.headers["location"]


async def test_a_form_without_its_token_offers_the_page_again(house):
    visitor = await house.visitor()
    old = await visitor.post(
        "/ask/plumbing-drip", data={"times": "soon"}, headers={"Referer": f"{BASE}/ask/plumbing-drip"}
    )
    assert 403 == old.status_code
    assert "This page was open for too long" in old.text
    assert 'href="/ask/plumbing-drip"' in old.text
