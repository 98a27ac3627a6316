"""Asking for help: what, then one question, then one page read back. Everything else has a default that can be changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import translator
from api.web.forms import FieldError, Form, FormErrors, decode, typed
from api.web.pages.resident import finding, lookups
from api.web.pages.resident.drafts import Draft, drop_draft, go_on, keep_draft, load_draft
from api.web.pages.resident.labels import PICTURES, can_be_asked, price_words, proxy_words, who_words
from api.web.pages.resident.questions import QUESTIONS, Asking, first_question, visible_home
from api.web.render import language_of, page
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import LinliError, NotFound
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.services import queries as services_read
from catalog.services.models import Service
from market.actor import Actor
from market.meals.commands import MEALS
from market.needs.commands import Consent, OpenNeed, Wishes
from market.needs.models import Channel
from market.needs.queries import needs_of, status_of
from market.needs.service import open_need
from market.needs.views import NeedCard
from market.states import NeedState

MOST_FOUND = 10
# Where a refusal of the service is mended: the part of its field before a dot -> row of the page that is read back.
ROWS = {
    "windows": "time",
    "beneficiary_id": "for",
    "consent": "for",
    "relation": "for",
    "household_id": "where",
    "lat": "where",
    "lon": "where",
    "wishes": "wishes",
    "description": "words",
}


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The button on the page that is read back."""

    id: UUID


class Began(msgspec.Struct, frozen=True, kw_only=True):
    """The id that the first page made up."""

    id: UUID | None = None


@get("/ask", include_in_schema=False)
async def what(request: AnyRequest, read: NamedDependency[ReadSession], q: FromQuery[str] = "") -> Template:
    """Show eight pictures, a search, and a telephone for who cannot say what it is."""
    text = q.strip()[: finding.LONGEST_SEARCH]
    found, alike = await finding.find(read, text, MOST_FOUND) if text else ((), False)
    known = await services_read.services_by_code(read, PICTURES)
    return page(
        request,
        "resident/ask.html",
        pictures=[known[code] for code in PICTURES if code in known and known[code].active],
        q=text,
        found=found,
        alike=alike,
        danger=finding.dangerous(text),
        contact=await lookups.caller_of(read, request.scope["user"]),
    )


async def _service(session: ReadSession | WriteSession, code: str) -> Service:
    found = await services_read.service(session, code)
    if not found.active:
        raise NotFound("There is no such {thing}", thing="service")
    return found


@get("/ask/{code:str}", include_in_schema=False)
async def first(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
) -> Template:
    """Show the one question that must be asked."""
    service = await _service(read, code)
    if not can_be_asked(service):
        return page(request, "resident/coming.html", service=service, meals=service.code == MEALS)
    draft = await load_draft(request, code) or Draft(id=new_id())
    asking = _asking(request, read, clock, service, draft)
    return await _question(request, asking, first_question(service), going_on=await _going_on(asking))


async def _going_on(asking: Asking) -> list[NeedCard]:
    """Return open requests for the same service: who goes back after sending sees that it has been sent."""
    cards = await needs_of(asking.session, asking.user.person_id) if asking.user else []
    return [
        card for card in cards if card.service.code == asking.service.code and card.state != NeedState.CLOSED
    ]


@post("/ask/{code:str}", include_in_schema=False, status_code=200)
async def first_answered(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
) -> Template | Redirect:
    """Begin the draft with the answer."""
    service = await _service(read, code)
    if not can_be_asked(service):
        return page(request, "resident/coming.html", service=service, meals=service.code == MEALS)
    began = decode(Began, await request.form())
    fresh = Draft(id=began.id or new_id() if isinstance(began, Began) else new_id())
    draft = await load_draft(request, code) or fresh
    return await _answer(request, _asking(request, read, clock, service, draft), first_question(service))


@get("/ask/{code:str}/{name:str}", include_in_schema=False)
async def change(
    request: AnyRequest,
    code: FromPath[str],
    name: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
) -> Template | Redirect:
    """Show one question again."""
    asking = await _begun(request, read, clock, code, name)
    return (
        Redirect(f"/ask/{code}", status_code=303)
        if asking is None
        else await _question(request, asking, name)
    )


@post("/ask/{code:str}/{name:str}", include_in_schema=False, status_code=200)
async def changed(
    request: AnyRequest,
    code: FromPath[str],
    name: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
) -> Template | Redirect:
    """Take another answer, back to the page that is read back."""
    asking = await _begun(request, read, clock, code, name)
    return (
        Redirect(f"/ask/{code}", status_code=303) if asking is None else await _answer(request, asking, name)
    )


async def _begun(request: AnyRequest, read: ReadSession, clock: Clock, code: str, name: str) -> Asking | None:
    service = await _service(read, code)
    if name not in QUESTIONS or not can_be_asked(service):
        raise NotFound("There is no such {thing}", thing="page")
    draft = await load_draft(request, code)
    if draft is None:
        return None
    asking = _asking(request, read, clock, service, draft)
    if QUESTIONS[name].about_people:
        _ = asking.person  # asks to sign in
    return asking


