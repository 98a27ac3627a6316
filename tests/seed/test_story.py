from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.ids import derived_id
from catalog.kernel.time import FrozenClock, at_local
from market.actor import SYSTEM
from market.events import Event
from market.needs.models import Need
from market.notices.models import Message
from market.outbox import drain, fire_timers
from market.reactions import REACTIONS, TIMERS
from market.reviews.models import Review, Side
from market.rounds.commands import StartRound
from market.rounds.queries import outstanding_rounds
from market.rounds.service import start_round
from market.states import NeedState, Outcome
from seed.load import load_world
from seed.shatou import build_world
from seed.story import Stage, StoryStep, settle, tell_story
from seed.world import World
from tests.support.databases import migrate, sqlite_file_url
from tests.support.rounds_world import run

DAY = date(2026, 11, 23)


@cache
def world() -> World:
    """A dozen needs of the street, two issues, a few meals and a class: enough for every kind of thing to happen."""
    whole = build_world(1, 1, DAY)
    services = [need for need in whole.needs if need.lane == "service"]
    issues = [need for need in whole.needs if need.lane == "issue"]
    children = [one for one in whole.enrolments if one.class_id == whole.classes[0].id]
    return replace(
        whole,
        needs=(*services[2:16], *issues[:2]),
        orders=whole.orders[:6],
        classes=whole.classes[:1],
        enrolments=tuple(children[:6]),
    )


def stage_of(database: Database, clock: FrozenClock) -> Stage:
    async def rounds() -> int:
        async with database.read() as session:
            found = await outstanding_rounds(session, clock, older_than=timedelta(0))
        for round_id in found:
            await run(database, clock, round_id)
        return len(found)

    return Stage(
        drain=lambda: drain(database, REACTIONS, clock),
        fire_timers=lambda: fire_timers(database, TIMERS, clock),
        run_rounds=rounds,
    )


async def live(database: Database) -> list[StoryStep]:
    clock = FrozenClock(at_local(DAY - timedelta(days=1), 18 * 60))
    stage = stage_of(database, clock)
    await load_world(database, clock, world())
    await settle(stage)
    street = next(place.id for place in world().territories if place.kind == "street")
    command = StartRound(
        id=derived_id("test", "round"), territory_id=street, first_day=DAY, seconds=5, deterministic=True, auto_publish=True
    )  # fmt: skip
    async with database.write() as session:
        await start_round(session, clock, SYSTEM, command)
    await settle(stage)
    return [step async for step in tell_story(database, clock, world(), stage)]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("story")
    return [folder / "first.db", folder / "second.db"]


async def test_a_day_is_lived_to_its_end_and_the_same_way_again(paths: list[Path]):
    days = []
    for path in paths:
        migrate(sqlite_file_url(path))
        database = Database(sqlite_file_url(path))
        days.append(await live(database))
        if path == paths[0]:
            await check(database, days[0])
        await database.dispose()
    assert days[0] == days[1]


async def check(database: Database, steps: list[StoryStep]) -> None:
    assert [step.name for step in steps] == [
        "answers",
        "next_best",
        "morning",
        "afternoon",
        "night",
        "outcome",
    ]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    done = {}
    for step in steps[2:5]:
        for fact, count in step.facts.items():
            done[fact] = done.get(fact, 0) + count
    assert steps[0].facts["transferred"] == 2
    assert (done["reopened"], done["no_show"]) == (1, 1)
    assert done["confirmed"] == done["done"] - 1 == steps[-1].facts["served"]
    assert (done["held"], 0 < done["rounds"] <= done["meals"]) == (1, True)
    async with database.read() as session:
        stuck = (await session.execute(select(Event).where(Event.done_at.is_(None)))).scalars().all()
        needs = (await session.execute(select(Need))).scalars().all()
        reviews = (await session.execute(select(Review))).scalars().all()
        messages = set((await session.execute(select(Message.id))).scalars())
        reopened = select(Event.subject_id).where(Event.topic == "need.reopened")
        open_again = await session.get_one(Need, (await session.execute(reopened)).scalar_one())
    assert stuck == []
    assert open_again.state is NeedState.LOOKING
    closed = [need for need in needs if need.state is NeedState.CLOSED]
    assert len(closed) >= len(needs) - 4
    assert all(need.closing_message_id in messages for need in closed)
    assert {need.outcome for need in closed} == {Outcome.SERVED, Outcome.TRANSFERRED}
    assert len(reviews) == done["reviews"]
    assert {review.side for review in reviews} == set(Side)
    assert sum(review.solved is False for review in reviews) == 1
