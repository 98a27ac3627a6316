import subprocess
import sys

import pytest

from api.stores import redis_client, store_factory
from catalog.kernel.db import Database
from tests.support.app import API

LATE = (
    "import sys; from api.app import create_app; from api.settings import Settings; create_app(Settings(demo=True)); "
    "print(*sorted({'ortools', 'numba', 'scipy', 'pandas', 'highspy'} & set(sys.modules)))"
)


def test_the_web_process_imports_no_solver():
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=True)  # noqa: S603 our own words
    assert "" == done.stdout.strip()


async def test_probes(client):
    assert {"status": "ok"} == (await client.get("/health")).json()
    assert {"status": "ok"} == (await client.get("/ready")).json()


async def test_a_database_that_is_away_is_not_ready(client, house):
    house.runtime.database, there = Database("sqlite+aiosqlite:////nowhere/linli.db"), house.database
    answer = await client.get("/ready")
    await house.database.dispose()
    house.runtime.database = there
    assert (503, {"status": "OperationalError"}) == (answer.status_code, answer.json())


async def test_a_redis_that_is_away_is_not_ready(client, house):
    house.runtime.tokens = store_factory(redis_client("redis://127.0.0.1:1"))("tokens")
    assert (503, {"status": "ConnectionError"}) == (
        (answer := await client.get("/ready")).status_code,
        answer.json(),
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/v1/nowhere", 404),
        ("GET", "/v1/needs/not-a-uuid", 404),
        ("PUT", "/v1/needs", 405),
        ("PATCH", "/v1/services", 405),
    ],
)
async def test_unknown_addresses_of_the_api_are_problems(client, method, path, status):
    answer = await client.request(method, f"/api{path}")
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert {"title", "status", "detail", "code", "type"} >= set(answer.json())
    assert "nosniff" == answer.headers["x-content-type-options"]


async def test_a_wrong_method_says_which_are_right(client):
    assert {"GET", "POST", "OPTIONS"} == set((await client.put(f"{API}/needs")).headers["allow"].split(", "))


async def test_head_is_get_without_its_body(client):
    got, head = await client.get(f"{API}/services"), await client.head(f"{API}/services")
    assert (200, got.headers["content-length"], b"") == (
        head.status_code,
        head.headers["content-length"],
        head.content,
    )


async def test_options_names_the_methods(client):
    answer = await client.options(f"{API}/services")
    assert (204, "GET, OPTIONS") == (answer.status_code, answer.headers["allow"])


async def test_unknown_pages_are_friendly_and_carry_the_headers(client):
    answer = await client.get("/nowhere")
    assert (404, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_every_answer_carries_a_request_id(client):
    assert 16 == len((await client.get("/health")).headers["x-request-id"])
    given = await client.get("/health", headers={"X-Request-ID": "proxy-17"})
    assert "proxy-17" == given.headers["x-request-id"]
    injected = await client.get("/health", headers={"X-Request-ID": "a b\tc"})
    assert "a b\tc" != injected.headers["x-request-id"]


async def test_problems_speak_the_readers_language(client):
    english = (await client.get(f"{API}/needs")).json()
    chinese = (await client.get(f"{API}/needs", headers={"Accept-Language": "zh-CN"})).json()
    neither = (await client.get(f"{API}/needs", headers={"Accept-Language": "fr"})).json()
    assert ("Please sign in first", "请先登录", "请先登录") == (
        english["title"],
        chinese["title"],
        neither["title"],
    )


async def test_an_error_of_ours_has_a_reference_and_no_inside(client, house):
    house.runtime.tokens = None  # whatever goes wrong inside
    answer = await client.get(f"{API}/me", headers={"Authorization": "Bearer x"})
    problem = answer.json()
    assert (500, "unexpected") == (answer.status_code, problem["code"])
    assert problem["instance"] in problem["detail"]
    assert "NoneType" not in answer.text
    assert "Traceback" not in answer.text
