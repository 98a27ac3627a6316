"""From a person to an actor: what signing in makes, and what the demo's story speaks as."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.people.queries import grants_of
from catalog.providers.queries import acts_for
from market.actor import Actor, Grant


async def actor_named(session: AsyncSession, person_id: UUID, name: str) -> Actor:
    """Return a person as an actor, with roles, workers and providers: two statements."""
    helps = await acts_for(session, person_id)
    held = await grants_of(session, person_id)
    return Actor(
        person_id=person_id,
        name=name,
        grants=tuple(Grant(role=h.role, territory_id=h.territory_id, path=h.path) for h in held),
        worker_ids=helps.worker_ids,
        provider_ids=helps.provider_ids,
    )
