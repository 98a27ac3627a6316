"""Request bodies: decoded strictly into what the handler asks for; what is wrong is said with its place, in words.

Litestar converts leniently ("5" becomes 5, a number becomes a time); programs deserve the truth about their documents.
"""

import re
from typing import Any

import msgspec
from litestar.connection import Request

from api.i18n import N_
from catalog.kernel.errors import Invalid, LinliError

JSON_TYPES = ("application/json", "application/merge-patch+json", "")
NUL = b"\\u0000"
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_NAME = re.compile(r"field `(?P<name>[^`]+)`")

# What the decoder says -> what people read. The first that is found counts.
COMPLAINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"missing required field"), N_("This is missing")),
    (re.compile(r"contains unknown field"), N_("There is no such field")),
    (re.compile(r"`str` of length <= (?P<n>\d+)"), N_("At most {n} characters")),
    (re.compile(r"`str` of length >= (?P<n>\d+)"), N_("At least {n} characters")),
    (re.compile(r"`array` of length <= (?P<n>\d+)"), N_("At most {n} entries")),
    (re.compile(r"`array` of length >= (?P<n>\d+)"), N_("At least {n} entries")),
    (re.compile(r"`(?:int|float)` <= (?P<n>[-\d.]+)"), N_("At most {n}")),
    (re.compile(r"`(?:int|float)` >= (?P<n>[-\d.]+)"), N_("At least {n}")),
    (re.compile(r"with a timezone component"), N_("The time zone is missing: end with +08:00 or Z")),
    (
        re.compile(r"RFC3339 encoded datetime"),
        N_("This is not a date and time such as 2026-11-24T09:00:00+08:00"),
    ),
    (re.compile(r"RFC3339 encoded date"), N_("This is not a date such as 2026-11-24")),
    (re.compile(r"Invalid UUID"), N_("This is not an identifier (UUID)")),
    (re.compile(r"Invalid enum value"), N_("This is not one of the possible values")),
    (re.compile(r"matching regex"), N_("This is not written as it should be")),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`"), N_("Expected {wanted}, got {got}")),
)
OTHERWISE = N_("This cannot be right")


class Unreadable(LinliError):
    """The body is no JSON document."""

    status = 400
    code = "unreadable"


class UnknownKind(LinliError):
    """The body says that it is something other than JSON."""

    status = 415
    code = "unknown_kind"


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON body is decoded into the type of the handler's `data`."""

    async def json(self) -> Any:
        """Return the decoded body.

        Raises:
            UnknownKind: another content type.
            Unreadable: no JSON.
            Invalid: JSON that the handler cannot use; names the field.
        """
        if self.content_type[0] not in JSON_TYPES:
            raise UnknownKind("Send JSON (content type application/json)")
        field = self.route_handler.parsed_data_field
        return decode(await self.body(), field.annotation if field else Any)


def decode(body: bytes, kind: Any) -> Any:
    """Return `body` as `kind`; see `JsonRequest.json` for what is refused."""
    try:
        value = msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise complaint(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("This is not a JSON document") from error
    if NUL in body:
        raise Invalid("There are characters in it that cannot be stored")
    return value


def complaint(words: str) -> Invalid:
    """Put what msgspec says into words of ours."""
    for pattern, message in COMPLAINTS:
        if found := pattern.search(words):
            return Invalid(message, field=_field(words), **found.groupdict())
    return Invalid(OTHERWISE, field=_field(words))


def _field(words: str) -> str | None:
    at = _AT.search(words)
    name = _NAME.search(words)
    path = [at["path"] if at else "", name["name"] if name else ""]
    return ".".join(part for part in path if part) or None
