import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Invalid
from catalog.territory.commands import AddTerritory, SetTags
from catalog.territory.models import PlaceKind
from catalog.territory.queries import (
    ancestors,
    children,
    communities,
    community_of,
    find_place,
    is_example,
    search_places,
    subtree,
    territory,
)
from catalog.territory.service import add_territories, add_territory, set_tags
from tests.catalog.conftest import key, place


async def test_path_and_community_follow_from_the_parent(quarter: Database):
    async with quarter.read() as session:
        unit = await find_place(session, "dist/stre/comm/comp/buil/unit/")
        community = await territory(session, key("community"))
    # "community" and "compound" begin alike: codes are unique in the real world, and here by `code`
    assert unit.id == key("unit")
    assert unit.community_id == key("community")
    assert community.community_id == community.id


async def test_the_same_command_twice_is_one_place(do, quarter: Database):
    first = await do(add_territory, place("unit", "building"))
    async with quarter.read() as session:
        assert [found.id for found in await children(session, key("building"))] == [first.id]


async def test_other_content_under_the_same_id_is_a_conflict(do):
    with pytest.raises(Conflict) as refusal:
        await do(add_territory, place("unit", "building", name_zh="别的单元"))
    assert refusal.value.field == "name_zh"


async def test_a_taken_code_is_a_conflict(do):
    with pytest.raises(Conflict, match="unit is taken"):
        await do(add_territory, AddTerritory(
            id=key("other"), kind=PlaceKind.UNIT, parent_id=key("building"), code="unit", name_zh="二", name_en="2"
        ))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parent", "message"),
    [
        ("compound", "unit", "A compound cannot lie below a unit"),
        ("compound", "compound", "A compound cannot lie below a compound"),
        ("compound", "street", "A compound lies in a community"),
        ("compound", None, "A compound lies below another place"),
        ("compound", "nowhere", "There is no territory"),
    ],
)
async def test_a_place_lies_below_a_wider_one(do, name, parent, message):
    command = AddTerritory(
        id=key("wrong"), kind=PlaceKind(name), parent_id=key(parent) if parent else None, code="w", name_zh="错", name_en="w"
    )  # fmt: skip
    with pytest.raises(Invalid, match=message):
        await do(add_territory, command)


async def test_half_a_coordinate_is_refused(do):
    with pytest.raises(Invalid, match="both coordinates"):
        await do(add_territory, place("second", "street", lon=None))


async def test_nothing_of_a_refused_batch_stays(do, quarter: Database):
    good, bad = place("third", "street"), place("fourth", "street", lat=None)
    with pytest.raises(Invalid):
        await do(add_territories, [good, bad])
    async with quarter.read() as session:
        assert len(await communities(session)) == 2


async def test_the_tree_is_read_from_above_and_below(quarter: Database):
    async with quarter.read() as session:
        building = await territory(session, key("building"))
        above = [found.id for found in await ancestors(session, building)]
        below = [found.id for found in await subtree(session, building.path)]
        units = await subtree(session, "dist/", (PlaceKind.UNIT,))
        home = await community_of(session, key("unit"))
        nobody = await subtree(session, "dis%")
    names = ("district", "street", "community", "compound", "building")
    assert above == [key(name) for name in names]
    assert below == [key("building"), key("unit")]
    assert [unit.id for unit in units] == [key("unit")]
    assert home.id == key("community")
    assert nobody == []


async def test_a_place_is_found_by_its_other_name(do, quarter: Database):
    await do(add_territory, place("garden", "street", name_zh="白果山公寓", aliases=("百果山公寓",)))
    async with quarter.read() as session:
        for text in ("白果", "百果山", "GARD"):
            assert [found.id for found in await search_places(session, text)] == [key("garden")]
        assert await search_places(session, "  ") == []


async def test_tags_change_and_the_first_command_still_is_the_same(do, quarter: Database):
    await do(set_tags, SetTags(territory_id=key("street"), tags=("example", "old", "old")))
    await do(add_territory, place("street", "district"))
    async with quarter.read() as session:
        assert (await territory(session, key("street"))).tags == ["example", "old"]
        assert await is_example(session)
