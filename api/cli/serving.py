"""`linli serve`, `worker`, `migrate`, `openapi`: the processes of a deployment."""

from pathlib import Path
from typing import Annotated

import typer
from litestar import Litestar
from sqlalchemy.engine import make_url

from api.cli.console import complete, console, print_json, settings
from api.logs import configure_logs
from api.settings import Settings


def prepare_database(chosen: Settings) -> None:
    """Bring the database to the newest schema; creates the folder of a SQLite file."""
    from market.migrations import upgrade  # noqa: PLC0415 alembic is not needed to say --help

    url = make_url(chosen.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    upgrade(chosen.database_url)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default LINLI_HOST or 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; default LINLI_PORT or 8080.")] = None,
) -> None:
    """Serve pages and API.

    Without LINLI_REDIS_URL everything runs in this process on SQLite and the schema is brought up to date first. With
    LINLI_DATABASE_URL and LINLI_REDIS_URL any number of `linli serve` and `linli worker` share the work; run
    `linli migrate` once before.
    """
    chosen = settings(**{key: value for key, value in (("host", host), ("port", port)) if value is not None})
    configure_logs(chosen)
    if not chosen.served:
        prepare_database(chosen)
    from api.app import create_app  # noqa: PLC0415

    run_app(create_app(chosen), chosen)


def run_app(app: Litestar, chosen: Settings) -> None:
    """Run an application until it is told to stop."""
    import uvicorn  # noqa: PLC0415

    uvicorn.run(app, host=chosen.host, port=chosen.port, log_config=None, timeout_graceful_shutdown=5)


def worker() -> None:
    """Solve rounds, send what is due, keep promises: run as many as you like beside `linli serve`.

    Needs LINLI_DATABASE_URL and LINLI_REDIS_URL. A worker that dies in the middle of a round is replaced by another one
    when its lease has run out; the round is finished once.
    """
    from api.background import worker_main  # noqa: PLC0415

    chosen = settings()
    configure_logs(chosen)
    complete(worker_main(chosen))


def migrate() -> None:
    """Bring the database (LINLI_DATABASE_URL) to the newest schema. Safe to repeat."""
    chosen = settings()
    prepare_database(chosen)
    console.print(
        f"schema is up to date: {make_url(chosen.database_url).render_as_string(hide_password=True)}"
    )


def openapi() -> None:
    """Print the OpenAPI document of the JSON API."""
    from api.app import create_app  # noqa: PLC0415

    print_json(create_app(Settings()).openapi_schema.to_schema())
