"""One-time codes to a phone: six digits, ten minutes, five tries, three codes in ten minutes."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar.connection import ASGIConnection
from litestar.stores.base import Store

from api.sms import Sms
from api.stores import Counters
from catalog.kernel.errors import Invalid, TooMany
from catalog.kernel.time import Clock
from catalog.people.phones import normal_phone, takes_texts

LIFETIME = 600  # seconds
TRIES = 5
CODES = 3  # to one phone
CODES_FROM = 30  # from one address: somebody trying all phones of the street


class Pending(msgspec.Struct):
    """A code on its way."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Codes:
    """Sends and accepts codes. The counts are kept apart from the codes, so that simultaneous guesses all count."""

    store: Store
    counters: Counters
    sms: Sms
    clock: Clock

    async def send(self, phone: str, asker: str = "") -> str | None:
        """Send a fresh code; return it only where the port shows codes (demo, tests). `asker` is a network address.

        Raises:
            Invalid: this is no telephone number, or none that takes texts.
            TooMany: three codes went to this phone, or thirty were asked for from one address, in ten minutes.
        """
        number = normal_phone(phone)
        if not takes_texts(number):
            raise Invalid("A code reaches mobile phones only; call us if you have none", field="phone")
        if asker and await self.counters.hit(f"codes-from:{asker}", LIFETIME) > CODES_FROM:
            raise TooMany("Too many codes for this phone; wait ten minutes or call us")
        if await self.counters.hit(f"codes:{number}", LIFETIME) > CODES:
            raise TooMany("Too many codes for this phone; wait ten minutes or call us")
        code = f"{secrets.randbelow(1_000_000):06d}"
        pending = Pending(code=code, expires_at=self.clock.now() + timedelta(seconds=LIFETIME))
        await self.store.set(_key(number), msgspec.json.encode(pending), expires_in=LIFETIME)
        await self.counters.forget(_tries(number))
        await self.sms.send(number, f"【邻里】验证码 {code}，十分钟内有效。Linli code {code}.")
        return code if self.sms.shows_codes else None

    async def check(self, phone: str, code: str) -> None:
        """Look whether a code is the right one; it stays usable until `use`.

        Raises:
            Invalid: wrong or expired code.
            TooMany: five wrong tries.
        """
        number = normal_phone(phone)
        pending = await self._pending(number)
        if pending is None:
            raise Invalid("This code has expired; ask for a new one", field="code")
        if await self.counters.hit(_tries(number), LIFETIME) > TRIES:
            raise TooMany("Too many wrong codes; ask for a new one")
        if not hmac.compare_digest(pending.code.encode(), _digits(code).encode()):
            raise Invalid("This code is not right; look again at the message", field="code")
        await self.counters.forget(_tries(number))

    async def use(self, phone: str) -> None:
        """Let the code be used up."""
        await self.store.delete(_key(normal_phone(phone)))

    async def _pending(self, number: str) -> Pending | None:
        held = await self.store.get(_key(number))
        pending = msgspec.json.decode(held, type=Pending) if held else None
        return pending if pending and pending.expires_at > self.clock.now() else None


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the network address that asks."""
    return connection.client.host if connection.client else ""


def _digits(typed: str) -> str:
    """Return a code as it was sent, however it was copied: "8 7 7 3 7 4", full-width digits."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if not c.isspace() and c != "-")


def _key(number: str) -> str:
    return f"code:{number}"


def _tries(number: str) -> str:
    return f"tries:{number}"
