"""The people of a story: who acts as whom, what there is to do, and chance that is none.

Nobody throws dice: whether an offer is taken or how many stars are given follows from a seed and the ids of the need
and the person, so that the same world with the same plan has the same day.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import Database
from catalog.kernel.time import Clock
from catalog.providers.models import Worker
from market.actor import SYSTEM, Actor
from market.gatherings.models import Gathering, GatheringStaff
from market.jobs.models import Job, JobWorker
from market.meals.models import DeliveryRun
from market.needs.models import Need
from market.offers.models import Offer
from market.states import LIVE_OFFERS, JobState, RunState, SessionState
from seed.acting import actor_of
from seed.world import World

Result = TypeVar("Result")


class Cast:
    """The people of a world at one clock; `tally` counts what they do."""

    def __init__(self, database: Database, clock: Clock, world: World, seed: int) -> None:
        self.database, self.clock, self.world, self.seed = database, clock, world, seed
        self.tally: Counter[str] = Counter()
        self._actors: dict[UUID, Actor] = {}
        self._spared = frozenset(world.personas.values())

    def spares(self, *people: UUID) -> bool:
        """Say whether one of the people is known by name: their day goes well."""
        return not self._spared.isdisjoint(people)

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

    async def live_offers(self) -> Sequence[Any]:
        """Return offers that can still be answered, with the people on both sides."""
        people = (Worker.person_id, Need.requester_id, Need.beneficiary_id)
        return await self.rows(
            select(Offer.id, Offer.need_id, Offer.seat, *people)
            .join(Worker, Offer.worker_id == Worker.id)
            .join(Need, Offer.need_id == Need.id)
            .where(Offer.state.in_(LIVE_OFFERS), Offer.deadline_at >= self.clock.now())
            .order_by(Offer.start_at, Offer.need_id, Offer.seat)
        )

    async def runs(self, states: Collection[RunState]) -> Sequence[Any]:
        """Return delivery runs with the person who carries."""
        columns = (DeliveryRun.id, DeliveryRun.load_at, DeliveryRun.ends_at, DeliveryRun.units)
        return await self.rows(
            select(*columns, Worker.person_id)
            .join(Worker, Worker.id == DeliveryRun.worker_id)
            .where(DeliveryRun.state.in_(states))
            .order_by(DeliveryRun.load_at, DeliveryRun.id)
        )

    async def sessions(self) -> Sequence[Any]:
        """Return confirmed gatherings with the person who leads."""
        columns = (Gathering.id, Gathering.last_at, Gathering.duration_minutes)
        found = await self.rows(
            select(*columns, Worker.person_id)
            .join(GatheringStaff, GatheringStaff.gathering_id == Gathering.id)
            .join(Worker, Worker.id == GatheringStaff.worker_id)
            .where(Gathering.state == SessionState.CONFIRMED)
            .order_by(Gathering.id, GatheringStaff.role.desc(), Worker.id.desc())
        )
        return list({row.id: row for row in found}.values())

    async def jobs(self, states: Collection[JobState]) -> Sequence[Any]:
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
