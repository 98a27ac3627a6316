"""What people of the story do: each act is one call of the market's services, as the person, in one transaction.

Nobody throws dice: whether an offer is taken or how many stars are given follows from a seed and the ids of the need
and the person, so that the same world with the same plan has the same day.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from catalog.providers.models import Worker
from market.actor import SYSTEM, Actor
from market.jobs.models import Job, JobWorker
from market.jobs.service import check_in, check_out, note_no_show, set_out
from market.needs.models import Need
from market.needs.service import close_need, confirm_done
from market.offers.models import Offer
from market.offers.service import accept_offer, decline_offer, see_offer
from market.reviews.commands import WriteReview
from market.reviews.service import write_review
from market.states import LIVE_OFFERS, JobState, NeedState, Outcome
from seed.acting import actor_of
from seed.story_words import BY_HELPER, BY_STARS, DECLINES, NO_REPLY, NOT_SOLVED
from seed.world import World

ACCEPT, DECLINE = 0.90, 0.96  # up to here accepted, up to there declined, the rest is left to expire
STARS = ((0.62, 5), (0.92, 4), (0.99, 3), (1.0, 2))
BEFORE, PATIENCE, RESTS = timedelta(minutes=15), timedelta(minutes=60), timedelta(minutes=20)
Result = TypeVar("Result")


class Cast:
    """The people of a world at one clock; `tally` counts what they did."""

    def __init__(self, database: Database, clock: Clock, world: World, seed: int) -> None:
        self.database, self.clock, self.world, self.seed = database, clock, world, seed
        self.tally: Counter[str] = Counter()
        self.stars: list[int] = []
        self.left: set[UUID] = set()
        self.absent: UUID | None = None
        self.unhappy: UUID | None = None
        self._actors: dict[UUID, Actor] = {}
        self._spared = frozenset(world.personas.values())

    def roll(self, *parts: object) -> float:
        """Return a number from 0 to 1 that the same words always give."""
        words = "\x1f".join(str(part) for part in (self.seed, *parts))
        return int.from_bytes(sha256(words.encode()).digest()[:8]) / 2**64

    def pick(self, words: Sequence[str], *parts: object) -> str:
        """Return one of some sentences."""
        return words[int(self.roll("pick", *parts) * len(words))]

    async def act(
        self, who: UUID | None, service: Callable[..., Awaitable[Result]], *given: Any, **more: Any
    ) -> Result:
        """Call a service as a person (or the system) in a transaction of its own."""
        async with self.database.write() as session:
            if who is not None and who not in self._actors:
                self._actors[who] = await actor_of(session, who)
            actor = self._actors[who] if who is not None else SYSTEM
            return await service(session, self.clock, actor, *given, **more)

    async def rows(self, statement: Any) -> Sequence[Any]:
        """Read rows, outside any act."""
        async with self.database.read() as session:
            return (await session.execute(statement)).all()

    async def close_issues(self) -> int:
        """Officers tell the residents what became of the issues that went to other offices."""
        replies = {spec.id: spec.reply_zh or NO_REPLY for spec in self.world.needs if spec.outcome}
        statement = select(Need.id, Need.responsible_id).where(Need.state == NeedState.HANDED_OVER)
        handed = [row for row in await self.rows(statement.order_by(Need.id)) if row.id in replies]
        for need_id, officer in handed:
            await self.act(officer, close_need, need_id, Outcome.TRANSFERRED, replies[need_id])
        self.tally["transferred"] += len(handed)
        return len(handed)

    async def answer_offers(self) -> int:
        """Helpers answer what is new; return how many answers there were."""
        statement = (
            select(
                Offer.id, Offer.need_id, Offer.seat, Worker.person_id, Need.requester_id, Need.beneficiary_id
            )
            .join(Worker, Offer.worker_id == Worker.id)
            .join(Need, Offer.need_id == Need.id)
            .where(Offer.state.in_(LIVE_OFFERS), Offer.deadline_at >= self.clock.now())
            .order_by(Offer.start_at, Offer.need_id, Offer.seat)
        )
        fresh = [row for row in await self.rows(statement) if row.id not in self.left]
        for row in fresh:
            await self._answer(row)
        return len(fresh)

    async def _answer(self, offer: Any) -> None:
        chance = self.roll("offer", offer.need_id, offer.seat, offer.person_id)
        spared = self._spared.intersection({offer.person_id, offer.requester_id, offer.beneficiary_id})
        if chance >= DECLINE and not spared:
            self.left.add(offer.id)
            self.tally["left"] += 1
            return
        await self.act(offer.person_id, see_offer, offer.id)
        if chance < ACCEPT or spared:
            await self._accept(offer)
        else:
            why = self.pick(DECLINES, offer.need_id, offer.person_id)
            await self.act(offer.person_id, decline_offer, offer.id, why)
            self.tally["declined"] += 1

    async def _accept(self, offer: Any) -> None:
        try:
            await self.act(offer.person_id, accept_offer, offer.id)
            self.tally["accepted"] += 1
        except Conflict:  # she has another appointment at that time by now
            await self.act(offer.person_id, decline_offer, offer.id, DECLINES[0])
            self.tally["declined"] += 1

    async def cast_trouble(self) -> None:
        """Choose whose helper will not come, and who will find that it was not solved."""
        jobs = await self._jobs((JobState.CONFIRMED,))
        plain = [
            job
            for job in jobs
            if not self._spared.intersection({job.requester_id, job.beneficiary_id, job.person_id})
        ]
        ranked = sorted(plain, key=lambda job: self.roll("trouble", job.need_id))
        chosen = [job.id for job in ranked[:2]]
        self.absent, self.unhappy = (*chosen, None, None)[:2]

    async def work(self) -> None:
        """Whatever is due now: set out, check in with the door code, check out, confirm, review, note a no-show."""
        now = self.clock.now()
        for job in await self._jobs((JobState.CONFIRMED, JobState.ON_THE_WAY, JobState.CHECKED_IN)):
            if job.id == self.absent:
                if now >= job.start_at + PATIENCE:
                    await self._no_show(job)
            elif job.state == JobState.CHECKED_IN and now >= job.end_at:
                await self.act(job.person_id, check_out, job.id)
                self.tally["done"] += 1
            elif job.state == JobState.ON_THE_WAY and now >= job.start_at:
                await self.act(job.person_id, check_in, job.id, job.door_code)
            elif job.state == JobState.CONFIRMED and now >= job.start_at - BEFORE:
                await self.act(job.person_id, set_out, job.id)

    async def judge(self) -> None:
        """Residents confirm some time after the work, and both sides say how it was."""
        for job in await self._jobs((JobState.CHECKED_OUT,)):
            if self.clock.now() >= job.checked_out_at + RESTS:
                await self._judge(job)

    async def _judge(self, job: Any) -> None:
        if job.id == self.unhappy:
            await self._review(job, job.requester_id, "resident", 2, NOT_SOLVED, solved=False)
            self.tally["reopened"] += 1
            return
        await self.act(job.requester_id, confirm_done, job.need_id)
        self.tally["confirmed"] += 1
        stars = next(s for limit, s in STARS if self.roll("stars", job.need_id) <= limit)
        if self.roll("resident speaks", job.need_id) < ACCEPT:
            words = self.pick(BY_STARS[stars], job.need_id)
            await self._review(job, job.requester_id, "resident", stars, words, solved=True)
        if self.roll("helper speaks", job.need_id) < ACCEPT:
            stars = 5 if self.roll("helper", job.need_id) < DECLINE else 4
            await self._review(job, job.person_id, "helper", stars, self.pick(BY_HELPER, "h", job.need_id))

    async def _review(
        self, job: Any, who: UUID, side: str, stars: int, words: str, *, solved: bool | None = None
    ) -> None:
        key = derived_id("story review", job.id, side)
        command = WriteReview(id=key, job_id=job.id, stars=stars, solved=solved, comment=words)
        await self.act(who, write_review, command)
        self.tally["reviews"] += 1
        if side == "resident":
            self.stars.append(stars)

    async def _no_show(self, job: Any) -> None:
        await self.act(job.responsible_id, note_no_show, job.id, "helper")
        self.tally["no_show"] += 1

    async def _jobs(self, states: Collection[JobState]) -> Sequence[Any]:
        """Jobs with the people who act on them; of several helpers the first by id speaks for all."""
        statement = (
            select(
                Job.id,
                Job.state,
                Job.need_id,
                Job.start_at,
                Job.end_at,
                Job.door_code,
                Job.checked_out_at,
                Need.requester_id,
                Need.beneficiary_id,
                Need.responsible_id,
                Worker.person_id,
            )
            .join(Need, Job.need_id == Need.id)
            .join(JobWorker, JobWorker.job_id == Job.id)
            .join(Worker, JobWorker.worker_id == Worker.id)
            .where(Job.state.in_(states))
            .order_by(Job.start_at, Job.need_id, Worker.id)
        )
        return list({row.id: row for row in reversed(await self.rows(statement))}.values())[::-1]
