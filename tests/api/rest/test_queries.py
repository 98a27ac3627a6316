"""List endpoints ask a bounded number of statements, however many rows there are."""

from datetime import timedelta

import pytest

from catalog.kernel.db import Database
from tests.support.queries import counted
from tests.support.story import Story

LISTS = [
    ("Chen", "/needs"),
    ("Chen", "/messages"),
    ("Wu", "/offers"),
    ("Wu", "/jobs?day=2026-03-03"),
    ("Officer Fang", "/office/queue"),
    ("Officer Fang", "/office/calls"),
    ("Officer Fang", "/office/rounds"),
    ("Chen", "/services"),
    ("Chen", "/territory/communities"),
    ("Chen", "/board"),
]
SIGNED_IN = 3  # who is it, with which roles, for whom


async def fill(house, copies):
    story = Story(house.database, house.clock, house.world)
    for _ in range(copies):
        house.clock.advance(timedelta(minutes=50))
        await story.arranged(await story.looking(), "Wu")
        house.clock.advance(timedelta(minutes=1))
        await story.offered(await story.looking(), "Wu")


async def statements(client, database: Database, path: str) -> tuple[int, int]:
    with counted(database) as seen:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return len(seen), len(answer.content)


@pytest.mark.parametrize(("who", "path"), LISTS)
async def test_the_number_of_statements_does_not_grow(api, house, who, path):
    client = await api(who)
    await fill(house, 1)
    few, small = await statements(client, house.database, path)
    await fill(house, 2)
    many, large = await statements(client, house.database, path)
    assert large >= small
    assert few == many
    assert many <= SIGNED_IN + 10
