"""Places from a list: added, changed or left alone, and nothing of it if one is wrong."""

from collections.abc import Sequence
from typing import Any

import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Invalid
from catalog.people.commands import AddHousehold
from catalog.people.models import Household
from catalog.people.service import add_household
from catalog.territory.commands import PutTerritory
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.putting import Put, faults, put_territories
from catalog.territory.queries import find_place, subtree
from tests.catalog.conftest import key


def put(code: str, kind: str, parent: str | None, **more: Any) -> PutTerritory:
    return PutTerritory(code=code, kind=PlaceKind(kind), parent_code=parent, **({"name_zh": code} | more))


HOUSE = (
    put("house", "building", "comp", name_zh="二号楼", lat=22.51, lon=114.01, floors=6, has_lift=False),
    put("stair", "unit", "house"),
)


async def test_new_places_are_added_in_any_order(do, quarter: Database):
    done = await do(put_territories, [*reversed(HOUSE), put("elsewhere", "community", "stre")])
    assert Put(added=("stair", "house", "elsewhere")) == done
    async with quarter.read() as session:
        stair = await find_place(session, "dist/stre/comm/comp/house/stair/")
        house = await find_place(session, "dist/stre/comm/comp/house/")
    assert (stair.community_id, stair.parent_id, stair.name_en) == (key("community"), house.id, "stair")
    assert (house.floors, house.has_lift, house.lat, house.coordinate_system) == (6, False, 22.51, "wgs84")


async def test_the_same_list_twice_changes_nothing(do):
    await do(put_territories, HOUSE)
    assert Put(same=2) == await do(put_territories, HOUSE)


async def test_what_the_list_says_is_changed_and_the_rest_stays(do, quarter: Database):
    await do(put_territories, HOUSE)
    again = put(
        "house", "building", "comp", name_zh="二号楼", has_lift=True, phone="0531-1", aliases=("老楼",)
    )
    assert {"house": ("aliases", "has_lift", "phone")} == (await do(put_territories, [again])).changed
    cleared = put("house", "building", "comp", name_zh="二号楼", phone=None, lat=None, lon=None)
    assert {"house": ("lat", "lon", "phone")} == (await do(put_territories, [cleared])).changed
    async with quarter.read() as session:
        house = await find_place(session, "dist/stre/comm/comp/house/")
    assert (house.floors, house.has_lift, house.aliases) == (6, True, ["老楼"])
    assert (house.phone, house.lat, house.lon) == (None, None, None)


async def test_a_detour_through_another_system_is_no_change(do):
    await do(put_territories, HOUSE)
    near = put(
        "house", "building", "comp", name_zh="二号楼", lat=22.5100001, lon=114.0, coordinate_system="gcj02"
    )
    there = put(
        "house", "building", "comp", name_zh="二号楼", lat=22.5100001, lon=114.01, coordinate_system="gcj02"
    )
    assert Put(same=1) == await do(put_territories, [there])
    assert {"house": ("lat", "lon", "coordinate_system")} == (await do(put_territories, [near])).changed


async def test_homes_move_along_with_their_house(do, quarter: Database):
    home = AddHousehold(id=key("home"), unit_id=key("unit"), door="101", floor=1, lat=22.5, lon=114.0)
    other = AddHousehold(id=key("other"), unit_id=key("unit"), door="102", floor=1, lat=22.6, lon=114.0)
    await do(add_household, home)
    await do(add_household, other)
    moved = {"lat": 22.51, "lon": 114.01, "coordinate_system": "bd09"}
    done = await do(
        put_territories, [put("unit", "unit", "buil", **moved), put("buil", "building", "comp", **moved)]
    )
    assert 1 == done.homes_moved
    async with quarter.read() as session:
        rows = {
            row.door: row for row in [await session.get_one(Household, key(n)) for n in ("home", "other")]
        }
    assert (rows["101"].lat, rows["101"].lon, rows["101"].coordinate_system) == (22.51, 114.01, "bd09")
    assert (rows["102"].lat, rows["102"].coordinate_system) == (22.6, "wgs84")


WRONG: Sequence[tuple[PutTerritory, str, type[Exception]]] = (
    (put("x", "building", "nowhere"), "There is no territory nowhere", Invalid),
    (put("x", "building", None), "A building lies below another place", Invalid),
    (put("x", "building", "unit"), "A building cannot lie below a unit", Invalid),
    (put("x", "compound", "stre"), "A compound lies in a community", Invalid),
    (put("x", "unit", "buil", lat=22.5), "both coordinates", Invalid),
    (put("buil", "unit", "comp"), "buil is a building already", Conflict),
    (put("buil", "building", "comm"), "buil lies below another place already", Conflict),
    (put("buil", "building", None), "buil lies below another place already", Conflict),
)


@pytest.mark.parametrize(("wrong", "message", "kind"), WRONG)
async def test_nothing_is_written_when_one_is_wrong(do, quarter: Database, wrong, message, kind):
    with pytest.raises(kind, match=message):
        await do(put_territories, [*HOUSE, wrong])
    async with quarter.read() as session:
        assert 7 == len(await subtree(session, ""))


async def test_all_faults_are_named(do):
    async def look(session, clock, commands):
        return await faults(session, commands)

    places = [WRONG[0][0], *HOUSE, WRONG[5][0], put("stair", "unit", "house"), put("y", "unit", None)]
    # Of a code that stands twice the last one counts, and the others are named.
    assert [0, 2, 3, 5] == [fault.number for fault in await do(look, places)]


async def test_places_in_an_empty_database(database: Database, clock):
    async with database.write() as session:
        done = await put_territories(
            session,
            clock,
            [
                put("b", "building", "c"),
                put("c", "community", "s"),
                put("s", "street", "d"),
                put("d", "district", None),
            ],
        )
    assert 4 == len(done.added)
    async with database.read() as session:
        rows: Sequence[Territory] = await subtree(session, "")
    assert ["d/", "d/s/", "d/s/c/", "d/s/c/b/"] == [row.path for row in rows]
