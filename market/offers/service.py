"""Writing offers. Every function works within the caller's transaction and never commits."""

from collections.abc import Sequence
from uuid import UUID

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.offers.commands import NewOffer
from market.offers.models import Offer
from market.states import OfferState


async def send_offer(session: WriteSession, clock: Clock, new: NewOffer) -> Offer:
    """Offer one seat; the same id twice answers with the first row."""
    raise NotImplementedError


async def send_offers(session: WriteSession, clock: Clock, news: Sequence[NewOffer]) -> list[Offer]:
    """Offer many seats with few statements, in the order given."""
    raise NotImplementedError


async def see_offer(session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID) -> Offer:
    """Sent -> seen; nothing to do in any other state."""
    raise NotImplementedError


async def accept_offer(session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID) -> Offer:
    """Take the seat; the last seat makes the job. Conflict: taken by somebody else, expired, or a time clash."""
    raise NotImplementedError


async def decline_offer(
    session: WriteSession, clock: Clock, actor: Actor, offer_id: UUID, reason: str
) -> Offer:
    """Say no, at no penalty."""
    raise NotImplementedError


async def expire_offer(session: WriteSession, offer_id: UUID, clock: Clock) -> None:
    """Timer: the deadline has passed without an answer."""
    raise NotImplementedError


async def withdraw_offers(
    session: WriteSession, clock: Clock, need_id: UUID, to_state: OfferState = OfferState.WITHDRAWN
) -> list[Offer]:
    """End the live offers (sent, seen, accepted) of a need and tell their people."""
    raise NotImplementedError
