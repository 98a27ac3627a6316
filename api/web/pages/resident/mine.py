"""What a person asked for or was asked for, what was said to her, and the last request once more."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.auth.identity import signed_in
from api.deps import AnyRequest
from api.i18n import translator
from api.web.pages.resident import lookups, times
from api.web.pages.resident.drafts import Draft, go_on, keep_draft
from api.web.pages.resident.labels import can_be_asked
from api.web.pages.resident.needs import GOOD_ENDS, read_now
from api.web.render import language_of, page
from api.web.words import STATES, message_text
from catalog.kernel.db import ReadSession
from catalog.kernel.errors import Forbidden, NotSignedIn
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock
from catalog.people.queries import person
from catalog.services import queries as services_read
from market.actor import Actor
from market.needs.commands import Window
from market.needs.models import Need
from market.needs.queries import needs_of, status_of
from market.notices.queries import messages_of
from market.states import NeedState

PAST_SHOWN = 20
MESSAGES_SHOWN = 12


@get("/me", include_in_schema=False, guards=[signed_in])
async def mine(
    request: AnyRequest,
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Template:
    """List what goes on, what was said, and what is over."""
    if actor.person_id is None:
        raise NotSignedIn("Please sign in first")
    cards = await needs_of(read, actor.person_id)
    messages = await messages_of(read, actor.person_id, limit=MESSAGES_SHOWN)
    language = language_of(request)
    say = translator(language)
    codes = {str(m.params["service"]) for m in messages if "service" in m.params}
    names = await lookups.service_names(read, codes, language)
    case_codes = {card.id: card.code for card in cards}
    shown = page(
        request,
        "resident/me.html",
        going_on=[card for card in cards if card.state != NeedState.CLOSED],
        past=[card for card in cards if card.state == NeedState.CLOSED][:PAST_SHOWN],
        last=next((card for card in cards if card.outcome in GOOD_ENDS), None),
        messages=[
            (m, message_text(say, m.text, m.params, names), case_codes.get(m.need_id) if m.need_id else None)
            for m in messages
        ],
        me=actor.person_id,
        now=clock.now(),
        states=STATES,
    )
    await read_now(request, clock, actor, messages)
    return shown


@get("/needs/{code:str}/again", include_in_schema=False, guards=[signed_in])
async def again(
    request: AnyRequest,
    code: FromPath[str],
    read: NamedDependency[ReadSession],
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Fill a new request like an old one, at the same hours as soon as possible, and read it back."""
    status = await status_of(read, code, actor)
    if actor.person_id not in {status.requester_id, status.beneficiary_id}:
        raise Forbidden("This is for the person concerned and for staff")
    service = await services_read.service(read, status.service.code)
    if not can_be_asked(service):
        return Redirect(f"/ask/{service.code}", status_code=303)
    old = await read.get_one(Need, status.id)
    spans = [Window(starts_at=w.starts_at, ends_at=w.ends_at) for w in status.windows]
    proxy = old.beneficiary_id != actor.person_id
    draft = Draft(
        id=new_id(),
        windows=times.later(service, clock, spans) if times.needs_times(service) else times.whole_week(clock),
        description=status.description,
        beneficiary_id=old.beneficiary_id if proxy else None,
        beneficiary_name=(await person(read, old.beneficiary_id)).name if proxy else "",
        relation=old.relation if proxy else None,
        consent=(old.consent or {}).get("how") if proxy else None,
        access_notes=old.access_notes or "",
        gender=old.wishes.get("gender"),
        same_helper=UUID(helper) if (helper := old.wishes.get("same_helper")) else None,
    )
    return go_on(f"/ask/{service.code}/check", await keep_draft(request, service.code, draft))


ROUTES = [mine, again]
