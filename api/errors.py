"""One place that turns refusals into answers: problem documents (RFC 9457) under /api, a friendly page elsewhere."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from litestar import Response
from litestar.connection import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_500_INTERNAL_SERVER_ERROR
from sqlalchemy.exc import IntegrityError

from api.i18n import N_, translator
from api.web.render import language_of, page
from catalog.kernel.errors import Conflict, LinliError, NotSignedIn

log = structlog.get_logger()

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


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field; `field` is its path in the request."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document: `code` is stable, `title` and `detail` are in the reader's language."""

    title: str
    status: int
    detail: str
    code: str
    type: str = "about:blank"
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()
    allowed: tuple[str, ...] = ()


def _answer(request: AnyRequest, problem: Problem) -> Response[Any]:
    if request.url.path.startswith("/api/"):
        headers = {"WWW-Authenticate": "Bearer"} if problem.status == NotSignedIn.status else {}
        return Response(problem, status_code=problem.status, media_type=PROBLEM, headers=headers)
    return _page(request, problem)


def _page(request: AnyRequest, problem: Problem) -> Response[Any]:
    if problem.status == NotSignedIn.status:
        return Redirect(f"/sign-in?next={request.url.path}", status_code=HTTP_303_SEE_OTHER)
    return page(
        request,
        "error.html",
        status_code=problem.status,
        title=problem.title,
        message=problem.detail,
        actions=[],
        code=problem.instance or "",
    )


def business_error(request: AnyRequest, error: LinliError) -> Response[Any]:
    """Render a refusal that was born in a service."""
    say = translator(language_of(request)).gettext
    detail = say(error.message, **error.params)
    return _answer(
        request,
        Problem(
            title=say(TITLES.get(error.status, TITLES[400])),
            status=error.status,
            detail=detail,
            code=error.code,
            errors=(FieldError(error.field, detail),) if error.field else (),
            allowed=getattr(error, "allowed", ()),
        ),
    )


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Render what the framework refuses: unknown address, unreadable body, wrong method."""
    say = translator(language_of(request)).gettext
    title = say(TITLES.get(error.status_code, TITLES[400]))
    fields = _fields(error) if isinstance(error, ValidationException) else ()
    detail = "; ".join(f"{item.field}: {item.message}" for item in fields) or error.detail or title
    return _answer(
        request,
        Problem(title=title, status=error.status_code, detail=detail, code="http", errors=fields),
    )


def _fields(error: ValidationException) -> tuple[FieldError, ...]:
    extra = error.extra if isinstance(error.extra, list) else []
    return tuple(
        FieldError(str(item.get("key", item.get("source", ""))), str(item.get("message", "")))
        for item in extra
        if isinstance(item, dict)
    )


def integrity_error(request: AnyRequest, error: IntegrityError) -> Response[Any]:
    """Render a constraint of the database that spoke up at commit: somebody was faster."""
    log.warning("constraint refused a write", error=str(error.orig))
    return business_error(
        request, Conflict("Somebody changed this at the same moment; look again and repeat")
    )


def unexpected_error(request: AnyRequest, error: Exception) -> Response[Any]:
    """Log with a reference that the person can tell us; say nothing of the inside."""
    reference = uuid4().hex[:12]
    log.error("unexpected error", reference=reference, path=request.url.path, exc_info=error)
    say = translator(language_of(request)).gettext
    detail = say("Nothing was lost. Try again, or tell us the number {reference}", reference=reference)
    status = HTTP_500_INTERNAL_SERVER_ERROR
    return _answer(
        request,
        Problem(
            title=say(TITLES[status]), status=status, detail=detail, code="unexpected", instance=reference
        ),
    )


HANDLERS: dict[int | type[Exception], Callable[..., Response[Any]]] = {
    LinliError: business_error,
    HTTPException: http_error,
    IntegrityError: integrity_error,
    Exception: unexpected_error,
}
