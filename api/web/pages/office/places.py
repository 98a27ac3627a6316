"""Where an officer may look: the places of the officer's own roles and what lies below them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.errors import Forbidden
from catalog.territory.models import PlaceKind, Territory
from catalog.territory.queries import subtree, territory
from market.actor import STAFF, Actor

PLACES = (PlaceKind.DISTRICT, PlaceKind.STREET, PlaceKind.COMMUNITY)


async def own_place(session: AsyncSession, actor: Actor) -> Territory:
    """Return the widest place of an officer.

    Raises:
        Forbidden: the person is no officer anywhere.
    """
    own = sorted((grant for grant in actor.grants if grant.role in STAFF), key=lambda grant: len(grant.path))
    if not own:
        raise Forbidden("This page is for {roles}", roles="officer")
    return await territory(session, own[0].territory_id)


async def places_below(session: AsyncSession, actor: Actor, top: Territory) -> Sequence[Territory]:
    """Return the districts, streets and communities in which an officer may match, the widest first."""
    found = await subtree(session, top.path, PLACES)
    return [place for place in found if actor.may(place.path, *STAFF)]


def of_id(places: Sequence[Territory], text: str) -> UUID | None:
    """Return the id in an address if it is one of these places."""
    known: Mapping[str, UUID] = {str(place.id): place.id for place in places}
    return known.get(text)
