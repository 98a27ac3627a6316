"""What people are told: templates with parameters, and the sentence in the reader's language."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.auth.identity import signed_in
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock
from market.actor import Actor
from market.notices.models import Message
from market.notices.queries import MessageView, messages_of, view
from market.notices.service import mark_read


@get("/messages", operation_id="myMessages")
async def my_messages(
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
) -> list[MessageView]:
    """List what the caller was told, newest first. `text` is the English sentence that `params` fill."""
    return await messages_of(read, actor.person_id, limit=limit) if actor.person_id else []


@post("/messages/{message_id:uuid}/read", operation_id="readMessage", status_code=200)
async def read_message(
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
    message_id: FromPath[UUID],
) -> MessageView:
    """Note that the caller has read a message; twice is once."""
    message = await write.get(Message, message_id)
    if message is None or message.person_id != actor.person_id:
        raise NotFound("There is no such {thing}", thing="message")
    await mark_read(write, clock, actor, [message_id])
    await write.refresh(message)
    return view(message)


GUARDS = [signed_in]
ROUTES = [my_messages, read_message]
