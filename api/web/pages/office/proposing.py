"""The form in which an officer proposes a class: what, where, when, for how many."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_
from api.web.forms import FieldError, Form, FormErrors, decode, filled, refused
from api.web.pages.office.places import own_place, places_below
from api.web.render import page, see_other
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import LinliError
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.services.models import Lane, Shape
from catalog.services.queries import services
from catalog.territory.models import PlaceKind
from catalog.venues.queries import venues
from market.actor import Actor
from market.gatherings import service as gatherings
from market.gatherings.commands import ProposeGathering

WEEKS = 20


class Proposing(msgspec.Struct, frozen=True, kw_only=True):
    """The form; `weeks`: how often, a week apart. `id` is drawn with it, so that a double click proposes once."""

    id: UUID
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    service_code: str
    community_id: UUID
    venue_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=50)]
    starts_at: datetime
    or_starts_at: datetime | None = None
    weeks: Annotated[int, Meta(ge=1, le=WEEKS)] = 1
    min_seats: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    max_seats: Annotated[int, Meta(ge=1, le=10_000)] | None = None

    def command(self) -> ProposeGathering:
        """Return the command: each start that was named, a week apart."""
        firsts = [first for first in (self.starts_at, self.or_starts_at) if first is not None]
        return ProposeGathering(
            id=self.id,
            title=self.title,
            service_code=self.service_code,
            community_id=self.community_id,
            venue_ids=self.venue_ids,
            dates=tuple(tuple(first + timedelta(weeks=n) for n in range(self.weeks)) for first in firsts),
            min_seats=self.min_seats,
            max_seats=self.max_seats,
        )


@get("/classes/propose", include_in_schema=False)
async def ask(
    request: AnyRequest, read: NamedDependency[ReadSession], actor: NamedDependency[Actor]
) -> Template:
    """Show the form."""
    return await _form(request, read, actor, filled(id=new_id(), weeks=1))


async def _form(request: AnyRequest, session: AsyncSession, actor: Actor, form: Form) -> Template:
    top = await own_place(session, actor)
    below = await places_below(session, actor, top)
    return page(
        request,
        "office/propose.html",
        status_code=422 if form.errors else 200,
        services=[one for one in await services(session, Lane.SERVICE) if one.shape == Shape.GROUP],
        communities=[place for place in below if place.kind == PlaceKind.COMMUNITY],
        rooms=await venues(session, top.path),
        form=form,
    )


@post("/classes/propose", include_in_schema=False, status_code=200)
async def propose(
    request: AnyRequest,
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Propose it; residents see it once its enrolment is open."""
    data = await request.form()
    said = decode(Proposing, data)
    if isinstance(said, FormErrors):
        return await _form(request, write, actor, said)
    try:
        async with write.begin_nested():
            await gatherings.propose_gathering(write, clock, actor, said.command())
    except LinliError as refusal:
        return await _form(request, write, actor, _placed(refused(data, refusal)))
    return see_other(f"/office/classes/{said.id}", N_("Proposed. Open the enrolment when it may be seen."))


def _placed(form: FormErrors) -> FormErrors:
    """Name the fields of the service as this page does."""
    names = {"dates": "starts_at"}
    known = set(Proposing.__struct_fields__)
    errors = (
        FieldError(names.get(e.field, e.field if e.field in known else ""), e.message, e.params)
        for e in form.errors
    )
    return FormErrors(form.values, tuple(errors))


ROUTES = [ask, propose]
