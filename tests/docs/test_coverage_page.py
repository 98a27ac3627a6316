"""The requests in docs/coverage.md are sent as they stand, and answer with what the page shows."""

import json
import re
from typing import Any

from tests.docs.test_api_page import send
from tests.docs.test_readme import blocks, text_of
from tests.support.app import API, BASE

PAGE = "docs/coverage.md"


def shown() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(blocks(PAGE, "json")[0])
    return told


async def test_every_request_of_the_page(client, api):
    circle, coverage = (block.strip() for block in blocks(PAGE, "sh"))
    feature = (await send(client, circle, LINLI=BASE + API)).json()
    assert shown().keys() == feature.keys()
    assert shown()["properties"].keys() == feature["properties"].keys()
    same = ("lat", "lon", "metres", "minutes", "mode", "coordinates")
    assert [shown()["properties"][key] for key in same] == [feature["properties"][key] for key in same]
    officer = await api("Officer Fang")
    token = officer.headers["Authorization"].removeprefix("Bearer ")
    told = (await send(client, coverage, LINLI=BASE + API, TOKEN=token)).json()
    assert {"services", "gaps", "compounds", "rows"} <= told.keys()
    assert told["rows"]


async def test_the_addresses_of_the_page_exist(client):
    paths = (await client.get(f"{API}/openapi.json")).json()["paths"]
    named = re.findall(r"`GET (/[^`]+)`", text_of(PAGE))
    assert ["/coverage", "/circles"] == named
    assert all(API + path in paths for path in named)
    assert 200 == (await client.get("/nearby")).status_code
