import pytest
from msgspec.structs import replace

from catalog.kernel.db import Database
from catalog.kernel.errors import NotFound
from catalog.services.commands import FindServices
from catalog.services.models import Lane
from catalog.services.queries import (
    browse,
    qualifications,
    search,
    service,
    services,
    services_by_code,
    skills,
)
from catalog.services.service import load_catalogue
from catalog.services.taxonomy import load_taxonomy


async def test_the_whole_taxonomy_is_there_and_twice_is_once(do, quarter: Database):
    packaged = load_taxonomy()
    assert await do(load_catalogue) == len(packaged.services)
    async with quarter.read() as session:
        shelves = await browse(session)
        assert [shelf.category.code for shelf in shelves] == [
            category.code for category in packaged.categories
        ]
        assert sum(len(shelf.services) for shelf in shelves) == len(packaged.services)
        assert len(await skills(session)) == len(packaged.skills)
        assert len(await qualifications(session)) == len(packaged.qualifications)
        assert {found.lane for found in await services(session, Lane.ISSUE)} == {Lane.ISSUE}


async def test_a_renewed_taxonomy_renews_and_retires(do, quarter: Database):
    packaged = load_taxonomy()
    first, gone = packaged.services[0], packaged.services[1]
    renamed = replace(first, name=replace(first.name, zh="新名字"))
    await do(load_catalogue, replace(packaged, services=(renamed,)))
    async with quarter.read() as session:
        assert (await service(session, first.code)).name_zh == "新名字"
        assert not (await service(session, gone.code)).active
        assert [found.code for found in await services(session)] == [first.code]
        assert set(await services_by_code(session, [first.code, "none"])) == {first.code}
        with pytest.raises(NotFound):
            await service(session, "none")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("家电维修", "appliance-repair"),
        ("appliance", "appliance-repair"),
        ("洗空调", "aircon-cleaning"),
        ("我家水龙头漏水了", "plumbing-drip"),
    ],
)
async def test_services_are_found_as_people_say_them(quarter: Database, text, code):
    async with quarter.read() as session:
        assert (await search(session, FindServices(text=text)))[0].code == code
        assert await search(session, FindServices(text=" ")) == []
        assert len(await search(session, FindServices(text="a", limit=3))) == 3
