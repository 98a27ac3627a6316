"""For officers: matching rounds."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import officers, signed_in
from api.rest.office import place_of
from api.rest.values import Body, IdempotencyKey, Reason, command_id
from api.rest.watching import watch_round
from api.runtime import Runtime
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock, local_day
from market.actor import STAFF, Actor
from market.rounds import service
from market.rounds.commands import StartRound
from market.rounds.queries import plan_rows, round_view, rounds_of, unserved_of
from market.rounds.views import PlanRow, RoundView, UnservedRow


class OpenRound(Body, frozen=True, kw_only=True):
    """A round; the officer's own place and tomorrow unless said otherwise. `seconds` is how long the solver may think."""

    id: UUID | None = None
    territory_id: UUID | None = None
    first_day: date | None = None
    days: Annotated[int, Meta(ge=1, le=7)] = 1
    seconds: Annotated[int, Meta(ge=1, le=600)] = 20
    deterministic: bool = False
    auto_publish: bool = False
    only_need_id: UUID | None = None


class Discard(Body, frozen=True, kw_only=True):
    """Why."""

    reason: Reason


class RoundPage(msgspec.Struct, frozen=True, kw_only=True):
    """A round with its plan and what it could not place, each with its causes."""

    round: RoundView
    plan: tuple[PlanRow, ...]
    unserved: tuple[UnservedRow, ...]


@post(
    "/office/rounds", operation_id="startRound", status_code=202, opt={"example": {"days": 1, "seconds": 10}}
)
async def start(
    data: JSONBody[OpenRound],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    key: IdempotencyKey = None,
) -> RoundView:
    """Start a round. It is solved in the background: watch `/progress`, or ask for the round again.

    Example: `{"days": 1, "seconds": 10}`
    """
    place = await place_of(write, actor, data.territory_id)
    command = StartRound(
        id=command_id(data.id, actor.person_id, "round", key),
        territory_id=place.id,
        first_day=data.first_day or local_day(clock.now()) + timedelta(days=1),
        days=data.days,
        seconds=data.seconds,
        deterministic=data.deterministic,
        auto_publish=data.auto_publish,
        only_need_id=data.only_need_id,
    )
    opened = await service.start_round(write, clock, actor, command)
    await write.flush()
    return await round_view(write, opened.id)


@get("/office/rounds", operation_id="listRounds", opt={"problems": (404,)})
async def list_rounds(
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
    territory_id: FromQuery[UUID | None] = None,
    alone: Annotated[bool, QueryParameter(description="With rounds for a single need")] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> list[RoundView]:
    """List the rounds of a place, newest first."""
    place = await place_of(read, actor, territory_id)
    return await rounds_of(read, place.id, alone=alone, limit=limit)


@get("/office/rounds/{round_id:uuid}", operation_id="getRound")
async def get_round(
    read: NamedDependency[ReadSession], actor: NamedDependency[Actor], round_id: FromPath[UUID]
) -> RoundPage:
    """Return a round with its plan and the causes of what it could not place."""
    held = await _theirs(read, actor, round_id)
    return RoundPage(
        round=held,
        plan=tuple(await plan_rows(read, round_id)),
        unserved=tuple(await unserved_of(read, round_id)),
    )


@post("/office/rounds/{round_id:uuid}/publish", operation_id="publishRound", status_code=200)
async def publish(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    round_id: FromPath[UUID],
) -> RoundView:
    """Send the offers of a checked round and tell the unserved why."""
    await service.publish_round(write, clock, actor, round_id)
    await write.flush()
    return await round_view(write, round_id)


@post("/office/rounds/{round_id:uuid}/retry", operation_id="retryRound", status_code=202)
async def retry(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    round_id: FromPath[UUID],
) -> RoundView:
    """Let a failed round run again, on the input it was frozen with."""
    await service.retry_round(write, clock, actor, round_id)
    await write.flush()
    return await round_view(write, round_id)


@post("/office/rounds/{round_id:uuid}/discard", operation_id="discardRound", status_code=200)
async def discard(
    data: JSONBody[Discard],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    round_id: FromPath[UUID],
) -> RoundView:
    """Drop a round that is not published; its needs are free for the next one."""
    await service.discard_round(write, clock, actor, round_id, data.reason)
    await write.flush()
    return await round_view(write, round_id)


@get(
    "/office/rounds/{round_id:uuid}/progress",
    operation_id="watchRound",
    media_type="text/event-stream",
    opt={"media": "text/event-stream", "answer": "Events `progress`, at last one `done`"},
)
async def progress(
    runtime: NamedDependency[Runtime], actor: NamedDependency[Actor], round_id: FromPath[UUID]
) -> ServerSentEvent:
    """Watch a round as server-sent events: `progress` with the state and what the solver tells, at last `done`.

    The data of each event is a JSON object with `state`, and while solving with the solver's figures.
    """
    async with runtime.database.read() as session:
        await _theirs(session, actor, round_id)
    return ServerSentEvent(_events(runtime, round_id))


async def _events(runtime: Runtime, round_id: UUID) -> AsyncIterator[ServerSentEventMessage]:
    async for news in watch_round(runtime, round_id):
        name = "done" if news.get("done") else "progress"
        yield ServerSentEventMessage(event=name, data=msgspec.json.encode(news).decode())


async def _theirs(session: AsyncSession, actor: Actor, round_id: UUID) -> RoundView:
    held = await round_view(session, round_id)
    actor.demand(held.territory_path, *STAFF)
    return held


GUARDS = [signed_in, officers]
ROUTES = [start, list_rounds, get_round, publish, retry, discard, progress]
