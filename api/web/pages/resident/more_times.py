"""More times for a request that still waits."""

import re
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import N_
from api.web.forms import Form, FormErrors, decode, typed
from api.web.pages.resident import times
from api.web.render import page, see_other
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Invalid
from catalog.kernel.time import Clock
from catalog.services import queries as services_read
from market.actor import Actor
from market.needs import service as needs
from market.needs.queries import status_of
from market.needs.views import NeedStatus

HALF = re.compile(r"\d{4}-\d\d-\d\d/(morning|afternoon|evening)")


@get("/needs/{code:str}/times", include_in_schema=False, guards=[signed_in])
async def ask_times(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the times that were given, and others to tap on; `add` names those that would help."""
    need = await status_of(read, code, actor)
    advised = [value for value in request.query_params.getall("add", []) if HALF.fullmatch(value)]
    return await _asking(request, read, clock, need, Form({"times": advised}))


async def _asking(
    request: AnyRequest, session: ReadSession | WriteSession, clock: Clock, need: NeedStatus, form: Form
) -> Template:
    service = await services_read.service(session, need.service.code)
    return page(
        request,
        "resident/more_times.html",
        status_code=422 if form.errors else 200,
        need=need,
        given=[window for window in need.windows if window.ends_at > clock.now()],
        days=times.days_to_offer(service, clock),
        listed=times.days_to_list(clock),
        form=form,
    )


@post("/needs/{code:str}/times", include_in_schema=False, guards=[signed_in], status_code=200)
async def add_times(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Keep further times; the search goes on with all of them."""
    need = await status_of(write, code, actor)
    data = await request.form()
    chosen = decode(times.Times, data)
    if isinstance(chosen, FormErrors):
        return await _asking(request, write, clock, need, chosen)
    try:
        async with write.begin_nested():
            service = await services_read.service(write, need.service.code)
            await needs.add_times(write, clock, actor, need.id, times.read_times(service, clock, chosen))
    except Invalid as refusal:
        return await _asking(request, write, clock, need, _at_times(data, refusal))
    return see_other(f"/needs/{need.code}", N_("Thank you. We look for somebody at these times too."))


def _at_times(data: Any, refusal: Invalid) -> FormErrors:
    return times.mended(Form(typed(data)), refusal)


ROUTES = [ask_times, add_times]
