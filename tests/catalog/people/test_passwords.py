import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import NotFound
from catalog.people.commands import SetPassword
from catalog.people.passwords import check_password, set_password
from catalog.people.queries import person
from tests.catalog.conftest import key


async def test_only_the_right_password_of_the_right_person_opens(do, quarter: Database):
    await do(set_password, SetPassword(person_id=key("ann"), password="open sesame"))
    async with quarter.read() as session:
        assert await check_password(session, key("ann"), "open sesame")
        assert not await check_password(session, key("ann"), "open sesam")
        assert not await check_password(session, key("bo"), "open sesame")
        assert not await check_password(session, None, "nobody has this password")
        stored = (await person(session, key("ann"))).password_hash
    assert stored
    assert stored.startswith("$argon2id$")


async def test_nobody_gets_no_password(do):
    with pytest.raises(NotFound):
        await do(set_password, SetPassword(person_id=key("nobody"), password="open sesame"))
