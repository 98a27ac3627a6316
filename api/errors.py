"""One place that turns refusals into answers: problem documents (RFC 9457) under /api, a friendly page elsewhere."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import msgspec
import structlog
from litestar import Response
from litestar.connection import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_403_FORBIDDEN, HTTP_500_INTERNAL_SERVER_ERROR
from sqlalchemy.exc import DBAPIError, IntegrityError

from api.i18n import N_, Language, choose_language, translator
from api.web.render import language_of, page
from api.web.spoken import spoken
from catalog.kernel.errors import Conflict, Invalid, LinliError, NotSignedIn

log = structlog.get_logger()

API = "/api/"
PROBLEM = "application/problem+json"
AnyRequest = Request[Any, Any, Any]

TITLES = {
    400: N_("This request cannot be read"),
    401: N_("Please sign in first"),
    403: N_("This is not for you"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("This has changed meanwhile"),
    413: N_("This is too large"),
    415: N_("This kind of document cannot be read"),
    422: N_("Something needs mending"),
    429: N_("Too often; please wait a little"),
    500: N_("Something broke on our side"),
}
OLD_FORM = N_("This page was open for too long")
DETAILS = {
    400: N_("A part of the address or of the document is not written as it should be"),
    403: N_("This form is too old or came from another place; open the page again and repeat"),
    404: N_("There is no such page; perhaps it has moved, or the address is not complete"),
    405: N_("This address does not know what was asked of it"),
    413: N_("What was sent is larger than we take"),
}
FORM_TOO_OLD = "form_too_old"  # on pages the framework itself says 403 only where a form's token does not fit
MISSING = N_("This is missing")
WRONG = N_("This is not one of the possible values")


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field; `field` is its path in the request."""

    field: str
    message: str


class Choice(msgspec.Struct, frozen=True):
    """One of several people who share a phone."""

    id: UUID
    name: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document (RFC 9457): `code` is stable, `title` and `detail` are in the reader's language.

    `errors` names the fields to mend, `allowed` the steps that are possible now, `choices` the people of a shared phone;
    `instance` is the reference to tell us after an error of ours.
    """

    title: str
    status: int
    detail: str
    code: str
    type: str = "about:blank"
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()
    allowed: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def is_api(request: AnyRequest) -> bool:
    """Say whether a program asks."""
    return request.url.path.startswith(API)


def reader_language(request: AnyRequest) -> Language:
    """Return the reader's language; the API reads no cookies."""
    if not is_api(request):
        return language_of(request)
    wish = request.headers.get("accept-language")
    return choose_language(cookie=None, query=None, accept_language=wish)


def _answer(request: AnyRequest, problem: Problem, headers: dict[str, str] | None = None) -> Response[Any]:
    if not is_api(request):
        return _page(request, problem)
    sent = dict(headers or {})
    if problem.status == NotSignedIn.status:
        sent["WWW-Authenticate"] = "Bearer"
    return Response(problem, status_code=problem.status, media_type=PROBLEM, headers=sent)


def _page(request: AnyRequest, problem: Problem) -> Response[Any]:
    if problem.status == NotSignedIn.status:
        return Redirect(f"/sign-in?{_way_back(request)}", status_code=HTTP_303_SEE_OTHER)
    return page(
        request,
        "error.html",
        status_code=problem.status,
        title=problem.title,
        message=problem.detail,
        actions=_again(request, problem),
        code=problem.instance or "",
    )


def _again(request: AnyRequest, problem: Problem) -> list[dict[str, str]]:
    """Offer the page again whose form came too late."""
    if problem.code != FORM_TOO_OLD or request.method == "GET":
        return []
    label = translator(language_of(request)).gettext(N_("Open the page again"))
    return [{"href": _form_page(request), "label": label, "icon": "rotate-ccw"}]


def _way_back(request: AnyRequest) -> str:
    query = request.scope.get("query_string", b"").decode("latin-1")
    asked = request.url.path + (f"?{query}" if query else "")
    return urlencode({"next": asked if request.method == "GET" else _form_page(request)})


