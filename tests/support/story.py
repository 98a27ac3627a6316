"""Short words for what happens in the small world: each is one transaction, as at the edge."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.ids import new_id
from catalog.kernel.time import FrozenClock
from market.actor import Actor
from market.events import Event
from market.jobs import service as jobs
from market.jobs.models import Job
from market.jobs.reactions import TIMERS as JOB_TIMERS
from market.needs import service as needs
from market.needs.models import Need
from market.needs.reactions import REACTIONS
from market.needs.reactions import TIMERS as NEED_TIMERS
from market.notices.models import Message
from market.offers import service as offers
from market.offers.commands import NewOffer
from market.offers.models import Offer
from market.offers.reactions import TIMERS as OFFER_TIMERS
from market.outbox import drain, fire_timers
from market.reviews.reactions import TIMERS as REVIEW_TIMERS
from market.rounds.models import Round
from tests.support.world import PLUMBING, World, actor_of, ask, id_of

Row = TypeVar("Row")
TIMERS = {**NEED_TIMERS, **OFFER_TIMERS, **JOB_TIMERS, **REVIEW_TIMERS}


class Story:
    """What people do, by their names."""

    def __init__(self, database: Database, clock: FrozenClock, world: World) -> None:
        self.database, self.clock, self.world = database, clock, world

    async def do(
        self, service: Callable[..., Awaitable[Row]], who: str | Actor, *given: Any, **more: Any
    ) -> Row:
        """Call a service in a transaction of its own, as somebody of the world."""
        actor = actor_of(who) if isinstance(who, str) else who
        async with self.database.write() as session:
            return await service(session, self.clock, actor, *given, **more)

    async def run(self, service: Callable[..., Awaitable[Row]], *given: Any, **more: Any) -> Row:
        """Call a service that has no actor."""
        async with self.database.write() as session:
            return await service(session, self.clock, *given, **more)

    async def get(self, table: type[Row], row_id: UUID) -> Row:
        """Return a row as it is now."""
        async with self.database.read() as session:
            return await session.get_one(table, row_id)

    async def looking(self, who: str = "Chen", service: str = PLUMBING, **changes: Any) -> Need:
        """Somebody asks, and it is being looked for."""
        need = await self.do(needs.open_need, who, ask(self.clock, who, service, **changes))
        await self.settle()
        return await self.get(Need, need.id)

    def new_offer(self, need: Need, worker: str, seat: int = 0, **changes: Any) -> NewOffer:
        """Return an offer of a seat, for a day later than now + 3 hours."""
        start = self.clock.now() + timedelta(days=1, hours=3)
        fields: dict[str, Any] = {
            "id": id_of(f"offer {need.id} {worker} {seat} {self.clock.now()}"),
            "round_id": self.world.round_id,
            "need_id": need.id,
            "worker_id": self.world.workers[worker],
            "provider_id": self.provider_of(worker),
            "seat": seat,
            "start_at": start,
            "end_at": start + timedelta(minutes=need.duration_minutes),
            "travel_minutes": 4,
            "travel_metres": 230,
            "estimated": True,
            "reasons": {"candidates": 2},
        }
        return NewOffer(**fields | changes)

    def provider_of(self, worker: str) -> UUID:
        """Return a worker's provider."""
        if worker == "Qian":
            return self.world.member_id
        return self.world.partner_id if worker in {"Wu", "Xu"} else self.world.team_id

    async def offered(self, need: Need, *workers: str, **changes: Any) -> list[Offer]:
        """A round offers the seats of a need to workers."""
        news = [self.new_offer(need, worker, seat, **changes) for seat, worker in enumerate(workers)]
        async with self.database.write() as session:
            sent = await offers.send_offers(session, self.clock, news)
            await needs.mark_offered(session, self.clock, need.id, self.world.round_id)
        return sent

    async def arranged(self, need: Need, *workers: str, **changes: Any) -> Job:
        """All workers accept: there is a job."""
        for offer, worker in zip(await self.offered(need, *workers, **changes), workers, strict=True):
            await self.do(offers.accept_offer, worker, offer.id)
        return await self.job_of(need.id)

    async def finished(self, need: Need, *workers: str) -> Job:
        """The helpers have come and gone."""
        job = await self.arranged(need, *workers)
        self.clock.move_to(job.start_at)
        await self.do(jobs.check_in, workers[0], job.id, job.door_code)
        self.clock.move_to(job.end_at)
        return await self.do(jobs.check_out, workers[0], job.id)

    async def job_of(self, need_id: UUID) -> Job:
        """Return the newest job of a need."""
        async with self.database.read() as session:
            found = await session.scalars(
                select(Job).where(Job.need_id == need_id).order_by(Job.id.desc()).limit(1)
            )
            return found.one()

    async def another_round(self) -> UUID:
        """Return the id of a further published round."""
        async with self.database.write() as session:
            one = await session.get_one(Round, self.world.round_id)
            kept = {
                column: getattr(one, column) for column in ("territory_id", "state", "trigger", "first_day")
            }
            other = Round(
                id=new_id(), days=1, auto_publish=True, seconds=1, created_at=self.clock.now(), **kept
            )
            session.add(other)
        return other.id

    async def settle(self) -> None:
        """Run what events cause."""
        await drain(self.database, REACTIONS, self.clock)

    async def pass_time(self, **span: float) -> int:
        """Let time pass and fire what falls due."""
        self.clock.advance(timedelta(**span))
        fired = await fire_timers(self.database, TIMERS, self.clock)
        await self.settle()
        return fired

    async def heard(self, who: str, need_id: UUID | None = None) -> list[str]:
        """Return the templates of what somebody was told, oldest first."""
        statement = select(Message.template).where(Message.person_id == id_of(who))
        if need_id is not None:
            statement = statement.where(Message.need_id == need_id)
        async with self.database.read() as session:
            return list(await session.scalars(statement.order_by(Message.created_at, Message.id)))

    async def topics(self, subject_id: UUID) -> list[str]:
        """Return the topics of the events about something, in order."""
        statement = select(Event.topic).where(Event.subject_id == subject_id).order_by(Event.seq)
        async with self.database.read() as session:
            return list(await session.scalars(statement))
