"""Pages of helpers: today's list in order, offers with their deadline and reasons, one job at a time.

Who leads a team (the contact of a provider) also sees the offers and visits of its helpers, each with the helper's name.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import doors
from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.runtime import runtime_of
from api.web.formats import Formats
from api.web.forms import Form, FormErrors, decode, refused
from api.web.maps.work import TO_DO, map_of_days, map_of_job, map_of_offer
from api.web.render import language_of, page, see_other
from api.web.shared_words import RUN_STATES
from api.web.words import JOB_STATES, OFFER_STATES, offer_reasons
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Conflict, LinliError
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, local_day
from catalog.providers.models import Provider, Worker
from catalog.services import queries as services_read
from market.actor import Actor
from market.gatherings import queries as gatherings_read
from market.gatherings.views import GatheringView
from market.jobs import queries as jobs_read
from market.jobs import service as jobs
from market.meals import queries as meals_read
from market.offers import queries as offers_read
from market.offers import service as offers
from market.reviews import service as reviews
from market.reviews.commands import WriteReview
from market.reviews.queries import own_review
from market.states import LIVE_OFFERS, RunState

T = TypeVar("T")
Session = tuple[datetime, GatheringView]
DAYS = 3  # the list of today also shows what comes next

DECLINE_REASONS = (
    ("no_time", N_("No time then")),
    ("too_far", N_("Too far")),
    ("not_my_skill", N_("Not what I can do")),
    ("unwell", N_("I am unwell")),
    ("other", N_("Another reason")),
)

CANCEL_REASONS = (
    ("unwell", N_("I am unwell")),
    ("family", N_("Something happened at home")),
    ("late", N_("Another visit takes longer")),
    ("other", N_("Another reason")),
)


class Decline(msgspec.Struct, frozen=True, kw_only=True):
    """Why not; costs nothing."""

    reason: str


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """The code that the resident tells at the door."""

    door_code: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, in the helper's words."""

    reason: Annotated[str, Meta(max_length=400)]


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    """Why the helper cannot come: one of the chips."""

    because: str


class Stars(msgspec.Struct, frozen=True, kw_only=True):
    """The helper's word on a visit."""

    stars: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=1000)] = ""


class Crew(NamedTuple):
    """Whose work somebody looks at: the own, or that of a team that the person leads."""

    own: tuple[UUID, ...]
    team: tuple[UUID, ...]
    shows_team: bool

    @property
    def worker_ids(self) -> tuple[UUID, ...]:
        """Return the workers whose offers and visits are shown."""
        return self.team if self.shows_team else self.own

    @property
    def may_choose(self) -> bool:
        """Say whether there is both: own work and a team."""
        return bool(self.own) and bool(set(self.team) - set(self.own))


async def _crew(request: AnyRequest, session: AsyncSession, actor: Actor) -> Crew:
    """Return the workers of a person and of the providers whose contact the person is; one statement."""
    statement = (
        select(Worker.id)
        .join(Provider, Provider.id == Worker.provider_id)
        .where(Provider.contact_id == actor.person_id, Worker.active)
        .order_by(Worker.id)
    )
    team = tuple((await session.execute(statement)).scalars())
    asked = request.query_params.get("team") == "on"
    return Crew(actor.worker_ids, team, bool(team) and (asked or not actor.worker_ids))


