"""One day of a street, told through the same services as the pages: answers, visits, thanks and two troubles.

The story begins when a round has been published. It moves the clock and asks its stage to do what background workers do
(outbox, timers, rounds); the command line shows each step.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import func, select

from catalog.kernel.db import Database
from catalog.kernel.time import Clock, at_local
from market.needs.models import Need
from market.states import NeedState
from seed.acts import Neighbours
from seed.world import World

TICK = timedelta(minutes=15)
WAVES = 6
# Until when each part of the day is told, in minutes after local midnight; the last one ends the day.
OPENS = 450
PARTS = (("morning", 720), ("afternoon", 1_080), ("night", 1_320))


class MovableClock(Clock, Protocol):
    """A clock that a story can move forward."""

    def move_to(self, at: datetime) -> None:
        """Let it be `at` now."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What background workers do, done when the story asks; each returns how much there was to do."""

    drain: Callable[[], Awaitable[int]]
    fire_timers: Callable[[], Awaitable[int]]
    run_rounds: Callable[[], Awaitable[int]]


class StoryStep(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the story that has happened by `at`; `facts` are counts (and `stars`, a mean)."""

    name: str
    at: datetime
    facts: dict[str, Any]


async def tell_story(
    database: Database, clock: MovableClock, world: World, stage: Stage, *, seed: int = 0
) -> AsyncIterator[StoryStep]:
    """Live through the world's day; yields answers, next_best, morning, afternoon, night and outcome.

    About 90 % of the offers are accepted, 6 % declined, the rest is left to expire. One helper does not come, and one
    resident finds that it was not solved. The same seed, world and plan give the same day.
    """
    cast = Neighbours(database, clock, world, seed)
    await settle(stage)
    await cast.close_issues()
    await cast.answer_offers()
    await cast.answer_runs()
    yield _step("answers", cast, clock)
    await _until_quiet(cast, stage)
    await _pass(cast, stage, clock, clock.now() + 2 * TICK)
    yield _step("next_best", cast, clock)
    async for step in _day(cast, stage, clock, world):
        yield step
    yield StoryStep(name="outcome", at=clock.now(), facts=await outcome(database))


async def settle(stage: Stage) -> None:
    """Let background workers finish: events may open rounds, rounds write events."""
    for _ in range(WAVES * WAVES):
        if not await stage.drain() + await stage.run_rounds():
            return


async def outcome(database: Database) -> dict[str, int]:
    """Return how many needs are in each state, closed ones by their outcome."""
    async with database.read() as session:
        found = await session.execute(
            select(Need.state, Need.outcome, func.count()).group_by(Need.state, Need.outcome)
        )
        counts: Counter[str] = Counter()
        for state, ended, count in found:
            counts[str(ended if state is NeedState.CLOSED and ended else state)] += count
    return dict(sorted(counts.items()))


async def _day(cast: Neighbours, stage: Stage, clock: MovableClock, world: World) -> AsyncIterator[StoryStep]:
    zone = ZoneInfo(world.zone)
    moment = max(at_local(world.day, OPENS, zone), clock.now())
    await _pass(cast, stage, clock, moment)
    await cast.cast_trouble()
    for name, minute in PARTS:
        before = cast.tally.copy()
        ends = at_local(world.day, minute, zone)
        while moment < ends:
            moment = min(moment + TICK, ends)
            await _pass(cast, stage, clock, moment)
        if (name, minute) == PARTS[-1]:
            await cast.find_fault()
            await settle(stage)
        yield _step(name, cast, clock, before)


async def _pass(cast: Neighbours, stage: Stage, clock: MovableClock, at: datetime) -> None:
    """Let it be `at`: people do what is due, then what fell due by itself happens."""
    if at > clock.now():
        clock.move_to(at)
    await cast.work()
    await cast.judge()
    await cast.bring_meals()
    await cast.hold_sessions()
    while await stage.fire_timers():
        pass
    await _until_quiet(cast, stage)


async def _until_quiet(cast: Neighbours, stage: Stage) -> None:
    """Every answer may lead to another offer, a few times over."""
    await settle(stage)
    for _ in range(WAVES):
        if not await cast.answer_offers():
            return
        await settle(stage)


def _step(name: str, cast: Neighbours, clock: Clock, before: Counter[str] | None = None) -> StoryStep:
    facts: dict[str, Any] = dict(sorted((cast.tally - (before or Counter())).items()))
    if cast.stars:
        facts["stars"] = round(sum(cast.stars) / len(cast.stars), 2)
    return StoryStep(name=name, at=clock.now(), facts=facts)
