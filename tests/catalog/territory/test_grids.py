import pytest

from catalog.kernel.db import Database
from catalog.kernel.errors import Invalid
from catalog.territory.commands import AddGrid, SetGridMembers
from catalog.territory.grids import add_grid, set_grid_members
from catalog.territory.models import GridKind
from catalog.territory.queries import grid_members, grids, grids_of
from tests.catalog.conftest import key


def grid(name: str, kind: GridKind, *members: str, parent: str | None = None) -> AddGrid:
    return AddGrid(
        id=key(name),
        kind=kind,
        community_id=key("community"),
        code=name,
        name_zh=name,
        name_en=name,
        parent_id=key(parent) if parent else None,
        leader_id=key("ann"),
        member_ids=tuple(key(member) for member in members),
    )


async def test_a_compound_may_be_in_several_grids(do, quarter: Database):
    """S3: 33 of 42 compound grids share their compounds with others."""
    await do(add_grid, grid("g1", GridKind.GRID, "compound"))
    await do(add_grid, grid("g2", GridKind.GRID, "compound", "compound"))
    await do(add_grid, grid("m1", GridKind.MICRO_GRID, "building", parent="g1"))
    async with quarter.read() as session:
        assert [found.code for found in await grids_of(session, key("compound"))] == ["g1", "g2"]
        assert [found.id for found in await grid_members(session, key("m1"))] == [key("building")]
        assert len(await grids(session, key("community"))) == 3
        assert len(await grids(session, key("community"), GridKind.MICRO_GRID)) == 1


async def test_members_are_replaced_as_a_whole(do, quarter: Database):
    await do(add_grid, grid("g1", GridKind.GRID, "compound"))
    await do(set_grid_members, SetGridMembers(grid_id=key("g1"), member_ids=()))
    await do(add_grid, grid("g1", GridKind.GRID, "compound"))  # the repeated command does not bring them back
    async with quarter.read() as session:
        assert await grid_members(session, key("g1")) == []


@pytest.mark.parametrize(("kind", "member"), [(GridKind.GRID, "building"), (GridKind.MICRO_GRID, "compound")])
async def test_a_grid_has_compounds_and_a_micro_grid_buildings(do, kind, member):
    with pytest.raises(Invalid, match="is made of places of kind"):
        await do(add_grid, grid("wrong", kind, member))
