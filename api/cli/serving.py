"""`linli serve`, `worker`, `migrate`, `openapi`: the processes of a deployment."""

import socket
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
from litestar import Litestar
from sqlalchemy import exists, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from api.cli.city import network_of, street_notes, tell
from api.cli.console import complete, console, errors, print_json, refuse, settings
from api.logs import configure_logs
from api.settings import Settings
from catalog.kernel.db import Database
from catalog.territory.models import Territory


def prepare_database(chosen: Settings) -> None:
    """Bring the database to the newest schema; creates the folder of a SQLite file."""
    from market.migrations import upgrade  # noqa: PLC0415 alembic is not needed to say --help

    url = make_url(chosen.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(chosen.database_url)
    except (OSError, OperationalError, asyncpg.PostgresError) as error:
        refuse(f"LINLI_DATABASE_URL: cannot use {hidden(chosen)} ({cause_of(error)})")


def hidden(chosen: Settings) -> str:
    """Return the database's URL without its password."""
    return make_url(chosen.database_url).render_as_string(hide_password=True)


def cause_of(error: Exception) -> str:
    """Return what the database's driver said, in one line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def require_free_port(chosen: Settings) -> None:
    """Refuse before any work is done if somebody already listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except (OSError, OverflowError) as error:
            refuse(
                f"Cannot listen on {chosen.host}:{chosen.port} ({error}); choose another port, such as LINLI_PORT=8081"
            )


def run_server(host: str | None, port: int | None) -> None:
    """Serve pages and API until told to stop."""
    chosen = settings(**{key: value for key, value in (("host", host), ("port", port)) if value is not None})
    require_free_port(chosen)
    if not chosen.served:
        prepare_database(chosen)
    complete(_point_out(chosen))
    configure_logs(chosen)
    from api.app import create_app  # noqa: PLC0415

    run_app(create_app(chosen), chosen)


async def _point_out(chosen: Settings) -> None:
    """Say what is missing: streets in the database, a network of them on disk."""
    database = Database(chosen.database_url)
    try:
        async with database.read() as session:
            if not (await session.execute(select(exists(select(Territory.id))))).scalar_one():
                errors.print(
                    "There is no street in this database yet. An example: linli seed", style="yellow"
                )
            for note in await street_notes(session, chosen):
                tell(note)
    except (OSError, DBAPIError, asyncpg.PostgresError) as error:
        refuse(f"LINLI_DATABASE_URL: cannot use {hidden(chosen)} ({cause_of(error)}); first: linli migrate")
    finally:
        await database.dispose()


def run_app(app: Litestar, chosen: Settings) -> None:
    """Run an application until it is told to stop."""
    import uvicorn  # noqa: PLC0415

    uvicorn.run(app, host=chosen.host, port=chosen.port, log_config=None, timeout_graceful_shutdown=5)


def run_worker() -> None:
    """Be a worker until told to stop."""
    from api.background import worker_main  # noqa: PLC0415

    chosen = settings()
    if not chosen.served:
        refuse(
            "A worker needs LINLI_REDIS_URL and LINLI_DATABASE_URL; without them `linli serve` does its work"
        )
    tell(network_of(chosen)[1])
    configure_logs(chosen)
    complete(worker_main(chosen))


def bring_up_to_date() -> None:
    """Bring the database to the newest schema and say where it is."""
    chosen = settings()
    prepare_database(chosen)
    console.print(f"schema is up to date: {hidden(chosen)}")


def print_openapi() -> None:
    """Print the OpenAPI document."""
    from api.app import create_app  # noqa: PLC0415
    from api.rest.openapi import document  # noqa: PLC0415

    print_json(document(create_app(Settings())))
