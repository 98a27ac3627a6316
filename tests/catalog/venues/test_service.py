import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Invalid
from catalog.services.taxonomy import load_taxonomy
from catalog.venues.commands import AddVenue, Opening
from catalog.venues.queries import venue, venues
from catalog.venues.service import add_venue
from tests.catalog.conftest import key

USE = load_taxonomy().services[0].code


def room(**more: object) -> AddVenue:
    fields = {
        "opening": (Opening(weekday=0, start_minute=540, end_minute=1020),),
        "uses": (USE,),
        "capacity": 30,
    }
    return AddVenue(
        id=key("room"), territory_id=key("community"), kind="hall", name_zh="邻里厅", name_en="Hall",
        lat=22.5, lon=114.0, step_free=True, owner="社区", **(fields | more),
    )  # fmt: skip


async def test_a_room_is_found_by_place_use_and_seats(do, quarter: Database):
    await do(add_venue, room())
    await do(add_venue, room())
    async with quarter.read() as session:
        assert [one.id for one in await venues(session, "dist/stre/comm/", use=USE, seats=30)] == [
            key("room")
        ]
        for none in (
            await venues(session, "dist/stre/neig/"),
            await venues(session, use="other"),
            await venues(session, seats=31),
        ):
            assert none == []
        assert (await venue(session, key("room"))).opening == [
            {"weekday": 0, "start_minute": 540, "end_minute": 1020}
        ]


async def test_a_room_that_cannot_be_is_refused(do):
    twice = Opening(weekday=0, start_minute=600, end_minute=660)
    for fields in ({"opening": (twice, twice)}, {"uses": ("no-such-service",)}, {"territory_id": key("x")}):
        with pytest.raises((Invalid, TypeError)):
            await do(add_venue, room(**fields))
    await do(add_venue, room())
    with pytest.raises(Conflict):
        await do(add_venue, room(capacity=31))
