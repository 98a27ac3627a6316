"""Reading needs, each function in a bounded number of statements."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from market.actor import Actor
from market.needs.views import Board, NeedCard, NeedStatus, Page, Queue, QueueFilter

EVERYTHING = QueueFilter()
FIRST = Page()


async def status_of(session: AsyncSession, code_or_id: str | UUID, actor: Actor) -> NeedStatus:
    """Return one need for its people, its helpers or staff; NotFound for anybody else."""
    raise NotImplementedError


async def needs_of(session: AsyncSession, person_id: UUID) -> list[NeedCard]:
    """Return what a person asked for, or has been asked for, newest first."""
    raise NotImplementedError


async def queue(
    session: AsyncSession, path: str, filters: QueueFilter = EVERYTHING, page: Page = FIRST
) -> Queue:
    """Return the officer's queue below a place, urgent and old first."""
    raise NotImplementedError


async def board(session: AsyncSession, territory_id: UUID, first_day: date, last_day: date) -> Board:
    """Return the public figures of a place; small cells are None."""
    raise NotImplementedError
