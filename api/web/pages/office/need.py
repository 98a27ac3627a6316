"""One need: everything that is known, and what an officer can do about it."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import AnyRequest
from api.i18n import N_, Translator, translator
from api.web.forms import FieldError, Form, FormErrors, decode, refused, typed
from api.web.pages.office.acts import ACTS, Act, Doing, acts_for
from api.web.pages.office.ageing import URGENCIES, age_of
from api.web.pages.office.calls import service_names
from api.web.pages.office.file import NeedFile, need_file
from api.web.pages.office.labels import CHANNELS, CONSENT, GENDER, LANES, relation_words
from api.web.pages.provider import DECLINE_REASONS
from api.web.render import language_of, page, see_other
from api.web.words import (
    JOB_STATES,
    NEED_STATES,
    OFFER_STATES,
    OUTCOMES,
    cause_rows,
    help_text,
    message_text,
    state_words,
)
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import Forbidden, LinliError, NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.services.models import Lane
from market.actor import Actor
from market.needs.deadlines import result_due
from market.states import JobState, Outcome

OUTCOMES_TO_CHOOSE = (
    Outcome.SOLVED_ON_THE_SPOT,
    Outcome.SERVED_ELSEWHERE,
    Outcome.SERVED,
    Outcome.TRANSFERRED,
    Outcome.DUPLICATE,
    Outcome.NOT_POSSIBLE,
    Outcome.PERSON_ABSENT,
)


@get("/needs/{need_id:uuid}", include_in_schema=False)
async def show_need(
    request: AnyRequest,
    need_id: FromPath[UUID],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the file of a need."""
    return await _page(request, await need_file(read, need_id, actor), read, clock, Form(), "")


async def _page(
    request: AnyRequest, file: NeedFile, session: AsyncSession, clock: Clock, form: Form, act: str
) -> Template:
    say = translator(language_of(request))
    status, now = file.status, clock.now()
    job_state = JobState(file.job.state) if file.job else None
    possible = acts_for(status.state, status.lane, job_state if status.job_id else None)
    return page(
        request,
        "office/need.html",
        status_code=422 if form.errors else 200,
        file=file,
        status=status,
        now=now,
        state=state_words(say, NEED_STATES, status.state),
        outcome=state_words(say, OUTCOMES, status.outcome) if status.outcome else None,
        job_state=state_words(say, JOB_STATES, job_state) if job_state else None,
        age=age_of(
            say,
            created_at=status.created_at,
            due_at=result_due(status.created_at),
            state=status.state,
            now=now,
        ),
        facts=_facts(say, file),
        causes=cause_rows(say, status.last_causes),
        help=help_text(say, status.last_causes),
        offers=[_offer(say, offer) for offer in file.offers],
        messages=await _messages(say, session, file),
        possible=possible,
        act=act,
        form=form,
        round_id=form.value("round_id") or new_id(),
        lanes=[(lane.value, say.gettext(LANES[lane])) for lane in Lane if lane != status.lane],
        outcomes=[(outcome.value, say.gettext(OUTCOMES[outcome][0])) for outcome in OUTCOMES_TO_CHOOSE],
    )


def _facts(say: Translator, file: NeedFile) -> dict[str, Any]:
    """Return codes of the file in words."""
    need = file.need
    wishes = [
        say.gettext(GENDER[need.wishes["gender"]]) if need.wishes.get("gender") else "",
        say.gettext(N_("the same helper: {name}"), name=file.wanted_helper) if file.wanted_helper else "",
        say.gettext(N_("language: {name}"), name=need.wishes["language"])
        if need.wishes.get("language")
        else "",
    ]
    return {
        "urgency": say.gettext(URGENCIES[need.urgency]),
        "channel": say.gettext(CHANNELS[need.channel]),
        "lane": say.gettext(LANES[need.lane]),
        "consent": say.gettext(CONSENT[need.consent["how"]]) if need.consent else None,
        "relation": relation_words(say, need.relation),
        "wishes": [wish for wish in wishes if wish],
    }


def _offer(say: Translator, offer: Any) -> dict[str, Any]:
    reasons = dict(DECLINE_REASONS)
    why = offer.decline_reason
    return {
        "line": offer,
        "state": state_words(say, OFFER_STATES, offer.state),
        "why": say.gettext(reasons[why]) if why in reasons else why,
    }


async def _messages(say: Translator, session: AsyncSession, file: NeedFile) -> list[dict[str, Any]]:
    names = await service_names(session, say, {file.need.service_code})
    people = {person.id: person.name for person in (file.requester, file.beneficiary)}
    return [
        {
            "to": people.get(message.person_id, ""),
            "text": message_text(say, message.text, message.params, names),
            "message": message,
        }
        for message in file.status.messages
    ]


@post("/needs/{need_id:uuid}", include_in_schema=False, status_code=200)
async def change_need(
    request: AnyRequest,
    need_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Do one of the acts; `_act` says which. What cannot be done is said at its form, which keeps what was typed."""
    data = await request.form()
    name = str(data.get("_act", ""))
    if name not in ACTS:
        raise NotFound("There is no such {thing}", thing="step")
    act = ACTS[name]
    form = decode(act.form, data)
    if not isinstance(form, FormErrors):
        try:
            async with write.begin_nested():
                where = await act.run(Doing(write, clock, actor, need_id), form)
        except (Forbidden, NotFound) as refusal:
            if name != "close" or isinstance(refusal, Forbidden):
                raise
            form = FormErrors(typed(data), (FieldError("same_as", refusal.message, dict(refusal.params)),))
        except LinliError as refusal:
            form = _placed(refused(data, refusal), act)
        else:
            return see_other(where or f"/office/needs/{need_id}", act.said)
    return await _page(request, await need_file(write, need_id, actor), write, clock, form, name)


def _placed(form: FormErrors, act: Act) -> FormErrors:
    """Name the fields of the service as this page does."""
    errors = tuple(
        FieldError(act.fields.get(error.field, error.field), error.message, error.params)
        for error in form.errors
    )
    return FormErrors(form.values, errors)


ROUTES = [show_need, change_need]
