"""Whom the story speaks as: the same actor that signing in would make, read from the catalogue."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.queries import grants_of, person
from catalog.providers.queries import acts_for
from market.actor import Actor, Grant


async def actor_of(session: AsyncSession, person_id: UUID) -> Actor:
    """Return a person as an actor, with roles, workers and providers."""
    who = await person(session, person_id)
    helps = await acts_for(session, person_id)
    held = await grants_of(session, person_id)
    return Actor(
        person_id=who.id,
        name=who.name,
        grants=tuple(Grant(role=h.role, territory_id=h.territory_id, path=h.path) for h in held),
        worker_ids=helps.worker_ids,
        provider_ids=helps.provider_ids,
    )
