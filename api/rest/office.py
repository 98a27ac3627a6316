"""For officers: the queue, decisions about single needs, the call list."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import officers, signed_in
from api.rest.values import Body, Reason
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Forbidden
from catalog.kernel.time import Clock
from catalog.services.models import Lane
from catalog.territory.models import Territory
from catalog.territory.queries import territory
from market.actor import STAFF, Actor
from market.needs import service
from market.needs.models import Urgency
from market.needs.queries import queue, status_of
from market.needs.views import NeedStatus, Page, Queue, QueueFilter
from market.notices.queries import CallItem, MessageView, call_list, view
from market.notices.service import mark_called
from market.states import NeedState, Outcome


class AskResident(Body, frozen=True, kw_only=True):
    """What to ask."""

    question: Reason


class HandOver(Body, frozen=True, kw_only=True):
    """Which lane, and why."""

    lane: Lane
    reason: Reason


class Close(Body, frozen=True, kw_only=True):
    """How it ended; some outcomes need a reason."""

    outcome: Outcome
    reason: Annotated[str, Meta(max_length=400)] | None = None


async def place_of(session: AsyncSession, actor: Actor, territory_id: UUID | None) -> Territory:
    """Return the place that an officer looks at: the one named, else the first of the officer's own.

    Raises:
        NotFound: no such place.
        Forbidden: the officer's roles do not cover it.
    """
    own = [grant.territory_id for grant in actor.grants if grant.role in STAFF]
    if territory_id is None and not own:
        raise Forbidden("This page is for {roles}", roles="officer")
    place = await territory(session, territory_id or own[0])
    actor.demand(place.path, *STAFF)
    return place


@get("/office/queue", operation_id="queue", opt={"problems": (404,)})
async def get_queue(
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
    territory_id: FromQuery[UUID | None] = None,
    states: FromQuery[tuple[NeedState, ...]] = (),
    lane: FromQuery[Lane | None] = None,
    service_code: Annotated[str | None, QueryParameter(max_length=64)] = None,
    community_id: FromQuery[UUID | None] = None,
    responsible_id: FromQuery[UUID | None] = None,
    urgency: FromQuery[Urgency | None] = None,
    missed: Annotated[bool, QueryParameter(description="Only what a round could not place")] = False,
    code: Annotated[str | None, QueryParameter(max_length=16, description="Case code")] = None,
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Queue:
    """List open needs below a place (the officer's own if none is named), urgent and old first.

    `states` may be repeated. `counts` by state speak of all pages.
    """
    place = await place_of(read, actor, territory_id)
    filters = QueueFilter(
        states=states,
        lane=lane,
        service_code=service_code,
        community_id=community_id,
        responsible_id=responsible_id,
        urgency=urgency,
        missed=missed,
        code=code,
    )
    return await queue(read, place.path, filters, Page(number=page, size=size))


@post("/office/needs/{need_id:uuid}/ask", operation_id="askResident", status_code=200)
async def ask(
    data: JSONBody[AskResident],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Ask the resident something; the need waits for the answer."""
    await service.ask_resident(write, clock, actor, need_id, data.question)
    await write.flush()
    return await status_of(write, need_id, actor)


@post("/office/needs/{need_id:uuid}/hand-over", operation_id="handOver", status_code=200)
async def hand_over(
    data: JSONBody[HandOver],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Move a need to another lane; the resident is told."""
    await service.hand_over(write, clock, actor, need_id, data.lane, data.reason)
    await write.flush()
    return await status_of(write, need_id, actor)


@post("/office/needs/{need_id:uuid}/close", operation_id="closeNeed", status_code=200)
async def close(
    data: JSONBody[Close],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    need_id: FromPath[UUID],
) -> NeedStatus:
    """Close a need with its outcome; the resident gets a message, helpers on the way are told."""
    await service.close_need(write, clock, actor, need_id, data.outcome, data.reason)
    await write.flush()
    return await status_of(write, need_id, actor)


@get("/office/calls", operation_id="callList", opt={"problems": (404,)})
async def calls(
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
    territory_id: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 200,
) -> list[CallItem]:
    """List who is to be telephoned, and what to say, oldest first."""
    place = await place_of(read, actor, territory_id)
    return await call_list(read, place.id, limit=limit)


@post("/office/calls/{message_id:uuid}/called", operation_id="markCalled", status_code=200)
async def called(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    message_id: FromPath[UUID],
) -> MessageView:
    """Note that a message has been said on the telephone; twice is once."""
    return view(await mark_called(write, clock, actor, message_id))


GUARDS = [signed_in, officers]
ROUTES = [get_queue, ask, hand_over, close, calls, called]