def _asking(
    request: AnyRequest, session: ReadSession | WriteSession, clock: Clock, service: Service, draft: Draft
) -> Asking:
    return Asking(session, clock, service, draft, request.scope["user"])


async def _question(
    request: AnyRequest,
    asking: Asking,
    name: str,
    form: FormErrors | None = None,
    going_on: Sequence[NeedCard] = (),
) -> Template:
    shown = await QUESTIONS[name].show(asking, form)
    say = translator(language_of(request))
    return page(
        request,
        f"resident/ask_{name}.html",
        status_code=422 if form else 200,
        service=asking.service,
        draft=asking.draft,
        begun=bool(asking.draft.windows),
        going_on=going_on,
        pairs=lambda rows: [(value, say.gettext(label)) for value, label in rows],
        **shown,
    )


async def _answer(request: AnyRequest, asking: Asking, name: str) -> Template | Redirect:
    wrong = await QUESTIONS[name].take(asking, await request.form())
    if wrong is not None:
        return await _question(request, asking, name, wrong)
    cookie = await keep_draft(request, asking.service.code, asking.draft)
    return go_on(f"/ask/{asking.service.code}/check", cookie)


@get("/ask/{code:str}/check", include_in_schema=False, guards=[signed_in])
async def check(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
) -> Template | Redirect:
    """Read everything back on one page."""
    service = await _service(read, code)
    draft = await load_draft(request, code)
    if draft is None or not draft.windows:
        return Redirect(f"/ask/{code}", status_code=303)
    return await _check(request, _asking(request, read, clock, service, draft))


async def _check(
    request: AnyRequest, asking: Asking, form: Form | None = None, status_code: int = 200
) -> Template:
    say = translator(language_of(request))
    wished = asking.draft.same_helper
    helpers = await lookups.helpers_of(asking.session, asking.beneficiary_id) if wished else []
    return page(
        request,
        "resident/check.html",
        status_code=status_code,
        service=asking.service,
        draft=asking.draft,
        home=await visible_home(asking),
        has_home=await lookups.home_of(asking.session, asking.beneficiary_id) is not None,
        agreed=proxy_words(say, asking.draft.relation, asking.draft.consent),
        helper=next((helper.name for helper in helpers if helper.worker_id == wished), ""),
        price=price_words(say, asking.service),
        who=who_words(say, asking.service),
        form=form or Form(),
    )


@post("/ask/{code:str}/check", include_in_schema=False, guards=[signed_in], status_code=200)
async def send(
    request: AnyRequest,
    code: FromPath[str],
    write: NamedDependency[WriteSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Ask. The same page sent twice is one need."""
    service = await _service(write, code)
    draft = await load_draft(request, code)
    if draft is None or not draft.windows:
        return await _sent_before(request, write, actor, code)
    asking = _asking(request, write, clock, service, draft)
    try:
        async with write.begin_nested():
            need = await open_need(write, clock, actor, _command(asking))
    except LinliError as refusal:
        return await _check(request, asking, _unsent(await request.form(), refusal), refusal.status)
    return Redirect(f"/needs/{need.code}/received", status_code=303)


def _command(asking: Asking) -> OpenNeed:
    draft, me = asking.draft, asking.person.person_id
    return OpenNeed(
        id=draft.id,
        lane=asking.service.lane,
        channel=Channel.PAGE,
        service_code=asking.service.code,
        requester_id=me,
        beneficiary_id=draft.beneficiary_id or me,
        relation=draft.relation,
        consent=Consent(how=draft.consent) if draft.consent else None,
        windows=draft.windows,
        description=draft.description,
        wishes=Wishes(same_helper=draft.same_helper, gender=draft.gender),
        access_notes=draft.access_notes or None,
        private="confidential" in asking.service.safeguarding,
    )


def _unsent(data: Any, refusal: LinliError) -> FormErrors:
    row = ROWS.get((refusal.field or "").split(".")[0], "")
    return FormErrors(typed(data), (FieldError(row, refusal.message, dict(refusal.params)),))


async def _sent_before(request: AnyRequest, write: WriteSession, actor: Actor, code: str) -> Redirect:
    """Answer a page that was sent again after its draft is gone: with the need that it became."""
    sent = decode(Sent, await request.form())
    if isinstance(sent, FormErrors):
        return Redirect(f"/ask/{code}", status_code=303)
    try:
        need = await status_of(write, sent.id, actor)
    except NotFound:
        return Redirect(f"/ask/{code}", status_code=303)
    return Redirect(f"/needs/{need.code}", status_code=303)


@get("/needs/{code:str}/received", include_in_schema=False, guards=[signed_in])
async def received(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    actor: NamedDependency[Actor],
) -> Template:
    """Show the case code and what happens next; the draft has done its work."""
    need = await status_of(read, code, actor)
    draft = await load_draft(request, need.service.code)
    if draft is not None and draft.id == need.id:
        await drop_draft(request, need.service.code)
    return page(request, "resident/received.html", need=need)


ROUTES = [what, first, first_answered, check, send, change, changed, received]
