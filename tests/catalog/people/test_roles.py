import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Invalid
from catalog.people.commands import GrantRole, RevokeRole
from catalog.people.models import Role
from catalog.people.queries import grants_of, holders
from catalog.people.roles import grant_role, revoke_role
from catalog.territory.queries import contacts_of
from tests.catalog.conftest import key


def grant(name: str, who: str, role: Role, where: str) -> GrantRole:
    return GrantRole(id=key(name), person_id=key(who), role=role, territory_id=key(where))


async def test_a_role_covers_what_lies_below_its_place(do, quarter: Database):
    await do(grant_role, grant("g", "ann", Role.OFFICER, "street"))
    async with quarter.read() as session:
        held = await grants_of(session, key("ann"))
        assert [(one.role, one.path) for one in held] == [(Role.OFFICER, "dist/stre/")]
        below = await holders(session, "dist/stre/comm/", Role.OFFICER, Role.ADMIN)
        assert [one.name for one in below] == ["ann"]
        assert await holders(session, "dist/", Role.OFFICER) == []


async def test_who_holds_a_role_keeps_the_first_grant(do, quarter: Database):
    first = await do(grant_role, grant("g", "ann", Role.OFFICER, "street"))
    again = await do(grant_role, grant("h", "ann", Role.OFFICER, "street"))
    assert first.id == again.id == key("g")
    await do(revoke_role, RevokeRole(grant_id=key("g")))
    await do(revoke_role, RevokeRole(grant_id=key("g")))
    async with quarter.read() as session:
        assert await grants_of(session, key("ann")) == []


async def test_a_role_needs_a_person_and_a_place(do):
    for wrong in (grant("g", "nobody", Role.OFFICER, "street"), grant("g", "ann", Role.OFFICER, "nowhere")):
        with pytest.raises(Invalid):
            await do(grant_role, wrong)


async def test_the_nearest_contact_of_a_building_comes_first(do, quarter: Database):
    """找这栋楼的联络人就行了: who asks in a building is sent to its own head, then to the compound's."""
    await do(grant_role, grant("c", "bo", Role.BUILDING_CONTACT, "compound"))
    await do(grant_role, grant("b", "ann", Role.BUILDING_CONTACT, "building"))
    await do(grant_role, grant("o", "chen", Role.OFFICER, "street"))
    async with quarter.read() as session:
        found = await contacts_of(session, key("building"))
    assert [(one.name, one.territory_id) for one in found] == [
        ("ann", key("building")),
        ("bo", key("compound")),
    ]
