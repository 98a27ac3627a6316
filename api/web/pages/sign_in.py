"""Signing in: phone, code, and who of those who share the phone; staff also by password. Works without JavaScript."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.codes import address_of
from api.auth.identity import load_user
from api.auth.people import ChoosePerson, by_password, the_person
from api.auth.sessions import sign_in, sign_out
from api.auth.ways import landing, local_path
from api.deps import AnyRequest
from api.i18n import N_
from api.runtime import Runtime
from api.web.forms import Form, FormErrors, decode, filled, refused
from api.web.render import page, see_other
from catalog.kernel.db import ReadSession
from catalog.kernel.errors import LinliError, NotFound
from catalog.people.models import Person
from catalog.people.phones import normal_phone
from catalog.people.queries import people_by_phone

KEY = "sign_in"
PROOF = timedelta(minutes=10)
START = "/sign-in"
EXPIRED = N_("That took a little long. Please begin again.")


class AskCode(msgspec.Struct, frozen=True):
    """Where to send the code."""

    phone: str


class UseCode(msgspec.Struct, frozen=True):
    """The code as it was typed."""

    code: str


class ChooseMe(msgspec.Struct, frozen=True):
    """Which of the people on this phone."""

    person_id: UUID


class Password(msgspec.Struct, frozen=True):
    """Staff's phone and password."""

    phone: str
    password: str


class Begun(msgspec.Struct, omit_defaults=True):
    """What a session keeps between the steps: the phone, where to go, the code to show (demo), when it was proven."""

    phone: str
    next: str | None = None
    shown: str | None = None
    proven_at: datetime | None = None


def _begun(request: AnyRequest) -> Begun | None:
    held = request.session.get(KEY) if request.scope.get("session") else None
    return msgspec.convert(held, Begun) if held else None


def _keep(request: AnyRequest, begun: Begun) -> None:
    request.set_session({KEY: msgspec.to_builtins(begun)})


@get("/sign-in", include_in_schema=False)
async def ask_phone(
    request: AnyRequest,
    wanted: Annotated[str | None, QueryParameter(name="next", max_length=500)] = None,
) -> Template:
    """Ask for the phone."""
    return page(request, "sign_in/phone.html", form=Form(), next=local_path(wanted) or "")


@post("/sign-in", include_in_schema=False)
async def send_code(request: AnyRequest, runtime: NamedDependency[Runtime]) -> Template | Redirect:
    """Send a code and go on to ask for it."""
    form = await request.form()
    wanted = local_path(str(form.get("next", "")))
    asked = decode(AskCode, form, extra=("next",))
    if not isinstance(asked, FormErrors):
        try:
            shown = await runtime.codes.send(asked.phone, address_of(request))
        except LinliError as error:
            asked = refused(form, error)
        else:
            _keep(request, Begun(normal_phone(asked.phone), wanted, shown if runtime.settings.demo else None))
            return see_other("/sign-in/code")
    return page(request, "sign_in/phone.html", status_code=422, form=asked, next=wanted or "")


@get("/sign-in/code", include_in_schema=False)
async def ask_code(request: AnyRequest) -> Template | Redirect:
    """Ask for the code."""
    begun = _begun(request)
    if begun is None:
        return see_other(START, EXPIRED, kind="info")
    return _code_page(request, begun, Form())


def _code_page(request: AnyRequest, begun: Begun, form: Form, status_code: int = 200) -> Template:
    return page(
        request, "sign_in/code.html", status_code=status_code, form=form, phone=begun.phone, shown=begun.shown
    )


