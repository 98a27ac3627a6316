"""Whom the story speaks as: the same actor that signing in would make, read from the catalogue."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.queries import person
from market.acting import actor_named
from market.actor import Actor


async def actor_of(session: AsyncSession, person_id: UUID) -> Actor:
    """Return a person as an actor, with roles, workers and providers."""
    who = await person(session, person_id)
    return await actor_named(session, who.id, who.name)
