"""The port through which short texts reach a phone, and its honest twins."""

from typing import Protocol

import structlog

log = structlog.get_logger()


class Sms(Protocol):
    """Sends a short text."""

    shows_codes: bool

    async def send(self, phone: str, text: str) -> None:
        """Send `text`; a failure raises and the caller may try again."""


class LogSms:
    """For installations without a carrier contract: the text goes to the log, for an operator to read out."""

    shows_codes = False

    async def send(self, phone: str, text: str) -> None:
        """Write the text to the log."""
        log.info("sms", phone=phone, text=text)


class MemorySms:
    """Keeps what was sent; the demo shows the code on the page, tests read it."""

    shows_codes = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, phone: str, text: str) -> None:
        """Keep the last hundred texts."""
        self.sent = [*self.sent[-99:], (phone, text)]
