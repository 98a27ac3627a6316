"""Random walks through needs, offers and jobs: whatever people try, the promises hold."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from catalog.services.models import Lane
from market.events import Event, Timer
from market.jobs import service as jobs
from market.jobs.models import Job
from market.needs import service as needs
from market.needs.models import Need
from market.notices.models import Message
from market.offers import service as offers
from market.offers.models import Offer
from market.states import JobState, NeedState, OfferState, Outcome
from tests.support.database import MONDAY_TEN
from tests.support.databases import sqlite_file_url
from tests.support.story import Story
from tests.support.world import window

PEOPLE = ("Chen", "Wu", "Officer Fang")
Step = Callable[["Walk", str], Awaitable[Any]]


class Walk:
    """One need and whatever befalls it."""

    def __init__(self, story: Story, need: Need) -> None:
        self.story, self.need = story, need

    async def offer(self, who: str) -> None:
        worker = who if who in {"Wu", "Xu"} else "Wu"
        async with self.story.database.write() as session:
            need = await session.get_one(Need, self.need.id)
            new = self.story.new_offer(need, worker, id=new_id())
            if need.state == NeedState.LOOKING:
                await offers.send_offer(session, self.story.clock, new)
                await needs.mark_offered(session, self.story.clock, need.id)

    async def answer(self, service: Any, who: str, *given: Any) -> None:
        async with self.story.database.read() as session:
            statement = (
                select(Offer.id).where(Offer.need_id == self.need.id).order_by(Offer.sent_at.desc()).limit(1)
            )
            offer_id = await session.scalar(statement) or new_id()
        await self.story.do(service, who, offer_id, *given)

    async def work(self, service: Any, who: str, *given: Any) -> None:
        async with self.story.database.read() as session:
            statement = (
                select(Job).where(Job.need_id == self.need.id).order_by(Job.created_at.desc(), Job.id.desc())
            )
            job = (await session.scalars(statement.limit(1))).one_or_none()
        if job is not None:
            code = (job.door_code,) if service is jobs.check_in else given
            await self.story.do(service, who, job.id, *code)

    async def ask(self, service: Any, who: str, *given: Any) -> None:
        await self.story.do(service, who, self.need.id, *given)

    async def renew(self, who: str) -> None:
        tomorrow = (window(self.story.clock.now().replace(minute=0), 40),)
        await self.story.do(needs.answer_question, who, self.need.id, "then", tomorrow)


STEPS: dict[str, Step] = {
    "offer": lambda w, who: w.offer(who),
    "accept": lambda w, who: w.answer(offers.accept_offer, who),
    "decline": lambda w, who: w.answer(offers.decline_offer, who, "busy"),
    "set out": lambda w, who: w.work(jobs.set_out, who),
    "check in": lambda w, who: w.work(jobs.check_in, who),
    "check out": lambda w, who: w.work(jobs.check_out, who),
    "problem": lambda w, who: w.work(jobs.report_problem, who, "something"),
    "cancel": lambda w, who: w.work(jobs.cancel_job, who, "cannot"),
    "helper absent": lambda w, who: w.work(jobs.note_no_show, who, "helper"),
    "resident absent": lambda w, who: w.work(jobs.note_no_show, who, "resident"),
    "confirm": lambda w, who: w.ask(needs.confirm_done, who),
    "withdraw": lambda w, who: w.ask(needs.withdraw_need, who),
    "reopen": lambda w, who: w.ask(needs.reopen_need, who),
    "question": lambda w, who: w.ask(needs.ask_resident, who, "which?"),
    "answer": lambda w, who: w.ask(needs.answer_question, who, "that"),
    "new times": lambda w, who: w.renew(who),
    "hand over": lambda w, who: w.ask(needs.hand_over, who, Lane.ISSUE, "not ours"),
    "take back": lambda w, who: w.ask(needs.hand_over, who, Lane.SERVICE, "ours"),
    "close": lambda w, who: w.ask(needs.close_need, who, Outcome.NOT_POSSIBLE, "sorry"),
    "served": lambda w, who: w.ask(needs.close_need, who, Outcome.SERVED),
    "hours pass": lambda w, _: w.story.pass_time(hours=5),
    "days pass": lambda w, _: w.story.pass_time(days=4),
}
# The way that most needs go, so that walks get further than the first refusals.
USUAL = [("offer", "Wu"), ("accept", "Wu"), ("check in", "Wu"), ("check out", "Wu"), ("confirm", "Chen")]

any_step = st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE))


@given(st.integers(0, len(USUAL)), st.lists(any_step, max_size=12))
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_whatever_people_try_the_promises_hold(world_file, start, steps):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(world_file[0], Path(folder) / "walk.db"))
        asyncio.run(walk(path, world_file[1], [*USUAL[:start], *steps]))


async def walk(path, world, steps):
    database = Database(sqlite_file_url(path))
    story = Story(database, FrozenClock(MONDAY_TEN), world)
    subject = Walk(story, await story.looking())
    try:
        for name, who in steps:
            try:
                await STEPS[name](subject, who)
            except LinliError:
                continue  # a refusal that a person could act on
            await check(story, subject.need)
        await long_after(story, subject.need)
    finally:
        await database.dispose()


async def long_after(story, need):
    """Every reaction has run, every timer has fired, and nothing is looked for at a time that has passed."""
    for _ in range(3):
        await story.pass_time(days=40)
    await check(story, need)
    async with story.database.read() as session:
        assert 0 == await session.scalar(select(func.count()).where(Event.done_at.is_(None)))
        assert 0 == await session.scalar(select(func.count()).where(Timer.fired_at.is_(None)))
        state = (await session.get_one(Need, need.id)).state
    assert state not in {NeedState.RECEIVED, NeedState.LOOKING, NeedState.OFFERED, NeedState.TO_CONFIRM}


async def check(story, need):
    async with story.database.read() as session:
        row = await session.get_one(Need, need.id)
        job_states = list(
            await session.scalars(
                select(Job.state).where(
                    Job.need_id == need.id,
                    Job.state.not_in([JobState.CLOSED, JobState.CANCELLED, JobState.NO_SHOW]),
                )
            )
        )
        offer_states = list(await session.scalars(select(Offer.state).where(Offer.need_id == need.id)))
        if row.state == NeedState.CLOSED:
            assert row.outcome is not None
            message = await session.get_one(Message, row.closing_message_id)
            assert (need.id, need.beneficiary_id) == (message.need_id, message.person_id)
            assert message.template.startswith("need.closed.")
            assert [] == job_states
            assert not {OfferState.SENT, OfferState.SEEN} & set(offer_states)
        else:
            assert (None, None, None) == (row.outcome, row.closing_message_id, row.closed_at)
        at_work = {NeedState.ARRANGED, NeedState.UNDER_WAY, NeedState.TO_CONFIRM}
        assert (1 if row.state in at_work else 0) == len(job_states)
        if row.state == NeedState.OFFERED:
            assert {OfferState.SENT, OfferState.SEEN, OfferState.ACCEPTED} & set(offer_states)
        if row.state == NeedState.LOOKING:
            assert not {OfferState.SENT, OfferState.SEEN, OfferState.ACCEPTED} & set(offer_states)
