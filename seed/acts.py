"""What people of the story do: each act is one call of the market's services, as the person, in one transaction."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.errors import Conflict
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock
from market.gatherings.models import Enrolment
from market.gatherings.service import note_held
from market.jobs.service import check_in, check_out, note_no_show, set_out
from market.meals.service import confirm_run, finish_run
from market.needs.models import Need
from market.needs.service import close_need, confirm_done
from market.offers.service import accept_offer, decline_offer, see_offer
from market.reviews.commands import WriteReview
from market.reviews.service import write_review
from market.states import EnrolmentState, JobState, NeedState, Outcome, RunState
from seed.cast import Cast
from seed.story_words import BY_HELPER, BY_STARS, DECLINES, NO_REPLY, NOT_SOLVED
from seed.world import World

ACCEPT, DECLINE = 0.90, 0.96  # up to here accepted, up to there declined, the rest is left to expire
STARS = ((0.62, 5), (0.92, 4), (0.99, 3), (1.0, 2))
BEFORE, PATIENCE, RESTS = timedelta(minutes=15), timedelta(minutes=60), timedelta(minutes=20)


class Neighbours(Cast):
    """A street's people on one day; `absent` is the job to which nobody comes, `unhappy` the one that did not help."""

    def __init__(self, database: Database, clock: Clock, world: World, seed: int) -> None:
        super().__init__(database, clock, world, seed)
        self.stars: list[int] = []
        self.left: set[UUID] = set()
        self.absent: UUID | None = None
        self.unhappy: UUID | None = None

    async def answer_runs(self) -> None:
        """Who is to bring meals says yes."""
        for run in await self.runs((RunState.PLANNED,)):
            if run.load_at > self.clock.now():
                await self.act(run.person_id, confirm_run, run.id)
                self.tally["accepted"] += 1

    async def bring_meals(self) -> None:
        """Rounds that are over have handed all meals over."""
        for run in await self.runs((RunState.CONFIRMED,)):
            if run.ends_at <= self.clock.now():
                await self.act(run.person_id, finish_run, run.id)
                self.tally["rounds"] += 1
                self.tally["meals"] += run.units

    async def hold_sessions(self) -> None:
        """Classes and fairs that are over have been held; now and then somebody did not come."""
        for held in await self.sessions():
            if held.last_at + timedelta(minutes=held.duration_minutes) <= self.clock.now():
                seats = await self.rows(
                    select(Enrolment.id).where(
                        Enrolment.gathering_id == held.id, Enrolment.state == EnrolmentState.SEATED
                    )
                )
                absent = [seat.id for seat in seats if self.roll("seat", seat.id) > DECLINE]
                await self.act(held.person_id, note_held, held.id, absent)
                self.tally["held"] += 1
                self.tally["attended"] += len(seats) - len(absent)

    async def close_issues(self) -> None:
        """Officers tell the residents what became of the issues that went to other offices."""
        replies = {spec.id: spec.reply_zh or NO_REPLY for spec in self.world.needs if spec.outcome}
        statement = select(Need.id, Need.responsible_id).where(Need.state == NeedState.HANDED_OVER)
        for need_id, officer in await self.rows(statement.order_by(Need.id)):
            if need_id in replies:
                await self.act(officer, close_need, need_id, Outcome.TRANSFERRED, replies[need_id])
                self.tally["transferred"] += 1

    async def answer_offers(self) -> int:
        """Helpers answer what is new; return how many answers there were."""
        fresh = [offer for offer in await self.live_offers() if offer.id not in self.left]
        for offer in fresh:
            await self._answer(offer)
        return len(fresh)

    async def _answer(self, offer: Any) -> None:
        chance = self.roll("offer", offer.need_id, offer.seat, offer.person_id)
        spared = self.spares(offer.person_id, offer.requester_id, offer.beneficiary_id)
        if chance >= DECLINE and not spared:
            self.left.add(offer.id)
            self.tally["left"] += 1
            return
        await self.act(offer.person_id, see_offer, offer.id)
        if chance < ACCEPT or spared:
            await self._accept(offer)
        else:
            await self._decline(offer, self.pick(DECLINES, offer.need_id, offer.person_id))

    async def _accept(self, offer: Any) -> None:
        try:
            await self.act(offer.person_id, accept_offer, offer.id)
            self.tally["accepted"] += 1
        except Conflict:  # another appointment stands at that time by now
            await self._decline(offer, DECLINES[0])

    async def _decline(self, offer: Any, why: str) -> None:
        await self.act(offer.person_id, decline_offer, offer.id, why)
        self.tally["declined"] += 1

    async def cast_trouble(self) -> None:
        """Choose whose helper will not come, and who will find that it was not solved."""
        jobs = await self.jobs((JobState.CONFIRMED,))
        plain = [j for j in jobs if not self.spares(j.requester_id, j.beneficiary_id, j.person_id)]
        ranked = sorted(plain, key=lambda job: self.roll("trouble", job.need_id))
        self.absent, self.unhappy = (*(job.id for job in ranked[:2]), None, None)[:2]

    async def work(self) -> None:
        """Whatever is due now: set out, check in with the door code, check out, or note that nobody came."""
        now = self.clock.now()
        for job in await self.jobs((JobState.CONFIRMED, JobState.ON_THE_WAY, JobState.CHECKED_IN)):
            if job.id == self.absent:
                if now >= job.start_at + PATIENCE:
                    await self.act(job.responsible_id, note_no_show, job.id, "helper")
                    self.tally["no_show"] += 1
            elif job.state == JobState.CHECKED_IN and now >= job.end_at:
                await self.act(job.person_id, check_out, job.id)
                self.tally["done"] += 1
            elif job.state == JobState.ON_THE_WAY and now >= job.start_at:
                await self.act(job.person_id, check_in, job.id, job.door_code)
            elif job.state == JobState.CONFIRMED and now >= job.start_at - BEFORE:
                await self.act(job.person_id, set_out, job.id)

    async def judge(self) -> None:
        """Residents confirm some time after the work, and both sides say how it was."""
        for job in await self.jobs((JobState.CHECKED_OUT,)):
            if job.id != self.unhappy and self.clock.now() >= job.checked_out_at + RESTS:
                await self._judge(job)

    async def find_fault(self) -> None:
        """One resident finds in the evening that it was not solved: open again, for the same hours tomorrow."""
        for job in await self.jobs((JobState.CHECKED_OUT,)):
            if job.id == self.unhappy:
                await self._review(job, job.requester_id, 2, NOT_SOLVED, solved=False)
                self.tally["reopened"] += 1

    async def _judge(self, job: Any) -> None:
        await self.act(job.requester_id, confirm_done, job.need_id)
        self.tally["confirmed"] += 1
        stars = next(stars for limit, stars in STARS if self.roll("stars", job.need_id) <= limit)
        if self.roll("resident speaks", job.need_id) < ACCEPT:
            words = self.pick(BY_STARS[stars], job.need_id)
            await self._review(job, job.requester_id, stars, words, solved=True)
        if self.roll("helper speaks", job.need_id) < ACCEPT:
            stars = 5 if self.roll("helper", job.need_id) < DECLINE else 4
            await self._review(job, job.person_id, stars, self.pick(BY_HELPER, "helper", job.need_id))

    async def _review(
        self, job: Any, who: UUID, stars: int, words: str, *, solved: bool | None = None
    ) -> None:
        key = derived_id("story review", job.id, who)
        command = WriteReview(id=key, job_id=job.id, stars=stars, solved=solved, comment=words)
        await self.act(who, write_review, command)
        self.tally["reviews"] += 1
        if solved is not None:
            self.stars.append(stars)
