"""Passwords of staff: argon2id, reckoned in a thread, since the event loop has others to serve."""

import asyncio
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from catalog.kernel.db import WriteSession
from catalog.kernel.time import Clock
from catalog.people.commands import SetPassword
from catalog.people.models import Person
from catalog.territory.rows import get_row

hasher = PasswordHasher()


async def set_password(session: WriteSession, clock: Clock, command: SetPassword) -> None:
    """Store the hash of a password; call it first in a transaction, so that no lock is held while it is reckoned."""
    del clock
    hashed = await asyncio.to_thread(hasher.hash, command.password)
    await get_row(session, Person, command.person_id)
    await session.execute(update(Person).where(Person.id == command.person_id).values(password_hash=hashed))


async def check_password(session: AsyncSession, person_id: UUID | None, password: str) -> bool:
    """Say whether the password is the person's; as slow for who has none or does not exist."""
    statement = select(Person.password_hash).where(Person.id == person_id)
    stored = (await session.execute(statement)).scalar_one_or_none()
    right = await asyncio.to_thread(_verify, stored, password)
    return right and stored is not None


def _verify(stored: str | None, password: str) -> bool:
    try:
        return hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return hasher.hash("nobody has this password")
