"""The demo's story behind the pages: one part of the day at a time, in the background of the running server."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog

from catalog.kernel.db import Database
from catalog.kernel.time import Clock
from market.outbox import drain, fire_timers
from market.reactions import REACTIONS, TIMERS
from market.rounds.queries import outstanding_rounds
from seed.story import MovableClock, Stage, StoryStep, outcome, tell_story
from seed.world import World

log = structlog.get_logger()

PAUSE = 0.1
PARTS = ("answers", "next_best", "morning", "afternoon", "night", "outcome")


class DemoStory:
    """Tells the day of a world; `steps` have happened, `running` says that one is happening now."""

    def __init__(self, database: Database, clock: MovableClock, world: World) -> None:
        self.database, self.clock, self.world = database, clock, world
        self.steps: list[StoryStep] = []
        self.failed = False
        self._parts = tell_story(database, clock, world, served_stage(database, clock))
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Say whether a part is being told."""
        return self._task is not None and not self._task.done()

    @property
    def next_part(self) -> str | None:
        """Return the name of the part that comes next, None when the day is over."""
        return PARTS[len(self.steps)] if len(self.steps) < len(PARTS) else None

    def start_next(self) -> bool:
        """Tell the next part in the background; False if one is under way or the day is over."""
        if self.running or self.next_part is None:
            return False
        self._task = asyncio.create_task(self._tell())
        return True

    async def _tell(self) -> None:
        try:
            self.steps.append(await anext(self._parts))
        except StopAsyncIteration:
            return
        except Exception:
            self.failed = True
            log.exception("the story stopped")

    async def counts(self) -> dict[str, int]:
        """Return how many needs are in each state, closed ones by their outcome."""
        return await outcome(self.database)

    async def close(self) -> None:
        """Stop telling."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def served_stage(database: Database, clock: Clock) -> Stage:
    """Return a stage for a server whose background runs the rounds: the story waits for them."""

    async def run_rounds() -> int:
        found = await _outstanding(database, clock)
        while await _outstanding(database, clock):  # noqa: ASYNC110 the rows of other processes wake nobody here
            await asyncio.sleep(PAUSE)
        return len(found)

    return stage(database, clock, run_rounds)


def stage(database: Database, clock: Clock, run_rounds: Callable[[], Awaitable[int]]) -> Stage:
    """Return a stage on this database: outbox and timers at once, rounds as given."""
    return Stage(
        drain=lambda: drain(database, REACTIONS, clock),
        fire_timers=lambda: fire_timers(database, TIMERS, clock),
        run_rounds=run_rounds,
    )


async def _outstanding(database: Database, clock: Clock) -> list[UUID]:
    async with database.read() as session:
        return await outstanding_rounds(session, clock, older_than=timedelta(0))
