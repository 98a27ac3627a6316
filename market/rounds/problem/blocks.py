"""Delivery runs and sessions that stand: whoever does them is away then, from one place to another."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.venues.models import Canteen, Venue
from market.gatherings.models import Gathering, GatheringStaff
from market.gatherings.proposing import moments
from market.meals.models import DeliveryRun, Meal, RunStop, StandingOrder
from market.states import RunState, SessionState
from matching.problem import Shift

LIVE_RUNS = (RunState.PLANNED, RunState.CONFIRMED)
Point = tuple[float, float]


class Block(NamedTuple):
    """A worker's time that is spoken for: from `here`, where it begins, to `there`, where it ends."""

    worker_id: UUID
    provider_id: UUID
    start_at: datetime
    end_at: datetime
    here: Point
    there: Point


async def load_blocks(
    session: AsyncSession, since: datetime, until: datetime, worker_ids: Sequence[UUID] | None = None
) -> list[Block]:
    """Return runs and dates of sessions between two instants, of some workers or of all; three statements."""
    runs = await _runs(session, since, until, worker_ids)
    held = await _sessions(session, since, until, worker_ids)
    return sorted([*runs, *held], key=lambda block: (block.worker_id, block.start_at, block.end_at))


async def _runs(
    session: AsyncSession, since: datetime, until: datetime, worker_ids: Sequence[UUID] | None
) -> list[Block]:
    statement = (
        select(DeliveryRun, Venue.lat, Venue.lon)
        .join(Canteen, Canteen.id == DeliveryRun.canteen_id)
        .join(Venue, Venue.id == Canteen.venue_id)
        .where(DeliveryRun.state.in_(LIVE_RUNS), DeliveryRun.load_at < until, DeliveryRun.ends_at > since)
    )
    rows = (await session.execute(_of(statement, DeliveryRun.worker_id, worker_ids))).all()
    ends = await _last_doors(session, [run.id for run, *_ in rows]) if rows else {}
    return [
        Block(
            run.worker_id, run.provider_id, run.load_at, run.ends_at, (lat, lon), ends.get(run.id, (lat, lon))
        )
        for run, lat, lon in rows
    ]


async def _last_doors(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, Point]:
    statement = (
        select(RunStop.run_id, StandingOrder.lat, StandingOrder.lon)
        .join(Meal, Meal.id == RunStop.meal_id)
        .join(StandingOrder, StandingOrder.id == Meal.order_id)
        .where(RunStop.run_id.in_(run_ids))
        .order_by(RunStop.run_id, RunStop.position)
    )
    return {run_id: (lat, lon) for run_id, lat, lon in await session.execute(statement)}


async def _sessions(
    session: AsyncSession, since: datetime, until: datetime, worker_ids: Sequence[UUID] | None
) -> list[Block]:
    statement = (
        select(GatheringStaff, Gathering, Venue.lat, Venue.lon)
        .join(Gathering, Gathering.id == GatheringStaff.gathering_id)
        .join(Venue, Venue.id == Gathering.venue_id)
        .where(
            Gathering.state == SessionState.CONFIRMED, Gathering.first_at < until, Gathering.last_at >= since
        )
    )
    rows = (await session.execute(_of(statement, GatheringStaff.worker_id, worker_ids))).all()
    return [
        Block(one.worker_id, one.provider_id, start, end, (lat, lon), (lat, lon))
        for one, held, lat, lon in rows
        for start, end in spans(held)
        if start < until and end > since
    ]


def spans(held: Gathering) -> Iterator[tuple[datetime, datetime]]:
    """Yield the dates of a confirmed gathering."""
    for start in moments(held.starts):
        yield start, start + timedelta(minutes=held.duration_minutes)


def _of(statement: Any, column: Any, worker_ids: Sequence[UUID] | None) -> Any:
    return statement if worker_ids is None else statement.where(column.in_(worker_ids))


class Away(NamedTuple):
    """A block in ticks and places of a problem."""

    start: int
    end: int
    here: str
    there: str


def around(shifts: Iterable[Shift], blocks: Sequence[Away]) -> Iterator[Shift]:
    """Yield shifts without the time that is spoken for: who comes from there begins where that ended."""
    for shift in shifts:
        left: Shift | None = shift
        for away in sorted(blocks):
            if left is None or away.end <= left.start or left.end <= away.start:
                continue
            if left.start < away.start:
                yield Shift(
                    start=left.start,
                    end=away.start,
                    start_place=left.start_place,
                    end_place=away.here,
                )
            left = (
                Shift(start=away.end, end=left.end, start_place=away.there, end_place=left.end_place)
                if away.end < left.end
                else None
            )
        if left is not None:
            yield left
