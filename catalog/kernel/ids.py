"""Identifiers: time-ordered UUIDs, so that new rows land at the end of their index."""

from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils.compat

NAMESPACE = uuid5(NAMESPACE_URL, "https://linli.example/ids")


def new_id() -> UUID:
    """Return a fresh version 7 UUID (RFC 9562)."""
    return uuid_utils.compat.uuid7()


def derived_id(*parts: object) -> UUID:
    """Return the id that the same parts always give: a repeated command is then the same command."""
    return uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts))
