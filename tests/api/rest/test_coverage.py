"""Service circles and coverage over HTTP: who may read what, in which coordinates, and what is refused."""

from typing import Any

import httpx
import pytest

from tests.support.app import API
from tests.support.world import DEGREE_METRES, LAT, LON, id_of

WHERE = {"lat": LAT, "lon": LON}


async def test_officers_read_their_own_place(api):
    told = (await (await api("Officer Fang")).get("/coverage")).json()
    assert str(id_of("lakeside")) == told["territory_id"]
    assert (500, 990, True, None) == (
        told["near_metres"],
        told["within_metres"],
        told["estimated"],
        told["network"],
    )
    assert ([], []) == (told["rows"], told["compounds"])
    assert "daily-call" not in {service["code"] for service in told["services"]}  # by telephone: no way


async def test_one_service_building_by_building(api):
    client = await api("Officer Song")
    told = (await client.get("/coverage", params={"service": "plumbing-drip"})).json()
    reaches = {row["code"]: row["reach"] for row in told["rows"]}
    assert {"sw-block": "near", "sw-house": "beyond"} == reaches  # the shop is at the door; 1.8 km


async def test_the_slower_pace_reaches_less(api):
    told = (await (await api("Officer Song")).get("/coverage", params={"mode": "walk_slow"})).json()
    assert 720 == told["within_metres"]


@pytest.mark.parametrize(
    ("who", "params", "status"),
    [
        ("Officer Fang", {"territory": str(id_of("street"))}, 403),
        ("Officer Fang", {"territory": str(id_of("nowhere"))}, 404),
        ("Officer Fang", {"service": "no-such-service"}, 404),
        ("Officer Fang", {"service": "daily-call"}, 404),
        ("Officer Fang", {"mode": "car"}, 400),
        ("Chen", {}, 403),
    ],
)
async def test_what_is_refused(api, who, params, status):
    answer = await (await api(who)).get("/coverage", params=params)
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


async def test_coverage_is_not_for_everybody(client):
    assert 401 == (await client.get(f"{API}/coverage")).status_code


async def circle(client: httpx.AsyncClient, **params: Any) -> httpx.Response:
    return await client.get(f"{API}/circles", params=WHERE | params)


async def test_a_circle_is_a_geojson_feature(client):
    answer = await circle(client)
    assert "application/geo+json" == answer.headers["content-type"]
    told = answer.json()
    assert ("Feature", "Polygon") == (told["type"], told["geometry"]["type"])
    ring = told["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert (500, None, "walk", "wgs84", True) == tuple(
        told["properties"][name] for name in ("metres", "minutes", "mode", "coordinates", "estimated")
    )
    furthest = max(abs(lat - LAT) for _, lat in ring) * DEGREE_METRES
    assert abs(furthest - (500 - 250) / 1.5) < 1  # the line behind a guess of 500 metres


async def test_minutes_are_metres_at_the_pace(client):
    told = {mode: (await circle(client, minutes=15, mode=mode)).json() for mode in ("walk", "walk_slow")}
    assert [990, 720] == [feature["properties"]["metres"] for feature in told.values()]


async def test_other_systems_are_shifted_and_named(client):
    here, shifted = (await circle(client)).json(), (await circle(client, coordinates="gcj02")).json()
    assert "gcj02" == shifted["properties"]["coordinates"]
    (lon, lat), (lon_2, lat_2) = (one["geometry"]["coordinates"][0][0] for one in (here, shifted))
    assert 300 < ((lat - lat_2) ** 2 + (lon - lon_2) ** 2) ** 0.5 * DEGREE_METRES < 800
    back = await circle(
        client, lat=shifted["properties"]["lat"], lon=shifted["properties"]["lon"], given="gcj02"
    )
    assert here["geometry"]["coordinates"][0][0] == pytest.approx(
        back.json()["geometry"]["coordinates"][0][0], abs=2e-6
    )


@pytest.mark.parametrize(
    ("params", "status", "words"),
    [
        ({"lat": LON, "lon": LAT}, 400, ""),
        ({"lat": 30.0}, 400, "latitude first"),
        ({"metres": 500, "minutes": 15}, 422, "not both"),
        ({"metres": 10**9}, 400, ""),
        ({"mode": "car"}, 400, ""),
        ({"coordinates": "utm"}, 400, ""),
        ({"lat": "nan"}, 400, ""),
    ],
)
async def test_circles_that_cannot_be(client, params, status, words):
    answer = await circle(client, **params)
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert words in answer.json()["detail"]


async def test_sixty_circles_in_a_minute(client, house):
    seen = [(await circle(client)).status_code for _ in range(61)]
    assert ([200] * 60, 429) == (seen[:60], seen[60])
