"""JSON documents in and out, with the path of the offending field in every error."""

import hashlib
import re
from typing import TypeVar

import msgspec

from matching.errors import ProblemError

T = TypeVar("T")

_AT = re.compile(r"^(?P<message>.*) - at `\$\.?(?P<path>.*)`$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]+)`")

BASE = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True}


def encode_struct(value: msgspec.Struct) -> bytes:
    """Canonical bytes: fields in the order of the struct, keys of mappings sorted."""
    return msgspec.json.encode(value, order="deterministic")


def sha256(data: bytes) -> str:
    """Hex digest by which documents refer to each other."""
    return hashlib.sha256(data).hexdigest()


def located(error: Exception) -> ProblemError:
    """Turn an error of msgspec (or one of ours that it wrapped) into a path and a sentence."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error.__cause__, ProblemError):
        return error.__cause__
    text = str(error)
    found = _AT.match(text)
    message, path = (found["message"], found["path"]) if found else (text, "")
    field = _MISSING.search(message) or _UNKNOWN.search(message)
    if field:
        path = f"{path}.{field['field']}" if path else field["field"]
    return ProblemError(path, message)


def decode_struct(data: bytes, kind: type[T]) -> T:
    """Decode strictly; every refusal is a `ProblemError`."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise located(error) from error
