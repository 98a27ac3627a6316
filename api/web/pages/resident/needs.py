"""One request: where it stands, who is responsible, why it waits, and what its people can do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import N_, translator
from api.runtime import runtime_of
from api.web.forms import FieldError, Form, FormErrors, decode, refused, typed
from api.web.maps.homes import map_of_home
from api.web.pages.resident import lookups, times
from api.web.pages.resident.labels import STARS
from api.web.render import language_of, page, see_other
from api.web.words import NEED_STATES, OUTCOMES, TIES, cause_rows_for_residents, help_text, message_text
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Invalid, LinliError
from catalog.kernel.ids import derived_id
from catalog.kernel.time import Clock, at_local, local_day
from catalog.services import queries as services_read
from catalog.services.models import Lane
from market.actor import Actor
from market.gatherings import queries as gatherings_read
from market.needs import service as needs
from market.needs.closing import BEFORE_THE_DOOR
from market.needs.commands import Window
from market.needs.queries import status_of
from market.needs.views import STEPS, NeedStatus
from market.notices.queries import MessageView
from market.notices.service import mark_read
from market.reviews.commands import WriteReview
from market.reviews.service import write_review
from market.rounds.schedule import EVENING_HOUR
from market.states import EnrolmentState, NeedState, Outcome

SEARCHING = (NeedState.RECEIVED, NeedState.LOOKING)
GOOD_ENDS = (Outcome.SERVED, Outcome.SOLVED_ON_THE_SPOT, Outcome.SERVED_ELSEWHERE)
OFFICE_STEPS = (N_("Received"), N_("With the office in charge"), N_("Done"))
AT_ONCE = timedelta(minutes=1)
QUESTIONS = ("need.question", "need.new_times")


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why, if one likes to say."""

    reason: Annotated[str, Meta(max_length=400)] = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One of five faces, and a word if one likes."""

    stars: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=1000)] = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and other times."""

    answer: Annotated[str, Meta(max_length=400)] = ""


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """A fair at which a request is met; `settled`: it takes place, and there is a seat."""

    gathering_id: UUID
    start_at: datetime | None
    venue_zh: str
    venue_en: str
    settled: bool


def next_matching(now: datetime) -> datetime:
    """Return when the next evening round begins."""
    tonight = at_local(local_day(now), EVENING_HOUR * 60)
    return tonight if tonight > now else at_local(local_day(now) + timedelta(days=1), EVENING_HOUR * 60)


