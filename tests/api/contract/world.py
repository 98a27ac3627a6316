"""A world in which every operation finds something in every state, for the contract test."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from market.jobs import service as jobs
from market.jobs.models import Job
from market.needs import service as needs
from market.needs.commands import Window
from market.needs.models import Need
from market.notices.models import Message
from market.offers.models import Offer
from market.rounds.models import Round, Trigger
from market.states import Outcome, RoundState
from tests.support.story import Story
from tests.support.world import OUTING, PLUMBING, URGENT, id_of, small_world, window

COPIES = 3
FINISHED = (RoundState.PUBLISHED, RoundState.DISCARDED)


async def prepare(url: str, clock: FrozenClock) -> dict[str, list[UUID]]:
    """Fill a migrated database and return real ids by the names of path parameters."""
    database = Database(url)
    async with database.write() as session:
        world = await small_world(session, clock)
    story = Story(database, clock, world)
    for _ in range(COPIES):
        await _every_state(story)
        clock.advance(timedelta(seconds=1))
    await _rounds(story)
    found = await _ids(database)
    await database.dispose()
    return found


async def _every_state(story: Story) -> None:
    clock = story.clock
    start = clock.now()
    await story.looking()
    clock.advance(timedelta(seconds=1))
    await story.offered(await story.looking(), "Wu")
    clock.advance(timedelta(seconds=1))
    await story.offered(await story.looking("Luo", OUTING, windows=_windows(story)), "Ye", "Zhou")
    clock.advance(timedelta(seconds=1))
    asked = await story.looking("Luo")
    await story.do(needs.ask_resident, "Officer Fang", asked.id, "Which tap?")
    clock.advance(timedelta(seconds=1))
    closed = await story.looking("Luo")
    await story.do(needs.close_need, "Officer Fang", closed.id, Outcome.NOT_POSSIBLE, "too high")
    for worker, done in (("Wu", False), ("Xu", True)):
        clock.advance(timedelta(hours=1))
        job = await story.arranged(await story.looking(service=PLUMBING), worker)
        if done:
            await story.do(jobs.check_in, worker, job.id, job.door_code)
            await story.do(jobs.check_out, worker, job.id)
    await story.looking("Lin" if clock.now() == start else "Chen", URGENT)
    clock.move_to(start + timedelta(hours=3))


def _windows(story: Story) -> tuple[Window, ...]:
    return (window(story.clock.now() + timedelta(days=2)),)


async def _rounds(story: Story) -> None:
    states = (RoundState.OPEN, RoundState.FAILED, RoundState.DISCARDED, RoundState.PUBLISHED)
    async with story.database.write() as session:
        for state in states * COPIES:
            session.add(
                Round(
                    id=new_id(),
                    territory_id=story.world.community_id,
                    state=state,
                    trigger=Trigger.OFFICER,
                    first_day=story.clock.now().date() + timedelta(days=1),
                    days=1,
                    auto_publish=False,
                    seconds=5,
                    created_at=story.clock.now(),
                )
            )


async def _ids(database: Database) -> dict[str, list[UUID]]:
    tables = {"need_id": Need, "offer_id": Offer, "job_id": Job, "message_id": Message, "round_id": Round}
    async with database.read() as session:
        found = {name: list(await session.scalars(select(table.id))) for name, table in tables.items()}
        finished = await session.scalars(select(Round.id).where(Round.state.in_(FINISHED)))
        found["finished_round_id"] = list(finished)
    return found | {"territory_id": [id_of("lakeside"), id_of("street")]}
