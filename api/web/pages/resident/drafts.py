"""What somebody has typed so far: kept on the server for the browser that typed it, across signing in."""

import secrets
from typing import Literal
from uuid import UUID

import msgspec
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.stores.base import Store

from api.deps import AnyRequest
from api.runtime import runtime_of
from market.needs.commands import Window

COOKIE = "linli_ask"  # names a browser; the session cannot, since signing in begins a new one
SECONDS = 7 * 24 * 3600


class Draft(msgspec.Struct, kw_only=True):
    """A request on its way. `id` becomes the need's, so that sending twice is sending once.

    `owner_id` is who was signed in: on a shared phone the next person begins afresh.
    """

    id: UUID
    owner_id: UUID | None = None
    windows: tuple[Window, ...] = ()
    description: str = ""
    beneficiary_id: UUID | None = None
    beneficiary_name: str = ""
    relation: str | None = None
    consent: Literal["spoken", "written", "phone", "guardian"] | None = None
    access_notes: str = ""
    gender: Literal["female", "male"] | None = None
    same_helper: UUID | None = None


async def load_draft(request: AnyRequest, service_code: str) -> Draft | None:
    """Return this browser's draft for a service, unless it is another person's."""
    browser = request.cookies.get(COOKIE)
    held = await _store(request).get(_key(browser, service_code)) if browser else None
    if held is None:
        return None
    try:
        draft = msgspec.json.decode(held, type=Draft)
    except msgspec.ValidationError:
        return None  # written by an older version
    return draft if draft.owner_id in {None, _user_id(request)} else None


async def keep_draft(request: AnyRequest, service_code: str, draft: Draft) -> Cookie:
    """Keep a draft; return the cookie by which it is found again."""
    browser = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    draft.owner_id = draft.owner_id or _user_id(request)
    await _store(request).set(_key(browser, service_code), msgspec.json.encode(draft), expires_in=SECONDS)
    secure = runtime_of(request).settings.secure_cookies
    return Cookie(COOKIE, value=browser, httponly=True, samesite="lax", secure=secure, max_age=SECONDS)


async def drop_draft(request: AnyRequest, service_code: str) -> None:
    """Forget a draft that has been sent."""
    if browser := request.cookies.get(COOKIE):
        await _store(request).delete(_key(browser, service_code))


def go_on(path: str, cookie: Cookie) -> Redirect:
    """Answer a form: to the next question."""
    return Redirect(path, status_code=303, cookies=[cookie])


def _store(request: AnyRequest) -> Store:
    return request.app.stores.get("drafts")


def _key(browser: str, service_code: str) -> str:
    return f"{browser[:64]}:{service_code}"


def _user_id(request: AnyRequest) -> UUID | None:
    user = request.scope.get("user")
    return user.person_id if user else None
