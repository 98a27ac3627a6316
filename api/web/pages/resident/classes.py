"""Classes, courses and fairs near me: what is open, a seat for somebody, and where one stands."""

from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.identity import User, signed_in
from api.deps import AnyRequest
from api.i18n import N_, translator
from api.runtime import runtime_of
from api.web.forms import FieldError, Form, FormErrors, decode, filled, refused, typed
from api.web.maps.ways import Leg, Start, Stop, legs_of_many
from api.web.pages.resident import lookups
from api.web.pages.resident.labels import CONSENTS
from api.web.render import language_of, page, see_other
from api.web.shared_words import ENROLMENT_STATES, SESSION_STATES
from api.web.words import cause_text
from catalog.kernel.db import ReadSession, WriteSession
from catalog.kernel.errors import LinliError, NotFound
from catalog.kernel.ids import new_id
from catalog.people.queries import Address
from catalog.territory.queries import territory
from catalog.venues.queries import venue
from market.actor import Actor
from market.gatherings import queries as gatherings_read
from market.gatherings import service as gatherings
from market.gatherings.commands import Enrol
from market.gatherings.enrolling import grown
from market.gatherings.views import EnrolmentView, GatheringView
from market.needs.commands import Consent
from market.states import EnrolmentState, SessionState

OPEN = (SessionState.ENROLLING, SessionState.CONFIRMED)
SHOWN = (*OPEN, SessionState.HELD, SessionState.CANCELLED)
WALKS = (300, 500, 1000, 2000)
ME = "me"
"""Not a person of the list: the reader."""


