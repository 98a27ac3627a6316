"""Classes, courses and fairs: what is open, and the caller's seats."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.auth.identity import signed_in
from catalog.kernel.db import ReadSession
from catalog.kernel.errors import NotFound
from market.actor import Actor
from market.gatherings import queries
from market.gatherings.views import EnrolmentView, GatheringView
from market.states import SessionState

OPEN = (SessionState.ENROLLING, SessionState.CONFIRMED)
SHOWN = (*OPEN, SessionState.HELD, SessionState.CANCELLED)


@get("/gatherings", operation_id="openGatherings")
async def open_gatherings(read: NamedDependency[ReadSession]) -> list[GatheringView]:
    """List what takes enrolments, the latest first: places and times, or the settled ones with who leads."""
    return await queries.gatherings(read, "", OPEN)


@get("/gatherings/{gathering_id:uuid}", operation_id="getGathering")
async def get_gathering(read: NamedDependency[ReadSession], gathering_id: FromPath[UUID]) -> GatheringView:
    """Return one gathering; one that is only proposed is not told yet."""
    one = await queries.gathering_view(read, gathering_id)
    if one.state not in SHOWN:
        raise NotFound("There is no such {thing}", thing="gathering")
    return one


@get("/enrolments", operation_id="myEnrolments")
async def my_enrolments(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor]
) -> list[EnrolmentView]:
    """List the seats of the caller, and those asked for by the caller, with places on waiting lists."""
    return await queries.enrolments_of(read, [actor.person_id]) if actor.person_id else []


GUARDS = [signed_in]
ROUTES = [open_gatherings, get_gathering, my_enrolments]
