"""The requests in docs/api.md are sent as they stand, to an application with the small world."""

import json
import re
import shlex
from typing import Any

import httpx

from tests.docs.test_readme import blocks, text_of
from tests.support.app import API, BASE

PAGE = "docs/api.md"


def commands() -> list[str]:
    return [line for block in blocks(PAGE, "sh") for line in block.splitlines() if line.startswith("curl ")]


async def send(client: httpx.AsyncClient, line: str, **variables: str) -> httpx.Response:
    """Do what curl would do with this line in a shell that has these variables."""
    for name, value in variables.items():
        line = line.replace(f"${name}", value)
    words = shlex.split(line)[1:]
    assert "$" not in line
    headers: dict[str, str] = {}
    url, data = "", None
    rest = iter(words)
    for word in rest:
        match word:
            case "-s":
                pass
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "-d":
                data = next(rest)
            case _:
                url = word
    return await client.request("GET" if data is None else "POST", url, headers=headers, content=data)


async def test_every_request_of_the_page(client):
    code, token, me, ask, refused = commands()
    known = {"LINLI": BASE + API, "PHONE": "13800000001", "DAY": "2026-03-04"}
    sent = await send(client, code, **known)
    assert (202, 600) == (sent.status_code, sent.json()["expires_in"])
    known["CODE"] = sent.json()["code"]
    granted = await send(client, token, **known)
    known["TOKEN"] = granted.json()["token"]
    assert "Chen" == (await send(client, me, **known)).json()["name"]

    first, again = await send(client, ask, **known), await send(client, ask, **known)
    assert (201, 201, first.json()["id"]) == (first.status_code, again.status_code, again.json()["id"])
    assert {"code", "step", "responsible"} <= set(first.json())
    other = await send(client, ask.replace("drips", "leaks"), **known)
    assert 409 == other.status_code

    problem = await send(client, refused, **known)
    assert (shown_refusal(), "application/problem+json") == (problem.json(), problem.headers["content-type"])


def shown_refusal() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(blocks(PAGE, "json")[-1])
    return told


async def test_the_addresses_of_the_page_exist(client):
    paths = (await client.get(f"{API}/openapi.json")).json()["paths"]
    named = re.findall(r"`(GET|POST) (/[^`]+)`", text_of(PAGE))
    shapes = {(method, re.sub(r"\{\w+\}", "{}", path)) for path, ways in paths.items() for method in ways}
    assert named
    assert [] == [
        (method, path)
        for method, path in named
        if (method.lower(), re.sub(r"\{\w+\}", "{}", API + path)) not in shapes
    ]


WINDOW = {"starts_at": "2026-03-04T09:00:00+08:00", "ends_at": "2026-03-04T12:00:00+08:00"}
NAIVE = {"starts_at": "2026-03-04T09:00:00", "ends_at": "2026-03-04T12:00:00"}
PAST = {"starts_at": "2020-03-04T09:00:00+08:00", "ends_at": "2020-03-04T12:00:00+08:00"}
WRONG: tuple[dict[str, Any], ...] = (
    {"colour": "red"},
    {"service_code": "nothing-like-it"},
    {"windows": "tomorrow"},
    {"windows": [NAIVE]},
    {"windows": [PAST]},
    {"lat": 10.0, "lon": 10.0},
)


async def test_the_table_of_refusals(api, client):
    """One case for each row, or part of a row, that a single caller can bring about."""
    chen, he = await api("Chen"), await api("He")
    body = {"service_code": "plumbing-drip", "windows": [WINDOW]}
    assert [422] * len(WRONG) == [
        (await chen.post("/needs", json=body | wrong)).status_code for wrong in WRONG
    ]
    need = (await chen.post("/needs", json=body)).json()["id"]
    statuses = {
        400: await chen.post("/needs", content=b"{", headers={"Content-Type": "application/json"}),
        401: await client.get(f"{API}/needs"),
        403: await he.get("/office/queue"),
        404: await he.get(f"/needs/{need}"),
        413: await chen.post("/needs", json=body | {"description": "x" * 300_000}),
    }
    assert list(statuses) == [answer.status_code for answer in statuses.values()]
    assert "422" in text_of(PAGE)
