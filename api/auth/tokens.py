"""Bearer tokens of the API: random, kept only as a hash, thirty days."""

import hashlib
import secrets
from uuid import UUID

from litestar.stores.base import Store

LIFETIME = 30 * 24 * 3600  # seconds


async def issue_token(store: Store, person_id: UUID) -> str:
    """Return a new token of a person; it is shown once and kept as a hash."""
    token = secrets.token_urlsafe(32)
    await store.set(_key(token), str(person_id).encode(), expires_in=LIFETIME)
    return token


async def person_of_token(store: Store, token: str) -> UUID | None:
    """Return whose token it is; None if it is nobody's."""
    held = await store.get(_key(token))
    return UUID(held.decode()) if held else None


async def revoke_token(store: Store, token: str) -> None:
    """Let a token end now."""
    await store.delete(_key(token))


def bearer(header: str) -> str | None:
    """Return the token of an `Authorization` header."""
    scheme, _, token = header.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _key(token: str) -> str:
    return "token:" + hashlib.sha256(token.encode()).hexdigest()
