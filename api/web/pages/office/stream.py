"""A round's progress as server-sent events for the page; opens its own sessions, since it outlives its request."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from api.deps import AnyRequest
from api.i18n import Translator, translator
from api.rest.watching import watch_round
from api.runtime import Runtime
from api.web.pages.office.rounds import theirs
from api.web.pages.office.stages import Telling
from api.web.render import language_of
from market.actor import Actor

LOOK_EVERY = 1.0  # seconds: the clock on the page goes on between two pieces of news


@get("/rounds/{round_id:uuid}/stream", include_in_schema=False, media_type="text/event-stream")
async def stream(
    request: AnyRequest,
    runtime: NamedDependency[Runtime],
    actor: NamedDependency[Actor],
    round_id: FromPath[UUID],
) -> ServerSentEvent:
    """Send what the page's slots show, at last `done`, which loads the page anew."""
    async with runtime.database.read() as session:
        held = await theirs(session, actor, round_id)
    say = translator(language_of(request))
    return ServerSentEvent(_messages(runtime, say, round_id, held.seconds))


async def _messages(
    runtime: Runtime, say: Translator, round_id: UUID, seconds: int
) -> AsyncIterator[ServerSentEventMessage]:
    telling = Telling(say, seconds)
    async for news in watch_round(runtime, round_id, look_every=LOOK_EVERY):
        yield ServerSentEventMessage(data=_json(telling.values(news)))
        if news.get("done"):
            yield ServerSentEventMessage(event="done", data=_json({"href": f"/office/rounds/{round_id}"}))


def _json(found: dict[str, Any]) -> str:
    return msgspec.json.encode(found).decode()


ROUTES = [stream]
