"""One-time codes to a phone: six digits, ten minutes, five attempts, three codes in ten minutes."""

import hmac
import secrets

import msgspec
from litestar.stores.base import Store

from api.sms import Sms
from catalog.kernel.errors import Invalid, TooMany

LIFETIME = 600
ATTEMPTS = 5
CODES = 3


class Pending(msgspec.Struct):
    """A code on its way."""

    code: str
    tries: int
    sent: int


async def send_code(store: Store, sms: Sms, phone: str) -> str:
    """Send a fresh code to a phone and return it (for the demo's page only).

    Raises:
        TooMany: three codes were sent to this phone in the last ten minutes.
    """
    before = await _pending(store, phone)
    sent = before.sent if before else 0
    if sent >= CODES:
        raise TooMany("Too many codes for this phone; wait ten minutes or call us")
    code = f"{secrets.randbelow(1_000_000):06d}"
    await _keep(store, phone, Pending(code=code, tries=0, sent=sent + 1))
    await sms.send(phone, f"邻里 Linli: {code}")
    return code


async def check_code(store: Store, phone: str, code: str) -> None:
    """Accept a code once.

    Raises:
        Invalid: wrong or expired code.
        TooMany: five wrong tries.
    """
    pending = await _pending(store, phone)
    if pending is None:
        raise Invalid("This code has expired; ask for a new one", field="code")
    if pending.tries >= ATTEMPTS:
        raise TooMany("Too many wrong codes; ask for a new one in ten minutes")
    if not hmac.compare_digest(pending.code.encode(), code.strip().encode()):
        pending.tries += 1
        await _keep(store, phone, pending)
        raise Invalid("This code is not right; look again at the message", field="code")
    await store.delete(_key(phone))


def _key(phone: str) -> str:
    return f"code:{phone}"


async def _pending(store: Store, phone: str) -> Pending | None:
    held = await store.get(_key(phone))
    return msgspec.json.decode(held, type=Pending) if held else None


async def _keep(store: Store, phone: str, pending: Pending) -> None:
    await store.set(_key(phone), msgspec.json.encode(pending), expires_in=LIFETIME)
