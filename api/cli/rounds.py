"""`linli round run` and `linli round show`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer
from rich.progress import Progress as Bars
from rich.progress import TaskID
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.console import complete, console, print_json, progress, refuse, settings, words
from api.cli.days import day_of
from api.cli.report import names, show_round
from api.cli.serving import cause_of
from api.i18n import N_
from api.settings import Settings
from api.web.words import ROUND_STATES
from catalog.kernel.db import Database
from catalog.kernel.errors import LinliError
from catalog.kernel.ids import new_id
from catalog.kernel.time import Clock, SystemClock
from catalog.territory.models import PlaceKind, Territory
from market.actor import SYSTEM
from market.events import Event
from market.outbox import drain
from market.reactions import REACTIONS
from market.rounds.commands import StartRound
from market.rounds.models import Round
from market.states import RoundState

if TYPE_CHECKING:
    from api.solver_pool import SolverPool


def run_one(
    territory: str | None,
    day: str | None,
    days: int,
    seconds: int,
    *,
    publish: bool,
    deterministic: bool,
    as_json: bool,
) -> None:
    """Run one round to its end; leaves with 1 if it failed."""
    clock = SystemClock()
    first = day_of(day, clock)
    try:
        held = complete(
            _run(settings(), clock, territory, first, days, seconds, publish, deterministic, as_json)
        )
    except LinliError as error:
        refuse(words().gettext(error.message, **error.params))
    raise typer.Exit(0 if held.state in {RoundState.CHECKED, RoundState.PUBLISHED} else 1)


async def _run(
    chosen: Settings,
    clock: Clock,
    territory: str | None,
    first: date,
    days: int,
    seconds: int,
    publish: bool,
    deterministic: bool,
    as_json: bool,
) -> Round:
    async with opened(chosen) as database:
        async with database.read() as session:
            place = await find_territory(session, territory)
        command = StartRound(
            id=new_id(),
            territory_id=place.id,
            first_day=first,
            days=days,
            seconds=seconds,
            deterministic=deterministic,
            auto_publish=publish,
        )
        await relay(database, clock, quiet=as_json)
        with progress(quiet=as_json) as bars:
            held = await match_now(chosen, database, clock, command, bars)
        await relay(database, clock, quiet=as_json)
        await _show(database, held, as_json=as_json)
        return held


async def relay(database: Database, clock: Clock, *, quiet: bool = False) -> None:
    """Work off the outbox, with a bar: what was asked is not matched before it is received."""
    async with database.read() as session:
        total = (await session.execute(select(func.count()).where(Event.done_at.is_(None)))).scalar_one()
    with progress(quiet=quiet) as bars:
        bar = bars.add_task(words().gettext(N_("messages and hand-overs")), total=total)
        while done := await drain(database, REACTIONS, clock, limit=50):
            bars.advance(bar, done)


async def match_now(
    chosen: Settings,
    database: Database,
    clock: Clock,
    command: StartRound,
    bars: Bars,
    shared: "SolverPool | None" = None,
) -> Round:
    """Start a round and take it to its end in this process, with a bar; `shared`: a pool that others go on using."""
    from api.solver_pool import router_of, solver_pool  # noqa: PLC0415
    from market.rounds.runner import run_round  # noqa: PLC0415
    from market.rounds.service import start_round  # noqa: PLC0415

    async with database.write() as session:
        await start_round(session, clock, SYSTEM, command)
    pool = shared or solver_pool(chosen, 1)
    bar = bars.add_task(words().gettext(N_("matching")), total=100)
    try:
        watch = BarProgress(bars, bar)
        await run_round(database, pool, watch, clock, command.id, router=router_of(pool), owner="cli")
    finally:
        if shared is None:
            await pool.close()
    async with database.read() as session:
        return await session.get_one(Round, command.id)


class BarProgress:
    """Shows the news of a round on a progress bar."""

    def __init__(self, bars: Bars, bar: TaskID) -> None:
        self._bars, self._bar = bars, bar

    async def tell(self, round_id: UUID, news: dict[str, Any]) -> None:  # noqa: ARG002 the port's signature
        """Move the bar."""
        share = news.get("share")
        text = str(news.get("message") or news.get("state") or "")
        self._bars.update(
            self._bar,
            completed=round(float(share) * 100) if share is not None else None,
            description=text or None,
        )


def show_one(round_id: str, *, as_json: bool) -> None:
    """Print one round."""
    complete(_look(settings(), round_id, as_json))


async def _look(chosen: Settings, round_id: str, as_json: bool) -> None:
    async with opened(chosen) as database:
        async with database.read() as session:
            held = await _find(session, round_id)
        await _show(database, held, as_json=as_json)


async def _find(session: AsyncSession, round_id: str) -> Round:
    statement = select(Round).order_by(Round.created_at.desc(), Round.id).limit(1)
    if round_id != "last":
        try:
            statement = select(Round).where(Round.id == UUID(round_id))
        except ValueError:
            refuse(f"{round_id!r} is neither the id of a round nor: last")
    held = (await session.execute(statement)).scalars().first()
    return held or refuse("There is no such round; start one with: linli round run")


async def _show(database: Database, held: Round, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": held.id, "state": held.state, "error": held.error, "summary": held.summary})
        return
    console.print(f"{held.id}  {words().gettext(ROUND_STATES[held.state][0])}  {held.error or ''}")
    if "served" in held.summary:
        async with database.read() as session:
            services, communities = await names(session)
        show_round(held.summary, services, communities)


@asynccontextmanager
async def opened(chosen: Settings) -> AsyncIterator[Database]:
    """Open the database of the settings and close it; refuse where there is none, or an empty one."""
    database = Database(chosen.database_url)
    try:
        await _require_tables(database)
        yield database
    finally:
        await database.dispose()


async def _require_tables(database: Database) -> None:
    try:
        async with database.read() as session:
            await session.execute(select(Territory.id).limit(1))
    except (DBAPIError, OSError) as error:
        refuse(f"Cannot read the database ({cause_of(error)}); prepare it with: linli migrate")


async def find_territory(session: AsyncSession, code: str | None) -> Territory:
    """Return the place with this code; without a code the first street."""
    statement = select(Territory).order_by(Territory.code)
    statement = (
        statement.where(Territory.code == code)
        if code
        else statement.where(Territory.kind == PlaceKind.STREET)
    )
    place = (await session.execute(statement)).scalars().first()
    return place or refuse(
        f"There is no place {code or 'of kind street'}; fill the database with: linli seed"
    )
