"""What people say when they ask: popularity of services and invented sentences in plain Chinese."""

from functools import cache
from importlib.resources import files

import msgspec


class Words(msgspec.Struct, frozen=True):
    """How popular a service is, who asks for it (older, frail, anyone, tenant, jobless, pupil), and in which words."""

    weight: int
    group: str
    said: tuple[str, ...]


class Nuisance(msgspec.Struct, frozen=True):
    """An issue of the shared spaces and the answer that closed it."""

    said: str
    reply: str


class Wording(msgspec.Struct, frozen=True):
    """By code of the service."""

    needs: dict[str, Words]
    issues: dict[str, Nuisance]


@cache
def wording() -> Wording:
    """Read the sentences once."""
    return msgspec.json.decode((files("seed") / "data" / "shatou_wording.json").read_bytes(), type=Wording)
