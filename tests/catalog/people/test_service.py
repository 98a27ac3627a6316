import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict, Invalid
from catalog.people.commands import AddHousehold, AddPerson, ContactWishes, UpdateContact
from catalog.people.queries import (
    addresses,
    households,
    people_by_phone,
    people_of,
    person,
    persons,
    read_for,
)
from catalog.people.service import add_household, add_person, add_persons, update_contact
from tests.catalog.conftest import key


def home(unit: str = "unit", door: str = "301") -> AddHousehold:
    return AddHousehold(id=key("home"), unit_id=key(unit), door=door, floor=3, lat=22.5, lon=114.0)


async def test_building_and_community_follow_from_the_unit(do, quarter: Database):
    added = await do(add_household, home())
    assert (added.building_id, added.community_id) == (key("building"), key("community"))
    async with quarter.read() as session:
        shown = (await addresses(session, [key("home")]))[key("home")]
    assert (shown.compound.id, shown.building.id, shown.unit.id) == tuple(
        map(key, ("compound", "building", "unit"))
    )


async def test_nobody_lives_in_a_community_as_such(do):
    with pytest.raises(Invalid, match="stairwell unit or a building"):
        await do(add_household, home("community"))


async def test_another_door_under_the_same_id_is_a_conflict(do):
    await do(add_household, home())
    with pytest.raises(Conflict, match="household exists"):
        await do(add_household, home(door="302"))


async def test_one_phone_serves_several_people_and_some_have_none(do, quarter: Database):
    """The grandmother gives her daughter's number; the child has none."""
    await do(add_household, home())
    family = [("wang", "139 0000 1234", 1948), ("daughter", "+8613900001234", 1975), ("child", None, 2015)]
    commands = [
        AddPerson(id=key(name), name=name, phone=phone, birth_year=born, household_id=key("home"))
        for name, phone, born in family
    ]
    assert len(await do(add_persons, commands)) == 3
    assert await do(add_persons, commands) == set()
    async with quarter.read() as session:
        for typed in ("１３９００００１２３４", "139-0000-1234"):
            found = await people_by_phone(session, typed)
            assert [one.name for one in found] == ["wang", "daughter"]
        assert await people_by_phone(session, "nonsense") == []
        assert [one.name for one in await people_of(session, key("home"))] == ["wang", "daughter", "child"]
        assert set(await persons(session, [key("wang"), key("nobody")])) == {key("wang")}
        assert set(await households(session, [key("home")])) == {key("home")}


async def test_the_same_id_twice_in_a_batch_is_a_conflict(do):
    twice = [AddPerson(id=key("eve"), name="eve"), AddPerson(id=key("eve"), name="eve")]
    with pytest.raises(Conflict, match="used twice"):
        await do(add_persons, twice)


async def test_contact_wishes_change_and_stay(do, quarter: Database):
    wishes = ContactWishes(channel="relative", reader_id=key("bo"), large_text=True)
    await do(update_contact, UpdateContact(person_id=key("ann"), contact=wishes))
    await do(add_person, AddPerson(id=key("ann"), name="ann"))  # repeated, as the seed does
    async with quarter.read() as session:
        ann = await person(session, key("ann"))
        assert [one.id for one in await read_for(session, key("bo"))] == [key("ann")]
    assert ann.contact == {
        "channel": "relative",
        "lang": "zh",
        "reader_id": str(key("bo")),
        "large_text": True,
    }


@pytest.mark.parametrize("reader", ["ann", "nobody"])
async def test_the_reader_is_somebody_else_who_exists(do, reader):
    wishes = ContactWishes(channel="relative", reader_id=key(reader))
    with pytest.raises(Invalid):
        await do(update_contact, UpdateContact(person_id=key("ann"), contact=wishes))
