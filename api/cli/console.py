"""What all commands share: one console for people, JSON for machines, and refusals that say what to mend."""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

import msgspec
import structlog
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from api.i18n import Translator, translator
from api.settings import PREFIX, Settings, SettingsError, settings_from

console = Console(stderr=False, highlight=False)
errors = Console(stderr=True, highlight=False)

REFUSED = 2
# Read elsewhere: the language of this command line, and what the tests are given.
NO_SETTINGS = ("LINLI_LANG", "LINLI_TEST_")
DATABASES = ("postgresql+asyncpg://", "sqlite+aiosqlite:///")

T = TypeVar("T")


def words() -> Translator:
    """Return the reader's language: `LINLI_LANG`, else the locale of the shell; English where neither speaks."""
    asked = os.environ.get("LINLI_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return translator("zh" if asked.lower().startswith("zh") else "en")


def refuse(message: str) -> NoReturn:
    """Say what is wrong on the error stream and leave with 2."""
    errors.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(REFUSED)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output, untouched by styles and wrapping."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def settings(**overrides: Any) -> Settings:
    """Read the environment once; a wrong variable is named, and one that nobody reads is pointed out."""
    for sentence in unread(os.environ):
        errors.print(sentence, style="yellow", markup=False, soft_wrap=True)
    try:
        chosen = settings_from(os.environ, **overrides)
    except SettingsError as error:
        refuse(str(error))
    if not chosen.database_url.startswith(DATABASES):
        refuse(f"LINLI_DATABASE_URL: expected a URL that begins with {' or '.join(DATABASES)}")
    _hush()
    return chosen


def _hush() -> None:
    """Let only warnings through, on the error stream; what serves for long sets up logs of its own."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def unread(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each variable that looks like a setting and is none: a slip of the pen."""
    known = [PREFIX + name.upper() for name in Settings.__struct_fields__]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(NO_SETTINGS):
            meant = get_close_matches(name, known, 1)
            yield f"{name} is no setting of Linli" + (f"; do you mean {meant[0]}?" if meant else "")


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress]:
    """Show bars for long work; none for machines, nor in a file or pipe."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, disable=quiet or not errors.is_terminal, transient=True) as bars:
        yield bars


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the fast loop where there is one."""
    try:
        import uvloop  # noqa: PLC0415 not on Windows
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
