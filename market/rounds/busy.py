"""Are the planned helpers still free? Other rounds may have asked them while this one was solved."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from catalog.kernel.db import WriteSession
from catalog.providers.models import Provider, ProviderState, Worker
from market.needs.models import Need
from market.offers.models import Offer
from market.rounds.problem.blocks import load_blocks
from market.rounds.problem.commitments import Commitment, live_seats


async def lock_needs(session: WriteSession, need_ids: Sequence[UUID]) -> dict[UUID, Need]:
    """Return needs as they are now and hold them until the transaction ends, always in the same order."""
    statement = select(Need).where(Need.id.in_(need_ids)).order_by(Need.id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return {need.id: need for need in (await session.execute(locked)).scalars()}


async def lock_workers(session: WriteSession, worker_ids: Sequence[UUID]) -> set[UUID]:
    """Hold workers until the transaction ends, so that nobody else offers them work; return those still active."""
    statement = (
        select(Worker.id, Worker.active, Provider.state)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(Worker.id.in_(worker_ids))
        .order_by(Worker.id)
        .with_for_update(key_share=True, of=Worker)
    )
    rows = (await session.execute(statement)).all()
    return {row.id for row in rows if row.active and row.state == ProviderState.ACTIVE}


class Seats:
    """Live seats: of the needs of a round, and of its helpers."""

    def __init__(self, seats: Sequence[Commitment]) -> None:
        self.of_need: dict[UUID, dict[str, int]] = defaultdict(dict)
        self._of_worker: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
        for seat in seats:
            self.of_need[seat.need_id][str(seat.worker_id)] = seat.seat
            self.take(seat.worker_id, seat.start_at, seat.end_at)

    def take(self, worker_id: UUID, start_at: datetime, end_at: datetime) -> None:
        """Note that a worker's time is spoken for."""
        self._of_worker[worker_id].append((start_at, end_at))

    def free(self, worker_id: UUID, start_at: datetime, end_at: datetime) -> bool:
        """Say whether a worker has promised nothing in a span."""
        return all(end_at <= a or b <= start_at for a, b in self._of_worker[worker_id])


async def load_seats(
    session: WriteSession,
    need_ids: Sequence[UUID],
    worker_ids: Sequence[UUID],
    days: tuple[datetime, datetime],
) -> Seats:
    """Read the live seats of needs and of workers, and the workers' runs and sessions between two instants."""
    of_either = Offer.need_id.in_(need_ids) | Offer.worker_id.in_(worker_ids)
    rows = await session.execute(live_seats().where(of_either))
    seats = Seats([Commitment(*row) for row in rows])
    for block in await load_blocks(session, *days, worker_ids=worker_ids):
        seats.take(block.worker_id, block.start_at, block.end_at)
    return seats
