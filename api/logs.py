"""Logging: one line per fact, JSON for machines or colours for people; every line of a request carries its id.

`configure_logs` is called once by the command line or the server, never at import: a library must not decide how others log.
"""

import logging
import re
import sys
import time
from uuid import uuid4

import structlog
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from api.settings import Settings

log = structlog.get_logger()

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
QUIET = ("httpx", "httpcore", "litestar", "uvicorn.access", "sqlalchemy.engine", "aiosqlite", "asyncio")
UNTOLD = ("/static/", "/health", "/ready")


def configure_logs(settings: Settings, *, json: bool | None = None) -> None:
    """Set up structlog and the standard library's loggers; JSON unless standard error is a terminal."""
    level = _number(settings.log_level)
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_endings(as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _standard_library(shared, level, as_json=as_json)


def _endings(*, as_json: bool) -> list[structlog.types.Processor]:
    if as_json:
        return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer()]


def _number(level: str) -> int:
    return logging.getLevelNamesMapping().get(level.upper(), logging.INFO)


def _standard_library(shared: list[structlog.types.Processor], level: int, *, as_json: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[meta, *_endings(as_json=as_json)],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


class RequestLog:
    """Gives every request an id (the proxy's, if it sent a sane one), says it in each line and in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = request_id_of(Headers.from_scope(scope).get(HEADER, ""))
        started, status = time.monotonic(), 0

        async def telling(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = _mark(message, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, telling)
            finally:
                _tell(scope, status, time.monotonic() - started)


def request_id_of(given: str) -> str:
    """Return the id that a proxy gave, or a new one."""
    return given if _SANE.fullmatch(given) else uuid4().hex[:16]


def _mark(message: HTTPResponseStartEvent, request_id: str) -> int:
    MutableScopeHeaders.from_message(message)[HEADER] = request_id
    return message["status"]


def _tell(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    if not path.startswith(UNTOLD):
        method = scope.get("method", "")
        log.debug("request", method=method, path=path, status=status, milliseconds=round(seconds * 1000, 1))
