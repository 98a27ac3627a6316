"""What several nouns share: the root of bodies, short texts, repeated commands."""

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec
from litestar.params import HeaderParameter
from msgspec import Meta

from catalog.kernel.ids import derived_id, new_id


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Root of request bodies: unknown fields are refused."""


Reason: TypeAlias = Annotated[str, Meta(min_length=1, max_length=400)]

IdempotencyKey: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=200,
        description=(
            "A word of the caller's own. The same person, key and body give the same answer again; "
            "the same key with another body is refused (409). Not needed where the body has an id."
        ),
    ),
]


def command_id(given: UUID | None, person_id: UUID | None, noun: str, key: str | None) -> UUID:
    """Return the id of a create command: the caller's, else the one that person and key always give, else a new one."""
    if given is not None:
        return given
    return derived_id(person_id, noun, key) if key else new_id()
