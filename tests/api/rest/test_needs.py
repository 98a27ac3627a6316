import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from market.needs.models import Need
from tests.support.world import PLUMBING, id_of


def body(clock, **changes: object):
    start = clock.now() + timedelta(days=1, hours=2)
    window = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=4)).isoformat()}
    return {"service_code": PLUMBING, "windows": [window]} | changes


async def how_many(house):
    async with house.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Need))


async def test_the_same_key_and_body_are_the_same_need(api, house):
    chen, asked = await api("Chen"), body(house.clock)
    first = await chen.post("/needs", json=asked, headers={"Idempotency-Key": "one"})
    house.clock.advance(timedelta(seconds=5))
    again = await chen.post("/needs", json=asked, headers={"Idempotency-Key": "one"})
    assert (201, 201, first.json()) == (first.status_code, again.status_code, again.json())
    assert 1 == await how_many(house)


async def test_the_same_key_with_another_body_is_refused(api, house):
    chen, key = await api("Chen"), {"Idempotency-Key": "one"}
    await chen.post("/needs", json=body(house.clock), headers=key)
    other = await chen.post("/needs", json=body(house.clock, description="otherwise"), headers=key)
    assert (409, "conflict") == (other.status_code, other.json()["code"])
    assert 1 == await how_many(house)


async def test_keys_are_the_callers_own(api, house):
    for who in ("Chen", "Luo"):
        answer = await (await api(who)).post(
            "/needs", json=body(house.clock), headers={"Idempotency-Key": "one"}
        )
        assert 201 == answer.status_code
    assert 2 == await how_many(house)


async def test_without_key_and_id_every_request_is_its_own(api, house):
    chen = await api("Chen")
    for _ in range(2):
        await chen.post("/needs", json=body(house.clock))
    assert 2 == await how_many(house)


async def test_an_id_in_the_body_wins_over_the_key(api, house):
    chen, named = await api("Chen"), str(id_of("my need"))
    answer = await chen.post("/needs", json=body(house.clock, id=named), headers={"Idempotency-Key": "one"})
    assert named == answer.json()["id"]


async def test_simultaneous_repeats_are_one_need(api, house):
    chen, asked = await api("Chen"), body(house.clock)
    answers = await asyncio.gather(
        *(chen.post("/needs", json=asked, headers={"Idempotency-Key": "one"}) for _ in range(5))
    )
    assert {201} == {answer.status_code for answer in answers}
    assert 1 == len({answer.json()["id"] for answer in answers})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service_code": "no-such"}, "service_code"),
        ({"lat": 22.53}, "lon"),
        ({"lat": 39.9, "lon": 116.4}, "lat"),
        ({"beneficiary_id": str(id_of("Lin"))}, "consent"),
        ({"beneficiary_id": str(id_of("nobody")), "consent": {"how": "spoken"}}, "beneficiary_id"),
    ],
)
async def test_what_cannot_be_right_is_named(api, house, changes, field):
    answer = await (await api("Chen")).post("/needs", json=body(house.clock, **changes))
    assert (422, field) == (answer.status_code, answer.json()["errors"][0]["field"])
    assert 0 == await how_many(house)


@pytest.mark.parametrize("year", ["0001", "9999"])
async def test_times_of_other_ages_are_refused_not_broken(api, house, year):
    window = {"starts_at": f"{year}-01-01T00:00:00+08:00", "ends_at": f"{year}-12-31T23:59:59-08:00"}
    answer = await (await api("Chen")).post("/needs", json=body(house.clock, windows=[window]))
    assert 422 == answer.status_code


async def test_refusals_about_times_come_in_chinese(api, house):
    start = house.clock.now() + timedelta(days=1)
    short = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=10)).isoformat()}
    answer = await (await api("Chen")).post(
        "/needs", json=body(house.clock, windows=[short]), headers={"Accept-Language": "zh"}
    )
    assert "时间段比服务所需的 45 分钟还短" == answer.json()["detail"]


async def test_a_step_that_is_not_possible_names_those_that_are(api, house):
    chen = await api("Chen")
    need = (await chen.post("/needs", json=body(house.clock))).json()
    await chen.post(f"/needs/{need['id']}/withdraw", json={})
    answer = await chen.post(f"/needs/{need['id']}/confirm")
    assert (409, "illegal_transition", ["looking"]) == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["allowed"],
    )
