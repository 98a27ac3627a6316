"""Rounds: start one, look at what it would do, publish it or not."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.web.forms import Form, FormErrors, decode, filled, refused
from api.web.maps.plans import PlanMap, map_of_plan
from api.web.pages.office.outcome import Result, result_of
from api.web.pages.office.places import own_place, places_below
from api.web.pages.office.shapes import shapes_of
from api.web.pages.office.stages import first_values, is_running
from api.web.render import language_of, page, see_other
from api.web.words import ROUND_STATES, state_words
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import LinliError
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, local_day
from market.actor import STAFF, Actor
from market.rounds import service
from market.rounds.commands import StartRound
from market.rounds.models import Trigger
from market.rounds.queries import round_view, rounds_of
from market.rounds.views import RoundView
from market.states import RoundState

MOST = 50
DAYS_AHEAD = 7
SECONDS = (10, 20, 60, 120)
TRIGGERS: dict[Trigger, str] = {
    Trigger.SCHEDULE: N_("of the evening"),
    Trigger.OFFICER: N_("by an officer"),
    Trigger.URGENT: N_("urgent"),
    Trigger.NEXT_BEST: N_("next best helper"),
}


class OpenRound(msgspec.Struct, frozen=True, kw_only=True):
    """What the form asks; `round_id` is drawn with it, so that a double click starts one round."""

    round_id: UUID
    territory_id: UUID
    first_day: date
    days: Annotated[int, Meta(ge=1, le=7)] = 1
    seconds: Annotated[int, Meta(ge=1, le=600)] = 20
    publish: Literal["later", "at_once"] = "later"

    def command(self) -> StartRound:
        """Return the command."""
        return StartRound(
            id=self.round_id,
            territory_id=self.territory_id,
            first_day=self.first_day,
            days=self.days,
            seconds=self.seconds,
            auto_publish=self.publish == "at_once",
        )


class Discard(msgspec.Struct, frozen=True, kw_only=True):
    """Why a plan is not used."""

    reason: str


@get("/rounds", include_in_schema=False)
async def show_rounds(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the form for a new round and the last ones."""
    return await _list(request, read, clock, actor, None)


async def _list(
    request: AnyRequest, session: AsyncSession, clock: Clock, actor: Actor, form: Form | None
) -> Template:
    say = translator(language_of(request))
    top = await own_place(session, actor)
    places = await places_below(session, actor, top)
    today = local_day(clock.now())
    alone = request.query_params.get("alone") == "on"
    rounds = await rounds_of(session, top.id, alone=alone, limit=MOST)
    untouched = filled(
        round_id=new_id(),
        territory_id=top.id,
        first_day=today + timedelta(days=1),
        days=1,
        seconds=20,
        publish="later",
    )
    return page(
        request,
        "office/rounds.html",
        status_code=422 if form and form.errors else 200,
        form=form or untouched,
        places=places,
        top=top,
        days=[today + timedelta(days=n) for n in range(DAYS_AHEAD + 1)],
        seconds=SECONDS,
        rounds=[_line(say, one) for one in rounds],
        alone=alone,
        now=clock.now(),
    )


def _line(say: Translator, one: RoundView) -> dict[str, Any]:
    return {
        "round": one,
        "state": state_words(say, ROUND_STATES, one.state),
        "trigger": say.gettext(TRIGGERS[one.trigger]),
        "last_day": one.first_day + timedelta(days=one.days - 1),
    }


@post("/rounds", include_in_schema=False, status_code=200)
async def start(
    request: AnyRequest,
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Start a round and go and watch it."""
    data = await request.form()
    asked = decode(OpenRound, data)
    if isinstance(asked, FormErrors):
        return await _list(request, write, clock, actor, asked)
    try:
        await service.start_round(write, clock, actor, asked.command())
    except LinliError as refusal:
        if refusal.field is None:
            raise
        return await _list(request, write, clock, actor, refused(data, refusal))
    return see_other(f"/office/rounds/{asked.round_id}")


@get("/rounds/{round_id:uuid}", include_in_schema=False)
async def show_round(
    request: AnyRequest,
    round_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show a round: while it runs its progress, then what it would do or has done."""
    return await _round(request, round_id, read, clock, actor, Form())


async def _round(
    request: AnyRequest, round_id: UUID, session: AsyncSession, clock: Clock, actor: Actor, form: Form
) -> Template:
    held = await theirs(session, actor, round_id)
    say = translator(language_of(request))
    running = is_running(held)
    result: Result | None = None
    if not running and held.state in {RoundState.CHECKED, RoundState.PUBLISHED}:
        result = await result_of(session, say, held)
    return page(
        request,
        "office/round.html",
        status_code=422 if form.errors else 200,
        round=held,
        line=_line(say, held),
        running=running,
        live=first_values(say, held) if running else {},
        result=result,
        shapes=shapes_of(say, held.summary) if result else (),
        shown=await _map(request, session, result) if result else None,
        form=form,
        now=clock.now(),
    )


async def _map(request: AnyRequest, session: AsyncSession, result: Result) -> PlanMap | None:
    """Return the map of the day that was asked for (`?day=`), or of the first."""
    days = {day.isoformat(): (day, visits) for day, visits in result.days}
    chosen = days.get(request.query_params.get("day", "")) or next(iter(days.values()), None)
    if chosen is None:
        return None
    rows = [row for visit in chosen[1] for row, _ in visit.helpers]
    return await map_of_plan(request, session, chosen[0], rows, [left.row for left in result.left])


async def theirs(session: AsyncSession, actor: Actor, round_id: UUID) -> RoundView:
    """Return a round that an officer may see.

    Raises:
        NotFound: there is none.
        Forbidden: it is of another place.
    """
    held = await round_view(session, round_id)
    actor.demand(held.territory_path, *STAFF)
    return held


@post("/rounds/{round_id:uuid}/publish", include_in_schema=False, status_code=200)
async def publish(
    round_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Send the offers; who was faster has published already."""
    held = await theirs(write, actor, round_id)
    if held.state is not RoundState.PUBLISHED:
        await service.publish_round(write, clock, actor, round_id)
    return see_other(f"/office/rounds/{round_id}", N_("Published: the helpers have their offers."))


@post("/rounds/{round_id:uuid}/retry", include_in_schema=False, status_code=200)
async def retry(
    round_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Run a failed round again."""
    await service.retry_round(write, clock, actor, round_id)
    return see_other(f"/office/rounds/{round_id}", N_("The round runs again."))


@post("/rounds/{round_id:uuid}", include_in_schema=False, status_code=200)
async def discard(
    request: AnyRequest,
    round_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Drop a round that is not published, with a reason."""
    told = decode(Discard, await request.form())
    if isinstance(told, FormErrors):
        return await _round(request, round_id, write, clock, actor, told)
    await service.discard_round(write, clock, actor, round_id, told.reason)
    return see_other(f"/office/rounds/{round_id}", N_("Discarded. Its requests are free for the next round."))


ROUTES = [show_rounds, start, show_round, publish, retry, discard]
