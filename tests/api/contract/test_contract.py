"""Whatever is sent, the API answers with what its document says: no 5xx, no undocumented status, no other shape.

20 examples of each operation, half of them wrong on purpose; 200 where LINLI_TEST_REQUIRE is set (.ci/run).
"""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from api.app import create_app
from api.rest.openapi import TAGS
from api.settings import Settings
from catalog.kernel.time import FrozenClock
from tests.api.contract.world import prepare
from tests.support.app import API

EXAMPLES = 200 if os.environ.get("LINLI_TEST_REQUIRE") else 20
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# Who asks: the one for whom the operation is made, so that real code is reached.
PHONES = {
    "office": "13800000013",
    "rounds": "13800000013",
    "offers": "13800000021",
    "jobs": "13800000022",
    "coverage": "13800000013",
}
RESIDENT = "13800000001"
NOON = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Served:
    """The application behind a real socket, in a thread of its own."""

    def __init__(self, url: str, ids: dict[str, list[UUID]], clock: FrozenClock) -> None:
        self.ids = ids
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.sock.getsockname()[1]}"
        app = create_app(Settings(database_url=url, demo=True), clock=clock, background=False)
        self.app = app
        self.server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        self.thread = threading.Thread(target=lambda: self.server.run([self.sock]))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        self.tokens: dict[str, str] = {}

    def token(self, phone: str) -> str:
        """Sign in once for each phone."""
        if phone not in self.tokens:
            self.forget()
            code = httpx.post(f"{self.base}{API}/auth/code", json={"phone": phone}).json()["code"]
            told = httpx.post(f"{self.base}{API}/auth/token", json={"phone": phone, "code": code}).json()
            self.tokens[phone] = told["token"]
        return self.tokens[phone]

    def forget(self) -> None:
        """Let the limits of codes begin again: with them, hardly anything else would be tested."""
        counts = self.app.state.runtime.counters._counts
        for key in [key for key in counts if not key.startswith("password:")]:
            counts.pop(key, None)

    def close(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self.thread.join()
        self.sock.close()


@pytest.fixture(scope="module")
def served(sqlite_template, tmp_path_factory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("contract") / "linli.db"
    path.write_bytes(sqlite_template.read_bytes())
    url, clock = f"sqlite+aiosqlite:///{path}", FrozenClock(NOON)
    ids = asyncio.run(prepare(url, clock))
    running = Served(url, ids, clock)
    yield running
    running.close()


@pytest.fixture(scope="module")
def schema(served) -> Any:
    return schemathesis.openapi.from_dict(httpx.get(f"{served.base}{API}/openapi.json").json())


def checks() -> list[Any]:
    return [check for check in CHECKS.get_all() if check.__name__ in CHECKED]


def with_real_ids(case: Any, ids: dict[str, list[UUID]], data: Any) -> Any:
    if case.operation.path.endswith("/progress"):
        ids = ids | {"round_id": ids["finished_round_id"]}  # the others' streams do not end
    for name in case.path_parameters or {}:
        if name in ids:
            case.path_parameters[name] = str(data.draw(st.sampled_from(ids[name])))
    if isinstance(case.body, dict) and "job_id" in case.body:
        case.body["job_id"] = str(data.draw(st.sampled_from(ids["job_id"])))
    return case


@pytest.mark.parametrize("tag", TAGS)
def test_the_api_keeps_its_word(tag, served, schema):
    session = requests.Session()
    wanted = checks()
    assert len(CHECKED) == len(wanted)
    for found in schema.get_all_operations():
        operation = found.ok()
        if tag in operation.definition.raw["tags"]:
            _try(operation, served, session, PHONES.get(tag, RESIDENT), wanted)
    session.close()


def _try(operation: Any, served: Served, session: requests.Session, phone: str, wanted: list[Any]) -> None:
    modes = {mode: operation.as_strategy(generation_mode=mode) for mode in GenerationMode}
    accepts = _body_law(operation)
    may_fail = bool(operation.body or operation.query)

    @given(data=st.data())
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def one(data: Any) -> None:
        wrong = may_fail and data.draw(st.booleans())
        case = data.draw(modes[GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE])
        if data.draw(st.integers(0, 9)):
            with_real_ids(case, served.ids, data)
        served.forget()
        case.headers["Authorization"] = f"Bearer {served.token(phone)}"
        answer = case.call(base_url=served.base, session=session, timeout=30)
        if operation.definition.raw["operationId"] == "signOut":
            served.tokens.clear()
        case.validate_response(answer, checks=wanted)
        if answer.status_code < 300 and accepts is not None:
            accepts.validate(case.body)

    one()


def _body_law(operation: Any) -> OAS31Validator | None:
    """What is accepted fits the schema (schemathesis' own check would judge ids and tokens that we replace)."""
    body = operation.definition.raw.get("requestBody")
    if body is None:
        return None
    rest = {"components": operation.schema.raw_schema["components"]}
    return OAS31Validator(body["content"]["application/json"]["schema"] | rest)
