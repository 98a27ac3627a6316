"""What helpers are asked to do."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.auth.identity import signed_in
from api.rest.values import Body
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock
from market.actor import Actor
from market.offers import service
from market.offers.queries import offer_view, offers_for
from market.offers.views import OfferView


class Decline(Body, frozen=True, kw_only=True):
    """A short reason, such as "no time" or "too far"; it changes nothing for the helper."""

    reason: Annotated[str, Meta(min_length=1, max_length=64)]


@get("/offers", operation_id="myOffers")
async def my_offers(read: NamedDependency[ReadSession], actor: NamedDependency[Actor]) -> list[OfferView]:
    """List the offers that wait for the caller's answer, soonest deadline first."""
    return await offers_for(read, actor.worker_ids)


@get("/offers/{offer_id:uuid}", operation_id="getOffer")
async def get_offer(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> OfferView:
    """Return an offer with its reasons; the exact place only once it is accepted."""
    return await offer_view(read, offer_id, actor)


@post("/offers/{offer_id:uuid}/seen", operation_id="seeOffer", status_code=200)
async def see(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
) -> OfferView:
    """Note that the offer was looked at; nothing happens in any later state."""
    await service.see_offer(write, clock, actor, offer_id)
    return await offer_view(write, offer_id, actor)


@post("/offers/{offer_id:uuid}/accept", operation_id="acceptOffer", status_code=200)
async def accept(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
) -> OfferView:
    """Accept. Where several people are needed at once, it is settled when the last one has accepted.

    409 says who was faster, that the deadline is over, or with which job the time clashes.
    """
    await service.accept_offer(write, clock, actor, offer_id)
    await write.flush()
    return await offer_view(write, offer_id, actor)


@post("/offers/{offer_id:uuid}/decline", operation_id="declineOffer", status_code=200)
async def decline(
    data: JSONBody[Decline],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
) -> OfferView:
    """Decline, at no penalty; the next best helper is asked."""
    await service.decline_offer(write, clock, actor, offer_id, data.reason)
    await write.flush()
    return await offer_view(write, offer_id, actor)


GUARDS = [signed_in]
ROUTES = [my_offers, get_offer, see, accept, decline]
