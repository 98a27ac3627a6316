"""Reading reviews: only what is visible, except one's own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from market.reviews.models import Side


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """A review that both sides may read."""

    id: UUID
    job_id: UUID
    side: Side
    stars: int
    solved: bool | None
    comment: str
    created_at: datetime


async def reviews_of(session: AsyncSession, job_ids: Sequence[UUID]) -> list[ReviewView]:
    """Return the visible reviews of jobs."""
    raise NotImplementedError