@post("/sign-in/code", include_in_schema=False)
async def use_code(
    request: AnyRequest, runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Template | Redirect:
    """Accept the code; sign in, or go on to choose the person."""
    begun = _begun(request)
    if begun is None:
        return see_other(START, EXPIRED, kind="info")
    form = await request.form()
    typed = decode(UseCode, form)
    if isinstance(typed, FormErrors):
        return _code_page(request, begun, typed, 422)
    try:
        await runtime.codes.check(begun.phone, typed.code)
        person = await the_person(read, begun.phone, None)
    except ChoosePerson:
        return await _proven(request, runtime, begun)
    except LinliError as error:
        return _code_page(request, begun, refused(form, error), 422)
    await runtime.codes.use(begun.phone)
    return await _enter(request, read, person.id, begun.next)


async def _proven(request: AnyRequest, runtime: Runtime, begun: Begun) -> Redirect:
    await runtime.codes.use(begun.phone)
    begun.proven_at, begun.shown = runtime.clock.now(), None
    _keep(request, begun)
    return see_other("/sign-in/person")


@get("/sign-in/person", include_in_schema=False)
async def ask_person(
    request: AnyRequest, runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Template | Redirect:
    """Ask which of the people on this phone it is."""
    begun = _proof(request, runtime)
    if begun is None:
        return see_other(START, EXPIRED, kind="info")
    return _person_page(request, begun, await people_by_phone(read, begun.phone), Form())


def _person_page(
    request: AnyRequest, begun: Begun, people: Sequence[Person], form: Form, status_code: int = 200
) -> Template:
    return page(
        request, "sign_in/person.html", status_code=status_code, form=form, people=people, phone=begun.phone
    )


@post("/sign-in/person", include_in_schema=False)
async def choose_person(
    request: AnyRequest, runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Template | Redirect:
    """Sign in as one of the people on the proven phone."""
    begun = _proof(request, runtime)
    if begun is None:
        return see_other(START, EXPIRED, kind="info")
    form = await request.form()
    chosen = decode(ChooseMe, form)
    if not isinstance(chosen, FormErrors):
        try:
            person = await the_person(read, begun.phone, chosen.person_id)
        except LinliError as error:
            chosen = refused(form, error)
        else:
            return await _enter(request, read, person.id, begun.next)
    return _person_page(request, begun, await people_by_phone(read, begun.phone), chosen, 422)


def _proof(request: AnyRequest, runtime: Runtime) -> Begun | None:
    begun = _begun(request)
    if begun is None or begun.proven_at is None or runtime.clock.now() - begun.proven_at > PROOF:
        return None
    return begun


@get("/sign-in/staff", include_in_schema=False)
async def ask_password(
    request: AnyRequest,
    wanted: Annotated[str | None, QueryParameter(name="next", max_length=500)] = None,
) -> Template:
    """Ask staff for phone and password."""
    return page(request, "sign_in/staff.html", form=Form(), next=local_path(wanted) or "")


@post("/sign-in/staff", include_in_schema=False)
async def use_password(
    request: AnyRequest, runtime: NamedDependency[Runtime], read: NamedDependency[ReadSession]
) -> Template | Redirect:
    """Sign staff in."""
    form = await request.form()
    wanted = local_path(str(form.get("next", "")))
    given = decode(Password, form, extra=("next",))
    if not isinstance(given, FormErrors):
        try:
            person = await by_password(read, runtime.counters, given.phone, given.password)
        except LinliError as error:
            given = refused(form, error)
        else:
            return await _enter(request, read, person.id, wanted)
    kept = FormErrors(filled(phone=given.value("phone")).values, given.errors)
    return page(request, "sign_in/staff.html", status_code=422, form=kept, next=wanted or "")


@post("/sign-out", include_in_schema=False)
async def leave(request: AnyRequest) -> Redirect:
    """End the session."""
    sign_out(request)
    return see_other("/", N_("You are signed out"), kind="info")


@get("/demo/enter/{token:str}", include_in_schema=False)
async def enter_demo(
    request: AnyRequest,
    runtime: NamedDependency[Runtime],
    read: NamedDependency[ReadSession],
    token: FromPath[str],
) -> Redirect:
    """Sign in by a link that the demo printed."""
    person_id = runtime.demo_links.get(token)
    if person_id is None:
        raise NotFound(
            "This link belongs to an earlier run of the demo; look for the new one where it was started"
        )
    return await _enter(request, read, person_id, None)


async def _enter(request: AnyRequest, session: AsyncSession, person_id: UUID, wanted: str | None) -> Redirect:
    user: Any = await load_user(session, person_id)
    sign_in(request, person_id)
    return see_other(local_path(wanted) or landing(user.roles if user else ()))


ROUTES = [
    ask_phone,
    send_code,
    ask_code,
    use_code,
    ask_person,
    choose_person,
    ask_password,
    use_password,
    leave,
]
DEMO_ROUTES = [enter_demo]