class Enrolling(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a seat; `id` is drawn with it, so that a double click asks once."""

    id: UUID
    who: str
    consent: Literal["spoken", "written", "phone", "guardian"] | None = None
    agreed: bool = False
    walk_metres: Annotated[int, Meta(ge=50, le=20_000)] | None = None
    step_free: bool = False


class Place(NamedTuple):
    """Where something may be held, when, and the reader's way to it."""

    name_zh: str
    name_en: str
    starts: tuple[Any, ...]
    step_free: bool
    leg: Leg | None


@get("/classes", include_in_schema=False)
async def classes(request: AnyRequest, read: NamedDependency[ReadSession]) -> Template:
    """Show what is open for enrolment around the reader, and the seats that the reader has asked for."""
    user: User | None = request.scope["user"]
    mine = await _mine(read, user) if user else []
    found = await gatherings_read.gatherings(read, await _path(read, user), OPEN)
    service = request.query_params.get("service", "")
    return page(
        request,
        "resident/classes.html",
        mine=[one for one in mine if one.state is not EnrolmentState.WITHDRAWN],
        open=[one for one in found if not service or one.service_code == service],
        me=user.person_id if user else None,
        states=ENROLMENT_STATES,
        sessions=SESSION_STATES,
    )


async def _mine(session: AsyncSession, user: User) -> list[EnrolmentView]:
    return await gatherings_read.enrolments_of(session, [user.person_id])


async def _path(session: AsyncSession, user: User | None) -> str:
    """Return below which place somebody looks for classes: the street around the own community."""
    if user is None or user.community_id is None:
        return ""
    own = await territory(session, user.community_id)
    return own.path.rsplit("/", 2)[0] + "/" if own.path.count("/") > 1 else own.path


@get("/classes/{gathering_id:uuid}", include_in_schema=False, guards=[signed_in])
async def show_class(
    request: AnyRequest, gathering_id: FromPath[UUID], read: NamedDependency[ReadSession]
) -> Template:
    """Show a gathering with places, times and ways, and the form for a seat."""
    return await _shown(request, read, gathering_id, filled(id=new_id(), who=ME))


async def _shown(request: AnyRequest, session: AsyncSession, gathering_id: UUID, form: Form) -> Template:
    user: User = request.scope["user"]
    say = translator(language_of(request))
    one = await gatherings_read.gathering_view(session, gathering_id)
    if one.state not in SHOWN:
        raise NotFound("There is no such {thing}", thing="gathering")
    mine = [e for e in await _mine(session, user) if e.gathering_id == one.id]
    asked = {e.person_id for e in mine if e.state is not EnrolmentState.WITHDRAWN}
    clock = runtime_of(request).clock
    known = [
        k
        for k in await lookups.known_to(session, user)
        if k.id not in asked and not (one.consent and grown(clock, k.birth_year))
    ]
    home = await lookups.home_of(session, user.person_id)
    return page(
        request,
        "resident/class.html",
        status_code=422 if form.errors else 200,
        one=one,
        places=await _places(request, session, one, home),
        mine=mine,
        why={e.id: [cause_text(say, c.cause) for c in e.causes] for e in mine},
        open=one.state in OPEN,
        known=known,
        for_me=user.person_id not in asked and not one.consent,
        consents=[(value, say.gettext(label)) for value, label in CONSENTS],
        walks=WALKS,
        states=ENROLMENT_STATES,
        sessions=SESSION_STATES,
        form=form,
    )


async def _places(
    request: AnyRequest, session: AsyncSession, one: GatheringView, home: Address | None
) -> tuple[Place, ...]:
    """Return venues with starts and the way on foot from the reader's home, the settled one alone if it is."""
    wanted = (
        [(one.venue_id, one.starts)]
        if one.venue_id
        else [(option.venue_id, option.starts) for option in one.occasions]
    )
    rooms = {room_id: await venue(session, room_id) for room_id in dict.fromkeys(r for r, _ in wanted)}
    legs: dict[UUID, Leg] = {}
    if home is not None:
        start = Start(at=(home.household.lat, home.household.lon))
        stops = [Stop(at=(room.lat, room.lon), number="", label=room.name_zh) for room in rooms.values()]
        network = runtime_of(request).streets.network
        walked = await legs_of_many(network, [(start, (stop,)) for stop in stops])
        legs = {room_id: way[0] for room_id, way in zip(rooms, walked, strict=True)}
    return tuple(
        Place(rooms[room].name_zh, rooms[room].name_en, starts, rooms[room].step_free, legs.get(room))
        for room, starts in wanted
    )


@post("/classes/{gathering_id:uuid}", include_in_schema=False, guards=[signed_in], status_code=200)
async def enrol(
    request: AnyRequest,
    gathering_id: FromPath[UUID],
    write: NamedDependency[WriteSession],
    actor: NamedDependency[Actor],
) -> Template | Redirect:
    """Ask for a seat; where it is for a child, only with the consent of who asks."""
    data = await request.form()
    said = decode(Enrolling, data)
    if isinstance(said, FormErrors):
        return await _shown(request, write, gathering_id, said)
    one = await gatherings_read.gathering_view(write, gathering_id)
    known = {str(k.id): k.id for k in await lookups.known_to(write, request.scope["user"])}
    wrong = _missing(said, one, set(known))
    if wrong is not None:
        return await _shown(request, write, gathering_id, FormErrors(typed(data), (wrong,)))
    try:
        async with write.begin_nested():
            command = _command(request.scope["user"], one, said, known)
            await gatherings.enrol(write, runtime_of(request).clock, actor, command)
    except LinliError as refusal:
        return await _shown(request, write, gathering_id, _placed(refused(data, refusal)))
    return see_other(
        f"/classes/{gathering_id}", N_("We have written it down. You read here what comes of it.")
    )


def _missing(said: Enrolling, one: GatheringView, known: set[str]) -> FieldError | None:
    if said.who not in {ME, *known} or (one.consent and said.who == ME):
        return FieldError("who", N_("Please choose somebody from the list"))
    if one.consent and not said.agreed:
        return FieldError("agreed", N_("It needs your consent as guardian"))
    if not one.consent and said.who != ME and said.consent is None:
        return FieldError("consent", N_("Please say how this person has agreed"))
    return None


def _command(user: User, one: GatheringView, said: Enrolling, known: dict[str, UUID]) -> Enrol:
    other = said.who != ME
    return Enrol(
        id=said.id,
        gathering_id=one.id,
        person_id=known[said.who] if other else user.person_id,
        requester_id=user.person_id,
        guardian=Consent(how="guardian") if one.consent else None,
        proxy=Consent(how=said.consent) if other and not one.consent and said.consent else None,
        walk_metres=said.walk_metres,
        step_free=said.step_free,
    )


FIELDS = {"person_id": "who", "guardian": "agreed", "proxy": "consent"}


def _placed(form: FormErrors) -> FormErrors:
    """Name the fields of the service as this page does."""
    errors = tuple(FieldError(FIELDS.get(e.field, ""), e.message, e.params) for e in form.errors)
    return FormErrors(form.values, errors)


ACTS: dict[str, tuple[Any, str]] = {
    "take": (gatherings.take_seat, N_("The seat is yours.")),
    "withdraw": (gatherings.withdraw_enrolment, N_("The seat is free for somebody else. Thank you.")),
}


@post("/seats/{enrolment_id:uuid}/{act:str}", include_in_schema=False, guards=[signed_in])
async def change_seat(
    request: AnyRequest,
    enrolment_id: FromPath[UUID],
    act: FromPath[str],
    write: NamedDependency[WriteSession],
    actor: NamedDependency[Actor],
) -> Redirect:
    """Take a seat that has become free, or give one back."""
    if act not in ACTS:
        raise NotFound("There is no such {thing}", thing="step")
    step, said = ACTS[act]
    seat = await gatherings_read.enrolment_view(write, enrolment_id)
    await step(write, runtime_of(request).clock, actor, enrolment_id)
    return see_other(f"/classes/{seat.gathering_id}", said)


ROUTES = [classes, show_class, enrol, change_seat]
