"""Reading reviews: only what is visible, except one's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from market.reviews.models import Review, Side


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
    """Return the visible reviews of jobs, oldest first."""
    return await _views(session, Review.job_id.in_(job_ids), Review.visible_at.is_not(None))


async def own_review(session: AsyncSession, job_id: UUID, person_id: UUID) -> ReviewView | None:
    """Return what a person has written about a job, visible or not yet."""
    found = await _views(session, Review.job_id == job_id, Review.author_id == person_id)
    return found[0] if found else None


async def _views(session: AsyncSession, *conditions: Any) -> list[ReviewView]:
    statement = select(Review).where(*conditions).order_by(Review.created_at, Review.id)
    return [
        ReviewView(
            id=review.id,
            job_id=review.job_id,
            side=review.side,
            stars=review.stars,
            solved=review.solved,
            comment=review.comment,
            created_at=review.created_at,
        )
        for review in await session.scalars(statement)
    ]