@get("/needs/{code:str}", include_in_schema=False, guards=[signed_in])
async def show(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show everything that the person may know."""
    need = await status_of(read, code, actor)
    shown = await _status(request, read, clock, actor, need)
    await read_now(request, clock, actor, need.messages)
    return shown


async def read_now(
    request: AnyRequest, clock: Clock, actor: Actor, messages: tuple[MessageView, ...] | list[MessageView]
) -> None:
    """Note what a person has now seen; a page without news writes nothing."""
    unread = [m.id for m in messages if m.read_at is None and m.person_id == actor.person_id]
    if unread:
        async with runtime_of(request).database.write() as session:
            await mark_read(session, clock, actor, unread)


async def _status(
    request: AnyRequest,
    session: ReadSession | WriteSession,
    clock: Clock,
    actor: Actor,
    need: NeedStatus,
    form: Form | None = None,
) -> Template:
    language = language_of(request)
    say = translator(language)
    names = await lookups.service_names(session, {need.service.code}, language)
    theirs = actor.person_id in {need.requester_id, need.beneficiary_id}
    done = need.outcome in GOOD_ENDS
    asked = done and theirs and need.job_id is not None
    return page(
        request,
        "resident/need.html",
        status_code=422 if form else 200,
        need=need,
        state=OUTCOMES[need.outcome] if need.outcome else NEED_STATES[need.state],
        step=len(STEPS) if done else _step(need),
        labels=None if need.lane == Lane.SERVICE else [say.gettext(label) for label in OFFICE_STEPS],
        shows_steps=need.outcome is None or done,
        causes=cause_rows_for_residents(say, need.last_causes),
        help=help_text(say, need.last_causes),
        searching=need.state in SEARCHING and need.lane == Lane.SERVICE,
        next_at=next_matching(clock.now()),
        now=clock.now(),
        messages=[(m, message_text(say, m.text, m.params, names)) for m in _once(need.messages)],
        question=_question(need),
        theirs=theirs,
        ties=TIES,
        may_withdraw=need.state in BEFORE_THE_DOOR,
        may_reopen=need.may_reopen_until is not None and clock.now() <= need.may_reopen_until,
        asks_review=asked
        and need.job_id is not None
        and not await lookups.has_reviewed(session, need.job_id),
        stars=[(value, say.gettext(label)) for value, label in STARS],
        shown=await map_of_home(request, session, need),
        seat=await _seat(session, need),
        form=form or Form(),
    )


async def _seat(session: ReadSession | WriteSession, need: NeedStatus) -> Invited | None:
    """Return the fair at which the request is to be met instead of by a visit; None for most."""
    if need.state not in {NeedState.LOOKING, NeedState.ARRANGED} or need.job_id is not None:
        return None
    seat = await gatherings_read.seat_of_need(session, need.id)
    if seat is None:
        return None
    one = await gatherings_read.gathering_view(session, seat.gathering_id)
    option = one.occasions[0] if one.occasions else None
    return Invited(
        gathering_id=one.id,
        start_at=one.first_at or (option.starts[0] if option else None),
        venue_zh=one.venue_zh or (option.venue_zh if option else ""),
        venue_en=one.venue_en or (option.venue_en if option else ""),
        settled=seat.state is EnrolmentState.SEATED,
    )


def _step(need: NeedStatus) -> int:
    if need.lane == Lane.SERVICE:
        return STEPS.index(need.step)
    return 0 if need.state == NeedState.RECEIVED else 1


def _once(messages: tuple[MessageView, ...]) -> list[MessageView]:
    """Both sides are told the same, microseconds apart: the page says it once."""
    told: list[MessageView] = []
    for message in messages:
        if not any(_same(message, other) for other in told):
            told.append(message)
    return told


def _same(message: MessageView, other: MessageView) -> bool:
    alike = (message.template, message.params) == (other.template, other.params)
    return alike and abs(message.created_at - other.created_at) < AT_ONCE


def _question(need: NeedStatus) -> MessageView | None:
    if need.state != NeedState.WAITING_RESIDENT:
        return None
    return next((message for message in need.messages if message.template in QUESTIONS), None)


@get("/needs/{code:str}/withdraw", include_in_schema=False, guards=[signed_in])
async def ask_withdraw(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
) -> Template:
    """Ask once more before withdrawing."""
    return page(request, "resident/withdraw.html", need=await status_of(read, code, actor), form=Form())


Step = Callable[[UUID, Any], Awaitable[object]]


async def _do(
    request: AnyRequest,
    write: WriteSession,
    actor: Actor,
    code: str,
    kind: type[Any],
    template: str,
    step: Step,
) -> Template | Redirect | NeedStatus:
    """Read a small form and take a step; the page again where either is refused, else the need."""
    need = await status_of(write, code, actor)
    data = await request.form()
    said = decode(kind, data)
    if not isinstance(said, FormErrors):
        try:
            async with write.begin_nested():
                await step(need.id, said)
        except LinliError as refusal:
            return page(
                request, template, status_code=refusal.status, need=need, form=_refused(data, refusal, kind)
            )
        return need
    return page(request, template, status_code=422, need=need, form=said)


def _refused(data: Any, refusal: LinliError, kind: type[Any]) -> FormErrors:
    if refusal.field in kind.__struct_fields__:
        return refused(data, refusal)
    return FormErrors(typed(data), (FieldError("", refusal.message, dict(refusal.params)),))


@post("/needs/{code:str}/withdraw", include_in_schema=False, guards=[signed_in], status_code=200)
async def withdraw(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Withdraw; whoever was to come is told."""

    async def step(need_id: UUID, said: Reason) -> object:
        return await needs.withdraw_need(write, clock, actor, need_id, said.reason or None)

    done = await _do(request, write, actor, code, Reason, "resident/withdraw.html", step)
    if isinstance(done, NeedStatus):
        return see_other(f"/needs/{done.code}", N_("Your request is withdrawn."))
    return done


@post("/needs/{code:str}/confirm", include_in_schema=False, guards=[signed_in], status_code=200)
async def confirm(
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Say that it is done."""
    need = await status_of(write, code, actor)
    await needs.confirm_done(write, clock, actor, need.id)
    return see_other(f"/needs/{need.code}", N_("Thank you. We are glad that it is done."))


@get("/needs/{code:str}/confirm", include_in_schema=False, guards=[signed_in])
async def confirm_again(code: FromPath[str]) -> Redirect:
    """Lead back who changed the language after a refusal."""
    return Redirect(f"/needs/{code}", status_code=303)


@get("/needs/{code:str}/reopen", include_in_schema=False, guards=[signed_in])
async def ask_reopen(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
) -> Template:
    """Ask what is not solved."""
    return page(request, "resident/reopen.html", need=await status_of(read, code, actor), form=Form())


@post("/needs/{code:str}/reopen", include_in_schema=False, guards=[signed_in], status_code=200)
async def reopen(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Search again."""

    async def step(need_id: UUID, said: Reason) -> object:
        return await needs.reopen_need(write, clock, actor, need_id, said.reason or None)

    done = await _do(request, write, actor, code, Reason, "resident/reopen.html", step)
    if isinstance(done, NeedStatus):
        return see_other(
            f"/needs/{done.code}", N_("Your request is open again. We are looking for somebody.")
        )
    return done


@get("/needs/{code:str}/review", include_in_schema=False, guards=[signed_in])
async def ask_review(code: FromPath[str]) -> Redirect:
    """Lead to the question on the page of the request."""
    return Redirect(f"/needs/{code}", status_code=303)


@post("/needs/{code:str}/review", include_in_schema=False, guards=[signed_in], status_code=200)
async def review(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Keep one word on the visit; the same again is the same."""
    need = await status_of(write, code, actor)
    data = await request.form()
    said = decode(Verdict, data)
    if isinstance(said, FormErrors):
        return await _status(request, write, clock, actor, need, _faces(said))
    if need.job_id is None:
        raise Invalid("Nobody has come for this request")
    command = WriteReview(
        id=derived_id("review", need.job_id, "resident"),
        job_id=need.job_id,
        stars=said.stars,
        comment=said.comment,
    )
    await write_review(write, clock, actor, command)
    return see_other(f"/needs/{need.code}", N_("Thank you for your word."))


def _faces(wrong: FormErrors) -> FormErrors:
    """Faces are chosen, not filled in."""
    errors = (replace(e, message=N_("Please choose one")) if e.field == "stars" else e for e in wrong.errors)
    return FormErrors(wrong.values, tuple(errors))


@get("/needs/{code:str}/answer", include_in_schema=False, guards=[signed_in])
async def ask_answer(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show what was asked, with times to tap on."""
    return await _answering(request, read, clock, await status_of(read, code, actor))


async def _answering(
    request: AnyRequest,
    session: ReadSession | WriteSession,
    clock: Clock,
    need: NeedStatus,
    form: FormErrors | None = None,
) -> Template:
    service = await services_read.service(session, need.service.code)
    days = times.days_to_offer(service, clock)
    spans = [Window(starts_at=w.starts_at, ends_at=w.ends_at) for w in need.windows]
    return page(
        request,
        "resident/answer.html",
        status_code=422 if form else 200,
        need=need,
        question=_question(need),
        days=days,
        listed=times.days_to_list(clock),
        form=form or times.shown(spans, days),
    )


@post("/needs/{code:str}/answer", include_in_schema=False, guards=[signed_in], status_code=200)
async def answer(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Take the answer and the times; the search goes on."""
    need = await status_of(write, code, actor)
    data = await request.form()
    said, chosen = decode(Answer, data), decode(times.Times, data)
    for wrong in (said, chosen):
        if isinstance(wrong, FormErrors):
            return await _answering(request, write, clock, need, wrong)
    assert isinstance(said, Answer)  # noqa: S101 the loop above has looked at both
    assert isinstance(chosen, times.Times)  # noqa: S101 as above
    try:
        async with write.begin_nested():
            service = await services_read.service(write, need.service.code)
            given = bool(chosen.times or chosen.windows)
            windows = times.read_times(service, clock, chosen) if given else ()
            await needs.answer_question(write, clock, actor, need.id, said.answer, windows)
    except Invalid as refusal:
        place = "answer" if refusal.field == "answer" else "times"
        wrong = FormErrors(typed(data), (FieldError(place, refusal.message, dict(refusal.params)),))
        return await _answering(request, write, clock, need, wrong)
    return see_other(f"/needs/{need.code}", N_("Thank you. We go on looking."))


ROUTES = [
    show,
    ask_withdraw,
    withdraw,
    confirm,
    confirm_again,
    ask_reopen,
    reopen,
    ask_review,
    review,
    ask_answer,
    answer,
]
