"""Whom to telephone, and what to say."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.web.forms import Form, FormErrors, decode
from api.web.pages.office.places import own_place
from api.web.render import language_of, page, see_other
from api.web.words import message_text
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.time import Clock
from catalog.services import queries as services_read
from catalog.territory.models import Territory
from market.actor import Actor
from market.notices.queries import CallItem, call_list
from market.notices.service import mark_called

MOST = 30


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Which message has been said."""

    message_id: UUID


@get("/calls", include_in_schema=False)
async def show_calls(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the telephone list, the longest wait first."""
    return await _calls(request, read, clock, actor, Form())


async def _calls(
    request: AnyRequest, session: AsyncSession, clock: Clock, actor: Actor, form: Form
) -> Template:
    place = await own_place(session, actor)
    items = await call_list(session, place.id, limit=MOST + 1)
    say = translator(language_of(request))
    names = await service_names(session, say, {str(item.message.params.get("service")) for item in items})
    return page(
        request,
        "office/calls.html",
        status_code=422 if form.errors else 200,
        place=place,
        calls=[_script(say, item, names) for item in items[:MOST]],
        more=len(items) > MOST,
        now=clock.now(),
        form=form,
        greeting=_greeting(say, place),
    )


def _greeting(say: Translator, place: Territory) -> str:
    name = place.name_zh if say.language == "zh" else place.name_en
    return say.gettext(N_("Hello, this is the neighbourhood service of {place}."), place=name)


def _script(say: Translator, item: CallItem, names: dict[str, str]) -> dict[str, Any]:
    return {"item": item, "text": message_text(say, item.message.text, item.message.params, names)}


async def service_names(session: AsyncSession, say: Translator, codes: set[str]) -> dict[str, str]:
    """Return the names of services by code, in the reader's language."""
    found = await services_read.services_by_code(session, codes)
    return {code: one.name_zh if say.language == "zh" else one.name_en for code, one in found.items()}


@post("/calls", include_in_schema=False, status_code=200)
async def tick(
    request: AnyRequest,
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Tick off one message as said."""
    said = decode(Called, await request.form())
    if isinstance(said, FormErrors):
        return await _calls(request, write, clock, actor, said)
    await mark_called(write, clock, actor, said.message_id)
    return see_other("/office/calls", N_("Ticked off: this has been said."))


ROUTES = [show_calls, tick]
