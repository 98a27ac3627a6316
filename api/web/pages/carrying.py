"""The helper's delivery runs and group sessions: what is next, in order, and what can be said about it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import N_, translator
from api.runtime import runtime_of
from api.web.forms import Form, FormErrors, decode
from api.web.maps import drawings
from api.web.maps.data import Drawing
from api.web.maps.ways import Start, Stop, legs_along
from api.web.render import language_of, page
from api.web.shared_words import ENROLMENT_STATES, RUN_STATES, SESSION_STATES
from api.web.steps import done
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import NotFound
from catalog.kernel.time import Clock
from market.actor import Actor
from market.gatherings import queries as gatherings_read
from market.gatherings import service as gatherings
from market.gatherings.views import GatheringView
from market.meals import queries as meals_read
from market.meals import service as meals
from market.meals.views import RunView
from market.states import EnrolmentState, RunState

TO_DO = (RunState.PLANNED, RunState.CONFIRMED)
SEATED = (EnrolmentState.SEATED, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A reason, and who was not there."""

    reason: Annotated[str, Meta(max_length=400)] = ""
    absent: tuple[UUID, ...] = ()


@get("/work/runs/{run_id:uuid}", include_in_schema=False, guards=[signed_in])
async def show_run(
    request: AnyRequest,
    run_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show a run with its doors in order, to its helper and the helper's provider."""
    run = await _own_run(read, run_id, actor)
    return page(
        request,
        "provider/run.html",
        run=run,
        state=RUN_STATES[run.state],
        begun=clock.now() >= run.load_at,
        drawing=await _drawing(request, run) if run.stops and run.state in TO_DO else None,
        form=Form(),
    )


async def _own_run(session: AsyncSession, run_id: UUID, actor: Actor) -> RunView:
    """Return a run that the reader makes or answers for; NotFound for anybody else."""
    run = await meals_read.run_view(session, run_id)
    if run.worker_id not in actor.worker_ids and run.provider_id not in actor.provider_ids:
        raise NotFound("There is no such {thing}", thing="delivery_run")
    return run


async def _drawing(request: AnyRequest, run: RunView) -> Drawing:
    """Return the way from the canteen to all doors."""
    say = translator(language_of(request))
    network = runtime_of(request).streets.network
    start = Start(at=(run.canteen_lat, run.canteen_lon))
    stops = tuple(
        Stop(at=(s.lat, s.lon), number=str(s.position + 1), label=f"{s.position + 1}. {s.person_name}")
        for s in run.stops
    )
    return drawings.day(network, say, start, stops, await legs_along(network, start, stops))


@post("/work/runs/{run_id:uuid}/{act:str}", include_in_schema=False, guards=[signed_in])
async def change_run(
    request: AnyRequest,
    run_id: FromPath[UUID],
    act: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Say yes to a run, that it is done, or that it cannot be."""
    said = decode(Said, await request.form())
    reason = "" if isinstance(said, FormErrors) else said.reason
    steps: dict[str, tuple[Any, str]] = {
        "confirm": (
            lambda: meals.confirm_run(write, clock, actor, run_id),
            N_("Thank you. The run is yours."),
        ),
        "finish": (lambda: meals.finish_run(write, clock, actor, run_id), N_("Done, thank you.")),
        "cancel": (
            lambda: meals.cancel_run(write, clock, actor, run_id, reason),
            N_("Thank you for telling us. We look for somebody else now."),
        ),
    }
    if act not in steps:
        raise NotFound("There is no such {thing}", thing="step")
    return await done(write, *steps[act], f"/work/runs/{run_id}")


@get("/work/sessions/{gathering_id:uuid}", include_in_schema=False, guards=[signed_in])
async def show_session(
    request: AnyRequest,
    gathering_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show a session to those who run it, with the names of those who have a seat."""
    one = await _own_session(read, gathering_id, actor)
    people = await gatherings_read.enrolments_in(read, gathering_id)
    return page(
        request,
        "provider/session.html",
        one=one,
        state=SESSION_STATES[one.state],
        seated=[e for e in people if e.state in SEATED],
        seats=ENROLMENT_STATES,
        over=bool(one.starts) and one.starts[-1] <= clock.now(),
        form=Form(),
    )


async def _own_session(session: AsyncSession, gathering_id: UUID, actor: Actor) -> GatheringView:
    """Return a session that the reader runs; NotFound for anybody else."""
    one = await gatherings_read.gathering_view(session, gathering_id)
    if not {person.worker_id for person in one.staff} & set(actor.worker_ids):
        raise NotFound("There is no such {thing}", thing="gathering")
    return one


@post("/work/sessions/{gathering_id:uuid}/held", include_in_schema=False, guards=[signed_in])
async def note_held(
    request: AnyRequest,
    gathering_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Note that it has taken place, and who was not there."""
    said = decode(Said, await request.form())
    absent = () if isinstance(said, FormErrors) else said.absent
    return await done(
        write,
        lambda: gatherings.note_held(write, clock, actor, gathering_id, absent),
        N_("Noted. Thank you."),
        f"/work/sessions/{gathering_id}",
    )


ROUTES = [show_run, change_run, show_session, note_held]
