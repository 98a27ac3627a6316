"""Reading offers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from market.actor import Actor
from market.offers.views import OfferView


async def offers_for(session: AsyncSession, worker_ids: Sequence[UUID]) -> list[OfferView]:
    """Return the offers that wait for an answer, and accepted ones that wait for their colleagues; soonest deadline first."""
    raise NotImplementedError


async def offer_view(session: AsyncSession, offer_id: UUID, actor: Actor) -> OfferView:
    """Return one offer in any state, for its helper, a colleague or staff; NotFound for anybody else."""
    raise NotImplementedError
