"""Settings: read once from the environment into one frozen struct; the application factory takes it as an argument."""

from collections.abc import Mapping
from typing import Any

import msgspec

PREFIX = "LINLI_"


class SettingsError(ValueError):
    """An environment variable cannot be read; the message names it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this process runs. Every field is an environment variable `LINLI_<FIELD>` in capitals.

    Without `redis_url` everything lives in this one process (embedded); with it, sessions, tasks and live updates go
    through Redis, and rounds are solved by `linli worker` processes (served). `network` is a prepared street network;
    without one, ways are estimated.
    """

    database_url: str = "sqlite+aiosqlite:///.linli/linli.db"
    redis_url: str | None = None
    network: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    secure_cookies: bool = False
    secret: str | None = None
    solver_processes: int = 1
    lease_seconds: float = 15.0
    tick_seconds: float = 2.0
    pool_size: int = 10
    max_body_bytes: int = 262_144
    log_level: str = "INFO"

    @property
    def served(self) -> bool:
        """Say whether parts of the work happen in other processes."""
        return self.redis_url is not None


def settings_from(environ: Mapping[str, str], **overrides: Any) -> Settings:
    """Read settings from environment variables; `overrides` win.

    Raises:
        SettingsError: a value has the wrong form; names the variable.
    """
    fields = {field.name for field in msgspec.structs.fields(Settings)}
    named: dict[str, Any] = {
        name: environ[PREFIX + name.upper()] for name in fields if environ.get(PREFIX + name.upper())
    }
    try:
        settings = msgspec.convert(named | overrides, Settings, strict=False)
    except msgspec.ValidationError as error:
        expected, _, path = str(error).partition(" - at `$.")
        raise SettingsError(f"{PREFIX}{path.rstrip('`').upper()}: {expected}") from error
    if settings.served and not settings.secret:
        # Several processes must agree on it, or a form from one is refused by the next.
        raise SettingsError(
            f"{PREFIX}SECRET (32 characters or more) is needed where {PREFIX}REDIS_URL is set"
        )
    return settings
