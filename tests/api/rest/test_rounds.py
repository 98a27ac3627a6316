import asyncio
import json
from datetime import timedelta
from uuid import UUID

import pytest
from asgi_lifespan import LifespanManager

from api.app import create_app
from api.rest.watching import watch_round
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.kernel.time import ShiftedClock, SystemClock, at_local, local_day
from market.needs import service as needs
from market.rounds import service as rounds
from tests.support.app import House
from tests.support.world import actor_of, ask, by_day, small_world


def events(text: str) -> list[tuple[str, dict]]:
    found = []
    for block in text.strip().replace("\r\n", "\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        found.append((lines["event"], json.loads(lines["data"])))
    return found


async def test_watching_a_round_that_is_over_ends_at_once(api, house):
    officer = await api("Officer Song")
    answer = await officer.get(f"/office/rounds/{house.world.round_id}/progress")
    assert ["progress", "done"] == [name for name, _ in events(answer.text)]
    assert "published" == events(answer.text)[-1][1]["state"]


async def test_news_and_the_record_are_told_until_the_end(api, house):
    officer = await api("Officer Fang")
    opened = UUID((await officer.post("/office/rounds", json={})).json()["id"])
    runtime, heard = house.runtime, []

    async def listen() -> None:
        heard.extend([news async for news in watch_round(runtime, opened, look_every=0.02)])

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.05)
    await runtime.progress.tell(opened, {"bound": 3})
    await asyncio.sleep(0.05)
    async with house.database.write() as session:
        await rounds.discard_round(session, house.clock, actor_of("Officer Fang"), opened, "wrong day")
    await asyncio.wait_for(listening, 10)
    assert {"bound": 3} in heard
    assert ("discarded", True) == (heard[-1]["state"], heard[-1]["done"])


async def test_who_is_no_officer_there_watches_nothing(api, house):
    for who, status in (("Chen", 403), ("Officer Fang", 403), ("Officer Song", 200)):
        answer = await (await api(who)).get(f"/office/rounds/{house.world.round_id}/progress")
        assert status == answer.status_code


async def test_the_same_key_starts_one_round(api):
    officer = await api("Officer Fang")
    sent = [
        await officer.post("/office/rounds", json={"days": 2}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [202, 202] == [answer.status_code for answer in sent]
    assert 1 == len({answer.json()["id"] for answer in sent})
    other = await officer.post("/office/rounds", json={"days": 3}, headers={"Idempotency-Key": "k"})
    assert 409 == other.status_code


async def test_an_officer_of_one_community_starts_none_elsewhere(api, house):
    officer = await api("Officer Fang")
    elsewhere = await officer.post(
        "/office/rounds", json={"territory_id": str(house.world.other_community_id)}
    )
    assert 403 == elsewhere.status_code


async def test_embedded_a_round_is_solved_in_the_background(sqlite_url):
    clock, database = ShiftedClock(SystemClock()), Database(sqlite_url)
    # The evening's round would take the need, whichever hour this test begins at.
    clock.move_to(at_local(local_day(clock.now()) + timedelta(days=1), 8 * 60))
    async with database.write() as session:
        world = await small_world(session, clock)
    async with database.write() as session:
        await needs.open_need(session, clock, actor_of("Chen"), ask(clock, windows=by_day(clock)))
    await database.dispose()
    app = create_app(Settings(database_url=sqlite_url, demo=True, tick_seconds=0.2), clock=clock)
    async with LifespanManager(app, startup_timeout=60, shutdown_timeout=60):
        house = House(app, clock, world)
        officer = await house.api("Officer Fang")
        round_ = (await officer.post("/office/rounds", json={"days": 2, "seconds": 2})).json()
        watched = await officer.get(f"/office/rounds/{round_['id']}/progress", timeout=120)
        told = events(watched.text)
        assert ("done", "checked") == (told[-1][0], told[-1][1]["state"])
        page = (await officer.get(f"/office/rounds/{round_['id']}")).json()
        assert 1 == len(page["plan"])
        await house.close()


@pytest.mark.parametrize("path", ["publish", "retry"])
async def test_steps_out_of_turn_are_conflicts(api, house, path):
    answer = await (await api("Officer Song")).post(f"/office/rounds/{house.world.round_id}/{path}")
    assert (409, "illegal_transition") == (answer.status_code, answer.json()["code"])