@get("/work", include_in_schema=False, guards=[signed_in])
async def today(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show today's and the next days' visits in the order of their start, and how many offers wait."""
    crew = await _crew(request, read, actor)
    day = local_day(clock.now())
    offered = await offers_read.offers_for(read, crew.worker_ids)
    runs = await meals_read.runs_of_workers(read, crew.worker_ids, day, DAYS)
    days = [
        (on, await jobs_read.today(read, crew.worker_ids, on))
        for on in (day + timedelta(n) for n in range(DAYS))
    ]
    return page(
        request,
        "provider/today.html",
        crew=crew,
        days=days,
        runs=_by_day((run.day, run) for run in runs if run.state is not RunState.CANCELLED),
        sessions=_by_day(await _sessions(read, crew.worker_ids)),
        run_states=RUN_STATES,
        next=next((job.id for _, jobs in days for job in jobs if job.state in TO_DO), None),
        waiting=[offer for offer in offered if offer.state in LIVE_OFFERS],
        shown=await map_of_days(request, read, crew.worker_ids, days),
        day=day,
        states=JOB_STATES,
    )


async def _sessions(session: AsyncSession, worker_ids: tuple[UUID, ...]) -> list[tuple[date, Session]]:
    """Return the dates of sessions that workers run, each beside its session."""
    found = await gatherings_read.sessions_of_workers(session, worker_ids)
    dates = sorted((start, one.title, one) for one in found for start in one.starts)
    return [(local_day(start), (start, one)) for start, _, one in dates]


def _by_day(things: Iterable[tuple[date, T]]) -> dict[date, list[T]]:
    """Return things by their day, in the order given."""
    found: dict[date, list[T]] = {}
    for on, thing in things:
        found.setdefault(on, []).append(thing)
    return found


@get("/work/offers", include_in_schema=False, guards=[signed_in])
async def offer_list(
    request: AnyRequest, read: NamedDependency[ReadSession], actor: NamedDependency[Actor]
) -> Template:
    """Show what waits for an answer, soonest deadline first, and what was accepted but is not settled yet."""
    crew = await _crew(request, read, actor)
    mine = await offers_read.offers_for(read, crew.worker_ids)
    return page(
        request,
        "provider/offers.html",
        crew=crew,
        waiting=[offer for offer in mine if offer.state in LIVE_OFFERS],
        unsettled=[offer for offer in mine if offer.state not in LIVE_OFFERS],
        states=OFFER_STATES,
    )


@get("/work/offers/{offer_id:uuid}", include_in_schema=False, guards=[signed_in])
async def offer_page(
    request: AnyRequest,
    offer_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show one offer; opening it marks it as seen."""
    await offers.see_offer(write, clock, actor, offer_id)
    return await _offer(request, write, actor, offer_id)


async def _offer(
    request: AnyRequest,
    session: ReadSession | WriteSession,
    actor: Actor,
    offer_id: UUID,
    form: Form | None = None,
    refusal: LinliError | None = None,
) -> Template:
    view = await offers_read.offer_view(session, offer_id, actor)
    crew = await _crew(request, session, actor)
    language = language_of(request)
    say = translator(language)
    fmt = Formats(language)
    # metres along streets and a circle of 200 m would leave few doors
    walk = fmt.walk(
        view.travel_minutes, view.travel_metres if view.place.exact else None, estimated=view.estimated
    )
    skills = {skill.code: fmt.name(skill) for skill in await services_read.skills(session)}
    return page(
        request,
        "provider/offer.html",
        status_code=refusal.status if refusal else 422 if form else 200,
        offer=view,
        own=view.worker_id in actor.worker_ids,
        live=view.state in LIVE_OFFERS,
        states=OFFER_STATES,
        reasons=offer_reasons(say, view.reasons, walk=walk, skills=skills),
        shown=await map_of_offer(request, session, view, {*crew.own, *crew.team}),
        decline_reasons=[(code, say.gettext(label)) for code, label in DECLINE_REASONS],
        form=form or Form(),
        refusal=await _refusal_words(session, say, refusal) if refusal else None,
    )


async def _refusal_words(session: AsyncSession, say: Translator, refusal: LinliError) -> str:
    """Return why it could not be accepted; times and services in the reader's words."""
    fmt = Formats(say.language)
    params = {
        name: fmt.datetime(value) if isinstance(value, datetime) else value
        for name, value in refusal.params.items()
    }
    if "service" in params:
        found = await services_read.services_by_code(session, {str(params["service"])})
        params["service"] = next((fmt.name(service) for service in found.values()), params["service"])
    return say.gettext(refusal.message, **params)


@post("/work/offers/{offer_id:uuid}", include_in_schema=False, guards=[signed_in], status_code=200)
async def accept(
    request: AnyRequest,
    offer_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Accept; who comes second reads who was faster, on the same page."""
    try:
        await offers.accept_offer(write, clock, actor, offer_id)
    except LinliError as refusal:
        return await _offer(request, write, actor, offer_id, refusal=refusal)
    view = await offers_read.offer_view(write, offer_id, actor)
    if view.job_id is None:
        return see_other(
            f"/work/offers/{offer_id}", N_("Thank you. We tell you as soon as all the helpers have accepted.")
        )
    return see_other(f"/work/jobs/{view.job_id}", N_("Agreed. The address and the phone number are below."))


@post("/work/offers/{offer_id:uuid}/decline", include_in_schema=False, guards=[signed_in], status_code=200)
async def decline(
    request: AnyRequest,
    offer_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Decline with a reason, at no penalty."""
    answer = decode(Decline, await request.form())
    if isinstance(answer, FormErrors):
        return await _offer(request, write, actor, offer_id, form=answer)
    await offers.decline_offer(write, clock, actor, offer_id, answer.reason)
    return see_other(
        "/work/offers", N_("Thank you for telling us. We ask the next person now; this costs you nothing.")
    )


@get("/work/jobs/{job_id:uuid}", include_in_schema=False, guards=[signed_in])
async def job_page(
    request: AnyRequest,
    job_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
) -> Template:
    """Show one job with its next step."""
    return await _job(request, read, actor, job_id)


async def _job(
    request: AnyRequest,
    session: ReadSession | WriteSession,
    actor: Actor,
    job_id: UUID,
    form: Form | None = None,
) -> Template:
    view = await jobs_read.job_view(session, job_id, actor)
    crew = await _crew(request, session, actor)
    return page(
        request,
        "provider/job.html",
        status_code=422 if form else 200,
        job=view,
        own=bool(set(view.worker_ids) & set(actor.worker_ids)),
        shown=await map_of_job(request, session, view, {*crew.own, *crew.team}),
        said=await own_review(session, job_id, actor.person_id) if actor.person_id else None,
        form=form or Form(),
        cancel_reasons=CANCEL_REASONS,
        states=JOB_STATES,
    )


@post("/work/jobs/{job_id:uuid}/set-out", include_in_schema=False, guards=[signed_in], status_code=200)
async def set_out(
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Tell that one is on the way."""
    await jobs.set_out(write, clock, actor, job_id)
    return see_other(f"/work/jobs/{job_id}", N_("The resident knows that you are on the way."))


@post("/work/jobs/{job_id:uuid}", include_in_schema=False, guards=[signed_in], status_code=200)
async def check_in(
    request: AnyRequest,
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Begin with the door code."""
    typed = decode(CheckIn, await request.form())
    if isinstance(typed, FormErrors):
        return await _job(request, write, actor, job_id, form=typed)
    try:
        counters = runtime_of(request).counters
        await doors.check_in(counters, write, clock, actor, job_id, typed.door_code)
    except LinliError as refusal:
        if refusal.field is None:
            raise
        return await _job(request, write, actor, job_id, form=refused(await request.form(), refusal))
    return see_other(f"/work/jobs/{job_id}", N_("You are checked in."))


@post("/work/jobs/{job_id:uuid}/check-out", include_in_schema=False, guards=[signed_in], status_code=200)
async def check_out(
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Finish; the resident is asked to confirm."""
    await jobs.check_out(write, clock, actor, job_id)
    return see_other(f"/work/jobs/{job_id}", N_("Done, thank you. We ask the resident to confirm."))


@post("/work/jobs/{job_id:uuid}/problem", include_in_schema=False, guards=[signed_in], status_code=200)
async def problem(
    request: AnyRequest,
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Report that something is wrong; a person decides."""
    told = decode(Problem, await request.form())
    if isinstance(told, FormErrors):
        return await _job(request, write, actor, job_id, form=told)
    await jobs.report_problem(write, clock, actor, job_id, told.reason)
    return see_other(f"/work/jobs/{job_id}", N_("The community officer has been told and will call you."))


@post("/work/jobs/{job_id:uuid}/cancel", include_in_schema=False, guards=[signed_in], status_code=200)
async def cancel(
    request: AnyRequest,
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Give the job back; the next best person is asked."""
    told = decode(Cancel, await request.form())
    if isinstance(told, FormErrors):
        return await _job(request, write, actor, job_id, form=told)
    say = translator(language_of(request))
    because = say.gettext(dict(CANCEL_REASONS).get(told.because, CANCEL_REASONS[-1][1]))
    await jobs.cancel_job(write, clock, actor, job_id, because)
    return see_other("/work", N_("Thank you for telling us. We look for somebody else now."))


@post("/work/jobs/{job_id:uuid}/review", include_in_schema=False, guards=[signed_in], status_code=200)
async def review(
    request: AnyRequest,
    job_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Say how the visit went; hidden until both sides have spoken."""
    word = decode(Stars, await request.form())
    if isinstance(word, FormErrors):
        return await _job(request, write, actor, job_id, form=word)
    command = WriteReview(
        id=derived_id("review", job_id, "provider"), job_id=job_id, stars=word.stars, comment=word.comment
    )
    try:
        async with write.begin_nested():
            await reviews.write_review(write, clock, actor, command)
    except Conflict as refusal:
        return await _job(request, write, actor, job_id, form=refused(await request.form(), refusal))
    return see_other(f"/work/jobs/{job_id}", N_("Thank you for your word."))


ROUTES = [
    today,
    offer_list,
    offer_page,
    accept,
    decline,
    job_page,
    set_out,
    check_in,
    check_out,
    problem,
    cancel,
    review,
]
