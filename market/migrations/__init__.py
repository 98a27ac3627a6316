"""Schema migrations, from empty to head, on SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def config(url: str) -> Config:
    """Return the migration settings for a database URL."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return settings


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision. Blocks and starts an event loop of its own: call it outside a running one."""
    command.upgrade(config(url), revision)
