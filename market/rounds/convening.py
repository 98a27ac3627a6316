"""Gatherings of a published plan: opened with leader, room and seats, or why not; each once, whatever happens."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock, local_day
from catalog.providers.models import Worker
from catalog.territory.rows import insert_rows
from catalog.venues.models import Venue
from catalog.venues.queries import closings
from market.causes import Causes, deciding
from market.events import record
from market.gatherings.access import load_gathering
from market.gatherings.holding import gathering_step
from market.gatherings.models import Enrolment, Gathering, GatheringStaff
from market.gatherings.proposing import iso
from market.gatherings.seats import people_needed, seat, tell_both, wait
from market.needs.models import Need
from market.notices.service import tell_all
from market.rounds.busy import Seats
from market.rounds.digest import Digest, in_order
from market.rounds.models import Round
from market.rounds.problem.blocks import spans
from market.rounds.problem.shapes import taken
from market.states import EnrolmentState, NeedState, SessionState
from matching.plan import Session

BUSY: Causes = [{"cause": "busy", "count": 1}]
Spans = Sequence[tuple[datetime, datetime]]


def leaders(plan: Digest) -> set[UUID]:
    """Return who runs gatherings by a plan."""
    return {UUID(w) for held in plan.plan.sessions for staff in held.staff for w in staff.workers}


class Hall:
    """Publishes the gatherings of one round; `seated_needs` are those that a seat serves, `left` those that one does not."""

    def __init__(
        self,
        session: WriteSession,
        clock: Clock,
        held: Round,
        plan: Digest,
        seats: Seats,
        active: set[UUID],
    ) -> None:
        self.session, self.clock, self.held, self.plan = session, clock, held, plan
        self.seats, self.active = seats, active
        self.asked: dict[UUID, Enrolment] = {}
        self.needs: dict[UUID, NeedState] = {}
        self.seated_needs: set[UUID] = set()
        self.left: dict[UUID, Causes] = {}
        self.tally: Counter[str] = Counter()

    async def publish(self) -> dict[str, Any]:
        """Open what can be opened; return what the summary says of it."""
        ids = [UUID(one.id) for one in self.plan.problem.enrolments if ":" not in one.id]
        open_ids = [UUID(one.id) for one in self.plan.problem.gatherings if ":" not in one.id]
        if not open_ids:
            return {}
        statement = select(Enrolment).where(Enrolment.id.in_(sorted(ids))).order_by(Enrolment.id)
        rows = (await self.session.execute(statement.execution_options(populate_existing=True))).scalars()
        self.asked = {one.id: one for one in rows}
        self.needs = await self._needs()
        for session in self.plan.plan.sessions:
            if ":" not in session.gathering:
                await self._open(session)
        causes = await self._unserved()
        summary = {name: self.tally[name] for name in ("opened", "seated", "waiting")}
        return {
            "classes": {
                "open": len(open_ids),
                "asked": len(ids),
                **summary,
                "unserved_by_cause": dict(causes),
            }
        }

    async def _needs(self) -> dict[UUID, NeedState]:
        ids = sorted({one.need_id for one in self.asked.values() if one.need_id is not None})
        found = await self.session.execute(select(Need.id, Need.state).where(Need.id.in_(ids)))
        return {row.id: row.state for row in found}

    def _still(self, enrolment_id: str) -> Enrolment | None:
        """Return an enrolment that is still asked for, and whose need nobody else has met."""
        one = self.asked.get(UUID(enrolment_id))
        if one is None or one.state != EnrolmentState.REQUESTED:
            return None
        waits = one.need_id is None or self.needs.get(one.need_id) == NeedState.LOOKING
        return one if waits else None

    async def _open(self, session: Session) -> None:
        held = await load_gathering(self.session, UUID(session.gathering))
        if held.state != SessionState.ENROLLING:
            return
        option = self.plan.problem.gathering_by_id[session.gathering].occasions[session.occasion]
        room = await self.session.get_one(Venue, UUID(option.venue))
        dates = [self.plan.calendar.at(start) for start in option.starts]
        length = timedelta(minutes=held.duration_minutes)
        times = [(start, start + length) for start in dates]
        queue = [one for key in (*session.seated, *session.waiting) if (one := self._still(key))]
        staff = {staff.role: [UUID(worker) for worker in staff.workers] for staff in session.staff}
        most = min(held.max_seats, room.capacity, len(queue))
        seated = min(most, len(session.seated))
        if seated < held.min_seats or not self._enough(held, staff, seated):
            return
        if not await self._holds(room, times, [worker for some in staff.values() for worker in some]):
            return
        await self._confirm(held, room, dates, staff, times)
        for number, one in enumerate(queue):
            one.round_id = self.held.id
            if number < seated:
                await self._seat(one, held, room)
            else:
                await wait(self.session, self.clock, one, held, number - seated + 1)
                self.tally["waiting"] += 1
                if one.need_id is not None:
                    self.left[one.need_id] = BUSY

    async def _seat(self, one: Enrolment, held: Gathering, room: Venue) -> None:
        await self.session.flush()
        await seat(self.session, self.clock, one, held, room)
        self.tally["seated"] += 1
        if one.need_id is not None:
            self.seated_needs.add(one.need_id)

    def _enough(self, held: Gathering, staff: Mapping[int, Sequence[UUID]], seated: int) -> bool:
        return all(
            len(staff.get(number, ())) >= people_needed(role, seated)
            for number, role in enumerate(held.roles)
        )

    async def _holds(self, room: Venue, times: Spans, workers: Sequence[UUID]) -> bool:
        """Say whether leader and venue hold: nothing has come between since the round froze."""
        if min(start for start, _ in times) <= self.clock.now():
            return False
        free = all(
            worker in self.active and self.seats.free(worker, start, end)
            for worker in workers
            for start, end in times
        )
        return free and not await self._clashes(room, times)

    async def _clashes(self, room: Venue, times: Spans) -> bool:
        first, last = min(start for start, _ in times), max(end for _, end in times)
        others = await taken(self.session, [room.id], first, last)
        busy = [span for other in others for span in spans(other)]
        if any(a < end and start < b for a, b in busy for start, end in times):
            return True
        days = {local_day(start) for start, _ in times}
        closed = await closings(self.session, [room.id], min(days), max(days))
        whole = {one.day for one in closed if one.start_minute is None}
        return not whole.isdisjoint(days)

    async def _confirm(
        self,
        held: Gathering,
        room: Venue,
        dates: Sequence[datetime],
        staff: Mapping[int, Sequence[UUID]],
        times: Spans,
    ) -> None:
        values: dict[str, Any] = {"venue_id": room.id, "starts": iso(dates), "round_id": self.held.id}
        await gathering_step(
            self.session,
            self.clock,
            held,
            SessionState.CONFIRMED,
            first_at=min(dates).astimezone(UTC),
            last_at=max(dates).astimezone(UTC),
            **values,
        )
        await insert_rows(self.session, GatheringStaff, self._rows(held, staff))
        for workers in staff.values():
            for worker in workers:
                for start, end in times:
                    self.seats.take(worker, start, end)
        self.tally["opened"] += 1
        await self._tell_staff(held, room, [worker for some in staff.values() for worker in some])

    def _rows(self, held: Gathering, staff: Mapping[int, Sequence[UUID]]) -> list[dict[str, Any]]:
        workers = self.plan.problem.worker_by_id
        return [
            {
                "gathering_id": held.id,
                "worker_id": worker,
                "provider_id": UUID(workers[str(worker)].provider),
                "role": role,
            }
            for role, some in sorted(staff.items())
            for worker in some
        ]

    async def _tell_staff(self, held: Gathering, room: Venue, workers: Sequence[UUID]) -> None:
        statement = select(Worker.person_id).where(Worker.id.in_(sorted(workers))).order_by(Worker.id)
        people = (await self.session.execute(statement)).scalars().all()
        params: dict[str, Any] = {"title": held.title, "venue": room.name_zh, "start_at": held.first_at}
        await tell_all(self.session, self.clock, people, "gathering.confirmed", **params)

    async def _unserved(self) -> Counter[str]:
        """Note why the others have no seat; people hear it when the reason is new."""
        found = {unserved.task: unserved.causes for unserved in self.plan.plan.unserved}
        counted: Counter[str] = Counter()
        for one in self.asked.values():
            if one.state != EnrolmentState.REQUESTED:
                continue
            told = found.get(str(one.id), ())
            causes = in_order({c.cause: c.count for c in told}, {}) or BUSY
            counted[deciding(causes)] += 1
            if one.need_id is not None:
                self.left[one.need_id] = causes
            await self._leave(one, causes)
        return counted

    async def _leave(self, one: Enrolment, causes: Causes) -> None:
        before = deciding(one.last_causes) if one.last_causes else None
        cause = deciding(causes)
        one.rounds_missed += 1
        one.last_causes, one.round_id = causes, self.held.id
        record(self.session, self.clock, "enrolment.unserved", one.id, cause=cause)
        if cause != before and one.need_id is None:
            held = await self.session.get_one(Gathering, one.gathering_id)
            await tell_both(
                self.session, self.clock, one, "enrolment.unserved", title=held.title, cause=cause
            )
