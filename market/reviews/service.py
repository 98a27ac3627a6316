"""Writing reviews. Every function works within the caller's transaction and never commits."""

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.reviews.commands import WriteReview
from market.reviews.models import Review


async def write_review(session: WriteSession, clock: Clock, actor: Actor, command: WriteReview) -> Review:
    """One word a side, within 7 days of the work; shown when both have spoken or the 7 days are over."""
    raise NotImplementedError