def _form_page(request: AnyRequest) -> str:
    """Return the page of this site on which a form stood; a form's own address may know no GET."""
    parts = urlsplit(request.headers.get("referer", ""))
    ours = parts.netloc == request.url.netloc and parts.path.startswith("/")
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if ours else "/"


def _title(status: int, language: Language) -> str:
    return translator(language).gettext(TITLES.get(status, TITLES[400]))


def business_error(request: AnyRequest, error: LinliError) -> Response[Any]:
    """Render a refusal that was born in a service."""
    language = reader_language(request)
    detail = translator(language).gettext(error.message, **spoken(error.params, language))
    return _answer(
        request,
        Problem(
            title=_title(error.status, language),
            status=error.status,
            detail=detail,
            code=error.code,
            errors=(FieldError(error.field, detail),) if error.field else (),
            allowed=getattr(error, "allowed", ()),
            choices=getattr(error, "choices", ()),
        ),
    )


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Render what the framework refuses: unknown address, unreadable body, wrong method."""
    if error.status_code >= HTTP_500_INTERNAL_SERVER_ERROR:
        return unexpected_error(request, error)
    language = reader_language(request)
    too_old = error.status_code == HTTP_403_FORBIDDEN and not is_api(request)
    title = translator(language).gettext(OLD_FORM) if too_old else _title(error.status_code, language)
    known = DETAILS.get(error.status_code)
    return _answer(
        request,
        Problem(
            title=title,
            status=error.status_code,
            detail=translator(language).gettext(known) if known else title,
            code=FORM_TOO_OLD if too_old else "http",
            errors=_fields(error, language) if isinstance(error, ValidationException) else (),
        ),
        error.headers,
    )


def _fields(error: ValidationException, language: Language) -> tuple[FieldError, ...]:
    say = translator(language).gettext
    extra = error.extra if isinstance(error.extra, list) else []
    named = [str(item.get("key", "")) for item in extra if isinstance(item, dict)]
    if not named:  # a required parameter that is not there
        return ()
    return tuple(
        FieldError("body", say(MISSING)) if name == "data" else FieldError(name, say(WRONG)) for name in named
    )


def integrity_error(request: AnyRequest, error: IntegrityError) -> Response[Any]:
    """Render a constraint of the database that spoke up at commit: somebody was faster."""
    log.warning("constraint refused a write", path=request.url.path, error=str(error.orig))
    return business_error(
        request, Conflict("Somebody changed this at the same moment; look again and repeat")
    )


def database_error(request: AnyRequest, error: DBAPIError) -> Response[Any]:
    """Render what the database refuses by SQLSTATE: class 40 lost a race, class 22 cannot be stored."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state.startswith("40"):
        log.warning("transaction lost a race", path=request.url.path, sqlstate=state)
        return business_error(
            request, Conflict("Somebody changed this at the same moment; look again and repeat")
        )
    if state.startswith("22"):
        return business_error(request, Invalid("There are characters in it that cannot be stored"))
    return unexpected_error(request, error)


def overflow_error(request: AnyRequest, error: OverflowError) -> Response[Any]:
    """Render a number or a year that no column holds and no calendar knows."""
    log.warning("number out of range", path=request.url.path, error=str(error))
    return business_error(request, Invalid("A number or a time in it is out of all range"))


def unexpected_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Log with a reference that the person can tell us; say nothing of the inside."""
    reference = uuid4().hex[:12]
    log.error("unexpected error", reference=reference, path=request.url.path, exc_info=error)
    language = reader_language(request)
    status = HTTP_500_INTERNAL_SERVER_ERROR
    say = translator(language).gettext
    detail = say("Nothing was lost. Try again, or tell us the number {reference}", reference=reference)
    return _answer(
        request,
        Problem(
            title=_title(status, language),
            status=status,
            detail=detail,
            code="unexpected",
            instance=reference,
        ),
    )


HANDLERS: dict[int | type[Exception], Callable[..., Response[Any]]] = {
    LinliError: business_error,
    HTTPException: http_error,
    IntegrityError: integrity_error,
    DBAPIError: database_error,
    OverflowError: overflow_error,
    Exception: unexpected_error,
}
