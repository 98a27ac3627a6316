from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from api.rest.bodies import Unreadable, complaint, decode
from api.rest.values import Body
from catalog.kernel.errors import Invalid
from market.needs.commands import Window
from tests.support.app import API


class Sample(Body, frozen=True, kw_only=True):
    stars: Annotated[int, Meta(ge=1, le=5)] = 1
    words: Annotated[str, Meta(min_length=2, max_length=4)] = "ab"
    windows: Annotated[tuple[Window, ...], Meta(max_length=1)] = ()


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ('{"nothing": 1}', "nothing", "There is no such field"),
        ('{"stars": "5"}', "stars", "Expected {wanted}, got {got}"),
        ('{"stars": 0}', "stars", "At least {n}"),
        ('{"stars": 6}', "stars", "At most {n}"),
        ('{"words": "a"}', "words", "At least {n} characters"),
        ('{"words": "abcde"}', "words", "At most {n} characters"),
        ('{"windows": [{}]}', "windows[0].starts_at", "This is missing"),
        (
            '{"windows": [{"starts_at": "2026-03-02T10:00:00", "ends_at": "2026-03-02T10:00:00Z"}]}',
            "windows[0].starts_at",
            "The time zone is missing: end with +08:00 or Z",
        ),
        (
            '{"windows": [{"starts_at": "tomorrow", "ends_at": "2026-03-02T10:00:00Z"}]}',
            "windows[0].starts_at",
            "This is not a date and time such as 2026-11-24T09:00:00+08:00",
        ),
        (
            '{"windows": [{"starts_at": 7, "ends_at": 8}]}',
            "windows[0].starts_at",
            "Expected {wanted}, got {got}",
        ),
        ('{"words": "a\\u0000b"}', None, "There are characters in it that cannot be stored"),
        ("[]", None, "Expected {wanted}, got {got}"),
    ],
)
def test_each_mistake_is_named_at_its_place(body, field, message):
    with pytest.raises(Invalid) as caught:
        decode(body.encode(), Sample)
    assert (field, message) == (caught.value.field, caught.value.message)


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"words": "\xff"}'])
def test_what_is_no_json_is_unreadable(body):
    with pytest.raises(Unreadable):
        decode(body, Sample)


def test_a_complaint_that_nobody_has_met_is_still_a_sentence():
    assert "This cannot be right" == complaint("something new - at `$.x`").message


def test_the_strict_decoder_gives_structs():
    assert Sample(stars=3) == decode(b'{"stars": 3}', Sample)
    assert msgspec.structs.asdict(Sample())["windows"] == ()


async def test_no_json_is_400(client):
    answer = await client.post(f"{API}/auth/code", content=b"{", headers={"Content-Type": "application/json"})
    assert (400, "unreadable") == (answer.status_code, answer.json()["code"])


async def test_no_body_is_400(client):
    answer = await client.post(f"{API}/auth/code")
    assert (400, [{"field": "body", "message": "This is missing"}]) == (
        answer.status_code,
        answer.json()["errors"],
    )


async def test_a_body_of_another_kind_is_415(client):
    answer = await client.post(f"{API}/auth/code", data={"phone": "13800000001"})
    assert (415, "unknown_kind") == (answer.status_code, answer.json()["code"])


async def test_a_body_that_is_too_large_is_413(client, house):
    large = b'{"phone": "' + b"1" * house.runtime.settings.max_body_bytes + b'"}'
    answer = await client.post(
        f"{API}/auth/code", content=large, headers={"Content-Type": "application/json"}
    )
    assert (413, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_mistakes_are_told_in_the_readers_language(client):
    answer = await client.post(
        f"{API}/auth/code", json={"phone": "13800000001", "fax": 1}, headers={"Accept-Language": "zh"}
    )
    assert (422, [{"field": "fax", "message": "没有这一项"}]) == (answer.status_code, answer.json()["errors"])


async def test_a_wrong_query_is_400_and_names_the_parameter(api):
    officer = await api("Officer Fang")
    answer = await officer.get("/office/queue", params={"page": "first"})
    assert (400, "page") == (answer.status_code, answer.json()["errors"][0]["field"])
