"""Characters that a database cannot keep are refused, on both databases; whatever people really write is kept."""

from datetime import timedelta

import pytest

from api.settings import Settings
from tests.support.app import API, opened
from tests.support.world import PLUMBING


@pytest.fixture
async def house(database_url, clock):
    async with opened(Settings(database_url=database_url, demo=True), clock) as house:
        yield house


@pytest.mark.parametrize(
    "path",
    [
        "/services/%00",
        "/services/search?text=%00",
        "/services/%ED%A0%80",
        "/services/search?text=%FF",
        "/services?category=%00",
    ],
)
async def test_odd_addresses(client, path):
    assert (await client.get(API + path)).status_code in {200, 400, 404, 422}


async def test_a_nul_in_a_page_address(client):
    assert (await client.get("/%00")).status_code == 404
    assert (await client.get("/sign-in?next=/%00")).status_code == 200


@pytest.mark.parametrize("words", ["水龙头😀", "a\u200bb", "\u202eabc", "'; DROP TABLE need; --", "\ue000"])
async def test_what_people_write_is_kept(api, house, words):
    start = house.clock.now() + timedelta(days=1, hours=2)
    window = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=4)).isoformat()}
    chen = await api("Chen")
    asked = await chen.post(
        "/needs", json={"service_code": PLUMBING, "windows": [window], "description": words}
    )
    assert (201, words) == (asked.status_code, asked.json()["description"])


async def test_a_nul_in_a_body(api):
    answer = await (await api("Chen")).post(
        "/needs",
        content=b'{"service_code": "a\\u0000b", "windows": []}',
        headers={"Content-Type": "application/json"},
    )
    assert 422 == answer.status_code
