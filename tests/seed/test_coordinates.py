"""A world drawn on a Chinese map goes in as WGS-84, and says where it came from."""

from datetime import date, timedelta
from typing import get_args

import msgspec
import pytest
from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.time import FrozenClock, at_local
from catalog.people.models import Household
from catalog.providers.models import Provider, Worker
from catalog.territory.limits import CoordinateSystem
from catalog.territory.models import Territory
from catalog.venues.models import Venue
from market.needs.models import Need
from matching.travel.coordinates import SYSTEMS, convert
from matching.travel.earth import line_metres
from seed.coordinates import PLACED, to_wgs84
from seed.load import load_world
from seed.shatou import build_world
from seed.world import World

DAY = date(2026, 11, 23)
PLACES = {
    "territories": Territory,
    "households": Household,
    "providers": Provider,
    "workers": Worker,
    "venues": Venue,
    "needs": Need,
}


@pytest.fixture(scope="module")
def real() -> World:
    whole = build_world(1, 1, DAY)
    return msgspec.structs.replace(whole, needs=whole.needs[::8])


def on_a_map(world: World, system: CoordinateSystem) -> World:
    """The same world as somebody would read it off a map of that system."""

    def moved(spec: object) -> object:
        lat, lon = convert(spec.lat, spec.lon, "wgs84", system)
        outline = getattr(spec, "outline", None)
        ring = {"outline": tuple(convert(*point, "wgs84", system) for point in outline)} if outline else {}
        return msgspec.structs.replace(spec, lat=lat, lon=lon, **ring)

    parts = {name: tuple(moved(spec) for spec in getattr(world, name)) for name in PLACED}
    return msgspec.structs.replace(world, coordinates=system, **parts)


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_every_place_comes_home(real: World, system: CoordinateSystem):
    back = to_wgs84(on_a_map(real, system))
    for name in PLACED:
        for was, found in zip(getattr(real, name), getattr(back, name), strict=True):
            assert line_metres((was.lat, was.lon), (found.lat, found.lon)) < 0.02
    [before] = [spec.outline for spec in real.territories if spec.outline]
    [after] = [spec.outline for spec in back.territories if spec.outline]
    assert max(line_metres(a, b) for a, b in zip(before, after, strict=True)) < 0.02
    homes = {home.id: (home.lat, home.lon) for home in back.households}
    assert all(homes[need.household_id] == (need.lat, need.lon) for need in back.needs)


def test_a_world_in_wgs84_stays_as_it_is(real: World):
    assert to_wgs84(real) is real


async def test_it_is_loaded_in_wgs84_with_its_source_on_record(sqlite_database: Database, real: World):
    clock = FrozenClock(at_local(DAY - timedelta(days=1), 18 * 60))
    await load_world(sqlite_database, clock, on_a_map(real, "gcj02"))
    async with sqlite_database.read() as session:
        for name, table in PLACES.items():
            rows = {row.id: row for row in (await session.execute(select(table))).scalars()}
            assert len(rows) == len(getattr(real, name))
            for spec in getattr(real, name):
                row = rows[spec.id]
                assert line_metres((spec.lat, spec.lon), (row.lat, row.lon)) < 0.1
                assert name == "needs" or row.coordinate_system == "gcj02"


def test_the_catalogue_knows_the_systems_that_can_be_converted():
    assert get_args(CoordinateSystem) == SYSTEMS
